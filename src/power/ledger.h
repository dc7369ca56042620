// Ledger: turns readings of counters that wrap, stall and restart into totals that only ever rise. Every reader of
// energy (job, scrape, trace) reads these totals, so any number of readers sees the same joules.
//
// Rules (docs/developer/attribution.md tells why):
// - a counter's step is (now − before) mod range, believed when the implied power is at most three times the zone's
//   limit; else the counter was reset: counting restarts there and the interval is told as a gap;
// - a range that cannot be read: a smaller value is dropped and counted, and counting restarts there;
// - an interval in which the counter may have gone round more often is counted at its least and marked degraded, with
//   the most that the limit allows as its upper bound;
// - a value that the zone cannot show (above its range; a power below zero or above three times the limit) is dropped
//   and counted, and the next good one counts over the whole interval;
// - a gauge is integrated over its interval (trapezoid).
// Not thread-safe: the sampler's lock guards it. No I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "power/zone.h"

namespace power {

inline constexpr double kMicrojoule = 1e-6;  // in joules: one step of a gauge

// What one zone has counted since its first reading.
struct Total {
  std::uint64_t steps = 0;                // counter: raw hardware units; gauge: microjoules. Only rises.
  units::Joules energy{}, low{}, high{};  // the same in joules; bounds at 95 % from the readings' factors
  units::BootTime at;                     // time of the last accepted reading
  units::Seconds half_width{};            // and its timing error
  units::Watts power{};                   // Δenergy ÷ Δtime of the last counted interval
  units::Seconds gap{};                   // time whose energy is not known
  std::uint64_t readings = 0, resets = 0, dropped = 0, degraded = 0;
};

enum class Step { first, counted, degraded, reset, dropped };

class Account {
 public:
  explicit Account(const Zone& zone);
  Step add(const Reading& reading);
  const Total& total() const { return total_; }

 private:
  Step add_counter(const Reading& before, const Reading& reading);
  Step add_gauge(const Reading& before, const Reading& reading);
  void count(std::uint64_t steps, const Reading& reading, units::Seconds elapsed);

  Zone::Kind kind_;
  double joules_per_step_;
  std::uint64_t range_;
  units::Watts limit_;
  units::Seconds tick_;
  std::optional<Reading> before_;
  double remainder_ = 0;  // gauge: the part of a microjoule that is not counted yet
  Total total_;
};

// The zone's limit, or where it is unknown the most that hardware of its scope is built for.
units::Watts plausible_power(const Zone& zone);

// One account per zone; Reading::zone is the index.
class Ledger {
 public:
  explicit Ledger(std::span<const Zone> zones);
  Step add(const Reading& reading) { return accounts_[reading.zone].add(reading); }
  const Total& total(std::size_t zone) const { return accounts_[zone].total(); }
  std::size_t size() const { return accounts_.size(); }

 private:
  std::vector<Account> accounts_;
};

}  // namespace power
