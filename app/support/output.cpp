#include "support/output.h"

#include <errno.h>
#include <unistd.h>

#include <iostream>

#include "base/result.h"
#include "cli/exit_code.h"

namespace app {

Output::Output() : buffer_(STDOUT_FILENO), before_(std::cout.rdbuf(&buffer_)) {}

Output::~Output() { std::cout.rdbuf(before_); }

int Output::ended(std::string_view program, int code) {
  std::cout.flush();
  const int failure = buffer_.failure();
  if (failure == 0) return code;
  if (failure == EPIPE) return code == cli::ok ? cli::reader_gone : code;
  std::cerr << program << ": " << base::Error::from_errno(failure, "writing the output").text() << "\n";
  return code == cli::ok ? cli::failed : code;
}

}  // namespace app
