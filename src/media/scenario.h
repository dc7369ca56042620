// Scenarios: named recipes, one TOML file each in scenarios/, embedded into the programs at build time (so that nothing
// is looked for at run time) and extended by a folder of the operator's own. `720p-h264` means `720p30-h264`.
// Thread-safe after construction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/transcode_spec.h"
#include "os/files.h"

namespace media {

struct Scenario {
  std::string name;         // canonical: 1080p30-h264, 4K60-av1, 720p30-h264-rtmp
  std::string description;  // one sentence for lists
  TranscodeSpec defaults;   // passes check(); input, output and rtmp_url are empty
};

class Scenarios {
 public:
  // The built-in ones; invalid never happens in a build that passes its tests.
  static Scenarios built_in();
  // Adds the *.toml of a folder; a name that exists is replaced. All or none. invalid: every fault with file, line and
  // column; absent, denied: the folder cannot be read.
  base::Result<void> add_folder(const os::Files& files, const os::Path& folder);

  // Upper and lower case are the same. invalid where unknown: names the nearest ones, in the canonical form.
  base::Result<Scenario> find(std::string_view name) const;
  const std::vector<Scenario>& all() const { return all_; }  // by picture size, then frame rate, then name

 private:
  void put(Scenario scenario);
  void sort();
  std::vector<Scenario> all_;
};

// One scenario from the text of its file. Its name is that of `file` without folders and ".toml".
base::Result<Scenario> parse_scenario(std::string_view toml, std::string_view file);

}  // namespace media
