#include "simulation/farm.h"

#include <cerrno>

#include <algorithm>

#include "base/format.h"
#include "base/mutants.h"
#include "simulation/rules.h"
#include "store_testing/model_store.h"

namespace simulation {

using base::format;

namespace {

// Farms of this size are at rest after a hundredth of it: what takes more goes in a circle.
constexpr std::uint64_t most_steps = 500'000;

// What the programs say, beside what happens, where somebody listens. It is no part of the trace that is compared.
class TraceLog final : public base::Log {
 public:
  explicit TraceLog(World& world) : world_(world) {}
  void write(base::LogLevel, std::string_view message, std::initializer_list<base::LogField> fields) override {
    world_.tell("log", [&] { return base::log_line(message, fields); });
  }

 private:
  World& world_;
};

}  // namespace

// What outlives the masters.
struct Farm::Storage {
  explicit Storage(World& world) : clock(world, 1, units::Seconds(0), units::Seconds(0)), outputs(clock) {}
  NodeClock clock;  // of the database's server and of the machine with the outputs
  Disk outputs;
  std::unique_ptr<store_testing::ModelData> model;
};

Farm::Farm(Config config, Listener listener)
    : config_(std::move(config)), world_(config_.seed), log_(std::make_unique<TraceLog>(world_)) {
  if (listener) world_.listen(std::move(listener));
  build();
}

Farm::~Farm() { world_.end(); }

void Farm::build() {
  auto& chance = world_.chance();
  network_ = std::make_unique<Network>(world_, config_.network);
  storage_ = std::make_unique<Storage>(world_);
  const bool shared = config_.stored == Config::Stored::shared_model;
  storage_->model = shared ? store_testing::ModelData::shared([this] { return storage_->clock.now(); })
                           : store_testing::ModelData::alone();
  const auto rate = [&] { return 1 + chance.between(-config_.drift, config_.drift); };
  std::vector<Machine> names;
  for (int i = 1; i <= config_.masters; ++i) {
    MasterMachine::Settings settings;
    settings.name = format("m{}", i);
    settings.core.times = config_.times;
    settings.core.quiet_after_restart = config_.times.time_to_live / 9.0;
    settings.core.version = "simulated";
    settings.follower = config_.seed * 31 + static_cast<std::uint64_t>(i);
    settings.core.kept_events = 8 + settings.follower % 57;  // few: a follower is soon too far behind
    settings.clock_rate = rate();
    names.push_back(settings.name);
    const bool own_disk = config_.stored == Config::Stored::sqlite;
    const auto open = [this, own_disk](os::Host& host) -> base::Result<std::unique_ptr<store::Store>> {
      if (own_disk) return store::open_sqlite(host, "/state/master.sqlite");
      return std::unique_ptr<store::Store>(storage_->model->open());
    };
    masters_.push_back(std::make_unique<MasterMachine>(world_, *network_, history_, *log_, settings, open,
                                                       own_disk ? std::make_unique<Disk>(storage_->clock) : nullptr));
    if (FFWATT_MUTANT(database_not_synced) && own_disk) masters_.back()->disk()->set_syncs(Disk::Syncs::ignored);
  }
  const auto turned = [&](std::size_t by) {
    auto all = names;
    std::rotate(all.begin(), all.begin() + static_cast<long>(by % all.size()), all.end());
    return all;
  };
  for (int i = 1; i <= config_.agents; ++i) {
    AgentMachine::Settings settings;
    settings.name = format("a{}", i);
    settings.masters = turned(chance.below(names.size()));
    settings.slots = chance.between(1, config_.most_slots);
    settings.orphan_limit = config_.orphan_limit;
    settings.clock_rate = rate();
    settings.runners = config_.runners;
    settings.contradictions = config_.contradictions;
    agents_.push_back(std::make_unique<AgentMachine>(world_, *network_, history_, *log_, storage_->outputs, settings));
  }
  if (FFWATT_MUTANT(spool_not_synced))
    for (auto& agent : agents_) agent->disk().set_syncs(Disk::Syncs::ignored);
  for (int i = 1; i <= config_.clients; ++i)
    clients_.push_back(std::make_unique<Client>(world_, *network_, history_, format("c{}", i),
                                                turned(chance.below(names.size())), config_.client));
}

void Farm::next_fault() {
  if (config_.fault_pause == units::Seconds(0)) return;
  world_.after(world_.chance().waiting(config_.fault_pause), life_, [this] {
    if (!faulty_) return;
    fault();
    next_fault();
  });
}

void Farm::fault() {
  auto& chance = world_.chance();
  const double all = config_.kill_master + config_.kill_agent + config_.kill_runner + config_.power_loss +
                     config_.end_agent + config_.cut + config_.pause + config_.clock + config_.lost_commit +
                     config_.master_power + config_.master_full + config_.master_eio + config_.full_disk +
                     config_.agent_eio;
  double die = chance.unit() * all;
  const auto is = [&](double part) {
    const bool here = die >= 0 && die < part;
    die -= part;
    return here;
  };
  auto& master = *chance.one_of(masters_);
  auto& agent = *chance.one_of(agents_);
  // How long a thing lasts: up to several leases.
  const auto lasts = [&] {
    return moment(units::Seconds(chance.any_size(0.1, 4) * config_.times.time_to_live.value()));
  };
  const auto any_step = [&] {
    static constexpr Disk::Step steps[] = {Disk::Step::read, Disk::Step::write, Disk::Step::sync, Disk::Step::name};
    return steps[chance.below(std::size(steps))];
  };
  if (is(config_.kill_master)) {
    if (chance.happens(0.3))
      master.kill();
    else if (master.disk() && chance.happens(0.5))
      master.kill_at_step(1 + chance.below(60));
    else
      master.kill_at_call(1 + chance.below(40));
  } else if (is(config_.master_power)) {
    master.lose_power();
  } else if (is(config_.master_full)) {
    world_.note(master.name(), "its disk is full");
    master.disk()->set_capacity(master.disk()->used() + chance.below(200'000));
    world_.at(world_.now() + lasts(), life_, [&master] { master.disk()->set_capacity(Disk::unlimited); });
  } else if (is(config_.master_eio)) {
    const auto step = chance.happens(0.5) ? Disk::Step::sync : Disk::Step::write;
    world_.note(master.name(), "its disk fails");
    master.disk()->fail(step, 1 + chance.below(20), EIO);
  } else if (is(config_.kill_agent)) {
    if (chance.happens(0.5))
      agent.kill();
    else
      agent.kill_at_step(1 + chance.below(25));
  } else if (is(config_.kill_runner)) {
    agent.kill_a_runner();
  } else if (is(config_.power_loss)) {
    agent.lose_power();
  } else if (is(config_.end_agent)) {
    agent.end(chance.happens(0.5) ? agent::Core::Ending::release : agent::Core::Ending::leave);
  } else if (is(config_.cut)) {
    const int way = chance.between(0, 2);
    const Machine other = chance.happens(0.2) ? format("c{}", 1 + chance.below(clients_.size())) : agent.name();
    world_.note(other, format("cut off from {}, way {}", master.name(), way));
    if (way != 2) world_.mark(Mark::cut_one_way);
    if (way != 0) network_->cut(other, master.name());
    if (way != 1) network_->cut(master.name(), other);
    world_.at(world_.now() + lasts(), life_, [this, other, &master] { network_->heal(other, master.name()); });
  } else if (is(config_.pause)) {
    const bool of_master = chance.happens(0.4);
    world_.note(of_master ? master.name() : agent.name(), "stands still");
    const Moment time = lasts();
    if (time > moment(config_.times.time_to_live)) world_.mark(Mark::stood_still);
    if (of_master)
      master.pause_until(world_.now() + time);
    else if (chance.happens(0.5))
      agent.pause_until(world_.now() + time);
    else
      world_.mark(Mark::machine_suspended), agent.sleep_until(world_.now() + time);
  } else if (is(config_.clock)) {
    const auto by = chance.between(units::Seconds(-3600), units::Seconds(3600));
    const bool of_master = chance.happens(0.6);
    world_.note(of_master ? master.name() : agent.name(), format("its wall clock is set by {:.0f} s", by.value()));
    world_.mark(by < units::Seconds(0) ? Mark::clock_set_back : Mark::clock_set_forward);
    (of_master ? master.clock() : agent.clock()).step_wall(by);
  } else if (is(config_.lost_commit)) {
    master.lose_next_commit(chance.happens(0.6) ? StoreTap::Loss::of_the_answer : StoreTap::Loss::of_the_transaction);
  } else if (is(config_.full_disk)) {
    world_.note(agent.name(), "its disk is full");
    agent.disk().set_capacity(agent.disk().used());
    world_.at(world_.now() + lasts(), life_, [&agent] { agent.disk().set_capacity(Disk::unlimited); });
  } else if (is(config_.agent_eio)) {
    const auto step = any_step();
    world_.note(agent.name(), "its disk fails");
    agent.disk().fail(step, 1 + chance.below(20), EIO, chance.happens(0.7) ? 1 : 1 + chance.below(8));
  }
}

// What an operator does with nodes that got no more jobs because too many were cut off on them.
void Farm::activate_nodes() {
  if (!masters_.front()->runs()) return;
  const auto nodes = masters_.front()->store().nodes(masters_.front()->clock().now());
  if (!nodes) return;
  for (const auto& seen : *nodes)
    if (seen.node.intent != jobs::Intent::active) {
      world_.mark(Mark::quarantined);
      network_->ask("op", life_, masters_.front()->name(),
                    {.method = net::Method::post, .url = "/nodes/" + seen.node.id.text() + "/activate", .body = "{}"},
                    [](const auto&) {});
    }
}

bool Farm::at_rest() {
  for (const auto& client : clients_)
    if (!client->is_settled()) return false;
  for (const auto& agent : agents_)
    if (!agent->is_idle()) return false;
  for (const auto& master : masters_)
    if (!master->runs()) return false;
  return open_jobs().empty();
}

std::string Farm::not_at_rest() {
  std::string why;
  for (const auto& master : masters_)
    if (!master->runs()) why += format(" {} does not run;", master->name());
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (!clients_[i]->is_settled()) why += format(" c{} has unanswered questions;", i + 1);
  for (const auto& agent : agents_)
    if (!agent->is_idle()) why += format(" {}: {};", agent->name(), agent->in_hand());
  if (!masters_.front()->runs()) return why;
  for (const auto& job : open_jobs())
    why += format(" {} ({}) is {} after {} attempts: {};", job.submission.name, job.id.text(), jobs::name(job.state),
                  job.attempts.size(), job.reason);
  return why;
}

// But for those that no node can run, and that say so.
std::vector<jobs::Job> Farm::open_jobs() {
  std::vector<jobs::Job> open;
  auto& store = masters_.front()->store();
  for (const auto state : jobs::all_job_states()) {
    if (jobs::is_terminal(state)) continue;
    const auto ids = store.matching(state, "", 500);
    if (!ids) continue;
    for (const auto id : *ids)
      if (auto record = store.record(id); record && masters_.front()->core().waits_for(record->job).empty())
        open.push_back(std::move(record->job));
  }
  return open;
}

bool Farm::settle() {
  faulty_ = false;
  for (const auto& agent : agents_) {
    if (agent->disk().failures() > 0) world_.mark(Mark::agent_disk_failed);
    if (agent->disk().refusals() > 0) world_.mark(Mark::agent_disk_full);
  }
  network_->heal_all();
  network_->end_faults();
  for (auto& master : masters_) master->end_faults();
  for (auto& agent : agents_) {
    agent->end_faults();
    agent->disk().set_capacity(Disk::unlimited);
    agent->disk().heal();
  }
  for (auto& client : clients_) client->settle();
  // Leases run out, orphans give up, back-offs pass, and all the work is done, by one node if need be.
  const double work = config_.jobs * 5.0 * (config_.longest_job.value() + 1.0) + config_.jobs * 5.0 * 330;
  const double limit = 10 * config_.times.time_to_live.value() + config_.orphan_limit.value() + 1200 + work;
  const Moment end = world_.now() + moment(units::Seconds(limit));
  Moment look = world_.now(), activate = world_.now();
  while (world_.steps() < most_steps && world_.step(end)) {
    if (world_.now() >= activate) {
      activate_nodes();
      for (auto& client : clients_) client->settle();  // a pause that was long on its way may have come since
      activate = world_.now() + moment(units::Seconds(60));
    }
    if (world_.now() < look) continue;
    if (at_rest()) return true;
    look = world_.now() + moment(units::Seconds(1));
  }
  return at_rest();
}

Evidence Farm::gather() {
  Evidence evidence{config_, history_, {}, {}, {}};
  for (const auto& agent : agents_) evidence.slots[agent->name()] = agent->slots();
  auto& store = masters_.front()->store();
  wire::JobQuery query;
  query.limit = 500;
  do {
    const auto page = store.list(query);
    if (!page) break;
    for (const auto& job : page->jobs) {
      auto record = store.record(job.id);
      if (!record) continue;
      evidence.ids[job.submission.name] = job.id;
      evidence.jobs.emplace(job.id, *std::move(record));
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return evidence;
}

RunResult Farm::run() {
  RunResult outcome;
  for (auto& master : masters_)
    world_.after(world_.chance().between(units::Seconds(0), units::Seconds(2)), life_, [&master] { master->start(); });
  for (auto& agent : agents_)
    world_.after(world_.chance().between(units::Seconds(0), units::Seconds(5)), life_, [&agent] { agent->start(); });
  for (auto& client : clients_) client->begin();
  next_fault();
  const Moment day = moment(units::Seconds(24 * 3600));
  const auto all_done = [&] {
    return std::all_of(clients_.begin(), clients_.end(), [](const auto& c) { return c->is_done(); });
  };
  while (!all_done() && world_.steps() < most_steps && world_.step(day)) {
  }
  // Whatever was just submitted meets some faults as well.
  const Moment more =
      world_.now() + moment(world_.chance().between(units::Seconds(1), config_.longest_job + units::Seconds(60)));
  while (world_.steps() < most_steps && world_.step(more)) {
  }
  bool rested = settle();
  if (!rested) outcome.faults.push_back("rest: not when the faults had ended:" + not_at_rest());
  if (rested) {
    // Once more from what is on the disks.
    for (auto& master : masters_) master->lose_power();
    for (auto& agent : agents_) agent->lose_power();
    storage_->outputs.lose_power(world_.chance().random());
    rested = settle();
    if (!rested) outcome.faults.push_back("rest: not after everything was restarted:" + not_at_rest());
    for (const auto& agent : agents_)
      if (rested && !agent->has_empty_spool())
        outcome.faults.push_back(format("rest: {} keeps what is done with: {}", agent->name(), agent->in_hand()));
  }
  agents_.front()->look_at_outputs();
  if (masters_.front()->runs()) {
    for (auto& master : masters_)
      if (master->runs()) master->end_following();
    const auto evidence = gather();
    outcome.jobs = evidence.jobs.size();
    for (auto& fault : broken_rules(evidence)) outcome.faults.push_back(std::move(fault));
    add_marks(evidence, world_.marks());
  }
  outcome.marks = names(world_.marks());
  outcome.steps = world_.steps();
  outcome.trace_hash = world_.trace_hash();
  outcome.hours = seconds(world_.now()) / 3600;
  return outcome;
}

}  // namespace simulation
