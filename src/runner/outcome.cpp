#include "runner/outcome.h"

#include <signal.h>
#include <string.h>

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "runner/ffmpeg_failure.h"
#include "units/format.h"

namespace runner {
namespace {

using base::format;
using jobs::End;
using jobs::FailureClass;

std::string signal_text(int number) {
  const char* abbreviation = ::sigabbrev_np(number);
  return abbreviation ? format("SIG{}", abbreviation) : format("signal {}", number);
}

std::string ended_text(const Ending& e, const os::ExitStatus& status) {
  if (const auto signal = status.signal) return format("{} was killed by {}", e.program, signal_text(*signal));
  return format("{} failed with exit code {}", e.program, status.code);
}

std::string own_words(const Ending& e) {
  if (e.log_place == Ending::Log::elsewhere) return "";
  if (e.speaks == Ending::Speaks::ffmpeg) return ffmpeg_words(e.log);
  return base::tail(e.log, 3, 600);
}

std::string with_words(std::string text, const Ending& e) {
  const auto words = own_words(e);
  return words.empty() ? text : text + ": " + words;
}

// What nobody asked to stop and yet did not end well.
void judge_failure(const Ending& e, const os::ExitStatus& status, jobs::Outcome& out) {
  out.end = End::failed;
  out.error = with_words(ended_text(e, status), e);
  // Of a command that is not ours, or whose words we did not hear, nobody can say whose fault it was: class none.
  const bool knows = e.speaks == Ending::Speaks::ffmpeg && e.log_place == Ending::Log::captured;
  const auto signal = status.signal;
  if (!signal) {
    if (knows) out.failure = failure_of_ffmpeg(e.log);
    return;
  }
  constexpr std::array crashes{SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};
  const bool crashed = std::find(crashes.begin(), crashes.end(), *signal) != crashes.end();
  if (knows) out.failure = crashed ? FailureClass::internal : FailureClass::transient;
  if (*signal == SIGXFSZ) {
    out.error =
        with_words(ended_text(e, status) + ": its output has come to the limit, the room that was left on the disk", e);
    if (knows) out.failure = FailureClass::transient;
  }
  if (const auto& limit = e.memory_limit; limit && *signal == SIGKILL) {
    out.failure = FailureClass::node;  // another one may have more
    out.error = with_words(format("{} ran out of memory: the kernel ended it at the limit of its control group, {}",
                                  e.program, units::text(*limit)),
                           e);
  } else if (*signal == SIGKILL) {
    out.error =
        with_words(ended_text(e, status) + " by somebody else, or by the kernel for want of memory (see dmesg)", e);
  }
}

}  // namespace

jobs::Outcome outcome_of(const Ending& e) {
  jobs::Outcome out;
  if (e.status) {
    out.signal = e.status->signal;
    if (!out.signal) out.exit_code = e.status->code;
  }
  const std::string after = format("after {}", units::text(e.elapsed));
  switch (e.cause) {
    case StopCause::none:
      if (const auto& status = e.status; status && !status->success()) judge_failure(e, *status, out);
      break;
    case StopCause::interrupt:
      out.end = End::interrupted, out.failure = FailureClass::interruption;
      out.error = format("stopped by Ctrl-C {}", after);
      break;
    case StopCause::terminate:
      out.end = End::interrupted, out.failure = FailureClass::interruption;
      out.error = format("stopped by a signal (SIGTERM or SIGHUP) {}", after);
      break;
    case StopCause::cancel:
      out.end = End::canceled, out.failure = FailureClass::canceled;
      out.error = format("canceled {}", after);
      break;
    case StopCause::timeout:
      out.end = End::timeout, out.failure = FailureClass::timeout;
      out.error = with_words(format("not done in {}: stopped at the time limit", units::text(e.timeout)), e);
      break;
    case StopCause::stall:
      out.end = End::failed, out.failure = FailureClass::transient;
      out.error = with_words(format("{} made no progress for {} and was stopped", e.program, units::text(e.stall)), e);
      break;
  }
  if (!e.status) {
    out.failure = FailureClass::node;
    out.error += "; it does not end even on SIGKILL (it hangs in the kernel, waiting for a disk or a network?)";
  }
  return out;
}

}  // namespace runner
