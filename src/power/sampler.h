// Sampler: reads every source at a steady rate, and at once when asked, into one ledger.
// One thread with absolute deadlines on the boot clock; a late or missed deadline is skipped, never caught up. All
// methods may be called from any thread, start() and stop() are idempotent, destroying it stops it. Sources are read
// under one lock, so a boundary read and a periodic one never overlap.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "os/clock.h"
#include "power/ledger.h"
#include "power/source.h"
#include "power/zone_tree.h"

namespace power {

enum class Pace { idle, busy };

struct ZoneState {
  Total total;
  Role role = Role::counted;
  std::uint64_t faults = 0;  // reads that failed since the start
  std::string fault;         // why the last read failed; empty where it gave a reading
};
struct Snapshot {
  units::BootTime at;                 // just before the first source was read
  std::vector<ZoneState> zones;       // in the order of Sampler::zones()
  std::vector<DeviceUse> device_use;  // since the pass before
};

class Sampler {
 public:
  struct Rates {
    units::Hertz idle{1}, busy{10};
  };
  // Called after every pass, under the sampler's lock: short, and without calling the sampler.
  using Listener = std::function<void(const Snapshot&)>;

  Sampler(const os::Clock& clock, std::vector<std::unique_ptr<Source>> sources, Rates rates, Listener listener = {});
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  // All zones of all sources, in the order of the sources; fixed.
  std::span<const Zone> zones() const { return zones_; }
  std::string_view source_of(std::size_t zone) const { return names_[zone]; }

  void start();  // reads once at once, on the caller's thread
  void stop();
  void set_pace(Pace pace);

  // A boundary read: reads every source now, on the caller's thread; then the listener, then `then`, under the same
  // lock, so that nothing comes between the read and what is done with it.
  void read_now(const Listener& then = {});
  Snapshot snapshot() const;
  // CPU time since the start: of the thread, its waking up included, and of boundary reads; the listener's with it.
  units::Seconds cost() const;

 private:
  void pass();  // with mutex_ held
  void loop();
  // Reads, tells the listener and `then`, and books what that cost; the thread's CPU time afterwards. `cpu_before`: of
  // this thread, when it began.
  units::Seconds read(const Listener& then, units::Seconds cpu_before);

  const os::Clock& clock_;
  const std::vector<std::unique_ptr<Source>> sources_;
  const Rates rates_;
  const Listener listener_;
  std::vector<Zone> zones_;
  std::vector<std::string> names_;

  std::mutex start_mutex_;    // start() and stop(), one at a time
  mutable std::mutex mutex_;  // guards everything down to cost_, and the sources
  Ledger ledger_;
  MirrorWatch mirrors_;
  Readings source_readings_;
  std::vector<Reading> readings_;
  Snapshot snapshot_;
  units::Seconds cost_{};

  std::mutex pace_mutex_;  // guards what is below
  Pace pace_ = Pace::idle;
  enum class Run { no, yes } run_ = Run::no;
  std::stop_source wake_;
  std::thread thread_;
};

}  // namespace power
