// ModelRunner: what a runner process and its ffmpeg are to an agent: it takes the lock of its folder, leaves its name
// and now and then its progress, makes an output beside the final name, leaves a report, and ends; or whatever else can
// become of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/core.h"
#include "agent/runners.h"
#include "agent/spool.h"
#include "simulation/disk_files.h"
#include "simulation/history.h"
#include "simulation/node_clock.h"

namespace simulation {

struct RunnerHabits {
  units::Seconds shortest{1}, longest{120};
  // Parts of all runs; what is left completes.
  double fails = 0, bad_input = 0, lacks_something = 0, dies = 0, hangs = 0;
  double deaf = 0;        // of all: does not listen when told to stop
  double unkillable = 0;  // of all: goes on for up to 10 minutes when killed
};

class ModelRunner {
 public:
  // `ended` is called when the process is gone; it may destroy the runner. While its machine sleeps it does nothing.
  ModelRunner(World& world, History& history, const NodeClock& clock, std::vector<DiskFiles::Mount> disks, Machine on,
              os::Path folder, agent::ProcessName name, const RunnerHabits& habits, const Moment& asleep_until,
              std::function<void()> ended);
  ~ModelRunner();  // whatever it was doing ends here and now, with the machine

  void stop(agent::StopReason reason);
  void kill();
  const agent::ProcessName& name() const { return name_; }
  agent::Runners::Killed killed() const { return killed_; }

 private:
  void begin();
  void go_on();  // progress, until its time has come
  void finish(jobs::End end, jobs::FailureClass failure, const std::string& error);
  void put_report(jobs::Report report, int tries);
  void end();
  double joules() const;
  std::vector<jobs::EnergyLine> energy() const;

  World& world_;
  History& history_;
  const NodeClock& clock_;
  DiskFiles files_;
  const Machine on_;
  const os::Path folder_;
  const agent::ProcessName name_;
  const RunnerHabits habits_;
  const Moment& asleep_until_;  // of the machine
  std::function<void()> ended_;
  const Life life_ = new_life();
  std::unique_ptr<os::FileLock> lock_;
  std::optional<wire::Offer> offer_;
  std::optional<std::size_t> ran_;  // its place in the history
  units::WallTime started_;
  double watts_ = 0;
  std::string word_;
  Moment done_at_ = 0;
  enum class Fate { completes, fails, bad_input, lacks_something, dies, hangs } fate_ = Fate::completes;
  bool deaf_ = false, unkillable_ = false, finishing_ = false;
  agent::Runners::Killed killed_ = agent::Runners::Killed::no;
};

// What it writes into the output of an attempt, and who made an output by its content.
std::string film(base::Id job, int attempt);
std::optional<std::pair<base::Id, int>> maker_of(std::string_view film);

}  // namespace simulation
