#include "os_testing/postgres_server.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/format.h"

namespace os_testing {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::format;

constexpr const char* install = "install it: apt install postgresql (tools/install-packages test)";
// Making and stopping one takes a second; longer is a machine that hangs.
constexpr units::Seconds patience{120};

// Debian keeps the programs of each version apart.
base::Result<fs::path> programs() {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored))
    if (fs::exists(version.path() / "bin" / "postgres", ignored)) found.push_back(version.path() / "bin");
  if (!found.empty()) return *std::max_element(found.begin(), found.end());
  const auto program = os::find_program("postgres", {{"PATH", "/usr/local/bin:/usr/bin:/bin"}});
  if (!program) return Error::absent(format("this test needs a PostgreSQL server; {}", install));
  return program->parent_path();
}

}  // namespace

os::SpawnSpec PostgresServer::as_its_user(const os::Path& program, std::vector<std::string> arguments) const {
  os::SpawnSpec spec;
  spec.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LC_ALL", "C"}, {"TZ", "UTC"}};
  spec.folder = folder_.path();
  spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
  spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  spec.program = program;
  spec.arguments = std::move(arguments);
  if (::geteuid() != 0) return spec;
  // A change of the user forgets who is to be told of our end, so that is asked for again.
  std::vector<std::string> words = {"--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=KILL", "--",
                                    program.string()};
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  spec.program = "/usr/bin/setpriv";
  spec.arguments = std::move(words);
  return spec;
}

base::Result<os::Output> PostgresServer::command(const std::string& program, std::vector<std::string> arguments) const {
  auto& host = host_.host();
  return os::run_and_collect(host.processes, host.clock, as_its_user(programs_ / program, std::move(arguments)),
                             patience);
}

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::prepared(
    const std::map<std::string, std::string>& settings) {
  std::unique_ptr<PostgresServer> server(new PostgresServer);
  FFWATT_TRY(server->programs_, programs());
  server->settings_ = {{"listen_addresses", ""},   {"unix_socket_directories", server->folder_.path().string()},
                       {"fsync", "off"},           {"full_page_writes", "off"},
                       {"shared_buffers", "32MB"}, {"max_connections", "50"},
                       {"autovacuum_naptime", "5"}};
  for (const auto& [name, value] : settings) server->settings_[name] = value;
  if (::geteuid() == 0) {
    const auto* user = ::getpwnam("postgres");
    if (!user) return Error::absent(format("the user `postgres` is missing; {}", install));
    if (::chown(server->folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
      return Error::from_errno(errno, server->folder_.path().string());
  }
  return server;
}

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::start(
    const std::map<std::string, std::string>& settings) {
  FFWATT_TRY(auto server, prepared(settings));
  const auto data = (server->folder_ / "data").string();
  FFWATT_TRY(const auto made, server->command("initdb", {"-D", data, "-A", "trust", "-U", "postgres", "--no-sync",
                                                         "--encoding=UTF8", "--locale=C"}));
  if (!made.status.success()) return Error::failed("initdb: " + made.out + made.err);
  FFWATT_CHECK(server->start_again());
  return server;
}

base::Result<std::unique_ptr<PostgresServer>> PostgresServer::standby() const {
  auto settings = settings_;
  settings.erase("unix_socket_directories");
  FFWATT_TRY(auto copy, prepared(settings));
  const auto data = (copy->folder_ / "data").string();
  FFWATT_TRY(const auto made, copy->command("pg_basebackup", {"-D", data, "-h", folder_.path().string(), "-U",
                                                              "postgres", "-c", "fast", "-R", "--no-sync"}));
  if (!made.status.success()) return Error::failed("pg_basebackup: " + made.out + made.err);
  FFWATT_CHECK(copy->start_again());
  return copy;
}

base::Result<void> PostgresServer::promote() const {
  // Not asked to wait itself: a question that stands on a standby holds up what it has to replay before it is promoted,
  // and is ended for that after 30 s.
  FFWATT_CHECK(run("postgres", "SELECT pg_promote(false)"));
  const auto& clock = host_.host().clock;
  const auto deadline = clock.boot() + patience;
  for (;;) {
    FFWATT_TRY(const auto is_standby, run("postgres", "SELECT pg_is_in_recovery()"));
    if (is_standby == "f") return {};
    if (clock.boot() > deadline) return Error::failed("the standby did not become a server that takes writes");
  }
}

PostgresServer::~PostgresServer() {
  if (process_) stop(Way::at_once).ok();
}

std::string PostgresServer::url(const std::string& database, const std::string& user) const {
  return format("postgres://{}@/{}?host={}", user, database, folder_.path().string());
}

std::string PostgresServer::url_of_both(const PostgresServer& other, const std::string& database) const {
  return format("postgres://postgres@/{}?host={},{}&target_session_attrs=read-write", database, folder_.path().string(),
                other.folder_.path().string());
}

base::Result<std::string> PostgresServer::run(const std::string& database, const std::string& sql) const {
  FFWATT_TRY(const auto ran,
             command("psql", {"-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(database), "-c", sql}));
  if (!ran.status.success()) return Error::failed("psql: " + ran.err);
  return ran.out.substr(0, ran.out.find_last_not_of('\n') + 1);
}

base::Result<void> PostgresServer::stop(Way way) {
  if (!process_) return {};
  FFWATT_CHECK(process_->signal(way == Way::orderly ? SIGINT : SIGQUIT));
  FFWATT_TRY([[maybe_unused]] const auto ended, process_->wait());
  process_.reset();
  return {};
}

base::Result<void> PostgresServer::start_again() {
  std::vector<std::string> words = {"-D", (folder_ / "data").string()};
  for (const auto& [name, value] : settings_) {
    words.emplace_back("-c");
    words.push_back(name + "=" + value);
  }
  auto& host = host_.host();
  FFWATT_TRY(process_, host.processes.spawn(as_its_user(programs_ / "postgres", std::move(words))));
  const auto deadline = host.clock.boot() + patience;
  while (!run("postgres", "SELECT 1")) {
    FFWATT_TRY(const auto ended, process_->wait_until(host.clock.boot()));
    if (ended) {
      process_.reset();
      return Error::failed("the PostgreSQL server ended at once; run its `postgres` by hand to see why");
    }
    if (host.clock.boot() > deadline) return Error::failed("the PostgreSQL server does not answer");
  }
  return {};
}

}  // namespace os_testing
