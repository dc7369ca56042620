// What commands share in printing: the style that a terminal allows, errors, and files for --out.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"
#include "report/report.h"

namespace cli {

report::Style style_for(const os::TerminalFacts& terminal);

// "ffwatt run: TEXT" on err; the answer is the error's exit code.
int complain(Context& context, std::string_view program, const base::Error& error);

// "QUESTION [y/N] " on err. Anything but a clear yes is a no; so is the end of the input. Only with Context::answers.
bool agreed(Context& context, std::string_view question);

// " saved WHAT · next: COMMAND", on two lines or more where the terminal is too narrow for one.
std::string saved_words(const os::TerminalFacts& terminal, const std::string& what, const std::string& next);

// Whether a file's name means where the command prints: - or /dev/stdout.
bool is_stdout(const os::Path& path);

// A file whole or not at all; a device or a pipe is written to, never replaced; stdout is printed to.
base::Result<void> save_text(Context& context, const os::Path& path, std::string_view text);

// The report format that a file's name asks for: "html" of "a/b.html". invalid where no format has that name.
base::Result<std::string> format_of(const os::Path& path);

}  // namespace cli
