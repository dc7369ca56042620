// RemoteMeter: the meter of this machine, in another process, over its socket. Any thread, one request at a time. Where
// the meter ends while a workload runs, the result says so.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "meter/meter.h"
#include "os/host.h"
#include "os/processes.h"
#include "wire/meter_messages.h"

namespace meter {

class RemoteMeter final : public Meter {
 public:
  // absent where no meter listens, denied where this user may not ask it. `host` has the real clock.
  static base::Result<std::unique_ptr<RemoteMeter>> connect(os::Host& host, const os::Path& socket);

  // false once the other side has gone; then every result says so.
  bool alive();

  std::vector<units::Quality> qualities() override;
  Handle begin(const Workload& workload) override;
  void follow(Handle handle, pid_t process) override;
  LiveReading live(Handle handle) override;
  WorkloadEnergy end(Handle handle, std::optional<units::Seconds> cpu_time = {}) override;

 private:
  RemoteMeter(os::Host& host, os::Descriptor socket) : host_(host), socket_(std::move(socket)) {}
  base::Result<wire::MeterReply> ask(const wire::MeterRequest& request);
  base::Result<std::string> exchange(const std::string& line);

  os::Host& host_;
  std::mutex mutex_;
  os::Descriptor socket_;
  std::string input_, fault_;  // fault_: why the connection is of no use any more, or a begin was refused
};

}  // namespace meter
