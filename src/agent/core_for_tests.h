// Hands: an agent's core in the hands of a test that plays the master, the runners and the clock. Every action that
// comes out is kept until the test takes it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>

#include "agent/core.h"
#include "os_testing/seeded_random.h"

namespace agent {

using namespace units::literals;
using base::Error;

class Hands : public testing::Test {
 protected:
  Hands() {
    settings.facts.name = "n1";
    settings.facts.boot_id = "boot-1";
    make();
  }
  void make() { core = std::make_unique<Core>(settings, random, *log); }
  void begin(std::vector<Adopted> adopted = {}) { keep(core->begin(std::move(adopted), now)); }
  // Registered, with a heartbeat and a claim under way, both of which are taken.
  void be_registered() {
    begin();
    take<Enrol>();
    enrolled();
    take<Heartbeat>();
    heartbeat_ok();
  }

  void keep(Actions actions) {
    for (auto& action : actions) kept.push_back(std::move(action));
  }
  template <class A>
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::count_if(kept.begin(), kept.end(), [](const Action& a) { return std::holds_alternative<A>(a); }));
  }
  // The oldest action of this kind, which must be there.
  template <class A>
  A take() {
    for (auto it = kept.begin(); it != kept.end(); ++it)
      if (std::holds_alternative<A>(*it)) {
        A found = std::get<A>(*it);
        kept.erase(it);
        return found;
      }
    throw std::runtime_error("no such action");
  }

  void set(units::Instant to) { now = to; }
  // Time passes as for the program: the core is woken when it asked to be, and does not ask for the past.
  void wait(units::Seconds time) {
    const auto end = now.boot + time;
    while (now.boot < end) {
      const auto next = core->next_deadline();
      if (next <= now.boot) throw std::runtime_error("the core would spin");
      const auto to = std::min(next, end);
      now = {now.wall + (to - now.boot), to};
      keep(core->tick(now));
    }
  }

  wire::RegisterAnswer registration() const { return {node, times, "0.1.0"}; }
  void enrolled() { keep(core->enrolled(registration(), now)); }
  void heartbeat_ok(std::vector<wire::LeaseAnswer> words = {}) {
    keep(core->heartbeat_answered(wire::HeartbeatAnswer{std::move(words), jobs::Intent::active}, now.boot, now));
  }
  void word(const jobs::Lease& lease, wire::LeaseWord w) { heartbeat_ok({{lease.job, lease.attempt, w}}); }
  wire::Offer offer(std::uint64_t n = 1) {
    wire::Offer o;
    o.job.id = base::Id::make(1'700'000'000'000 + n, n, n);
    o.job.number = static_cast<std::int64_t>(n);
    o.lease = {o.job.id, 1, "token-" + std::to_string(n)};
    return o;
  }
  // The claim under way is answered with these.
  void offered(std::vector<wire::Offer> offers) {
    take<Claim>();
    keep(core->claim_answered(wire::ClaimAnswer{std::move(offers), {}}, now));
  }
  void start_ok(const jobs::Lease& lease) {
    keep(core->start_answered(lease.job, wire::StartAnswer{lease, times}, now.boot, now));
  }
  // A job that runs; its Launch is taken.
  jobs::Lease running(std::uint64_t n = 1) {
    const auto o = offer(n);
    offered({o});
    take<Start>();
    start_ok(o.lease);
    take<Launch>();
    return o.lease;
  }
  void result_answered(const jobs::Lease& lease, base::Result<wire::ResultAnswer> answer) {
    keep(core->result_answered(lease.job, answer, now));
  }

  units::Instant now{*units::parse_rfc3339("2026-01-31T09:00:00Z"), units::BootTime::from_seconds(3600)};
  jobs::LeaseTimes times;
  base::Id node = base::Id::make(1'700'000'000'000, 7, 7);
  CoreSettings settings;
  os_testing::SeededRandom random;
  std::unique_ptr<base::Log> log = base::silent_log();
  std::unique_ptr<Core> core;
  Actions kept;
};

}  // namespace agent
