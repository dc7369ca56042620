// Source: reads the energy counters of one kind of hardware. Read this header first.
// Called by one thread at a time (under the sampler's lock: its own thread, or whoever asks for a boundary read).
// read() neither waits nor allocates beyond `out`; a slow source (a wall plug) polls on a thread of its own and hands
// over its newest reading, with that reading's time. A bad zone never silences the others.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/clock.h"
#include "power/zone.h"

namespace power {

struct ReadFault {
  std::size_t zone = 0;
  base::Error error;
};
// What one process used of a zone's device since the last time it was asked: seconds of full use, all engines of the
// device (for a GPU: shader cores, encoder, decoder) added up.
struct DeviceUse {
  std::size_t zone = 0;
  pid_t process = 0;
  units::Seconds use{};
};
struct Readings {
  std::vector<Reading> good;
  std::vector<ReadFault> faults;
  void clear() { good.clear(), faults.clear(); }
};

class Source {
 public:
  virtual ~Source() = default;
  virtual std::string_view name() const = 0;                     // as in sources.def
  virtual std::span<const Zone> zones() const = 0;               // fixed after opening
  virtual void read(const os::Clock& clock, Readings& out) = 0;  // appends one reading or fault per zone
  // Appends what processes used since the last call, for zones whose split is device_use. Called just after read().
  virtual void device_use(std::vector<DeviceUse>& /*out*/) {}
};

}  // namespace power
