#include <algorithm>

#include "base/format.h"
#include "simulation/farm.h"

namespace simulation {

Config draw_config(std::uint64_t seed) {
  Chance chance(seed ^ 0x5eed5eed5eed5eed);
  Config c;
  c.seed = seed;
  const double kind = chance.unit();
  c.stored = kind < 0.35 ? Config::Stored::model : kind < 0.6 ? Config::Stored::shared_model : Config::Stored::sqlite;
  c.masters = c.stored == Config::Stored::shared_model ? chance.between(1, 3) : 1;
  c.agents = static_cast<int>(chance.any_size(1, 12.9));
  c.clients = chance.between(1, 3);
  c.jobs = static_cast<int>(chance.any_size(5, 60));
  c.most_slots = chance.happens(0.5) ? 1 : chance.between(2, 4);
  if (chance.happens(0.4)) {  // short leases: more happens in the same time
    c.times.time_to_live = units::Seconds(chance.between(9, 30));
    c.times.renewal = c.times.time_to_live / 3.0;
    c.times.offer = units::Seconds(chance.between(3, 15));
  }
  if (chance.happens(0.3)) c.orphan_limit = units::Seconds(chance.between(10, 300));
  c.longest_job = units::Seconds(chance.any_size(10, 2400));
  c.runners.shortest = units::Seconds(std::min(1.0, c.longest_job.value()));
  c.runners.longest = c.longest_job;

  const auto maybe = [&](double part, double low, double high) {
    return chance.happens(part) ? chance.any_size(low, high) : 0.0;
  };
  c.network.lose_question = maybe(0.5, 0.001, 0.1);
  c.network.lose_answer = maybe(0.5, 0.001, 0.2);
  c.network.twice = maybe(0.4, 0.001, 0.1);
  c.network.straggler = maybe(0.4, 0.001, 0.1);
  c.network.usual = units::Seconds(chance.any_size(0.0002, 0.1));
  c.runners.fails = maybe(0.5, 0.02, 0.4);
  c.runners.bad_input = maybe(0.3, 0.02, 0.2);
  c.runners.lacks_something = maybe(0.2, 0.02, 0.1);
  c.runners.dies = maybe(0.4, 0.02, 0.3);
  if (chance.happens(0.02)) c.runners.dies = 0.9;  // until jobs are given up for it
  c.runners.hangs = maybe(0.3, 0.02, 0.2);
  c.runners.deaf = maybe(0.4, 0.05, 0.5);
  c.runners.unkillable = maybe(0.2, 0.05, 0.3);
  c.client.jobs = std::max(1, c.jobs / c.clients);
  c.client.mean_pause = units::Seconds(chance.any_size(0.5, 60));
  c.client.batch = maybe(0.4, 0.05, 0.5);
  c.client.cancels = maybe(0.6, 0.02, 0.3);
  c.client.pauses = maybe(0.4, 0.02, 0.2);
  c.client.retries = maybe(0.4, 0.02, 0.2);
  c.client.looks = chance.between(0.05, 0.4);
  c.client.exclusive = maybe(0.3, 0.05, 0.5);
  auto& habits = c.client;
  const double other = habits.cancels + habits.pauses + habits.retries + habits.looks;
  for (double* part : {&habits.cancels, &habits.pauses, &habits.retries, &habits.looks})
    if (other > 0.7) *part *= 0.7 / other;  // what is left submits
  c.contradictions = maybe(0.3, 0.02, 0.3);
  c.client.same_key = maybe(0.3, 0.02, 0.3);
  c.drift = maybe(0.5, 0.0001, 0.01);

  if (chance.happens(0.85)) c.fault_pause = units::Seconds(chance.any_size(5, 300));
  c.kill_master = maybe(0.6, 0.1, 1);
  c.kill_agent = maybe(0.6, 0.1, 1);
  c.kill_runner = maybe(0.4, 0.1, 1);
  c.power_loss = maybe(0.4, 0.1, 1);
  c.end_agent = maybe(0.3, 0.1, 1);
  c.cut = maybe(0.6, 0.1, 1);
  c.pause = maybe(0.4, 0.1, 1);
  c.clock = maybe(0.4, 0.1, 1);
  c.lost_commit = c.stored == Config::Stored::shared_model ? maybe(0.5, 0.1, 1) : 0;
  c.full_disk = maybe(0.3, 0.1, 1);
  if (chance.happens(0.06)) {  // nodes are often out of reach, and people put to sleep what seems to wait
    c.fault_pause = units::Seconds(chance.any_size(10, 40));
    c.cut = 1;
    c.kill_agent = c.power_loss = c.kill_runner = 0;
    c.client.pauses = 0.4;
    c.client.cancels = c.client.retries = c.client.looks = 0.1;
    c.client.mean_pause = units::Seconds(2);
  }
  c.agent_eio = maybe(0.25, 0.1, 1);
  if (c.stored == Config::Stored::sqlite) {
    c.master_power = maybe(0.6, 0.1, 1);
    c.master_full = maybe(0.3, 0.1, 1);
    c.master_eio = maybe(0.4, 0.1, 1);
  }
  return c;
}

namespace {

// Each kind of fault by its name, and how much of it there is.
using Faults = std::vector<std::pair<std::string_view, double*>>;
Faults faults_of(Config& c) {
  return {{"lose-question", &c.network.lose_question},
          {"lose-answer", &c.network.lose_answer},
          {"twice", &c.network.twice},
          {"straggler", &c.network.straggler},
          {"fails", &c.runners.fails},
          {"bad-input", &c.runners.bad_input},
          {"lacks", &c.runners.lacks_something},
          {"dies", &c.runners.dies},
          {"hangs", &c.runners.hangs},
          {"deaf", &c.runners.deaf},
          {"unkillable", &c.runners.unkillable},
          {"contradictions", &c.contradictions},
          {"cancels", &c.client.cancels},
          {"pauses", &c.client.pauses},
          {"retries", &c.client.retries},
          {"batch", &c.client.batch},
          {"exclusive", &c.client.exclusive},
          {"drift", &c.drift},
          {"kill-master", &c.kill_master},
          {"kill-agent", &c.kill_agent},
          {"kill-runner", &c.kill_runner},
          {"power-loss", &c.power_loss},
          {"end-agent", &c.end_agent},
          {"cut", &c.cut},
          {"pause", &c.pause},
          {"clock", &c.clock},
          {"lost-commit", &c.lost_commit},
          {"full-disk", &c.full_disk},
          {"agent-eio", &c.agent_eio},
          {"master-power", &c.master_power},
          {"master-full", &c.master_full},
          {"master-eio", &c.master_eio}};
}

}  // namespace

bool leave_out(Config& config, std::string_view fault) {
  for (const auto& [name, part] : faults_of(config))
    if (name == fault) return *part = 0, true;
  return false;
}

bool limit(Config& config, std::string_view what, int most) {
  int* const count = what == "masters"   ? &config.masters
                     : what == "agents"  ? &config.agents
                     : what == "clients" ? &config.clients
                     : what == "jobs"    ? &config.jobs
                                         : nullptr;
  if (!count) return false;
  *count = std::clamp(*count, 1, std::max(1, most));
  config.client.jobs = std::max(1, config.jobs / config.clients);
  return true;
}

std::string text(const Config& config) {
  static constexpr const char* stores[] = {"model", "shared-model", "sqlite"};
  Config c = config;
  std::string s = base::format(
      "store={} masters={} agents={} clients={} jobs={} slots<={} ttl={:.0f}s longest={:.0f}s faults-every={:.0f}s",
      stores[static_cast<int>(c.stored)], c.masters, c.agents, c.clients, c.jobs, c.most_slots,
      c.times.time_to_live.value(), c.longest_job.value(), c.fault_pause.value());
  for (const auto& [name, part] : faults_of(c))
    if (*part > 0) s += base::format(" {}={:.3f}", name, *part);
  return s;
}

}  // namespace simulation
