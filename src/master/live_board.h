// LiveBoard: what runs at this moment, as its nodes told last, and which nodes somebody is looking at: those tell it
// once a second, the others with their heartbeats. In the memory of one master; nothing hangs on it. One thread.
#pragma once

#include <cstdint>
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

  struct Of {  // the job that it is about
    std::int64_t number = 0;
    jobs::JobState state = jobs::JobState::running;
  };
  void took(const wire::RunningJob& running, Of of, units::BootTime now);
  struct Seen {
    wire::RunningJob running;
    units::Seconds age{};
  };
  std::optional<Seen> of(base::Id job, int attempt, units::BootTime now) const;

  // What was told since, of each job its newest, oldest first. A version is a place in what was told; 0 is before all.
  using Version = std::uint64_t;
  Version version() const { return version_; }
  // Calls f(version, view).
  template <class F>
  void each_since(Version seen, F f) const {
    for (auto it = by_version_.upper_bound(seen); it != by_version_.end(); ++it)
      f(it->first, jobs_.at(it->second).view());
  }

  void watch(base::Id node, units::BootTime now);
  // For how much longer; nothing where nobody looks. Whoever is answered this is told.
  std::optional<units::Seconds> watched(base::Id node, units::BootTime now);
  // The same, but only of a node that was not told yet.
  std::optional<units::Seconds> news(base::Id node, units::BootTime now);

 private:
  struct Entry {
    wire::RunningJob running;
    Of of;
    units::BootTime at;
    Version version = 0;
    wire::LiveView view() const { return {running.lease.job, of.number, of.state, running, {}}; }
  };
  std::map<base::Id, Entry> jobs_;
  std::map<Version, base::Id> by_version_;
  Version version_ = 0;
  std::map<base::Id, units::BootTime> watched_until_;
  std::set<base::Id> untold_;
  units::BootTime swept_;
};

}  // namespace master
