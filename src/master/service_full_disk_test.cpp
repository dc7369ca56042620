// A disk without room, and what is served all the same. Each case with a store that notices at the write and with one
// that notices at the commit, as SQLite mostly does.
#include "master/api.h"
#include "master/service_for_tests.h"

namespace master {
namespace {

using FullAt = store_testing::ModelStore::FullAt;
using testing::HasSubstr;
using testing::Not;

class ServiceOnAFullDisk : public ServiceTest, public testing::WithParamInterface<FullAt> {
 protected:
  Who listing() {
    return run([](Core& c, units::Instant) {
      return answer(c.reader().list({}),
                    [](const wire::JobPage& page) { return net::Response::text(200, std::to_string(page.count)); });
    });
  }
  Who beating(base::Id id) {
    return run([id](Core& c, units::Instant t) {
      return answer(c.heartbeat(id, {"boot-1", {}}, t), [](const auto&) { return net::Response::text(200, "beat"); });
    });
  }
};
INSTANTIATE_TEST_SUITE_P(FullDisk, ServiceOnAFullDisk, testing::Values(FullAt::write, FullAt::commit),
                         [](const auto& at) { return at.param == FullAt::write ? "AtAWrite" : "AtTheCommit"; });

TEST_P(ServiceOnAFullDisk, WritesAre507AndWhatCameWithThemIsServed) {
  const auto n = node();
  submit();
  model.be_full(GetParam());
  // One batch: they wait when the service starts.
  const auto before = listing(), refused = submitting(), beat = beating(n), after = listing();
  service->start();
  EXPECT_EQ(before->answer().body, "1");
  EXPECT_EQ(after->answer().body, "1");
  EXPECT_EQ(beat->answer().status, 200);
  const auto response = refused->answer();
  EXPECT_EQ(response.status, 507);
  EXPECT_EQ(*net::find(response.headers, "Content-Type"), "application/problem+json");
  EXPECT_EQ(*net::find(response.headers, "Retry-After"), "10");
  for (const char* says : {"the disk is full", "free space", "Nothing was changed", "send it again"})
    EXPECT_THAT(response.body, HasSubstr(says));
  EXPECT_FALSE(service->failed());
}

TEST_P(ServiceOnAFullDisk, WritesAreTakenAgainOnceThereIsRoom) {
  model.be_full(GetParam());
  service->start();
  EXPECT_EQ(submitting()->answer().status, 507);
  EXPECT_EQ(submitting()->answer().status, 507);
  service->stop();
  model.be_full(std::nullopt);
  service.emplace(*core, model, real.host().clock, *log);
  service->start();
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(listing()->answer().body, "1");
}

TEST_P(ServiceOnAFullDisk, ARunningJobGoesOnAndItsResultIsTakenLater) {
  const auto n = node();
  const auto lease = running(n);
  const auto posting = [&] {
    return run([&, n](Core& c, units::Instant t) {
      return answer(c.result({n, lease, a_report()}, t),
                    [](const auto&) { return net::Response::text(200, "accepted"); });
    });
  };
  model.be_full(GetParam());
  service->start();
  EXPECT_EQ(posting()->answer().status, 507);
  service->stop();
  EXPECT_EQ(state(lease.job), JobState::running);
  EXPECT_EQ(word(n, lease), wire::LeaseWord::renewed);
  model.be_full(std::nullopt);
  service.emplace(*core, model, real.host().clock, *log);
  service->start();
  EXPECT_EQ(posting()->answer().status, 200);
  service->stop();
  EXPECT_EQ(state(lease.job), JobState::completed);
}

TEST_P(ServiceOnAFullDisk, AParkedPollIsOfferedNothingThatCannotBeStarted) {
  const auto n = node();
  service->start();
  const auto parked = polling(n);
  const auto fill = [&](Core&, units::Instant) { return model.be_full(GetParam()), net::Response::text(200, "full"); };
  EXPECT_EQ(run(fill)->answer().status, 200);
  EXPECT_EQ(submitting()->answer().status, 507);
  EXPECT_EQ(listing()->answer().body, "0");
  service->stop();
  EXPECT_EQ(offers(parked), 0u);
}

TEST_P(ServiceOnAFullDisk, IsToldOnceAndSoIsItsEnd) {
  struct Counting final : base::Log {
    void write(base::LogLevel, std::string_view message, std::initializer_list<base::LogField>) override {
      full += message.find("the disk is full") != message.npos ? 1 : 0;
      room += message.find("room on the disk again") != message.npos ? 1 : 0;
    }
    int full = 0, room = 0;
  } counting;
  service.emplace(*core, model, real.host().clock, counting);
  service->start();
  const auto set = [&](std::optional<FullAt> at) {
    return run([&, at](Core&, units::Instant) { return model.be_full(at), net::Response::text(200, "set"); });
  };
  EXPECT_EQ(set(GetParam())->answer().status, 200);
  EXPECT_EQ(submitting()->answer().status, 507);
  EXPECT_EQ(listing()->answer().status, 200) << "a read says nothing of the room";
  EXPECT_EQ(submitting()->answer().status, 507);
  EXPECT_EQ(set(std::nullopt)->answer().status, 200);
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(submitting()->answer().status, 201);
  service->stop();
  EXPECT_EQ(counting.full, 1);
  EXPECT_EQ(counting.room, 1);
  service.reset();  // before its log
}

TEST_P(ServiceOnAFullDisk, WhatWasNotKeptIsNeitherCountedNorTold) {
  model.be_full(GetParam());
  service->start();
  EXPECT_EQ(submitting()->answer().status, 507);
  service->stop();
  const std::string counted = "ffwatt_jobs_submitted_total{queue=\"default\"} 1";
  EXPECT_THAT(metrics.text(), Not(HasSubstr(counted)));
  model.be_full(std::nullopt);
  service.emplace(*core, model, real.host().clock, *log);
  service->start();
  EXPECT_EQ(submitting()->answer().status, 201);
  service->stop();
  EXPECT_THAT(metrics.text(), HasSubstr(counted));
}

// The same of a server with the database: PostgreSQL says 53100 where it has no room for a row.
class ServiceOnAFullServer : public Farm {
 protected:
  ServiceOnAFullServer() : Farm(On::postgres) {
    service.emplace(*core, *store, real.host().clock, *log);
    service->start();
  }
  void full(const char* sql) {
    const auto done = Shared::server().run(Shared::database, sql);
    ASSERT_TRUE(done) << done.error().text();
  }
  net::Response post() {
    auto peer = std::make_shared<Peer>();
    service->run(
        [](Core& c, units::Instant t) {
          return answer(c.submit({a_submission()}, std::nullopt, t),
                        [](const auto&) { return net::Response::text(201, "made"); });
        },
        net::Responder(peer));
    return peer->answer();
  }
  net::Response count() {
    auto peer = std::make_shared<Peer>();
    service->run(
        [](Core& c, units::Instant) {
          return answer(c.reader().list({}),
                        [](const wire::JobPage& page) { return net::Response::text(200, std::to_string(page.count)); });
        },
        net::Responder(peer));
    return peer->answer();
  }

