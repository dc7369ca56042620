// The zone tree: which zones may be added up. Three ways in which other tools have counted a joule twice:
// a zone beside the zone that contains it (package + core), the same domain through a second driver (intel-rapl-mmio),
// and the dies of one socket that all show the socket's counter.
// Values and pure functions; MirrorWatch is guarded by its owner.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "power/zone.h"

namespace power {

enum class Role {
  counted,
  part,    // its parent contains its energy
  twin,    // another driver's view of a zone that is counted
  mirror,  // shows the same counter as an earlier zone of its socket
};
std::string_view name(Role role);

// What names, paths and parents tell: counted, part or twin.
std::vector<Role> roles(std::span<const Zone> zones);

// What only values tell: two zones of one scope and one socket that have shown the same value (within what a tick and
// the time between the two reads explain) at every look so far are one counter, and the later one is a mirror. Two
// zones that once differed are never mirrors again. Zones of different sockets are not compared: two sockets under the
// same load are two counters, however equal.
class MirrorWatch {
 public:
  explicit MirrorWatch(std::span<const Zone> zones);
  // All readings of one pass, with Reading::zone as index into the zones given above.
  void look(std::span<const Reading> readings);
  const std::vector<Role>& roles() const { return roles_; }

 private:
  struct Pair {
    std::size_t first, second;
    units::Watts fastest{};
    units::Seconds tick{};
    double joules_per_unit = 0;
    std::uint64_t range = 0;
    bool differed = false, seen = false;
  };
  void settle();

  std::vector<Role> fixed_, roles_;
  std::vector<Pair> pairs_;
  std::vector<std::optional<Reading>> last_;
};

}  // namespace power
