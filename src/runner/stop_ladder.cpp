#include "runner/stop_ladder.h"

#include <signal.h>

#include <algorithm>

namespace runner {
namespace {

// `timeout` and some shells signal us and then our group: two signals within microseconds are one request.
constexpr units::Seconds kSameRequest{0.3};

// How long a command that got a signal through its group may take to end before we pass on ours: longer than ffmpeg
// needs to flush its encoder and write a trailer; a command without progress reports is only waited for this long.
constexpr units::Seconds kHeldBack{5};

// ffmpeg reports each half second and stops reporting at a signal: a report this long after it means it got none.
constexpr units::Seconds kOneReport{0.7};

// SIGKILL ends everything but a process that hangs in the kernel (a dead network mount).
constexpr units::Seconds kKilled{10};

bool asks_to_stop(int number) { return number == SIGINT || number == SIGTERM || number == SIGHUP; }

}  // namespace

StopAction StopLadder::on_signal(const os::SignalSet::Event& event, units::BootTime now) {
  if (!asks_to_stop(event.number)) return {};
  if (stopping()) {
    if (now - since_ < kSameRequest) return {};
    return kill(now);
  }
  const auto cause = event.number == SIGINT ? StopCause::interrupt : StopCause::terminate;
  if (standing_ == Standing::in_its_own) return ask(cause, now);
  cause_ = cause, since_ = now;
  const bool from_terminal = event.sender == 0;
  if (from_terminal) return {};  // the command has it already
  if (event.number == SIGTERM) return {StopAction::What::signal_child, SIGTERM};
  held_back_ = event.number;
  pass_on_at_ = now + kHeldBack;
  return {};
}

StopAction StopLadder::on_cause(StopCause cause, units::BootTime now) {
  return stopping() ? StopAction{} : ask(cause, now);
}

StopAction StopLadder::on_running(units::BootTime now) {
  if (!pass_on_at_ || now - since_ < kOneReport) return {};
  return pass_on();
}

StopAction StopLadder::on_time(units::BootTime now) {
  if (give_up_at_ && now >= *give_up_at_) return {StopAction::What::give_up, 0};
  if (kill_at_ && now >= *kill_at_) return kill(now);
  if (pass_on_at_ && now >= *pass_on_at_) return pass_on();
  return {};
}

std::optional<units::BootTime> StopLadder::next() const {
  std::optional<units::BootTime> first;
  for (const auto& at : {pass_on_at_, kill_at_, give_up_at_})
    if (at && (!first || *at < *first)) first = at;
  return first;
}

// ffmpeg ends its file properly on SIGINT as on SIGTERM; other commands expect SIGTERM from anything but a terminal.
StopAction StopLadder::ask(StopCause cause, units::BootTime now) {
  cause_ = cause, since_ = now, kill_at_ = now + grace_;
  if (standing_ == Standing::in_its_own) return {StopAction::What::signal_group, SIGINT};
  return {StopAction::What::signal_child, SIGTERM};
}

StopAction StopLadder::kill(units::BootTime now) {
  if (give_up_at_) return {};
  kill_at_.reset(), pass_on_at_.reset();
  give_up_at_ = now + kKilled;
  return {StopAction::What::kill, SIGKILL};
}

StopAction StopLadder::pass_on() {
  pass_on_at_.reset();
  return {StopAction::What::signal_child, held_back_};
}

}  // namespace runner
