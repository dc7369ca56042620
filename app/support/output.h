// std::cout of a program, so that output which could not be written never looks like success.
#pragma once

#include <string_view>

#include "os/output_buffer.h"

namespace app {

// While it lives std::cout writes through it. One a program, on main's thread.
class Output {
 public:
  Output();
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Writes what is left. The exit code is `code`, unless that is 0 and the output was lost: then 1 and a word on
  // stderr; or 141 and none where whoever read has closed the pipe (`| head`): that is no fault, and others end so too.
  int ended(std::string_view program, int code);

 private:
  os::OutputBuffer buffer_;
  std::streambuf* before_;
};

}  // namespace app
