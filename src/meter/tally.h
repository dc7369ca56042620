// Tally: what has been charged to one workload so far, zone by zone. Pure; guarded by its owner.
// Each pass of the sampler is a step. A step whose CPU time could not be read stays open and is charged together with
// the next one that could: the joules of a process that is hard to watch are late, not lost.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "attribution/attribute.h"
#include "meter/meter.h"
#include "meter/step.h"
#include "power/zone.h"
#include "units/measured.h"

namespace meter {

struct ZoneTally {
  units::Joules energy{}, low{}, high{};  // of the zone while the workload ran
  units::Seconds duration{};
  units::Joules by_share{};                  // energy × share of CPU time
  units::Joules alone{};                     // all energy while the machine was its own, else energy × share
  units::Joules at_most{};                   // the same, with its reservation where that is more than its share
  units::Joules above_idle{}, idle_share{};  // only where the zone's idle power is known
  units::Seconds charged_cpu{};              // machine CPU time whose energy was charged
  units::Seconds idle_time{};                // time × its part of the idle power: for how long it had all of that
  // What its idle power may be wrong by, in what was charged: a higher one leaves less above it and more below.
  units::Joules above_down{}, above_up{}, part_down{}, part_up{}, total_down{}, total_up{};
  units::Joules unlike{};  // attribution::ErrorCauses::unlike
  // Of all that ran there, where the zone's idle power is known: what a second of CPU time was worth.
  units::Joules dynamic{};
  units::Seconds busy{};
  units::Joules marginal{};
  units::Seconds marginal_time{};  // of which the load curve was known
};

class Tally {
 public:
  // `idle` (of each zone) is read at each charge: a baseline may be learned meanwhile.
  Tally(std::span<const power::Zone> zones, std::span<const std::optional<units::Measured<units::Watts>>> idle,
        IdlePolicy policy, double reserved);

  // `places` of the machine, and for each zone the index of its own.
  // Each zone's charge of this step is added to `charged`, in the order of the zones.
  void add(std::span<const ZoneStep> zones, std::span<const CpuStep> places, std::span<const std::size_t> place_of,
           std::span<attribution::Charge> charged);
  // Charges what is still open, with the CPU time known by now.
  void close(std::span<attribution::Charge> charged);
  const std::vector<ZoneTally>& zones() const { return zones_; }

 private:
  struct Open {
    units::Joules energy{}, low{}, high{}, marginal{};
    units::Seconds duration{}, elapsed{}, marginal_time{}, own{}, others{}, busy{};
    double others_norm = 0;                           // √ of the others' squares, added up
    double reserved_seconds = 0, others_seconds = 0;  // reservations × time
  };
  void charge(std::size_t zone, attribution::Charge& charged);

  std::span<const std::optional<units::Measured<units::Watts>>> idle_;
  IdlePolicy policy_;
  double reserved_;
  std::vector<Open> open_;
  std::vector<ZoneTally> zones_;
};

}  // namespace meter
