// What the commands that watch the machine for a while have in common: a signal ends them, a line on the terminal says
// how far they are, and who learned nothing says why.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace cli {

// Calls `work` on this thread, with a token that the first signal to this program stops.
void until_signalled(Context& context, const std::function<void(std::stop_token)>& work);

// A line that each next one replaces, and that is gone at the end; nothing where no person looks.
class ProgressLine {
 public:
  explicit ProgressLine(Context& context) : context_(context) {}
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(const std::string& text);
  void clear() { show({}); }

 private:
  Context& context_;
};

// Tells the error of a calibration; its exit code.
int learned_nothing(Context& context, std::string_view me, const base::Error& why);

}  // namespace cli
