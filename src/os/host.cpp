#include "os/host.h"

#include "os/posix.h"

namespace os {

struct RealHost::Parts {
  std::unique_ptr<Clock> clock = posix_clock();
  std::unique_ptr<Random> random = posix_random();
  std::unique_ptr<Files> files = posix_files();
  std::unique_ptr<Processes> processes = posix_processes(*clock);
  std::unique_ptr<Cgroups> cgroups;
  std::unique_ptr<PerfEvents> perf;
};

RealHost::RealHost(Root root) : parts_(std::make_unique<Parts>()) {
  parts_->cgroups = posix_cgroups(*parts_->files, root);
  parts_->perf = root.is_real() ? posix_perf_events() : perf_events_from_files(*parts_->files, root);
  host_ = std::make_unique<Host>(Host{*parts_->clock, *parts_->random, std::move(root), *parts_->files,
                                      *parts_->processes, *parts_->cgroups, *parts_->perf});
}

RealHost::~RealHost() = default;

}  // namespace os
