// Doer: carries out the core's actions and turns every outcome into an event. Called from one thread; what it hands to
// Calls and Runners may come back on others, and only touches the spool and the inbox. Without threads of its own, so
// that the farm simulator runs it as it is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "agent/calls.h"
#include "agent/core.h"
#include "agent/roots.h"
#include "agent/runners.h"
#include "agent/spool.h"
#include "base/log.h"

namespace agent {

class Doer {
 public:
  struct Places {
    os::Path state_folder;
    os::Path output_folder;  // of jobs that name no output
    Roots roots{};           // of paths that name one
  };
  using Event = std::function<Actions(Core&, units::Instant)>;
  // `deliver` is called from any thread. All must outlive the Doer.
  Doer(os::Host& host, Places places, Calls& calls, Runners& runners, std::function<void(Event)> deliver,
       base::Log& log);
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
  void act(const Live& action);
  void act(const Claim& action);
  void act(const CancelClaim& action);
  void act(const Start& action);
  void act(const Launch& action);
  void act(const StopRunner& action);
  void act(const KillRunner& action);
  void act(const Post& action);
  void act(const Finish& action);
  void act(const Quit&) {}

  // What becomes of the attempt when its runner has ended.
  Runners::Ended when_ended(const wire::Offer& offer);
  std::optional<Adopted::State> adopt(const wire::Offer& offer, units::BootTime patience_ends);
  enum class Ran { no, perhaps };
  void report_dead(const wire::Offer& offer, Ran ran, const std::string& why);
  jobs::Job with_output(jobs::Job job) const;
  wire::HeartbeatRequest with_progress(wire::HeartbeatRequest request) const;
  // An attempt that has begun takes the right to publish from all before it for good: what one of them left beside
  // the output, on this machine or through a shared folder on another that died, only takes space.
  void give_up(const wire::Offer& offer);
  base::Error unreadable(const jobs::Lease& lease, const base::Error& why);
  void remove_earlier_outputs(const wire::Offer& offer);

  os::Host& host_;
  const Places places_;
  Calls& calls_;
  Runners& runners_;
  std::function<void(Event)> deliver_;
  base::Log& log_;
  Spool spool_;

  std::map<base::Id, std::vector<std::string>> outputs_;  // final names of jobs that make files
  std::mutex mutex_;
  std::map<std::string, jobs::Report> unwritten_;  // by run id: what the disk did not take, for as long as we live
  std::map<std::string, int> failed_reads_;        // by run id: of a report that is there and cannot be read
  std::map<base::Id, std::unique_ptr<Runner>> watched_;
};

}  // namespace agent
