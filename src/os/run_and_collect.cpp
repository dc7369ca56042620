#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "os/clock.h"
#include "os/processes.h"
#include "units/format.h"

namespace os {
namespace {

// SIGKILL ends a process unless it hangs in the kernel; this bounds the wait for that one.
constexpr units::Seconds kKilled{5};

// One output of the child: reads what is there, keeps at most `most` bytes, and drops the rest so that the child does
// not block on a full pipe.
class Collected {
 public:
  Collected(Descriptor descriptor, std::string& text, std::size_t most)
      : descriptor_(std::move(descriptor)), text_(text), most_(most) {
    ::fcntl(descriptor_.get(), F_SETFL, O_NONBLOCK);
  }

  int descriptor() const { return descriptor_.get(); }
  bool open() const { return static_cast<bool>(descriptor_); }

  void take_what_is_there() {
    char buffer[16384];
    while (descriptor_) {
      const auto got = ::read(descriptor_.get(), buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return descriptor_.reset();
      text_.append(buffer, std::min(static_cast<std::size_t>(got), most_ - text_.size()));
    }
  }

 private:
  Descriptor descriptor_;
  std::string& text_;
  std::size_t most_;
};

int poll_milliseconds(units::Seconds left) {
  return static_cast<int>(std::clamp(std::ceil(left.value() * 1e3), 0.0, 1e6));
}

}  // namespace

base::Result<Output> run_and_collect(Processes& processes, const Clock& clock, SpawnSpec spec, units::Seconds limit,
                                     std::size_t most_bytes) {
  const auto deadline = clock.boot() + limit;
  FFWATT_TRY(Pipe out, processes.pipe());
  FFWATT_TRY(Pipe err, processes.pipe());
  // A probe must never eat what is typed for us.
  if (const auto in = spec.descriptors.find(0); in == spec.descriptors.end() || in->second == 0)
    spec.descriptors[0] = -1;
  spec.descriptors[1] = out.write.get();
  spec.descriptors[2] = err.write.get();
  spec.group = SpawnSpec::Group::own;
  FFWATT_TRY(const auto process, processes.spawn(spec));
  out.write.reset();
  err.write.reset();

  Output output;
  std::array<Collected, 2> both{Collected(std::move(out.read), output.out, most_bytes),
                                Collected(std::move(err.read), output.err, most_bytes)};
  const auto too_long = [&]() -> base::Error {
    (void)process->signal_group(SIGKILL).ok();
    (void)process->wait_until(clock.boot() + kKilled).ok();
    return base::Error::retry(base::format("{} took longer than {}", spec.program.string(), units::text(limit)));
  };
  // Until the child has ended; a grandchild that keeps the pipes open is not waited for.
  bool ended = false;
  while (!ended && (both[0].open() || both[1].open())) {
    const auto left = deadline - clock.boot();
    if (left <= units::Seconds(0)) return too_long();
    pollfd waiting[]{
        {both[0].descriptor(), POLLIN, 0}, {both[1].descriptor(), POLLIN, 0}, {process->ready_descriptor(), POLLIN, 0}};
    ::poll(waiting, std::size(waiting), poll_milliseconds(left));
    ended = waiting[2].revents != 0;
    for (auto& one : both) one.take_what_is_there();
  }
  FFWATT_TRY(const auto status, process->wait_until(deadline));
  if (!status) return too_long();
  output.status = *status;
  return output;
}

}  // namespace os
