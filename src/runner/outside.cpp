#include "runner/outside.h"

namespace runner {
namespace {

// Buffers of a few connections, and a TLS library's tables.
constexpr units::Bytes kRelayMemory{512.0 * (1 << 20)};

// What name look-ups and TLS read. No keys lie there that a certificate store does not publish.
const std::vector<os::Path> kRelayReads{"/etc/resolv.conf",     "/etc/hosts",           "/etc/nsswitch.conf",
                                        "/etc/host.conf",       "/etc/gai.conf",        "/etc/services",
                                        "/etc/ssl/certs",       "/etc/ssl/openssl.cnf", "/usr/share/ca-certificates",
                                        "/run/systemd/resolve", "/usr/lib/ssl"};

// The relay reads hostile answers, too. Errors as sandbox::plan().
base::Result<std::vector<std::shared_ptr<const os::ChildStep>>> relay_steps(os::Host& host, sandbox::Mode mode,
                                                                            const OutsideSettings& settings) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // The relay is one of ours, and so built like this; a sanitizer's runtime maps terabytes and reads /proc.
  mode = sandbox::Mode::off;
#endif
  sandbox::Bounds bounds;
  bounds.program = settings.relay_program;
  bounds.reach = sandbox::Bounds::Reach::anywhere;
  bounds.memory = kRelayMemory;
  for (const auto& path : kRelayReads)
    if (host.files.exists(path)) bounds.readable.push_back(path);
  if (!settings.ca_file.empty()) bounds.readable.emplace_back(settings.ca_file);
  FFWATT_TRY(auto plan, sandbox::plan(host, mode, bounds, {.only = {}, .without = {"control_group", "network"}}));
  return std::move(plan.steps);
}

}  // namespace

base::Result<std::unique_ptr<Outside>> Outside::open(os::Host& host, sandbox::Mode mode,
                                                     const OutsideSettings& settings, std::vector<std::string> urls) {
  relay::Settings to_relay;
  to_relay.program = settings.relay_program;
  to_relay.environment = settings.environment;
  to_relay.policy = settings.policy;
  to_relay.ca_file = settings.ca_file;
  FFWATT_TRY(to_relay.steps, relay_steps(host, mode, settings));
  FFWATT_TRY(auto relay, relay::Relay::start(host, to_relay, std::move(urls)));
  std::unique_ptr<Outside> out(new Outside(std::move(relay)));
  if (mode == sandbox::Mode::off || !sandbox::available(host, "network")) {
    FFWATT_CHECK(out->relay_->listen_here());
    out->listens_ = Listens::here;
  }
  return out;
}

void Outside::allow(sandbox::Bounds& bounds) const {
  bounds.ports = relay_->ports();
  if (listens_ == Listens::within) bounds.listeners = relay_->control();
}

std::optional<relay::Fault> Outside::fault() const {
  auto faults = relay_->faults();
  return faults.empty() ? std::nullopt : std::optional(std::move(faults.front()));
}

}  // namespace runner
