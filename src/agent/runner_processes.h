// RunnerProcesses: runners as processes of this program, each with a thread that waits for its end.
#pragma once

#include <string>
#include <vector>

#include "agent/machine_meter.h"
#include "agent/runners.h"
#include "os/host.h"

namespace agent {

class RunnerProcesses final : public Runners {
 public:
  // `own_program --run-one FOLDER words…` is a runner. The machine's meter is seen to before each.
  RunnerProcesses(os::Host& host, const os::Environment& environment, os::Path own_program,
                  std::vector<std::string> words, std::string boot_id, MachineMeter& meter);
  base::Result<std::unique_ptr<Runner>> launch(Spool& spool, const wire::Offer& offer, Ended ended) override;
  base::Result<std::unique_ptr<Runner>> adopt(const ProcessName& name, Ended ended) override;

 private:
  os::Host& host_;
  const os::Environment& environment_;
  const os::Path own_program_;
  const std::vector<std::string> words_;
  const std::string boot_id_;
  MachineMeter& meter_;
};

}  // namespace agent
