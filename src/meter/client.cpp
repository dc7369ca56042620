#include "meter/client.h"

#include <algorithm>

#include "base/format.h"
#include "json/json.h"
#include "json/reader.h"

namespace meter {
namespace {

// Of one client: a runner has one workload, a test of many streams some dozens.
constexpr std::size_t kMostWorkloads = 256;
constexpr std::string_view kOurs = "ffwatt";

wire::MeterReply refused(std::string why) {
  wire::MeterReply reply;
  reply.error = std::move(why);
  return reply;
}

bool below(const os::Path& path, const os::Path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

Client::Client(os::Host& host, Meter& meter, Claimed& claimed, os::Peer peer)
    : host_(host), meter_(meter), claimed_(claimed), peer_(peer) {}

Client::~Client() {
  for (const auto& [handle, group] : workloads_) {
    (void)meter_.end(handle);
    if (group) claimed_.erase(*group);
  }
}

bool Client::take(std::string_view bytes) {
  input_ += bytes;
  for (;;) {
    const auto end = input_.find('\n');
    if (end == input_.npos) return input_.size() <= wire::longest_meter_request;
    if (end > wire::longest_meter_request) return false;
    const auto reply = answer(std::string_view(input_).substr(0, end));
    input_.erase(0, end + 1);
    output_ += json::write(wire::encode(reply));
    output_ += '\n';
  }
}

wire::MeterReply Client::answer(std::string_view line) {
  using Op = wire::MeterRequest::Op;
  const auto value = json::parse(line);
  if (!value) return refused(value.error().text());
  const auto request = wire::decode_meter_request(*value);
  if (!request) return refused(request.error().text());
  if (request->op == Op::begin) return begin(*request);
  if (request->op == Op::describe) {
    wire::MeterReply reply;
    reply.qualities = meter_.qualities();
    return reply;
  }
  if (!workloads_.contains(request->handle)) return refused("you have no such workload; begin one");
  wire::MeterReply reply;
  reply.handle = request->handle;
  switch (request->op) {
    case Op::describe:
    case Op::begin:
      break;
    case Op::follow:
      if (const auto own = own_process(request->process); !own) return refused(own.error().text());
      meter_.follow(request->handle, request->process);
      break;
    case Op::watch: {
      auto live = meter_.live(request->handle);
      reply.power = std::move(live.power);
      reply.energy = {{jobs::Part::total, std::move(live.energy)}};
      break;
    }
    case Op::end:
      return end(*request);
  }
  return reply;
}

wire::MeterReply Client::begin(const wire::MeterRequest& request) {
  if (workloads_.size() >= kMostWorkloads)
    return refused(base::format("{} workloads are the most that one client may have", kMostWorkloads));
  Workload workload{.name = request.name, .control_group = {}, .reserved = request.reserved, .cpus = request.cpus};
  if (request.control_group) {
    auto group = own_group(*request.control_group);
    if (!group) return refused(group.error().text());
    workload.control_group = *std::move(group);
  }
  wire::MeterReply reply;
  reply.handle = meter_.begin(workload);
  if (workload.control_group) claimed_.insert(*workload.control_group);
  workloads_.emplace(reply.handle, workload.control_group);
  return reply;
}

wire::MeterReply Client::end(const wire::MeterRequest& request) {
  auto energy = meter_.end(request.handle, request.cpu_time);
  const auto node = workloads_.extract(request.handle);
  if (const auto& group = node.mapped()) claimed_.erase(*group);
  wire::MeterReply reply;
  reply.handle = request.handle;
  reply.energy = std::move(energy.energy);
  reply.power = std::move(energy.power), reply.peak = std::move(energy.peak);
  reply.trace = std::move(energy.trace);
  reply.power_trace = std::move(energy.power_trace);
  reply.caveats = std::move(energy.caveats);
  return reply;
}

// Whoever could name any group could make the CPU time of others its own, and their joules with it.
base::Result<os::Path> Client::own_group(const std::string& folder) const {
  const auto refuse = [&](std::string_view why) {
    return base::Error::denied(base::format("the control group {} cannot be metered: {}", folder, why));
  };
  const auto path = host_.files.real_path(folder);
  if (!path) return refuse(path.error().text());
  const auto top = host_.files.real_path(host_.root.path("/sys/fs/cgroup"));
  if (!top || !below(*path, *top)) return refuse("it is not below /sys/fs/cgroup");
  if (std::ranges::find(*path, os::Path(kOurs)) == path->end() || path->filename() == kOurs)
    return refuse("it is none of those that ffwatt makes");
  const auto status = host_.files.status(*path);
  if (!status) return refuse(status.error().text());
  if (peer_.user != 0 && status->owner != peer_.user) return refuse("it belongs to another user");
  for (const auto& other : claimed_)
    if (below(*path, other) || below(other, *path)) return refuse("a workload that is being metered lives in it");
  return *path;
}

base::Result<void> Client::own_process(int process) const {
  const auto status = host_.files.status(host_.root.path(base::format("/proc/{}", process)));
  if (!status) return base::Error::absent(base::format("there is no process {}", process));
  if (peer_.user != 0 && status->owner != peer_.user)
    return base::Error::denied(base::format("process {} belongs to another user", process));
  return {};
}

}  // namespace meter
