// PostgresServer: a PostgreSQL server of a test's own: made in a scratch folder, reached by a socket in there alone,
// stopped and removed with the object; it goes with the test program, however that ends. Where the tests run as root it
// runs as the user `postgres`, since it refuses root. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace os_testing {

class PostgresServer {
 public:
  // Fails with what to install where there is no PostgreSQL. `settings` as in postgresql.conf, beside those that suit
  // tests: it syncs nothing, which no test of ours could see.
  static base::Result<std::unique_ptr<PostgresServer>> start(const std::map<std::string, std::string>& settings = {});
  // A standby of this one: it follows the log, and answers questions only. A commit waits for it once this server is
  // told so: ALTER SYSTEM SET synchronous_standby_names.
  base::Result<std::unique_ptr<PostgresServer>> standby() const;
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string url(const std::string& database, const std::string& user = "postgres") const;
  // Both of them, of which the one is meant that takes writes.
  std::string url_of_both(const PostgresServer& other, const std::string& database) const;
  // Text of several statements; what they print, without the last newline.
  base::Result<std::string> run(const std::string& database, const std::string& sql) const;

  enum class Way { orderly, at_once };  // at_once: as a crash
  base::Result<void> stop(Way way);
  // Over the same data.
  base::Result<void> start_again();
  // A standby becomes a server that takes writes.
  base::Result<void> promote() const;

 private:
  PostgresServer() = default;
  static base::Result<std::unique_ptr<PostgresServer>> prepared(const std::map<std::string, std::string>& settings);
  base::Result<os::Output> command(const std::string& program, std::vector<std::string> arguments) const;
  os::SpawnSpec as_its_user(const os::Path& program, std::vector<std::string> arguments) const;

  TemporaryFolder folder_;
  mutable os::RealHost host_;
  os::Path programs_;
  std::map<std::string, std::string> settings_;
  std::unique_ptr<os::Process> process_;
};

}  // namespace os_testing
