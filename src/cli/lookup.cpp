#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/frame.h"

namespace cli {
namespace {

std::vector<std::string> owned(const std::vector<std::string_view>& parts) { return {parts.begin(), parts.end()}; }

std::vector<const Registered*> of_group(std::string_view group) {
  std::vector<const Registered*> out;
  for (const auto& command : commands())
    if (base::words(command.words).front() == group) out.push_back(&command);
  return out;
}

void add_rows(std::string& out, const std::vector<const Registered*>& list, int columns) {
  std::size_t left = 0;
  for (const auto* command : list) left = std::max(left, command->words.size());
  for (const auto* command : list) {
    out += base::format("  {:<{}}  {}\n", command->words, left,
                        options::wrapped(command->help, std::clamp(columns, 40, 120), static_cast<int>(left) + 4));
  }
}

}  // namespace

Found find_command(const std::vector<std::string>& words) {
  Found best;
  for (const auto& command : commands()) {
    const auto wanted = owned(base::words(command.words));
    if (wanted.size() <= best.words || wanted.size() > words.size()) continue;
    if (std::equal(wanted.begin(), wanted.end(), words.begin())) best = {&command, wanted.size()};
  }
  return best;
}

std::string unknown_command(const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const auto* command : of_group(words[0]))
    if (const auto parts = base::words(command->words); parts.size() > 1) known.emplace_back(parts[1]);
  if (!known.empty() && words.size() > 1) {
    return base::format("'{}' is nothing that 'ffwatt {}' can do.{} It can: {}", words[1], words[0],
                        base::did_you_mean(words[1], known), base::join(known, ", "));
  }
  known.clear();
  for (const auto& command : commands()) {
    const std::string first(base::words(command.words).front());
    if (std::find(known.begin(), known.end(), first) == known.end()) known.push_back(first);
  }
  return base::format("unknown command '{}'.{} 'ffwatt help' lists them all.", words[0],
                      base::did_you_mean(words[0], known));
}

std::string overview(int columns) {
  std::string out = options::wrapped("ffwatt: runs FFmpeg work and says how many joules it took.", columns, 0);
  out +=
      "\n\n"
      "  ffwatt run -- ffmpeg -i in.mp4 -c:v libx264 out.mp4\n"
      "  ffwatt report last --out report.html\n"
      "  ffwatt doctor\n"
      "\n"
      "Usage: ffwatt COMMAND [OPTIONS] ...\n"
      "\n"
      "Commands:\n";
  std::vector<const Registered*> all;
  for (const auto& command : commands()) all.push_back(&command);
  add_rows(out, all, columns);
  out += "\n" +
         options::wrapped("'ffwatt help COMMAND' explains one of them, 'ffwatt --version' says which ffwatt this is.",
                          columns, 0) +
         "\n";
  return out;
}

std::string group_overview(std::string_view group, int columns) {
  const auto list = of_group(group);
  if (list.empty()) return {};
  std::string out = base::format("Usage: ffwatt {} COMMAND [OPTIONS] ...\n\nCommands:\n", group);
  add_rows(out, list, columns);
  return out;
}

}  // namespace cli
