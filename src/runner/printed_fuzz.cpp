// Whatever a command prints: the log kept of it goes into JSON and onto terminals, and is short.
#include <algorithm>

#include "json/json.h"
#include "os_testing/fuzz_target.h"
#include "runner/ffmpeg_failure.h"
#include "runner/log_tail.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {"frame=1\rframe=2\rframe=3\n[libx264 @ 0x55d0c8] error\nConversion failed!\n", "Z\xc3\xbcrich \xe2\x82\xac\n",
          "\xff\xfe\x80\n\x1b[31mred\x1b[0m\b\b\n", "a.mp4: No such file or directory\n"};
}

void fuzz_one(std::string_view text) {
  runner::LogTail log;
  for (std::size_t i = 0; i < text.size(); i += 5) log.add(text.substr(i, 5));
  const auto kept = log.text();
  promise(kept.size() <= runner::kLogBytes, "a log over its limit");
  promise(json::parse(json::write(json::Value(kept))).ok(), "a log that JSON cannot hold");
  promise(std::none_of(kept.begin(), kept.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }),
          "a control character in a log");
  promise(runner::printable(kept) == kept, "a log that is not printable yet");
  (void)runner::failure_of_ffmpeg(text);
  (void)runner::ffmpeg_words(text);
}

}  // namespace os_testing
