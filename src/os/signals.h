// Signals as readable events instead of handlers. Construct one SignalSet in main before any thread starts: it blocks
// the signals for the whole process and delivers them to whoever waits here. SIGPIPE is ignored.
#pragma once

#include <initializer_list>
#include <optional>
#include <vector>

#include "os/processes.h"
#include "units/time.h"

namespace os {

class SignalSet {
 public:
  explicit SignalSet(std::initializer_list<int> numbers);
  ~SignalSet();
  SignalSet(const SignalSet&) = delete;
  SignalSet& operator=(const SignalSet&) = delete;

  struct Event {
    int number = 0;
    pid_t sender = 0;  // 0 where the kernel (the terminal) sent it
  };
  // The next signal, or nothing at the deadline (absolute CLOCK_BOOTTIME) or when `also` becomes readable.
  std::optional<Event> wait_until(units::BootTime deadline, int also = -1);
  // The first one that wait_until() answered: why the program is about to end.
  const std::optional<Event>& first() const { return first_; }
  int descriptor() const { return descriptor_.get(); }
  // Unblocks them: from now on each has its usual effect, at once for one that waits. For programs that turn out to
  // have nothing to clean up. Before any thread starts.
  void let_through();

 private:
  std::vector<int> numbers_;
  std::optional<Event> first_;
  Descriptor descriptor_;
};

}  // namespace os
