// StopLadder: how a running command is brought to its end: ask, wait, kill. Pure: events and `now` in, an action out;
// the watch (child_watch.h) carries it out. The rules are those of Request::Terminal in run_workload.h.
//
// Two facts shape it. The terminal sends Ctrl-C to the whole foreground group, ffmpeg included, and a second SIGINT
// makes ffmpeg drop its file's trailer: so what the group got is never sent again. And nobody can see from a signal
// that a process sent (kill, not the terminal) whether it went to the group or to us alone: so that one is passed on
// only when the command visibly goes on.
#pragma once

#include <optional>
#include <string_view>

#include "os/signals.h"
#include "units/time.h"

namespace runner {

// Why a command was brought to its end. The first cause counts.
enum class StopCause { none, interrupt, terminate, cancel, timeout, stall };

enum class Standing { in_our_group, in_its_own };  // of the command: whether terminal signals reach it without us

struct StopAction {
  enum class What {
    nothing,
    signal_child,  // the command's first process
    signal_group,  // its process group (only in_its_own)
    kill,          // SIGKILL to everything of it
    give_up,       // it did not even die of SIGKILL
  } what = What::nothing;
  int number = 0;
  bool operator==(const StopAction&) const = default;
};

class StopLadder {
 public:
  StopLadder(Standing standing, units::Seconds grace) : standing_(standing), grace_(grace) {}

  StopAction on_signal(const os::SignalSet::Event& event, units::BootTime now);
  StopAction on_cause(StopCause cause, units::BootTime now);  // cancel, timeout, stall
  // ffmpeg reported that it still encodes.
  StopAction on_running(units::BootTime now);
  // When next() has come.
  StopAction on_time(units::BootTime now);
  std::optional<units::BootTime> next() const;

  StopCause cause() const { return cause_; }
  // A signal, or a cause of our own, came at all: the command did not end by itself.
  bool stopping() const { return cause_ != StopCause::none; }

 private:
  StopAction ask(StopCause cause, units::BootTime now);
  StopAction kill(units::BootTime now);
  StopAction pass_on();

  Standing standing_;
  units::Seconds grace_;
  StopCause cause_ = StopCause::none;
  units::BootTime since_;                      // of the first cause, once there is one
  std::optional<units::BootTime> pass_on_at_;  // a signal from a process waits to be passed on
  int held_back_ = 0;                          // its number
  std::optional<units::BootTime> kill_at_, give_up_at_;
};

}  // namespace runner
