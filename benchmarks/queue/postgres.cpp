// PostgreSQL as a queue, through libpq with prepared statements: INSERT, a claim by FOR UPDATE SKIP LOCKED, an
// acknowledgement by UPDATE. A batch of puts is pipelined, each put with a commit of its own or, as the best that a
// caller can have, with one commit for all.
// The table and the user "bench" are made by the script (postgres.sql).
#include "queue/system.h"

#ifdef BENCH_WITH_LIBPQ
#include <libpq-fe.h>

namespace bench {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

class PostgresClient : public Client {
 public:
  PostgresClient(const Target& target, Commits commits)
      : loop_(target.loop), commits_(commits), payload_(target.payload, 'x') {
    const auto where = "host=127.0.0.1 dbname=bench user=bench port=" + std::to_string(target.port);
    connection_ = PQconnectdb(where.c_str());
    if (PQstatus(connection_) != CONNECTION_OK) fail("connecting");
    prepare("put", "INSERT INTO jobs (state, prio, attempt, created_at, payload) VALUES (0, 1000, 0, now(), $1)");
    prepare("fill",
            "INSERT INTO jobs (state, prio, attempt, created_at, payload) SELECT 0, 1000, 0, now(), $1 FROM "
            "generate_series(1, $2::int)");
    prepare("announce", "SELECT pg_notify('jobs', '')");
    prepare("take",
            "WITH x AS MATERIALIZED (SELECT id FROM jobs WHERE state = 0 ORDER BY prio, id FOR UPDATE SKIP LOCKED "
            "LIMIT $1::int) UPDATE jobs j SET state = 1, attempt = attempt + 1, lease_until = now() + interval '60s', "
            "owner = 'w' FROM x WHERE j.id = x.id RETURNING j.id, j.payload");
    prepare("finish", "UPDATE jobs SET state = 2, done_at = now() WHERE id = ANY ($1::bigint[]) AND state = 1");
    prepare("counts", "SELECT state, count(*) FROM jobs GROUP BY state");
    PQsetnonblocking(connection_, 1);
    loop_.watch(PQsocket(connection_));
  }
  ~PostgresClient() override {
    if (PQsocket(connection_) >= 0) loop_.forget(PQsocket(connection_));
    PQfinish(connection_);
  }

  Task<void> put(int jobs) override {
    if (announced_) {
      // Both in one transaction and one round trip.
      PQenterPipelineMode(connection_);
      send("put", {payload_});
      send("announce", {});
      co_await end_pipeline(2, 1);
    } else if (jobs == 1) {
      send("put", {payload_});
      (void)co_await one(PGRES_COMMAND_OK);
    } else if (jobs >= 1000) {  // to fill the queue: not measured
      send("fill", {payload_, std::to_string(jobs)});
      (void)co_await one(PGRES_COMMAND_OK);
    } else {
      PQenterPipelineMode(connection_);
      const bool each = commits_ == Commits::each;
      for (int i = 0; i < jobs; ++i) {
        send("put", {payload_});
        if (each) PQpipelineSync(connection_);
      }
      co_await end_pipeline(jobs, each ? jobs : 1);
    }
  }

  Task<Batch> take(int most) override {
    send("take", {std::to_string(most)});
    const auto rows = co_await one(PGRES_TUPLES_OK);
    Batch batch;
    for (int i = 0; i < PQntuples(rows.get()); ++i) batch.push_back({PQgetvalue(rows.get(), i, 0), {}});
    co_return batch;
  }

  // LISTEN wakes it up; what it is woken for it takes itself.
  Task<Batch> wait() override {
    for (;;) {
      auto batch = co_await take(1);
      if (!batch.empty()) co_return batch;
      while (!heard()) {
        co_await loop_.readable(PQsocket(connection_));
        if (!PQconsumeInput(connection_)) fail("waiting");
      }
    }
  }
  Task<void> prepare_to_wait() override {
    if (!PQsendQuery(connection_, "LISTEN jobs")) fail("LISTEN");
    (void)co_await one(PGRES_COMMAND_OK);
  }
  void announce() { announced_ = true; }

