// NewProcesses: which processes were made since the last look, without looking at every process of the machine: the
// kernel hands out their numbers in rising order, and /proc/loadavg tells the newest. One thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "os/files.h"
#include "os/root.h"
#include "units/time.h"

namespace os {

class NewProcesses {
 public:
  // Both outlive it. Costs nothing until the first look.
  NewProcesses(const Files& files, Root root);

  struct Process {
    pid_t id = 0, parent = 0;
  };
  // Looks, but at most once in kEvery unless it must be now. What is told below stays valid until the next look.
  enum class When { seldom, now };
  void look(units::BootTime now, When when = When::seldom);

  // The number of the last look; whoever has seen the one before it learns by news() what is new.
  std::uint64_t number() const { return number_; }
  enum class Told { all, not_all };
  // not_all: too many to tell, or nobody can know; walk the tree (process_tree.h).
  Told told() const { return told_; }
  std::span<const Process> news() const { return news_; }
  // Nothing was made since that look, as of the last one: no process has a child more, or a number that was another's.
  // Only where the numbers are those of our own system calls.
  bool none_since(std::uint64_t number) const { return state_ == State::open && number == number_; }

  static constexpr units::Seconds kEvery{
      0.95};  // about a second: what looks every half of one does so every other time

 private:
  bool sees_our_numbers() const;

  const Files& files_;
  const Root root_;
  std::unique_ptr<HeldFile> newest_file_;
  enum class State { unopened, open, unusable } state_ = State::unopened;
  pid_t newest_ = 0;  // as of the last look; 0: not known
  units::BootTime looked_at_;
  std::uint64_t number_ = 0;
  Told told_ = Told::not_all;
  std::vector<Process> news_;
};

}  // namespace os
