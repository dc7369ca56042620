#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

std::vector<wire::Check> some() {
  return {{"gpu energy", State::not_here, "no NVIDIA driver", ""},
          {"ffmpeg", State::ok, "5.1.9 at /usr/bin/ffmpeg", ""},
          {"cpu energy", State::to_fix, "the counters can be read by root alone, so what is shown here is an estimate",
           "sudo chmod a+r /sys/class/powercap/intel-rapl:0/energy_uj"},
          {"port 8080", State::warning, "nginx (pid 812) listens there", ""}};
}

TEST(DoctorTable, HasOneMarkedRowACheckAndKeepsCommandsWhole) {
  EXPECT_EQ(table(some(), {.columns = 60}),
            " ✓ ffmpeg      5.1.9 at /usr/bin/ffmpeg\n"
            " ✗ cpu energy  the counters can be read by root alone, so\n"
            "               what is shown here is an estimate\n"
            "               fix: sudo chmod a+r /sys/class/powercap/intel-rapl:0/energy_uj\n"
            " ! port 8080   nginx (pid 812) listens there\n"
            " – gpu energy: no NVIDIA driver\n"
            "\n"
            " 1 ok, 1 warning, 1 to fix\n");
}

TEST(DoctorTable, TellsOnceWhatIsTrueOfSeveralThings) {
  const auto text = table({{"libx264", State::ok, "works", ""},
                           {"h264_qsv", State::not_here, "no such device", ""},
                           {"libx265", State::ok, "works", ""},
                           {"hevc_qsv", State::not_here, "no such device", ""}},
                          {.columns = 80});
  EXPECT_EQ(text,
            " ✓ libx264, libx265  works\n"
            " – h264_qsv, hevc_qsv: no such device\n"
            "\n"
            " 2 ok, 0 warnings, 0 to fix\n");
}

TEST(DoctorTable, NeedsNoUnicodeAndNoColor) {
  const auto text = table(some(), {.columns = 80, .utf8 = false});
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  EXPECT_EQ(text.find("\x1b"), text.npos);
  EXPECT_NE(table(some(), {.columns = 80, .color = true}).find("\x1b[31m✗\x1b[0m"), text.npos);
}

}  // namespace
}  // namespace cli::doctor
