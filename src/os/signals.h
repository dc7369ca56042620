// Signals as readable events instead of handlers. Construct one SignalSet in main before any thread starts: it blocks
// the signals for the whole process and delivers them to whoever waits here. SIGPIPE is ignored.
#pragma once

#include <initializer_list>
#include <optional>

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
  int descriptor() const { return descriptor_.get(); }

 private:
  Descriptor descriptor_;
};

}  // namespace os
