// ChildWatch: the one loop around a running command. It waits, without ever polling, for the command's end, its
// progress, its output, the program's signals, a cancel request and every deadline; reads what comes and acts by the
// StopLadder. One thread, which it blocks.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "media/progress.h"
#include "os/host.h"
#include "os/signals.h"
#include "runner/log_tail.h"
#include "runner/stop_ladder.h"

namespace runner {

struct WatchSettings {
  Standing standing = Standing::in_its_own;
  units::Seconds grace{5};
  std::optional<units::BootTime> deadline;  // of the whole run
  units::Seconds stall{0};                  // no progress for so long: stopped; 0: never
  os::SignalSet* signals = nullptr;
  std::stop_token cancel;
  std::function<void()> kill;                                          // SIGKILL to everything of the workload
  std::function<void(const std::optional<media::Progress>&)> on_tick;  // at most twice a second; may be empty
};

class ChildWatch {
 public:
  // Read ends of pipes whose write ends only the command holds; empty ones are absent.
  ChildWatch(const os::Clock& clock, os::Process& process, os::Descriptor progress, os::Descriptor output, LogTail& log,
             WatchSettings settings);

  // Until the command has ended (yes, not reaped yet) or is given up because it does not even die of SIGKILL (no).
  enum class Ended { yes, no };
  Ended run();
  // What is still in the pipes; never waits for more. Call it after run().
  void drain();

  StopCause cause() const { return ladder_.cause(); }
  const std::optional<media::Progress>& progress() const { return progress_seen_; }

 private:
  bool has_ended() const;
  units::BootTime next_deadline() const;
  bool act(StopAction action);
  void take_progress(units::BootTime now);
  void take_output();
  bool take_signal(units::BootTime now);
  void take_last_signal();
  bool on_deadlines(units::BootTime now);

  const os::Clock& clock_;
  os::Process& process_;
  os::Descriptor progress_, output_;
  LogTail& log_;
  WatchSettings settings_;
  StopLadder ladder_;
  media::ProgressParser parser_;
  std::optional<media::Progress> progress_seen_;
  std::optional<units::BootTime> stalled_at_, tick_at_;
};

}  // namespace runner
