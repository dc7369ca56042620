// Stage: the hardware of one power source as a test builds it, and the ways in which it falls ill. The conformance test
// plays the same piece on every stage, so a source that is on the list of stages.h is proven against a wrap, a restart,
// a device that goes and comes back, a lost right and garbage. For the tests of this folder only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "power/source.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {

enum class Trouble {
  wrap,      // the counter stands so near its range that it goes round in the second step from now, losing no energy
  reset,     // the counter starts again from 0
  vanished,  // the device is gone
  denied,    // the right to read it is gone
  garbage,   // it answers with what is no number
};
inline std::string_view name(Trouble trouble) {
  constexpr std::string_view kNames[] = {"wrap", "reset", "vanished", "denied", "garbage"};
  return kNames[static_cast<int>(trouble)];
}

class Stage {
 public:
  explicit Stage(HostTree& machine) : tree(machine) {}
  virtual ~Stage() = default;

  // What open_<source>() gets. A source with a clock or devices of its own returns a host that has them.
  virtual os::Host& host() { return tree.host; }
  virtual Settings settings() const { return {}; }

  // Healthy hardware, of several zones where the source can have several. Called once, before opening.
  virtual void furnish() = 0;
  // In how much time every healthy zone shows something new.
  virtual units::Seconds step() const { return units::Seconds(1); }
  // This much time passes, in which every healthy zone uses power above 0. A source that polls on a thread of its own
  // has read the new values when this returns.
  virtual void run(units::Seconds time) = 0;
  // From now on some of the zones, those that suffer(), have this trouble. No: this hardware cannot have it.
  enum class Possible { no, yes };
  virtual Possible fall_ill(Trouble trouble) = 0;
  virtual bool suffers(const power::Zone& zone) const = 0;
  // The trouble is over. Counters need not go on where they stood.
  virtual void recover() = 0;

  HostTree& tree;
};

}  // namespace power_sources