  Task<void> finish(Batch batch) override {
    std::string ids = "{";
    for (const auto& job : batch) ids += (ids.size() > 1 ? "," : "") + job.id;
    send("finish", {ids + "}"});
    const auto done = co_await one(PGRES_COMMAND_OK);
    if (PQcmdTuples(done.get()) != std::to_string(batch.size()))
      throw Trouble("PostgreSQL acknowledged " + std::string(PQcmdTuples(done.get())) + " of " +
                    std::to_string(batch.size()));
  }

  Task<void> read_counts(Counts& counts) {
    send("counts", {});
    const auto rows = co_await one(PGRES_TUPLES_OK);
    counts = {0, 0, 0};
    for (int i = 0; i < PQntuples(rows.get()); ++i) {
      const std::string state = PQgetvalue(rows.get(), i, 0);
      const auto jobs = std::stoll(PQgetvalue(rows.get(), i, 1));
      (state == "0" ? counts.waiting : state == "1" ? counts.taken : *counts.done) = jobs;
    }
  }

 private:
  [[noreturn]] void fail(const std::string& doing) {
    throw Trouble("PostgreSQL, " + doing + ": " + PQerrorMessage(connection_));
  }
  void prepare(const char* name, const char* text) {
    const Result made(PQprepare(connection_, name, text, 0, nullptr));
    if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) fail(std::string("preparing ") + name);
  }
  void send(const char* name, const std::vector<std::string>& values) {
    const char* pointers[2] = {};
    for (std::size_t i = 0; i < values.size(); ++i) pointers[i] = values[i].c_str();
    if (!PQsendQueryPrepared(connection_, name, static_cast<int>(values.size()), pointers, nullptr, nullptr, 0))
      fail(name);
  }
  bool heard() {
    bool any = false;
    while (PGnotify* notice = PQnotifies(connection_)) PQfreemem(notice), any = true;
    return any;
  }
  Task<void> flush() {
    for (;;) {
      const int left = PQflush(connection_);
      if (left < 0) fail("sending");
      if (left == 0) co_return;
      co_await loop_.writable(PQsocket(connection_));
    }
  }
  // The next result; none at the end of a command.
  Task<Result> next() {
    while (PQisBusy(connection_)) {
      co_await loop_.readable(PQsocket(connection_));
      if (!PQconsumeInput(connection_)) fail("reading");
    }
    co_return Result(PQgetResult(connection_));
  }
  Task<Result> one(ExecStatusType wanted) {
    co_await flush();
    auto result = co_await next();
    if (PQresultStatus(result.get()) != wanted) fail("a statement");
    while (co_await next()) {
    }
    co_return result;
  }
  Task<void> end_pipeline(int statements, int syncs) {
    if (syncs == 1) PQpipelineSync(connection_);
    co_await flush();
    for (int commands = 0, synced = 0; commands < statements || synced < syncs;) {
      const auto result = co_await next();
      if (!result) continue;  // the end of one statement's results
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_SYNC)
        ++synced;
      else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        ++commands;
      else
        fail("a pipeline");
    }
    if (!PQexitPipelineMode(connection_)) fail("ending a pipeline");
  }

  Loop& loop_;
  Commits commits_;
  std::string payload_;
  PGconn* connection_ = nullptr;
  bool announced_ = false;
};

class Postgres : public System {
 public:
  Postgres(const Target& target, Commits commits) : target_(target), commits_(commits) {}
  std::unique_ptr<Client> client() override { return std::make_unique<PostgresClient>(target_, commits_); }
  std::unique_ptr<Client> announcer() override {
    auto made = std::make_unique<PostgresClient>(target_, commits_);
    made->announce();
    return made;
  }
  std::unique_ptr<Client> worker(int) override { return client(); }
  Counts counts() override {
    Counts counts;
    PostgresClient client(target_, commits_);
    target_.loop.spawn(client.read_counts(counts));
    target_.loop.run();
    return counts;
  }

 private:
  Target target_;
  Commits commits_;
};

}  // namespace

std::unique_ptr<System> postgres(const Target& target, Commits commits) {
  return std::make_unique<Postgres>(target, commits);
}

}  // namespace bench

#else

namespace bench {
std::unique_ptr<System> postgres(const Target&, Commits) {
  throw Trouble("this build has no libpq: tools/install-packages bench, then build it anew");
}
}  // namespace bench

#endif
