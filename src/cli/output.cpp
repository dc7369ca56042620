#include "cli/output.h"

#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"

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

base::Result<void> save_text(os::Files& files, const os::Path& path, std::string_view text) {
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
