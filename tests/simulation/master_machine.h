// MasterMachine: a machine with a master on it: the real routes, service, core and store under a simulated clock. The
// process can be killed between any two calls of its store, and is started again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "master/access.h"
#include "master/api.h"
#include "simulation/disk_files.h"
#include "simulation/follower.h"
#include "simulation/history.h"
#include "simulation/network.h"
#include "simulation/node_clock.h"
#include "simulation/nothing_to_run.h"
#include "simulation/store_tap.h"

namespace simulation {

class MasterMachine {
 public:
  // On the host of the process that begins.
  using OpenStore = std::function<base::Result<std::unique_ptr<store::Store>>(os::Host&)>;
  struct Settings {
    Machine name;
    master::CoreSettings core;
    double clock_rate = 1;
    units::Seconds wall_offset{0};
    std::uint64_t follower = 1;        // dice of who follows it
    units::Seconds usual_turn{0.001};  // from the first question of a round to its commit
  };
  // `disk`: where its database is, if it has one of its own.
  MasterMachine(World& world, Network& network, History& history, base::Log& log, Settings settings, OpenStore open,
                std::unique_ptr<Disk> disk);

  ~MasterMachine();

  void start();
  bool runs() const { return process_ != nullptr; }
  // kill -9, now or just before the n-th call of the store from now.
  void kill();
  void kill_at_call(std::uint64_t n) { calls_left_ = n; }
  void kill_at_step(std::uint64_t n) { steps_left_ = n; }  // of its disk
  void lose_power();
  Disk* disk() { return disk_.get(); }
  void end_faults();
  void lose_next_commit(StoreTap::Loss loss);
  // Whether the process stands still until then (SIGSTOP).
  void pause_until(Moment when) { paused_until_ = when; }
  NodeClock& clock() { return clock_; }
  const Machine& name() const { return settings_.name; }
  // For the checks at the end; the process must run.
  store::Store& store();
  const master::Core& core() const;
  // Its follower reads what is left.
  void end_following();

 private:
  struct Process;
  void receive(net::Request request, net::Responder responder);
  void arrange_turn(units::Seconds delay);
  void turn();
  void alive(const std::function<void()>& work);
  void died(const std::string& why);
  base::Result<void> begin();
  void tell_what_was_durable();

  World& world_;
  Network& network_;
  History& history_;
  base::Log& log_;
  Settings settings_;
  OpenStore open_;
  NodeClock clock_;
  std::unique_ptr<Disk> disk_;
  std::uint64_t calls_left_ = 0, steps_left_ = 0;
  std::vector<Saved> unclear_;  // of the last life's last commit
  Moment paused_until_ = 0;
  int starts_ = 0;
  Follower follower_;
  const Life watch_ = new_life();
  std::unique_ptr<Process> process_;
};

}  // namespace simulation
