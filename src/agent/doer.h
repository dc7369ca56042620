// Doer: carries out the core's actions and turns every outcome into an event. Called from the main thread; its own
// threads (three for calls to the master, one for each runner) only touch the inbox.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/core.h"
#include "agent/errands.h"
#include "agent/inbox.h"
#include "agent/machine_meter.h"
#include "agent/runner_process.h"
#include "agent/settings.h"
#include "agent/spool.h"
#include "base/log.h"

namespace agent {

class Doer {
 public:
  Doer(os::Host& host, const os::Environment& environment, const Settings& settings, std::string boot_id,
       MachineMeter& meter, Inbox& inbox, base::Log& log);
  ~Doer();

  // What an earlier agent left: runners that live are watched again, dead ones get the report that they did not write.
  // Takes 5 s at most, however many there are. A folder that some process holds without saying who it is is left alone.
  std::vector<Adopted> adopt();
  // True when one of them is Quit.
  bool carry_out(const Actions& actions);
  void stop();

 private:
  void act(const Enrol& action);
  void act(const Heartbeat& action);
  void act(const Claim& action);
  void act(const CancelClaim& action);
  void act(const Start& action);
  void act(const Launch& action);
  void act(const StopRunner& action);
  void act(const KillRunner& action);
  void act(const Post& action);
  void act(const Finish& action);
  void act(const Quit&) {}

  void watch(const wire::Offer& offer, std::shared_ptr<RunnerProcess> runner);
  std::optional<Adopted::State> adopt(const wire::Offer& offer, units::BootTime patience_ends);
  void report_dead(const wire::Offer& offer, jobs::FailureClass failure, const std::string& why);
  jobs::Job with_output(jobs::Job job) const;
  // An attempt that has begun takes the right to publish from all before it for good: what one of them left beside
  // the output, on this machine or through a shared folder on another that died, only takes space.
  void remove_earlier_outputs(const wire::Offer& offer);

  os::Host& host_;
  const os::Environment& environment_;
  const Settings& settings_;
  std::string boot_id_;
  MachineMeter& meter_;
  Inbox& inbox_;
  base::Log& log_;
  Spool spool_;

  struct Runner {
    std::shared_ptr<RunnerProcess> process;
    std::jthread watcher;
  };
  std::map<base::Id, Runner> runners_;
  std::map<base::Id, os::Path> outputs_;  // final names of file jobs
  std::mutex mutex_;
  std::map<std::string, jobs::Report> unwritten_;  // by run id: what the disk did not take, for as long as we live
  std::unique_ptr<Errands> heartbeats_, claims_, work_;
};

}  // namespace agent
