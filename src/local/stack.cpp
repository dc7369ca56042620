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

}  // namespace

base::Result<std::unique_ptr<Stack>> Stack::start(os::Host& host, const os::Environment& environment,
                                                  const StackSettings& settings) {
  FFWATT_CHECK(host.files.make_folders(settings.folder, 0700));
  std::unique_ptr<Stack> stack(new Stack);
  FFWATT_TRY(stack->rtmp_, RtmpServer::start(host, environment, {settings.folder / "rtmp", 0, 0}));

  std::uint16_t port = settings.master_port;
  if (port == 0) {
    FFWATT_TRY(port, net::free_port());
  }
  stack->master_url_ = base::format("http://127.0.0.1:{}", port);
  FFWATT_TRY(stack->master_, Service::start(host, environment, "master", settings.programs / "master",
                                            {"--address", "127.0.0.1", "--port", base::format("{}", port),
                                             "--state-dir", (settings.folder / "master").string()},
                                            settings.folder / "master.log"));
  FFWATT_TRY(auto client, client::MasterClient::at(stack->master_url_));
  FFWATT_CHECK(await(host, *stack->master_, master_limit, [&] { return client.health().ok(); }));

  // Started here and not by the agent, so that it ends with the rest.
  const auto socket = base::format("--meter-socket={}", (settings.folder / "meter.sock").string());
  FFWATT_TRY(stack->meter_,
             Service::start(host, environment, "meter", settings.programs / "agent",
                            {"--meter", "--meter-patience", "24h", socket}, settings.folder / "meter.log"));
  FFWATT_TRY(stack->agent_, Service::start(host, environment, "agent", settings.programs / "agent",
                                           {"--register", "--master", stack->master_url_, "--state-dir",
                                            (settings.folder / "agent").string(), socket},
                                           settings.folder / "agent.log"));
  FFWATT_CHECK(await(host, *stack->agent_, agent_limit, [&] {
    const auto nodes = client.nodes();
    return nodes && !nodes->empty();
  }));
  return stack;
}

Stack::~Stack() { stop(); }

std::string Stack::rtmp_base() const {
  const auto url = rtmp_->url("");
  return url.substr(0, url.find_last_not_of('/') + 1);
}

std::optional<base::Error> Stack::watch(int also) {
  std::array<pollfd, 4> wanted{{{also, POLLIN, 0},
                                {master_->ready_descriptor(), POLLIN, 0},
                                {agent_->ready_descriptor(), POLLIN, 0},
                                {meter_->ready_descriptor(), POLLIN, 0}}};
  while (::poll(wanted.data(), wanted.size(), -1) < 0 && errno == EINTR) {
  }
  for (auto* service : {&*master_, &*agent_, &*meter_})
    if (service->has_ended()) return service->death();
  return std::nullopt;
}

void Stack::stop() {
  // The agent needs its time to hand back what it runs; the others lose nothing.
  if (agent_) agent_->stop(units::Seconds(15));
  agent_.reset();
  if (meter_) meter_->stop(units::Seconds(5));
  meter_.reset();
  if (master_) master_->stop(units::Seconds(5));
  master_.reset();
  if (rtmp_) rtmp_->stop();
}

}  // namespace local
