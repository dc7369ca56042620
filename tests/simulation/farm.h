// Farm: one run of the simulator, from a seed: masters, agents and clients that work while faults happen; then the
// faults end and all of it has to come to rest; then everything is started once more from what is on the disks, and the
// rules look at what is left.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/agent_machine.h"
#include "simulation/client.h"
#include "simulation/history.h"
#include "simulation/master_machine.h"
#include "simulation/network.h"
#include "simulation/world.h"

namespace simulation {

// Drawn from the seed: which faults there are at all, and how often. "Swarm": no two seeds have the same mixture.
struct Config {
  std::uint64_t seed = 0;
  enum class Stored { model, shared_model, sqlite } stored = Stored::model;
  int masters = 1, agents = 1, clients = 1, jobs = 20;
  int most_slots = 1;
  jobs::LeaseTimes times;
  units::Seconds orphan_limit{1800};
  units::Seconds longest_job{60};
  NetworkFaults network;
  RunnerHabits runners;
  double contradictions = 0;  // of results that are taken: another one follows by the same token
  Client::Habits client;
  double drift = 0;               // clocks run so much fast or slow, at most
  units::Seconds fault_pause{0};  // on average between two faults of processes, disks, clocks and cables; 0: none
  // Shares of those.
  double kill_master = 0, kill_agent = 0, kill_runner = 0, power_loss = 0, end_agent = 0, cut = 0, pause = 0, clock = 0,
         lost_commit = 0, full_disk = 0, agent_eio = 0, master_power = 0, master_full = 0, master_eio = 0;
};
Config draw_config(std::uint64_t seed);
std::string text(const Config& config);
// No such fault, by its name in text(). False where there is none of that name.
bool leave_out(Config& config, std::string_view fault);
// At most so many "masters", "agents", "clients" or "jobs"; at least one. False where there is no such thing.
bool limit(Config& config, std::string_view what, int most);

// What the rules look at.
struct Evidence {
  const Config& config;
  const History& history;
  std::map<base::Id, store::JobRecord> jobs;  // at the end
  std::map<std::string, base::Id> ids;        // by the job's name
  std::map<Machine, int> slots;               // of each node
};

struct RunResult {
  std::uint64_t steps = 0, trace_hash = 0;
  std::size_t jobs = 0;
  double hours = 0;                 // of true time
  std::vector<std::string> marks;   // that were hit
  std::vector<std::string> faults;  // "R1: …"; empty: all rules hold
};

class Farm {
 public:
  using Listener = std::function<void(Moment, std::string_view who, std::string_view what)>;
  explicit Farm(Config config, Listener listener = {});
  ~Farm();
  RunResult run();
  const History& history() const { return history_; }

 private:
  void build();
  void next_fault();
  void fault();
  // False where it has not come to rest in time.
  bool settle();
  bool at_rest();
  void activate_nodes();
  std::string not_at_rest();
  std::vector<jobs::Job> open_jobs();
  Evidence gather();

  const Config config_;
  World world_;
  History history_;
  std::unique_ptr<base::Log> log_;
  std::unique_ptr<Network> network_;
  const Life life_ = new_life();
  bool faulty_ = true;
  struct Storage;
  std::unique_ptr<Storage> storage_;
  std::vector<std::unique_ptr<MasterMachine>> masters_;
  std::vector<std::unique_ptr<AgentMachine>> agents_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace simulation
