// LiveBoard: what runs at this moment, as its nodes told last, and which nodes somebody is looking at: those tell it
// once a second, the others with their heartbeats. In the memory of one master; nothing hangs on it. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "base/id.h"
#include "units/time.h"
#include "wire/messages.h"

namespace master {

class LiveBoard {
 public:
  // How long a node goes on telling after somebody has asked: a viewer asks every second or two.
  static constexpr units::Seconds kWatch{10};

  void took(const wire::RunningJob& running, units::BootTime now);
  struct Seen {
    wire::RunningJob running;
    units::Seconds age{};
  };
  std::optional<Seen> of(base::Id job, int attempt, units::BootTime now) const;

  void watch(base::Id node, units::BootTime now);
  // For how much longer; nothing where nobody looks. Whoever is answered this is told.
  std::optional<units::Seconds> watched(base::Id node, units::BootTime now);
  // The same, but only of a node that was not told yet.
  std::optional<units::Seconds> news(base::Id node, units::BootTime now);

 private:
  struct Entry {
    wire::RunningJob running;
    units::BootTime at;
  };
  std::map<base::Id, Entry> jobs_;
  std::map<base::Id, units::BootTime> watched_until_;
  std::set<base::Id> untold_;
  units::BootTime swept_;
};

}  // namespace master
