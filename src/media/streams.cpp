#include "media/streams.h"

namespace media {

std::vector<TranscodeSpec> streams_of(const TranscodeSpec& spec) {
  std::vector<TranscodeSpec> out;
  if (spec.output_mode != OutputMode::rtmp || spec.outputs.empty()) {
    // A number that check() refuses is refused of the spec as a whole.
    if (spec.streams < 1 || spec.streams > most_streams) return {spec};
    for (int number = 1; number <= spec.streams; ++number) out.push_back(stream_of(spec, number));
    return out;
  }
  auto all = renditions(spec);
  const auto count = static_cast<int>(all.size());
  for (int number = 1; number <= count; ++number) {
    auto& one = all[static_cast<std::size_t>(number - 1)];
    one.streams = count;  // so that stream_of() puts the number into its key
    out.push_back(stream_of(one, number));
  }
  return out;
}

}  // namespace media
