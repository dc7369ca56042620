#include "runner/child_watch.h"

#include <algorithm>
#include <array>
#include <limits>

#include "os/read_some.h"
#include "os/wait.h"

namespace runner {
namespace {

constexpr units::Seconds kTick{0.5};

// After its end a command's pipes hold at most what the kernel buffers; more comes only from a process that it left
// behind, which may go on writing for ever.
constexpr int kMostReadsAfterEnd = 64;

constexpr auto kNever = units::BootTime::from_nanoseconds(std::numeric_limits<std::int64_t>::max());
constexpr auto kNow = units::BootTime::from_nanoseconds(0);

bool readable_now(int descriptor) {
  std::array one{pollfd{descriptor, POLLIN, 0}};
  return os::wait_readable(one, kNow, {}) == os::WaitEnd::readable;
}

bool grew(const media::Progress& now, const media::Progress& before) {
  return now.media_time > before.media_time || now.bytes > before.bytes || now.frames > before.frames;
}

}  // namespace

ChildWatch::ChildWatch(const os::Clock& clock, os::Process& process, os::Descriptor progress, os::Descriptor output,
                       LogTail& log, WatchSettings settings)
    : clock_(clock),
      process_(process),
      progress_(std::move(progress)),
      output_(std::move(output)),
      log_(log),
      settings_(std::move(settings)),
      ladder_(settings_.standing, settings_.grace) {
  const auto now = clock_.boot();
  if (settings_.stall > units::Seconds(0) && progress_) stalled_at_ = now + settings_.stall;
  if (settings_.on_tick) tick_at_ = now + kTick;
}

ChildWatch::Ended ChildWatch::run() {
  bool cancel_seen = false;
  for (;;) {
    std::array waiting{pollfd{process_.ready_descriptor(), POLLIN, 0}, pollfd{progress_.get(), POLLIN, 0},
                       pollfd{output_.get(), POLLIN, 0},
                       pollfd{settings_.signals ? settings_.signals->descriptor() : -1, POLLIN, 0}};
    const auto end = os::wait_readable(waiting, next_deadline(), cancel_seen ? std::stop_token() : settings_.cancel);
    // What ended by itself was not stopped by a request that came in the same moment; but a Ctrl-C of the terminal the
    // command had as soon as we did, and may have ended of it before we looked.
    if (has_ended()) {
      if (settings_.standing == Standing::in_our_group && waiting[3].revents != 0) take_last_signal();
      return Ended::yes;
    }
    const auto now = clock_.boot();
    bool go_on = true;
    if (end == os::WaitEnd::stopped) {
      cancel_seen = true;
      go_on = act(ladder_.on_cause(StopCause::cancel, now));
    } else {
      if (waiting[1].revents != 0) take_progress(now);
      if (waiting[2].revents != 0) take_output();
      if (waiting[3].revents != 0) go_on = take_signal(now);
    }
    if (!go_on || !on_deadlines(now)) return Ended::no;
  }
}

void ChildWatch::drain() {
  const auto now = clock_.boot();
  for (int i = 0; i < kMostReadsAfterEnd && progress_ && readable_now(progress_.get()); ++i) take_progress(now);
  for (int i = 0; i < kMostReadsAfterEnd && output_ && readable_now(output_.get()); ++i) take_output();
}

bool ChildWatch::has_ended() const { return readable_now(process_.ready_descriptor()); }

units::BootTime ChildWatch::next_deadline() const {
  auto first = kNever;
  for (const auto& at : {settings_.deadline, stalled_at_, tick_at_, ladder_.next()})
    if (at) first = std::min(first, *at);
  return first;
}

// False: given up.
bool ChildWatch::act(StopAction action) {
  // A failed signal means that the command has just ended, which the next turn of the loop sees.
  switch (action.what) {
    case StopAction::What::nothing:
      return true;
    case StopAction::What::signal_child:
      (void)process_.signal(action.number).ok();
      return true;
    case StopAction::What::signal_group:
      (void)process_.signal_group(action.number).ok();
      return true;
    case StopAction::What::kill:
      settings_.kill();
      return true;
    case StopAction::What::give_up:
      return false;
  }
  return true;
}

void ChildWatch::take_progress(units::BootTime now) {
  std::array<char, 4096> buffer;
  const auto chunk = os::read_some(progress_, buffer);
  if (!chunk) {
    progress_.reset();
    stalled_at_.reset();  // a command that closed it will report no more
    return;
  }
  const auto block = parser_.feed(*chunk);
  if (!block) return;
  const bool running = block->phase == media::Progress::Phase::running;
  if (stalled_at_ && (!progress_seen_ || grew(*block, *progress_seen_))) stalled_at_ = now + settings_.stall;
  if (!running) stalled_at_.reset();
  progress_seen_ = block;
  if (running) act(ladder_.on_running(now));
}

void ChildWatch::take_output() {
  std::array<char, 65536> buffer;
  if (const auto chunk = os::read_some(output_, buffer)) {
    log_.add(*chunk);
  } else {
    output_.reset();
  }
}

bool ChildWatch::take_signal(units::BootTime now) {
  const auto event = settings_.signals->wait_until(kNow);
  return event ? act(ladder_.on_signal(*event, now)) : true;
}

void ChildWatch::take_last_signal() {
  const auto event = settings_.signals->wait_until(kNow);
  const bool from_terminal = event && event->sender == 0;
  // There is nobody left to act upon: what counts is that it came.
  if (from_terminal) (void)ladder_.on_signal(*event, clock_.boot());
}

bool ChildWatch::on_deadlines(units::BootTime now) {
  if (settings_.deadline && now >= *settings_.deadline) {
    settings_.deadline.reset();
    if (!act(ladder_.on_cause(StopCause::timeout, now))) return false;
  }
  if (stalled_at_ && now >= *stalled_at_) {
    stalled_at_.reset();
    if (!act(ladder_.on_cause(StopCause::stall, now))) return false;
  }
  if (tick_at_ && now >= *tick_at_) {
    tick_at_ = now + kTick;
    settings_.on_tick(progress_seen_);
  }
  return act(ladder_.on_time(now));
}

}  // namespace runner
