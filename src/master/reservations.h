// Reservations: jobs that want a node to themselves never find one empty in a busy farm. When such a job has been at
// the head for a minute, one node that can run it gets nothing else until it is empty. Pure; one thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "units/time.h"

namespace master {

class Reservations {
 public:
  static constexpr units::Seconds patience{60};

  // Of a node that could be kept free, and how much it has to end before.
  struct Candidate {
    base::Id node;
    std::size_t jobs = 0;
  };
  // The classes, of jobs that want to be alone, that have some job ready now. Those that have none any more lose their
  // reservation.
  void waiting(std::span<const std::string> classes, units::BootTime now);
  // Which of them has waited for longer than patience and has no node yet.
  std::vector<std::string> overdue(units::BootTime now) const;
  // The one with the least to do that is not reserved yet.
  void reserve(const std::string& job_class, std::span<const Candidate> candidates);
  // The class that the node is kept for; nothing where it is free.
  std::optional<std::string> held_for(base::Id node) const;
  // The nodes that are kept; one that is lost or drained is not worth it.
  std::vector<base::Id> kept() const;
  void release(base::Id node);
  // A job of the class was offered: the next one begins to wait.
  void served(const std::string& job_class);

 private:
  struct Waiting {
    units::BootTime since;
    std::optional<base::Id> node;
  };
  std::map<std::string, Waiting> waiting_;
};

}  // namespace master
