// Relay: a job's way out, as its runner sees it. Everything that ffmpeg may reach over the network is listed when the
// relay starts; ffmpeg itself gets 127.0.0.1 and a port for each. Read this header first. The relay is a process of its
// own (serve.h), and is killed with this object. One thread.
#pragma once

#include <memory>

#include "os/host.h"
#include "relay/control.h"

namespace relay {

struct Settings {
  os::Path program;  // one of ours, which becomes a relay by serve.h's word
  os::Environment environment{};
  AddressPolicy policy{};
  std::string ca_file{};                                      // PEM; empty: the system's authorities
  std::vector<std::shared_ptr<const os::ChildStep>> steps{};  // its own sandbox
  units::Seconds patience{20};                                // for names to resolve
};

class Relay {
 public:
  // Errors: invalid where a URL's address may not be reached, retry where it cannot, failed where no relay runs.
  static base::Result<std::unique_ptr<Relay>> start(os::Host& host, const Settings& settings,
                                                    std::vector<std::string> urls);
  ~Relay();

  // For the program's own network: the ports that it opens there, and the socket over which it hands them over.
  const std::vector<std::uint16_t>& ports() const { return ports_; }
  int control() const { return control_.get(); }
  // For a program without a network of its own: listens on free ports of this machine's loopback. ports() tells them.
  base::Result<void> listen_here();
  // What ffmpeg calls the n-th URL: 127.0.0.1 as its host, for http the path "/input"; for rtmp its application and a
  // stand-in for the stream's key, which the relay puts back (rtmp_names.h).
  std::string local_url(std::size_t n) const;
  // What went wrong since the last call.
  std::vector<Fault> faults();

 private:
  Relay(os::Descriptor control, std::unique_ptr<os::Process> process, std::vector<Url> urls);
  os::Descriptor control_;
  std::unique_ptr<os::Process> process_;
  std::vector<Url> urls_;
  std::vector<std::uint16_t> ports_;
  ControlReader reader_;
};

}  // namespace relay
