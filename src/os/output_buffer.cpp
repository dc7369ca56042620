#include "os/output_buffer.h"

#include <errno.h>
#include <unistd.h>

namespace os {

OutputBuffer::OutputBuffer(int descriptor) : descriptor_(descriptor), by_lines_(::isatty(descriptor) == 1) {
  setp(held_.data(), held_.data() + held_.size());
}

OutputBuffer::~OutputBuffer() { OutputBuffer::sync(); }

OutputBuffer::int_type OutputBuffer::overflow(int_type letter) {
  if (traits_type::eq_int_type(letter, traits_type::eof())) return sync() == 0 ? traits_type::not_eof(letter) : letter;
  const char one = traits_type::to_char_type(letter);
  return xsputn(&one, 1) == 1 ? letter : traits_type::eof();
}

std::streamsize OutputBuffer::xsputn(const char* text, std::streamsize size) {
  const std::string_view bytes(text, static_cast<std::size_t>(size));
  const auto room = static_cast<std::size_t>(epptr() - pptr());
  if (bytes.size() >= room) {
    if (sync() != 0 || !write(bytes)) return 0;
    return size;
  }
  traits_type::copy(pptr(), text, bytes.size());
  pbump(static_cast<int>(bytes.size()));
  if (by_lines_ && bytes.find('\n') != bytes.npos && sync() != 0) return 0;
  return size;
}

int OutputBuffer::sync() {
  const std::string_view bytes(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  setp(held_.data(), held_.data() + held_.size());
  return write(bytes) ? 0 : -1;
}

bool OutputBuffer::write(std::string_view bytes) {
  while (failure_ == 0 && !bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      failure_ = errno;
  }
  return failure_ == 0;
}

}  // namespace os
