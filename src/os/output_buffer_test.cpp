#include "os/output_buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <ostream>
#include <string>

#include "os/processes.h"
#include "os/signals.h"

namespace os {
namespace {

class Output : public testing::Test {
 protected:
  Output() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    read_ = Descriptor(ends[0]);
    write_ = Descriptor(ends[1]);
  }
  // What the pipe holds now.
  std::string arrived() {
    std::string text(1 << 17, '\0');
    const auto size = ::read(read_.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

  SignalSet signals_{SIGUSR1};  // with it SIGPIPE is ignored
  Descriptor read_, write_;
};

TEST_F(Output, IsHeldBackInAPipeUntilItIsFlushed) {
  OutputBuffer buffer(write_.get());
  std::ostream out(&buffer);
  out << "one line\n" << 2 << 'x';
  EXPECT_EQ(arrived(), "");
  out << std::flush;
  EXPECT_EQ(arrived(), "one line\n2x");
  EXPECT_TRUE(out.good());
  EXPECT_EQ(buffer.failure(), 0);
}

TEST_F(Output, IsWrittenWhenTheBufferGoes) {
  {
    OutputBuffer buffer(write_.get());
    std::ostream(&buffer) << "the end";
  }
  EXPECT_EQ(arrived(), "the end");
}

TEST_F(Output, ThatIsLargerThanTheBufferKeepsItsOrder) {
  const auto file = std::string(testing::TempDir()) + "output-XXXXXX";
  std::string path = file, expected;
  const Descriptor written(::mkostemp(path.data(), O_CLOEXEC));
  {
    OutputBuffer buffer(written.get());
    std::ostream out(&buffer);
    for (const std::size_t size : {1, 65'534, 1, 1, 65'536, 70'000, 3, 200'000, 0, 5}) {
      const std::string part(size, static_cast<char>('a' + expected.size() % 26));
      out << part;
      expected += part;
    }
    for (int i = 0; i < 70'000; ++i) out.put('z');
    expected += std::string(70'000, 'z');
  }
  std::string got(expected.size() + 1, '\0');
  const auto size = ::pread(written.get(), got.data(), got.size(), 0);
  got.resize(static_cast<std::size_t>(size));
  ::unlink(path.c_str());
  EXPECT_TRUE(got == expected) << got.size() << " bytes for " << expected.size();
}

TEST_F(Output, ReachesATerminalLineByLine) {
  const Descriptor controller(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ::grantpt(controller.get());
  ::unlockpt(controller.get());
  const Descriptor terminal(::open(::ptsname(controller.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  OutputBuffer buffer(terminal.get());
  std::ostream out(&buffer);
  out << "first\n"
      << "sec";
  char text[64];
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(::read(controller.get(), text, sizeof text))), "first\r\n");
  out << "ond\n";
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(::read(controller.get(), text, sizeof text))), "second\r\n");
}

TEST_F(Output, ThatNobodyReadsSaysSoAndIsNotTriedAgain) {
  OutputBuffer buffer(write_.get());
  std::ostream out(&buffer);
  out << "read" << std::flush;
  EXPECT_EQ(arrived(), "read");
  read_.reset();
  out << "unread" << std::flush;
  EXPECT_EQ(buffer.failure(), EPIPE);
  EXPECT_TRUE(out.bad());
}

TEST_F(Output, OnAFullDiskSaysSo) {
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  OutputBuffer buffer(full.get());
  std::ostream out(&buffer);
  out << "lost" << std::flush;
  EXPECT_EQ(buffer.failure(), ENOSPC);
}

}  // namespace
}  // namespace os
