#include "cli/output.h"

#include <algorithm>
#include <istream>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "report/text_layout.h"

namespace cli {

report::Style style_for(const os::TerminalFacts& terminal) {
  return {.columns = terminal.columns,
          .color = terminal.color ? report::Style::Color::yes : report::Style::Color::no,
          .symbols = terminal.utf8 ? report::Style::Symbols::unicode : report::Style::Symbols::ascii};
}

int complain(Context& context, std::string_view program, const base::Error& error) {
  context.err << program << ": " << error.text() << "\n";
  return exit_code(error);
}

bool agreed(Context& context, std::string_view question) {
  context.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(*context.answers, answer);
  const auto word = base::trim(answer);
  return word == "y" || word == "Y" || word == "yes";
}

std::string saved_words(const os::TerminalFacts& terminal, const std::string& what, const std::string& next) {
  const auto symbols = style_for(terminal).symbols;
  const auto saved = report::printable("saved " + what, symbols), after = report::printable("next: " + next, symbols);
  const auto line = " " + saved + report::printable(" · ", symbols) + after;
  const auto columns = static_cast<std::size_t>(std::max(terminal.columns, 1));
  // A pipe has no width: whoever reads it wants the whole line.
  if (!terminal.is_terminal || report::width(line) <= columns) return line + "\n";
  constexpr std::size_t indent = 3;
  std::string out;
  for (const auto& part : {saved, after}) {
    const auto lines =
        report::wrap(part, columns - std::min(columns, std::size_t{1}), columns - std::min(columns, indent));
    for (std::size_t i = 0; i < lines.size(); ++i) out += std::string(i == 0 ? 1 : indent, ' ') + lines[i] + "\n";
  }
  return out;
}

bool is_stdout(const os::Path& path) { return path == "-" || path == "/dev/stdout"; }

base::Result<void> save_text(Context& context, const os::Path& path, std::string_view text) {
  if (is_stdout(path)) {
    context.out << text;
    return {};
  }
  auto& files = context.host.files;
  const auto status = files.status(path);
  if (!status || status->kind == os::FileStatus::Kind::file) return files.write_durably(path, text);
  if (status->kind == os::FileStatus::Kind::folder) {
    return base::Error::invalid(base::format("{} is a folder; name a file in it", path.string()));
  }
  return files.write_in_place(path, text);
}

base::Result<std::string> format_of(const os::Path& path) {
  const auto known = report::format_names();
  auto wanted = base::lower(path.extension().string());
  if (!wanted.empty()) wanted.erase(0, 1);
  for (const auto& format : known)
    if (format == wanted) return format;
  return base::Error::invalid(base::format("'{}' does not say which format to write; let its name end in .{}",
                                           path.string(), base::join(known, ", .")));
}

}  // namespace cli
