#include "master/program.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "master/api.h"
#include "master/service.h"
#include "media/scenario.h"
#include "net/http_server.h"
#include "os/machine.h"
#include "os/service_notify.h"
#include "store/store.h"

namespace master {
namespace {

// Lists and reports of several people at once; each has a connection with some MB of page cache.
constexpr int reader_threads = 2;

// Reads the key, or makes one of 128 random bits that only the owner can read.
base::Result<std::string> key_of(os::Host& host, const os::Path& file) {
  if (const auto text = host.files.read(file)) {
    std::string key(base::trim(*text));
    if (key.size() < 16)
      return base::Error::invalid(
          base::format("{}: the key has fewer than 16 characters; write a longer one or remove "
                       "the file",
                       file.string()));
    return key;
  } else if (text.error().kind() != base::ErrorKind::absent) {
    return text.error();
  }
  const std::string key = host.random.token();
  FFWATT_CHECK(host.files.make_folders(file.parent_path(), 0700));
  FFWATT_CHECK(host.files.write_durably(file, key + "\n", 0600));
  return key;
}

base::Result<std::unique_ptr<store::Store>> open_store(os::Host& host, const Settings& settings, base::Log& log) {
  if (!settings.database.empty()) return store::open_postgres(host, settings.database, log).in("--db");
  auto opened = store::open_sqlite(host, settings.state_folder / "master.sqlite", store::Log::grown);
  if (!opened && opened.error().kind() == base::ErrorKind::retry)
    return base::Error::retry(opened.error().text() + ": give this one a --state-dir of its own");
  return opened;
}

}  // namespace

base::Result<void> serve(os::Host& host, const Settings& settings, os::SignalSet& signals, std::ostream& out,
                         base::Log& log) {
  FFWATT_CHECK(host.files.ensure_folders(settings.state_folder, 0700));
  FFWATT_TRY(const auto key, key_of(host, settings.key_file));
  const auto machine = os::machine_facts(host.files, host.root);
  FFWATT_TRY(const auto https, https_of(host.files, settings.tls, settings.state_folder,
                                        machine ? machine->host_name : std::string("localhost"), host.clock.wall()));
  FFWATT_TRY(const auto store, open_store(host, settings, log));

  metrics::Registry metrics;
  auto core_settings = settings.core;
  core_settings.life = host.random.token();
  Core core(*store, host.random, log, metrics, core_settings);
  Access access(settings.access, key, settings.key_file.string(), settings.neighbours);
  core.when_tokens([&access](const std::vector<jobs::AccessToken>& tokens) { access.know(tokens); });
  FFWATT_CHECK(core.recover(host.clock.now()));
  os::Descriptor stopped(eventfd(0, EFD_CLOEXEC));  // outlives the service, whose thread writes to it
  Service service(core, *store, host.clock, log);
  service.when_failed([&] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stopped.get(), &one, sizeof one);
  });

  const auto scenarios = media::Scenarios::built_in();
  FFWATT_TRY(const auto audit, Audit::open(host.files, settings.state_folder / "audit.jsonl", host.clock, log));
  FFWATT_TRY(const auto readers, Readers::open(*store, reader_threads));
  Api api{service,
          scenarios,
          metrics,
          access,
          settings.core.version,
          host,
          settings.state_folder / "backups",
          readers.get(),
          {},
          settings.keep_backups,
          audit.get(),
          https.authority};
  add_routes(api);

  net::ServerSettings server_settings;
  server_settings.address = settings.address;
  server_settings.port = settings.port;
  // The power trace of a result: as base 64 a third longer, beside a report of at most a megabyte.
  server_settings.most_body = jobs::most_power_trace / 3 * 4 + (1u << 20);
  server_settings.clock = &host.clock;
  server_settings.tls = https.tls;
  if (https.tls) metrics.set(metrics::Name::tls_expiry, {}, static_cast<double>(https.expires.nanoseconds()) / 1e9);
  server_settings.life = core_settings.life.substr(0, 8);
  service.start();
  FFWATT_TRY(const auto server,
             net::HttpServer::start(
                 server_settings, [&](net::Request q, net::Responder r) { api.router(std::move(q), std::move(r)); },
                 log, [&](int port) { return os::port_owner(host.files, host.root, port).value_or(""); }));

  const std::string url = base::format("{}://localhost:{}", https.tls ? "https" : "http", server->port());
  out << base::format("ffwatt master {} on {}\n", settings.core.version, url)
      << base::format("  state   {}\n  key     {}\n", settings.state_folder.string(), settings.key_file.string())
      << base::format("  next    agent --register --master {}{}\n", url,
                      https.authority.empty() ? "" : " --ca " + (settings.state_folder / "tls/ca.pem").string())
      << std::flush;
  if (settings.access == Access::Mode::insecure)
    log.warning("--insecure: anybody who reaches this port may do anything");
  log.info("serving", {{"url", url}});
  os::notify_service_manager(settings.notify_socket, "READY=1");

  const auto event = signals.wait_until(units::BootTime::from_nanoseconds(INT64_MAX), stopped.get());
  log.info("stopping", {{"signal", event ? base::format("{}", event->number) : "store failure"}});
  os::notify_service_manager(settings.notify_socket, "STOPPING=1");
  service.stop();  // first: it answers the parked polls, which the server would otherwise wait for
  server->stop(units::Seconds(2));
  if (service.failed())
    return base::Error::failed("the store failed; what was acknowledged before is safe; start again");
  return {};
}

}  // namespace master
