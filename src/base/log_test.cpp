#include "base/log.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Log, OneEventIsOneLineWhateverTheValuesHold) {
  EXPECT_EQ(log_line("job completed", {{"job", "#42"}, {"energy", "412.6 J"}, {"error", "a\n\"b\""}, {"none", ""}}),
            R"(job completed job=#42 energy="412.6 J" error="a\n\"b\"" none="")");
}

}  // namespace
}  // namespace base
