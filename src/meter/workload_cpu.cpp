#include "meter/workload_cpu.h"

#include "base/format.h"
#include "base/text.h"
#include "os/tree_counter.h"

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
  Tells tells() const override { return Tells::all; }
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
  TreeCpu(const os::Host& host, os::NewProcesses& news) : host_(host), news_(news) {}

  base::Result<void> look(os::CpuTime& out) override {
    out.by_socket.clear();
    out.total = earlier_ + (tree_ ? tree_->read(host_.clock.boot()) - before_ : Seconds(0));
    return {};
  }
  void members(std::vector<pid_t>& out) const override {
    if (tree_) tree_->members(out);
  }
  Cost cost() const override { return Cost::much; }
  // What it used before it was followed is nothing of this workload's. One that has ended already used nothing that
  // could be told any more. A second one comes where the first has ended (two passes), and what that used remains.
  void follow(pid_t process) override {
    const auto now = host_.clock.boot();
    auto tree = os::TreeCounter::open(host_.files, host_.root, process, news_, now);
    if (!tree) return;
    if (tree_) earlier_ += tree_->read(now) - before_;
    tree_.emplace(*std::move(tree));
    before_ = tree_->read(now);
  }

 private:
  const os::Host& host_;
  os::NewProcesses& news_;
  std::optional<os::TreeCounter> tree_;
  Seconds before_{}, earlier_{};
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

std::unique_ptr<WorkloadCpu> watch_cpu(const os::Host& host, const os::CpuTopology& topology, os::NewProcesses& news,
                                       const Workload& workload) {
  if (!workload.control_group) return std::make_unique<TreeCpu>(host, news);
  return std::make_unique<GroupCpu>(host, *workload.control_group,
                                    os::CpuCounter::open(host.files, *workload.control_group, topology));
}

std::unique_ptr<WorkloadCpu> told_cpu(std::function<base::Result<Seconds>()> reader) {
  return std::make_unique<ToldCpu>(std::move(reader));
}

}  // namespace meter
