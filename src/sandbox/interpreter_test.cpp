#include "sandbox/interpreter.h"

#include <gmock/gmock.h>

#include <fstream>

#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace sandbox {
namespace {

using testing::HasSubstr;

class Interpreter : public testing::Test {
 protected:
  base::Result<std::optional<os::Path>> of(const os::Path& program) {
    return interpreter_of(real_.host().files, program);
  }
  base::Result<std::optional<os::Path>> of_text(const std::string& text) {
    std::ofstream(folder_ / "program", std::ios::binary) << text;
    return of(folder_ / "program");
  }
  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_F(Interpreter, OfAProgramOfThisMachineIsItsDynamicLinker) {
  const auto found = of("/bin/true");
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_TRUE(found->has_value());
  EXPECT_THAT((*found)->string(), HasSubstr("ld-linux"));
}

TEST_F(Interpreter, AScriptHasNoneThatWouldBeEnough) {
  const auto found = of_text("#!/bin/sh\n");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind(), base::ErrorKind::absent);
  EXPECT_THAT(found.error().text(), HasSubstr("is a script"));
}

TEST_F(Interpreter, HeadersThatLieAreNotFollowed) {
  EXPECT_FALSE(of_text("").ok());
  EXPECT_FALSE(of_text("\x7f"
                       "ELF")
                   .ok());
  // A header whose part begins far behind the file.
  std::ifstream in("/bin/true", std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), 4096);
  for (std::size_t at = 0x40; at < 0x400; ++at) head[at] = '\x03';
  const auto found = of_text(head);
  EXPECT_TRUE(!found.ok() || !found->has_value());
}

}  // namespace
}  // namespace sandbox
