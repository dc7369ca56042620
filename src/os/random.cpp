#include "os/random.h"

#include <errno.h>
#include <sys/random.h>

#include <cstdlib>

#include "os/posix.h"

namespace os {
namespace {

class PosixRandom final : public Random {
 public:
  std::uint64_t next() override {
    std::uint64_t bits = 0;
    // Up to 256 bytes come whole (getrandom(2)); only a signal before the pool is ready interrupts.
    while (::getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
      if (errno != EINTR) std::abort();  // tokens from anything weaker would be guessable
    }
    return bits;
  }
};

}  // namespace

std::unique_ptr<Random> posix_random() { return std::make_unique<PosixRandom>(); }

}  // namespace os
