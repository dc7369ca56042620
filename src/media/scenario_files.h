// The files of scenarios/ as they were when the program was built; embed_scenarios.cmake writes the function's body.
#pragma once

#include <string_view>
#include <vector>

namespace media {

struct ScenarioFile {
  std::string_view name;  // "1080p30-h264.toml"
  std::string_view text;
};
std::vector<ScenarioFile> built_in_scenario_files();

}  // namespace media
