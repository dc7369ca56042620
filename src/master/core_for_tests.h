// Farm: a core on a store under a clock that stands still, with the few words in which its tests are written. The tests
// of the core run on each store: on the model, which says what is meant, and on SQLite, which must mean the same.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "base/format.h"
#include "master/core.h"
#include "os/host.h"
#include "os_testing/postgres_server.h"
#include "os_testing/seeded_random.h"
#include "os_testing/temporary_folder.h"
#include "store_testing/model_store.h"

namespace master {

using namespace units::literals;
using jobs::JobState;

inline jobs::Submission a_submission(const std::string& encoder = "libx264") {
  jobs::Submission s;
  s.name = "a job";
  s.spec.scenario = "720p30-h264";
  s.spec.encoder = encoder;
  s.spec.duration = 10_s;
  return s;
}
inline jobs::NodeFacts facts_of(const std::string& name, const std::vector<std::string>& encoders = {"libx264"},
                                const std::string& boot_id = "boot-1") {
  jobs::NodeFacts facts;
  facts.name = name;
  facts.boot_id = boot_id;
  facts.slots = 8;
  for (const auto& encoder : encoders)
    facts.encoders.push_back({encoder, media::Codec::h264, media::EncoderState::Works::yes, ""});
  return facts;
}
inline jobs::Report a_report(jobs::End end = jobs::End::completed,
                             jobs::FailureClass failure = jobs::FailureClass::none) {
  jobs::Report report;
  report.id = "r";
  report.kind = "job";
  report.outcome.end = end;
  report.outcome.failure = failure;
  if (end != jobs::End::completed) report.outcome.error = "it went wrong";
  return report;
}

enum class On { model, sqlite, postgres };

class Farm : public testing::Test {
 protected:
  explicit Farm(On on = On::model) {
    if (on == On::sqlite) disk.emplace();
    if (on == On::postgres) {
      shared.emplace();
      now.wall = shared->begin();
    }
    restart();
  }

  // Another master on the same data.
  void restart() {
    core.reset();
    store = &model;
    if (disk) {
      disk->store.reset();
      auto opened = store::open_sqlite(disk->real.host(), disk->folder / "master.sqlite");
      ASSERT_TRUE(opened) << opened.error().text();
      disk->store = std::move(*opened);
      store = disk->store.get();
    }
    if (shared) {
      shared->store.reset();
      auto opened = store::open_postgres(shared->real.host(), shared->url(), *log);
      ASSERT_TRUE(opened) << opened.error().text();
      shared->store = std::move(*opened);
      store = shared->store.get();
    }
    core = std::make_unique<Core>(*store, random, *log, metrics, settings);
    ASSERT_TRUE(core->recover(now));
  }
  void pass(units::Seconds time) {
    now.wall = now.wall + time;
    now.boot = now.boot + time;
    if (shared) shared->pass(time);
  }
  // Time passes as it does for a service: tick by tick.
  void wait(units::Seconds time) {
    const auto end = now.boot + time;
    while (now.boot < end) {
      const auto next = core->next_deadline(now);
      ASSERT_GT(next, now.boot) << "the core asks for a tick that never ends";
      pass((next < end ? next : end) - now.boot);
      ASSERT_TRUE(core->tick(now));
    }
  }

