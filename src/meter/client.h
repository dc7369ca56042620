// Client: everything the server knows of one connection: what it sent, what it is owed, and the workloads that are its
// own. No descriptors and no waiting, so that what a client may do has tests without any. Guarded by the server.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "meter/meter.h"
#include "os/host.h"
#include "os/unix_socket.h"
#include "wire/meter_messages.h"

namespace meter {

// The control groups that are being metered, of all clients.
using Claimed = std::set<os::Path>;

class Client {
 public:
  Client(os::Host& host, Meter& meter, Claimed& claimed, os::Peer peer);
  ~Client();  // ends what it left behind
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Bytes from the socket; whole lines are answered into output(). false: the client talks nonsense and is to be
  // dropped.
  bool take(std::string_view bytes);
  std::string& output() { return output_; }
  const os::Peer& peer() const { return peer_; }

 private:
  wire::MeterReply answer(std::string_view line);
  wire::MeterReply begin(const wire::MeterRequest& request);
  wire::MeterReply end(const wire::MeterRequest& request);
  base::Result<os::Path> own_group(const std::string& folder) const;
  base::Result<void> own_process(int process) const;

  os::Host& host_;
  Meter& meter_;
  Claimed& claimed_;
  os::Peer peer_;
  std::string input_, output_;
  std::map<Meter::Handle, std::optional<os::Path>> workloads_;
};

}  // namespace meter
