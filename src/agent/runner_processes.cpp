#include "agent/runner_processes.h"

#include <thread>

#include "agent/runner_process.h"

namespace agent {
namespace {

class Watched final : public Runner {
 public:
  Watched(std::unique_ptr<RunnerProcess> process, Runners::Ended ended)
      : process_(std::move(process)), watcher_([this, ended = std::move(ended)](std::stop_token stop) {
          if (process_->wait(stop) == RunnerProcess::Waited::ended) ended(process_->killed());
        }) {}
  void stop(StopReason reason) override { process_->stop(reason); }
  void kill() override { process_->kill(); }

 private:
  std::unique_ptr<RunnerProcess> process_;
  std::jthread watcher_;  // last: it ends before what it watches
};

}  // namespace

RunnerProcesses::RunnerProcesses(os::Host& host, const os::Environment& environment, os::Path own_program,
                                 std::vector<std::string> words, std::string boot_id, MachineMeter& meter)
    : host_(host),
      environment_(environment),
      own_program_(std::move(own_program)),
      words_(std::move(words)),
      boot_id_(std::move(boot_id)),
      meter_(meter) {}

base::Result<std::unique_ptr<Runner>> RunnerProcesses::launch(Spool& spool, const wire::Offer& offer, Ended ended) {
  meter_.ensure();
  FFWATT_TRY(auto process, RunnerProcess::launch(host_, environment_, own_program_, spool, offer, words_, boot_id_));
  return std::unique_ptr<Runner>(std::make_unique<Watched>(std::move(process), std::move(ended)));
}

base::Result<std::unique_ptr<Runner>> RunnerProcesses::adopt(const ProcessName& name, Ended ended) {
  FFWATT_TRY(auto process, RunnerProcess::adopt(host_, name, boot_id_));
  return std::unique_ptr<Runner>(std::make_unique<Watched>(std::move(process), std::move(ended)));
}

}  // namespace agent
