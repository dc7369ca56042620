// Runners: what runs jobs on this machine, as their agent sees it: one for each attempt, which lives on when the agent
// ends and is found again by the next one.
#pragma once

#include <functional>
#include <memory>

#include "agent/core.h"
#include "agent/spool.h"

namespace agent {

// Destroying it ends the watching, not the runner; no `ended` is called afterwards.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual void stop(StopReason reason) = 0;
  // Ends it with all that it started, without asking.
  virtual void kill() = 0;
};

class Runners {
 public:
  virtual ~Runners() = default;
  enum class Killed { yes, no };  // by kill()
  // Called once, when the runner has ended; may be another thread. Not from within launch() or adopt().
  using Ended = std::function<void(Killed)>;
  // Keeps the offer in the spool, then starts a runner for it.
  virtual base::Result<std::unique_ptr<Runner>> launch(Spool& spool, const wire::Offer& offer, Ended ended) = 0;
  // absent where it has ended.
  virtual base::Result<std::unique_ptr<Runner>> adopt(const ProcessName& name, Ended ended) = 0;
};

}  // namespace agent
