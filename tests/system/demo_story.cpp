// What `make demo` runs after the build.
#include <gmock/gmock.h>

#include "support/farm.h"

namespace story {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Farm, TheDemoStreamsTranscodesReportsAndStopsEverything) {
  environment_["TMPDIR"] = folder_.string();
  const auto report = folder_ / "report.html";
  const auto demo = run({FFWATT_SOURCE_DIR "/tools/demo", FFWATT_BIN_DIR, report.string()});
  EXPECT_EQ(demo.code, 0) << demo.out << demo.err;
  for (const char* words : {"live stream", "file transcode", " J", " W", "completed"})
    EXPECT_THAT(demo.out, HasSubstr(words));
  EXPECT_TRUE(demo.out.find("measured") != std::string::npos || demo.out.find("estimated") != std::string::npos)
      << demo.out;
  const auto page = content(report);
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, HasSubstr("</html>"));
  EXPECT_LT(page.size(), 400'000u);
  EXPECT_THAT(still_running(), IsEmpty());
}

}  // namespace
}  // namespace story