  os::RealHost real;
  std::optional<Service> service;
};

TEST_F(ServiceOnAFullServer, WritesAre507ReadsGoOnAndSoDoWritesOnceThereIsRoom) {
  ASSERT_EQ(post().status, 201);
  full(
      "CREATE FUNCTION ffwatt.no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION USING "
      "ERRCODE = '53100', MESSAGE = 'could not extend file: No space left on device'; END$$;"
      "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ffwatt.jobs EXECUTE FUNCTION ffwatt.no_room()");
  for (int i = 0; i < 2; ++i) {
    const auto refused = post();
    EXPECT_EQ(refused.status, 507) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("No space left"));
    EXPECT_EQ(count().body, "1");
  }
  EXPECT_FALSE(service->failed());
  full("DROP TRIGGER no_room ON ffwatt.jobs");
  EXPECT_EQ(post().status, 201);
  EXPECT_EQ(count().body, "2");
  service.reset();
}

using ServiceOnADisk = ServiceTest;

TEST_F(ServiceOnADisk, ThatHasRoomAgainAtTheSecondTryTakesASubmissionAsItCame) {
  Access access(Access::Mode::insecure, "", "");
  const auto scenarios = media::Scenarios::built_in();
  Api api{*service, scenarios, metrics, access, "0.1.0", real.host(), "/nonexistent/backups", nullptr, {}};
  add_routes(api);
  int commits = 0;
  model.be_full(FullAt::commit);
  model.on_commit([&] {
    if (++commits == 2) model.be_full(std::nullopt);
  });
  const auto one = R"({"name":"first","scenario":"720p30-h264"})";
  for (const std::string& body : {std::string(one), base::format(R"({{"jobs":[{},{}]}})", one, one)}) {
    const auto peer = std::make_shared<Peer>();
    net::Request request;
    request.method = net::Method::post;
    request.path = "/jobs";
    request.body = body;
    api.router(request, net::Responder(peer));
    service->turn();
    EXPECT_EQ(peer->answer().status, 201) << peer->answer().body;
    EXPECT_THAT(peer->answer().body, HasSubstr("first"));
    commits = 0;
    model.be_full(FullAt::commit);
  }
  model.on_commit({});
  EXPECT_EQ((*core->reader().counts())[JobState::queued], 3);
}

TEST_F(ServiceOnADisk, ThatFailsOtherwiseWhileItIsFullIsTheEnd) {
  model.be_full(FullAt::write);
  service->start();
  EXPECT_EQ(submitting()->answer().status, 507);
  const auto peer = run([&](Core& c, units::Instant) {
    model.fail_read(base::Error::failed("I/O error"));
    return answer(c.reader().list({}), [](const auto&) { return net::Response::text(200, "list"); });
  });
  EXPECT_EQ(peer->answer().status, 503);
  EXPECT_TRUE(service->failed());
}

}  // namespace
}  // namespace master
