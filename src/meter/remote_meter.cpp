#include "meter/remote_meter.h"

#include <poll.h>

#include <array>

#include "base/format.h"
#include "json/json.h"
#include "os/read_some.h"
#include "os/unix_socket.h"
#include "os/wait.h"

namespace meter {
namespace {

// An answer takes a millisecond. A meter that says nothing for so long hangs in a sensor; the work must go on.
constexpr units::Seconds kPatience{5};
constexpr std::size_t kMostAnswer = 16u << 20;

using Op = wire::MeterRequest::Op;

wire::MeterRequest about(Op op, Meter::Handle handle) {
  wire::MeterRequest request;
  request.op = op, request.handle = handle;
  return request;
}

}  // namespace

base::Result<std::unique_ptr<RemoteMeter>> RemoteMeter::connect(os::Host& host, const os::Path& socket) {
  FFWATT_TRY(auto connection, os::connect_unix(socket));
  return std::unique_ptr<RemoteMeter>(new RemoteMeter(host, std::move(connection)));
}

base::Result<std::string> RemoteMeter::exchange(const std::string& line) {
  const auto deadline = host_.clock.boot() + kPatience;
  std::string_view rest = line;
  while (!rest.empty()) {
    FFWATT_TRY(const auto sent, os::send_some(socket_, rest));
    rest.remove_prefix(sent);
    pollfd writable[]{{socket_.get(), POLLOUT, 0}};
    if (!rest.empty() && os::wait_readable(writable, deadline, {}) != os::WaitEnd::readable)
      return base::Error::failed("it takes no requests");
  }
  for (;;) {
    const auto end = input_.find('\n');
    if (end != input_.npos) {
      auto answer = input_.substr(0, end);
      input_.erase(0, end + 1);
      return answer;
    }
    if (input_.size() > kMostAnswer) return base::Error::failed("its answer has no end");
    pollfd readable[]{{socket_.get(), POLLIN, 0}};
    if (os::wait_readable(readable, deadline, {}) != os::WaitEnd::readable)
      return base::Error::failed(base::format("it did not answer in {:.0f} s", kPatience.value()));
    std::array<char, 65'536> buffer;
    const auto bytes = os::read_some(socket_, buffer);
    if (!bytes) return base::Error::failed("it ended");
    input_ += *bytes;
  }
}

base::Result<wire::MeterReply> RemoteMeter::ask(const wire::MeterRequest& request) {
  const std::lock_guard lock(mutex_);
  if (!socket_) return base::Error::failed(fault_);
  const auto broken = [&](const base::Error& why) {
    // A late answer would be taken for that of the next request.
    socket_.reset();
    fault_ = base::format("the meter of this machine was lost: {}", why.text());
    return base::Error::failed(fault_);
  };
  const auto line = exchange(json::write(wire::encode(request)) + "\n");
  if (!line) return broken(line.error());
  const auto value = json::parse(*line);
  if (!value) return broken(value.error());
  auto reply = wire::decode_meter_reply(*value);
  if (!reply) return broken(reply.error());
  if (!reply->error.empty())
    return base::Error::denied(base::format("the meter of this machine refuses: {}", reply->error));
  return reply;
}

bool RemoteMeter::alive() { return ask(about(Op::describe, 0)).ok(); }

std::vector<units::Quality> RemoteMeter::qualities() {
  auto reply = ask(about(Op::describe, 0));
  return reply ? std::move(reply->qualities) : std::vector<units::Quality>();
}

Meter::Handle RemoteMeter::begin(const Workload& workload) {
  wire::MeterRequest request;
  request.op = Op::begin;
  request.name = workload.name;
  if (workload.control_group) request.control_group = workload.control_group->string();
  request.reserved = workload.reserved;
  request.cpus = workload.cpus;
  const auto reply = ask(request);
  if (reply) return reply->handle;
  const std::lock_guard lock(mutex_);
  fault_ = reply.error().text();
  return 0;
}

void RemoteMeter::follow(Handle handle, pid_t process) {
  auto request = about(Op::follow, handle);
  request.process = process;
  if (handle != 0) (void)ask(request).ok();
}

LiveReading RemoteMeter::live(Handle handle) {
  if (handle == 0) return nothing_live(fault_);
  auto answer = ask(about(Op::watch, handle));
  if (!answer) return nothing_live(answer.error().text());
  auto& reply = *answer;
  if (reply.energy.empty() || !reply.power) return nothing_live("the meter of this machine said nothing");
  return {*std::move(reply.power), std::move(reply.energy.front().energy)};
}

WorkloadEnergy RemoteMeter::end(Handle handle, std::optional<units::Seconds> cpu_time) {
  if (handle == 0) return nothing_measured(fault_);
  auto request = about(Op::end, handle);
  request.cpu_time = cpu_time;
  auto answer = ask(request);
  if (!answer) return nothing_measured(answer.error().text());
  auto& reply = *answer;
  if (reply.energy.empty() || !reply.power || !reply.peak)
    return nothing_measured("the meter of this machine said nothing");
  return {.energy = std::move(reply.energy),
          .power = *std::move(reply.power),
          .peak = *std::move(reply.peak),
          .trace = std::move(reply.trace),
          .power_trace = std::move(reply.power_trace),
          .caveats = std::move(reply.caveats)};
}

}  // namespace meter
