// MasterMachine: a machine with a master on it: the real routes, service, core and store under a simulated clock. The
// process can be killed between any two calls of its store, and is started again.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "master/access.h"
#include "master/api.h"
#include "simulation/history.h"
#include "simulation/network.h"
#include "simulation/node_clock.h"
#include "simulation/nothing_to_run.h"
#include "simulation/store_tap.h"

namespace simulation {

class MasterMachine {
 public:
  using OpenStore = std::function<base::Result<std::unique_ptr<store::Store>>()>;
  struct Settings {
    Machine name;
    master::CoreSettings core;
    double clock_rate = 1;
    units::Seconds wall_offset{0};
    units::Seconds usual_turn{0.001};  // from the first question of a round to its commit
  };
  MasterMachine(World& world, Network& network, History& history, base::Log& log, Settings settings, OpenStore open);

  ~MasterMachine();

  void start();
  bool runs() const { return process_ != nullptr; }
  // kill -9, now or just before the n-th call of the store from now.
  void kill();
  void kill_at_call(std::uint64_t n) { calls_left_ = n; }
  void lose_next_commit();
  // Whether the process stands still until then (SIGSTOP).
  void pause_until(Moment when) { paused_until_ = when; }
  NodeClock& clock() { return clock_; }
  const Machine& name() const { return settings_.name; }
  // For the checks at the end; the process must run.
  store::Store& store();
  const master::Core& core() const;
  int starts() const { return starts_; }

 private:
  struct Process;
  void receive(net::Request request, net::Responder responder);
  void arrange_turn(units::Seconds delay);
  void turn();
  void alive(const std::function<void()>& work);
  void died(const std::string& why);

  World& world_;
  Network& network_;
  History& history_;
  base::Log& log_;
  Settings settings_;
  OpenStore open_;
  NodeClock clock_;
  std::uint64_t calls_left_ = 0;
  Moment paused_until_ = 0;
  int starts_ = 0;
  const Life watch_ = new_life();
  std::unique_ptr<Process> process_;
};

}  // namespace simulation