  jobs::Job submit(jobs::Submission s = a_submission()) {
    auto inserted = core->submit({std::move(s)}, std::nullopt, now);
    EXPECT_TRUE(inserted);
    return inserted->jobs.front();
  }
  base::Id node(const std::string& name = "n1", const std::vector<std::string>& encoders = {"libx264"}) {
    const auto answer = core->enrol({std::nullopt, facts_of(name, encoders)}, now);
    EXPECT_TRUE(answer);
    return answer->node_id;
  }
  // The reply to a poll that has come by now; nothing where it is parked.
  std::optional<base::Result<wire::ClaimAnswer>> reply(Core::Ticket ticket) {
    EXPECT_TRUE(core->serve(now));
    for (auto& r : core->take_replies()) replies.emplace(r.ticket, std::move(r.answer));
    const auto it = replies.find(ticket);
    if (it == replies.end()) return std::nullopt;
    return it->second;
  }
  Core::Ticket poll(base::Id id, int slots = 1, const std::string& claim_id = "", units::Seconds wait = 30_s) {
    core->claim({id, slots, wait, claim_id.empty() ? "claim-" + std::to_string(tickets) : claim_id}, ++tickets, now);
    return tickets;
  }
  // What a poll is offered at once; empty where it is parked.
  std::vector<wire::Offer> claim(base::Id id, int slots = 1, const std::string& claim_id = "") {
    const auto ticket = poll(id, slots, claim_id);
    const auto answer = reply(ticket);
    if (!answer) return core->forget(ticket), std::vector<wire::Offer>{};
    EXPECT_TRUE(*answer) << answer->error().text();
    return (*answer)->offers;
  }
  // A job of its own on the node, started.
  jobs::Lease running(base::Id id, jobs::Submission s = a_submission()) {
    submit(std::move(s));
    return start_next(id);
  }
  jobs::Lease start_next(base::Id id) {
    const auto offers = claim(id);
    EXPECT_EQ(offers.size(), 1u);
    if (offers.empty()) return {};
    EXPECT_TRUE(core->start(offers[0].lease.job, {id, offers[0].lease}, now));
    return offers[0].lease;
  }
  wire::LeaseWord word(base::Id id, const jobs::Lease& lease) {
    const auto answer = core->heartbeat(id, {"boot-1", {{lease, {}, {}, {}}}}, now);
    EXPECT_TRUE(answer);
    EXPECT_EQ(answer->leases.size(), 1u);
    return answer->leases.front().word;
  }
  base::Result<wire::ResultAnswer> result(base::Id id, const jobs::Lease& lease, jobs::Report report = a_report()) {
    return core->result({id, lease, std::move(report)}, now);
  }
  base::Result<jobs::Job> cancel(const std::string& job) { return core->change(job, jobs::Event::cancel, "ada", now); }
  static jobs::Job job_for(const std::string& encoder = "libx264") {
    jobs::Job job;
    job.submission = a_submission(encoder);
    return job;
  }
  store::JobRecord record(base::Id id) { return *store->record(id); }
  jobs::Job job(base::Id id) { return record(id).job; }
  JobState state(base::Id id) { return job(id).state; }

  units::Instant now{*units::parse_rfc3339("2026-01-31T09:00:00Z"), units::BootTime::from_seconds(3600)};
  CoreSettings settings{{}, 10_s, "0.1.0", std::nullopt};
  std::unique_ptr<store_testing::ModelData> model_data = store_testing::ModelData::alone();
  std::unique_ptr<store_testing::ModelStore> opened_model = model_data->open();
  store_testing::ModelStore& model = *opened_model;
  struct Disk {
    os_testing::TemporaryFolder folder;
    os::RealHost real;
    std::unique_ptr<store::Store> store;
  };
  std::optional<Disk> disk;
  // A database of its own kind: its clock stands still but for pass().
  struct Shared {
    static constexpr const char* database = "farm";
    static os_testing::PostgresServer& server() {
      static const auto started = [] {
        auto server = os_testing::PostgresServer::start();
        if (!server) throw std::runtime_error(server.error().text());
        const auto made = (*server)->run("postgres", "CREATE DATABASE farm");
        if (!made) throw std::runtime_error(made.error().text());
        return *std::move(server);
      }();
      return *started;
    }
    std::string url() const { return server().url(database); }
    units::WallTime begin() {
      const auto emptied = server().run(database, "DROP SCHEMA IF EXISTS ffwatt CASCADE");
      EXPECT_TRUE(emptied) << emptied.error().text();
      EXPECT_TRUE(store::open_postgres(real.host(), url(), *base::silent_log()));
      pass(units::Seconds(0));
      return start;
    }
    void pass(units::Seconds time) {
      passed = passed + time;
      const auto moved = server().run(
          database,
          base::format("CREATE OR REPLACE FUNCTION ffwatt.farm_clock() RETURNS timestamptz LANGUAGE sql VOLATILE "
                       "AS $$SELECT timestamptz '{}' + interval '{} seconds'$$",
                       units::rfc3339(start), passed.value()));
      EXPECT_TRUE(moved) << moved.error().text();
    }
    units::WallTime start = *units::parse_rfc3339("2026-01-31T09:00:00Z");
    units::Seconds passed{0};
    os::RealHost real;
    std::unique_ptr<store::Store> store;
  };
  std::optional<Shared> shared;
  store::Store* store = nullptr;
  os_testing::SeededRandom random;
  std::unique_ptr<base::Log> log = base::silent_log();
  metrics::Registry metrics;
  std::unique_ptr<Core> core;
  Core::Ticket tickets = 0;
  std::map<Core::Ticket, base::Result<wire::ClaimAnswer>> replies;
};

class FarmOnEachStore : public Farm, public testing::WithParamInterface<On> {
 protected:
  FarmOnEachStore() : Farm(GetParam()) {}
};
#define ON_EACH_STORE(suite)                                                                                        \
  INSTANTIATE_TEST_SUITE_P(On, suite, testing::Values(On::model, On::sqlite, On::postgres), [](const auto& which) { \
    return std::string(which.param == On::model ? "model" : which.param == On::sqlite ? "sqlite" : "postgres");     \
  })

}  // namespace master
