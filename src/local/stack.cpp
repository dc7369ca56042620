#include "local/stack.h"

#include <poll.h>

#include <array>

#include "base/format.h"
#include "client/master_client.h"
#include "net/ports.h"

namespace local {
namespace {

constexpr units::Seconds master_limit{15};
// The first start of an agent tries every encoder with a real encode; some are slow on two cores.
constexpr units::Seconds agent_limit{120};
constexpr units::Seconds between_looks{0.05};

// The agent needs its time to hand back what it runs; the others lose nothing.
constexpr units::Seconds agent_patience{15}, others_patience{5};

// Asks again until `ready` says yes, the service dies, or the limit is reached.
template <class Ready>
base::Result<void> await(os::Host& host, Service& service, units::Seconds limit, Ready ready) {
  const auto deadline = host.clock.boot() + limit;
  while (!ready()) {
    if (host.clock.boot() >= deadline)
      return base::Error::failed(base::format("the {} was not ready within {} s", service.name(), limit.value()));
    FFWATT_CHECK(service.pause(between_looks));
  }
  return {};
}

// "127.0.0.1:1935" of "rtmp://127.0.0.1:1935/live/".
std::string host_and_port(const std::string& url) {
  const auto begin = url.find("//") + 2;
  return url.substr(begin, url.find('/', begin) - begin);
}

// Beside this program in a build folder; below lib/ffwatt of the same prefix where it is installed.
os::Path program_of(const os::Host& host, const StackSettings& settings, std::string_view name) {
  auto installed = settings.programs.parent_path() / "lib/ffwatt" / name;
  return !host.files.exists(settings.programs / name) && host.files.exists(installed) ? installed
                                                                                      : settings.programs / name;
}

}  // namespace

base::Result<std::unique_ptr<Stack>> Stack::start(os::Host& host, const os::Environment& environment,
                                                  const StackSettings& settings) {
  const auto& folder = settings.folder;
  FFWATT_CHECK(host.files.make_folders(folder, 0700));
  // What has come up goes with this scope, last one first, where one that follows does not.
  FFWATT_TRY(auto rtmp, RtmpServer::start(host, environment, {folder / "rtmp", 0, 0}));

  std::uint16_t port = settings.master_port;
  if (port == 0) {
    FFWATT_TRY(port, net::free_port());
  }
  auto url = base::format("http://127.0.0.1:{}", port);
  FFWATT_TRY(auto master, Service::start(host, environment, "master", program_of(host, settings, "master"),
                                         {"--address", "127.0.0.1", "--port", base::format("{}", port), "--state-dir",
                                          (folder / "master").string()},
                                         folder / "master.log", others_patience));
  FFWATT_TRY(auto client, client::MasterClient::at(url));
  FFWATT_CHECK(await(host, master, master_limit, [&] { return client.health().ok(); }));

  // Started here and not by the agent, so that it ends with the rest.
  const auto socket = base::format("--meter-socket={}", (folder / "meter.sock").string());
  FFWATT_TRY(auto meter,
             Service::start(host, environment, "meter", program_of(host, settings, "agent"),
                            {"--meter", "--meter-patience", "24h", socket}, folder / "meter.log", others_patience));
  FFWATT_TRY(auto agent,
             Service::start(host, environment, "agent", program_of(host, settings, "agent"),
                            {"--register", "--master", url, "--state-dir", (folder / "agent").string(), socket,
                             // Its RTMP server is on the loopback, which jobs do not reach else.
                             "--allow-destination=" + host_and_port(rtmp->url(""))},
                            folder / "agent.log", agent_patience));
  FFWATT_CHECK(await(host, agent, agent_limit, [&] {
    const auto nodes = client.nodes();
    return nodes && !nodes->empty();
  }));
  return std::unique_ptr<Stack>(
      new Stack(std::move(url), std::move(rtmp), std::move(master), std::move(meter), std::move(agent)));
}

std::string Stack::rtmp_base() const {
  const auto url = rtmp_->url("");
  return url.substr(0, url.find_last_not_of('/') + 1);
}

std::optional<base::Error> Stack::watch(int also) {
  std::array<pollfd, 4> wanted{{{also, POLLIN, 0},
                                {master_.ready_descriptor(), POLLIN, 0},
                                {agent_.ready_descriptor(), POLLIN, 0},
                                {meter_.ready_descriptor(), POLLIN, 0}}};
  while (::poll(wanted.data(), wanted.size(), -1) < 0 && errno == EINTR) {
  }
  for (auto* service : {&master_, &agent_, &meter_})
    if (service->has_ended()) return service->death();
  return std::nullopt;
}

void Stack::stop() {
  agent_.stop();
  meter_.stop();
  master_.stop();
  rtmp_->stop();
}

}  // namespace local
