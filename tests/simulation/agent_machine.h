// AgentMachine: a machine with an agent on it, the real core, doer and spool, and with runners, which are modelled:
// they take their time, make an output, leave a report; or they fail, die, hang, do not listen. Agent, runners and the
// machine itself can be killed and started again; runners outlive their agent.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/core.h"
#include "agent/doer.h"
#include "base/log.h"
#include "simulation/disk_files.h"
#include "simulation/history.h"
#include "simulation/lanes.h"
#include "simulation/model_runner.h"
#include "simulation/network.h"
#include "simulation/node_clock.h"
#include "simulation/nothing_to_run.h"

namespace simulation {

class AgentMachine {
 public:
  struct Settings {
    Machine name;
    std::vector<Machine> masters;  // that it asks in turn
    int slots = 1;
    units::Seconds orphan_limit{1800};
    double clock_rate = 1;
    units::Seconds wall_offset{0};
    RunnerHabits runners;
    double contradictions = 0;  // of results that are taken: another one follows
  };
  AgentMachine(World& world, Network& network, History& history, base::Log& log, Disk& outputs, Settings settings);
  ~AgentMachine();

  void start();
  bool runs() const { return process_ != nullptr; }
  void kill();                                             // the agent alone
  void kill_at_step(std::uint64_t n) { steps_left_ = n; }  // of its disk
  void kill_a_runner();
  void lose_power();
  void end(agent::Core::Ending ending);  // as by SIGINT or SIGTERM; started again later
  void pause_until(Moment when);         // the agent alone (SIGSTOP)
  void sleep_until(Moment when);         // all of it (suspend): its boot clock goes on
  NodeClock& clock() { return clock_; }
  Disk& disk() { return disk_; }
  const Machine& name() const { return settings_.name; }
  int slots() const { return settings_.slots; }
  void end_faults();

  // Nothing is in hand.
  bool is_idle() const;
  bool has_empty_spool() const;
  std::string in_hand() const;  // for people
  // Notes which outputs have got, changed or lost their names.
  void look_at_outputs();

 private:
  struct Process;
  class RunnersHere;
  class WatchedRunner;

  void alive(const std::function<void()>& work);
  void died(const std::string& why);
  void wake(units::Seconds delay);
  void run();
  std::vector<DiskFiles::Mount> mounts();
  void runner_ended(int pid);

  World& world_;
  Network& network_;
  History& history_;
  base::Log& log_;
  Disk& outputs_;
  Settings settings_;
  NodeClock clock_;
  Disk disk_;
  int boots_ = 0, next_pid_ = 100;
  std::string boot_id_;
  std::uint64_t steps_left_ = 0;
  Moment paused_until_ = 0, asleep_until_ = 0;
  const Life watch_ = new_life();
  bool published_ = false;                               // an output may have got its name
  std::map<int, std::unique_ptr<ModelRunner>> runners_;  // by pid
  std::vector<std::unique_ptr<ModelRunner>> dead_;
  std::unique_ptr<Process> process_;
};

}  // namespace simulation
