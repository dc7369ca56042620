#include "exporter/program.h"

#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "exporter/page.h"
#include "json/json.h"
#include "net/http_server.h"
#include "net/router.h"
#include "os/machine.h"
#include "os/service_notify.h"
#include "wire/listings.h"

namespace exporter {
namespace {

constexpr units::Seconds kHousekeeping{5};

net::Router routes(Page& page) {
  net::Router router;
  router.add(net::Method::get, "/metrics", [&page](net::Request, net::Responder responder) {
    auto response = net::Response::text(200, page.text());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    responder.send(std::move(response));
  });
  // Asks the collectors themselves; well only when every one of them has something up to date to say.
  router.add(net::Method::get, "/health", [&page](net::Request, net::Responder responder) {
    const auto faults = page.faults();
    responder.send(faults.empty()
                       ? net::Response::json(200, json::write(wire::encode_health()))
                       : net::problem({503, "unhealthy", "A collector fails", base::join(faults, "; "), {}}));
  });
  router.add(net::Method::get, "/", [](net::Request, net::Responder responder) {
    responder.send(net::Response::text(200,
                                       "ffwatt exporter\n\n"
                                       "  GET  /metrics       for Prometheus\n"
                                       "  GET  /health        is it well\n"));
  });
  return router;
}

// The host's name, also where the rest of the machine's facts cannot be read.
std::string node_name(const os::Host& host) {
  const auto text = host.files.read(host.root.path("/proc/sys/kernel/hostname"));
  const std::string name(text ? base::trim(*text) : "");
  return name.empty() ? "unknown" : name;
}

}  // namespace

std::string page_url(const std::string& address, std::uint16_t port) {
  const bool wildcard = address == "::" || address == "0.0.0.0";
  const bool six = address.find(':') != address.npos;
  return base::format("http://{}:{}/metrics", wildcard ? "localhost" : six ? "[" + address + "]" : address, port);
}

base::Result<void> serve(os::Host& host, const Settings& settings, os::SignalSet& signals, std::ostream& out,
                         base::Log& log) {
  if (!host.files.exists(host.root.path("/proc")))
    return base::Error::invalid(
        base::format("--sysroot {}: there is no folder 'proc' in it; name a folder that holds "
                     "a machine's proc and sys",
                     settings.sysroot.string()));
  FFWATT_TRY(auto collectors,
             open_collectors({host, node_name(host), log, settings.energy, settings.meter, settings.subjects},
                             settings.collectors));
  Page page(host.clock, std::move(collectors), log);
  const auto router = routes(page);

  net::ServerSettings server_settings;
  server_settings.address = settings.address;
  server_settings.port = settings.port;
  server_settings.clock = &host.clock;
  // The port is one of this machine, whatever the root shows.
  const auto owner = [&](int port) { return os::port_owner(host.files, os::Root(), port).value_or(""); };
  FFWATT_TRY(
      const auto server,
      net::HttpServer::start(
          server_settings, [&](net::Request q, net::Responder r) { router(std::move(q), std::move(r)); }, log, owner));

  const auto url = page_url(settings.address, server->port());
  out << base::format("ffwatt exporter {} on {}\n", settings.version, url) << std::flush;
  log.info("serving", {{"url", url}, {"collectors", base::join(settings.collectors, ",")}});

  os::notify_service_manager(settings.notify_socket, "READY=1");
  std::optional<os::SignalSet::Event> event;
  while (!(event = signals.wait_until(host.clock.boot() + kHousekeeping))) page.housekeeping();
  log.info("stopping", {{"signal", event ? base::format("{}", event->number) : "none"}});
  os::notify_service_manager(settings.notify_socket, "STOPPING=1");
  server->stop(units::Seconds(2));
  return {};
}

}  // namespace exporter
