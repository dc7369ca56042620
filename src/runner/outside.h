// Outside: a job's way out of its sandbox. It starts the relay for the addresses that the job names, has its sandbox
// be told of it, and says by which local address ffmpeg reaches each. Without addresses there is none, and no network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "relay/relay.h"
#include "sandbox/sandbox.h"

namespace runner {

struct OutsideSettings {
  os::Path relay_program;         // one of ours
  relay::AddressPolicy policy{};  // beside what is public
  std::string ca_file{};          // PEM; empty: the system's authorities
  os::Environment environment{};  // of the relay
};

class Outside {
 public:
  // Errors: invalid where an address may not be reached, retry where it cannot be now, failed where no relay runs.
  static base::Result<std::unique_ptr<Outside>> open(os::Host& host, sandbox::Mode mode,
                                                     const OutsideSettings& settings, std::vector<std::string> urls);
  // For every program that is to reach them.
  void allow(sandbox::Bounds& bounds) const;
  std::string local_url(std::size_t n) const { return relay_->local_url(n); }
  // The first thing that went wrong since the last call.
  std::optional<relay::Fault> fault() const;

 private:
  explicit Outside(std::unique_ptr<relay::Relay> relay) : relay_(std::move(relay)) {}
  std::unique_ptr<relay::Relay> relay_;
  enum class Listens { within, here } listens_ = Listens::within;
};

}  // namespace runner
