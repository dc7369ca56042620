// What a program prints on a descriptor, such as its stdout: a stream buffer that remembers why it could not be
// written, which std::cout forgets. Lines reach a terminal at once; a pipe or a file gets them in larger pieces and at
// every flush. After the first failure nothing more is written. One thread at a time; the descriptor stays the
// caller's.
#pragma once

#include <array>
#include <streambuf>
#include <string_view>

namespace os {

class OutputBuffer final : public std::streambuf {
 public:
  explicit OutputBuffer(int descriptor);
  ~OutputBuffer() override;  // writes what is left
  OutputBuffer(const OutputBuffer&) = delete;
  OutputBuffer& operator=(const OutputBuffer&) = delete;

  // The errno of the write that failed; 0 while none has. EPIPE: whoever read has gone. That needs SIGPIPE to be
  // ignored (SignalSet does), else the kernel ends the program there.
  int failure() const { return failure_; }

 protected:
  int_type overflow(int_type letter) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  bool write(std::string_view bytes);

  int descriptor_;
  bool by_lines_;
  int failure_ = 0;
  std::array<char, 64 * 1024> held_;  // as much as a pipe takes at once
};

}  // namespace os
