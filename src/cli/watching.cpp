#include "cli/watching.h"

#include <ostream>
#include <thread>

#include "cli/exit_code.h"
#include "cli/output.h"

namespace cli {
namespace {

// How long the listener outlives the work at most.
constexpr units::Seconds kSlice{0.2};

}  // namespace

void until_signalled(Context& context, const std::function<void(std::stop_token)>& work) {
  std::stop_source stop;
  const std::jthread listener([&](std::stop_token ended) {
    while (!ended.stop_requested())
      if (context.signals.wait_until(context.host.clock.boot() + kSlice)) return (void)stop.request_stop();
  });
  work(stop.get_token());
}

ProgressLine::~ProgressLine() {
  if (context_.err_terminal.is_terminal) context_.err << "\r\033[K";
}

void ProgressLine::show(const std::string& text) {
  if (context_.err_terminal.is_terminal) context_.err << "\r\033[K" << text << std::flush;
}

int learned_nothing(Context& context, std::string_view me, const base::Error& why) {
  const int code = complain(context, me, why);
  if (context.signals.first()) return interrupted;
  return why.kind() == base::ErrorKind::absent ? not_measured : code;
}

}  // namespace cli
