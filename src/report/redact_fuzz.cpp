// Texts with URLs in them, as a report shows them: what was redacted once holds no secret any more.
#include "os_testing/fuzz_target.h"
#include "report/redact.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {"ffmpeg -i https://u:p@h/a?token=x rtmp://cdn.example/live/secret",
          "rtmp://127.0.0.1/live/key rtmps://h/a/b/c", "'rtmp://[::1]:1935/live/k?q' http:// ://", "no URL"};
}

void fuzz_one(std::string_view text) {
  const auto once = report::redact(text);
  promise(report::redact(once) == once, "a text that is redacted further the second time");
}

}  // namespace os_testing
