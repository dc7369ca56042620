#include "meter/workload_cpu.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "os/process_tree.h"

namespace meter {
namespace {

using units::Seconds;

class GroupCpu final : public WorkloadCpu {
 public:
  GroupCpu(const os::Host& host, os::Path folder, base::Result<os::CpuCounter> counter)
      : host_(host), folder_(std::move(folder)), counter_(std::move(counter)) {}

  base::Result<void> look(os::CpuTime& out) override {
    if (!counter_) return counter_.error();
    return counter_->read(out);
  }
  void members(std::vector<pid_t>& out) const override {
    const auto text = host_.files.read(folder_ / "cgroup.procs");
    if (!text) return;
    for (const auto line : base::split(*text, '\n'))
      if (const auto pid = base::to_int(line); pid && *pid > 0) out.push_back(static_cast<pid_t>(*pid));
  }

 private:
  const os::Host& host_;
  os::Path folder_;
  base::Result<os::CpuCounter> counter_;
};

class TreeCpu final : public WorkloadCpu {
 public:
  explicit TreeCpu(const os::Host& host) : host_(host) {}

  base::Result<void> look(os::CpuTime& out) override {
    out.by_socket.clear();
    const pid_t root = root_.load();
    out.total = Seconds(0);
    if (root <= 0) return {};
    // A process that ends between two looks takes its time to its parent a moment later: hold the sum until then.
    if (root > 0) highest_ = std::max(highest_, os::tree_cpu_time(host_.files, host_.root, root).value_or(highest_));
    out.total = highest_;
    return {};
  }
  void members(std::vector<pid_t>& out) const override {
    if (const pid_t root = root_.load(); root > 0) out = os::process_tree(host_.files, host_.root, root);
  }
  // What it used before it was followed is nothing of this workload's.
  void follow(pid_t process) override {
    before_ = os::tree_cpu_time(host_.files, host_.root, process).value_or(Seconds(0));
    root_ = process;
  }

 private:
  const os::Host& host_;
  Seconds before_{};  // written before root_ is
  std::atomic<pid_t> root_{0};
  Seconds highest_{};
};

class ToldCpu final : public WorkloadCpu {
 public:
  explicit ToldCpu(std::function<base::Result<Seconds>()> reader) : reader_(std::move(reader)) {}
  base::Result<void> look(os::CpuTime& out) override {
    if (!reader_) return base::Error::absent("nobody tells its CPU time");
    out.by_socket.clear();
    FFWATT_TRY(out.total, reader_());
    return {};
  }
  void members(std::vector<pid_t>&) const override {}

 private:
  std::function<base::Result<Seconds>()> reader_;
};

}  // namespace

std::unique_ptr<WorkloadCpu> watch_cpu(const os::Host& host, const os::CpuTopology& topology,
                                       const Workload& workload) {
  if (!workload.control_group) return std::make_unique<TreeCpu>(host);
  return std::make_unique<GroupCpu>(host, *workload.control_group,
                                    os::CpuCounter::open(host.files, *workload.control_group, topology));
}

std::unique_ptr<WorkloadCpu> told_cpu(std::function<base::Result<Seconds>()> reader) {
  return std::make_unique<ToldCpu>(std::move(reader));
}

}  // namespace meter
