// RunnerProcess: the runner of one job as seen by its agent: started by it, or found alive after a restart. Destroying
// it does not end the runner. One watcher thread calls wait(); stop() may come from any.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>

#include "agent/runners.h"
#include "os/host.h"

namespace agent {

class RunnerProcess {
 public:
  // `own_program` is this program's path; the runner is the same program. `words` come behind --run-one FOLDER.
  static base::Result<std::unique_ptr<RunnerProcess>> launch(os::Host& host, const os::Environment& environment,
                                                             const os::Path& own_program, Spool& spool,
                                                             const wire::Offer& offer,
                                                             const std::vector<std::string>& words,
                                                             const std::string& boot_id);
  // absent where it has ended.
  static base::Result<std::unique_ptr<RunnerProcess>> adopt(os::Host& host, const ProcessName& name,
                                                            const std::string& boot_id);

  enum class Waited { ended, stopped };
  Waited wait(std::stop_token stop);
  void stop(StopReason reason);
  // SIGKILL to it and to its process group; its control group is the caller's to sweep once wait() has answered.
  void kill();
  Runners::Killed killed() const { return killed_; }

 private:
  RunnerProcess(os::Host& host, ProcessName name, std::unique_ptr<os::Process> child)
      : host_(host), name_(std::move(name)), child_(std::move(child)) {}
  os::Host& host_;
  ProcessName name_;
  std::unique_ptr<os::Process> child_;  // where we started it: to be reaped
  std::atomic<Runners::Killed> killed_ = Runners::Killed::no;
};

// Ends what a dead runner left in its control groups (several streams have one each), so that nothing of an attempt
// goes on unseen.
void sweep_control_groups(os::Host& host, const wire::Offer& offer);

}  // namespace agent
