// A scenario of an operator's own: what is taken can be encoded, and its command line holds no text of the file.
#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/scenario.h"
#include "media/scenario_files.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds{
      "description = \"A test.\"\ncodec = \"vp9\"\ncrf = 30\npixel_format = \"yuv420p10le\"\naudio = \"copy\"\n"};
  for (const auto& file : media::built_in_scenario_files()) seeds.emplace_back(file.text);
  return seeds;
}

void fuzz_one(std::string_view text) {
  const auto scenario = media::parse_scenario(text, "fuzz.toml");
  if (!scenario)
    return promise(scenario.error().text().find("fuzz.toml") != std::string::npos, "an error without file");
  auto spec = scenario->defaults;
  spec.input = "/in.mp4";  // a scenario may leave its size, rate or duration to the input
  promise(media::check(spec).empty(), "a scenario that its own check refuses");
  for (const auto& encoder : media::encoder_table()) {
    if (encoder.codec != spec.codec || (!spec.encoder.empty() && spec.encoder != encoder.name)) continue;
    auto concrete = spec;
    if (!spec.encoder.empty() || spec.preset.empty() || !media::knows_preset(encoder, spec.preset))
      concrete.preset = std::string(encoder.usual_preset);
    const auto arguments =
        media::ffmpeg_arguments(concrete, {.encoder = std::string(encoder.name), .target = "/out.mp4"});
    promise(!arguments.empty() && (spec.output_mode == media::OutputMode::null || arguments.back() == "/out.mp4" ||
                                   arguments.back() == "file:/out.mp4"),
            "a command line that does not end with its target");
  }
}

}  // namespace os_testing
