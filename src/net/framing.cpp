#include "net/framing.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace net {

Progress HeaderScanner::refuse(int status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return Progress::refused;
}

// Called on the LF that ends a line; text_ ends in CRLF.
Progress HeaderScanner::end_line() {
  const bool empty = text_.size() - line_start_ == 2;
  if (empty) return lines_ == 0 ? refuse(400, "an empty line stands before the request line") : Progress::complete;
  ++lines_;
  if (lines_ > most_fields + 1)
    return refuse(431, base::format("the request has more than {} header fields", most_fields));
  line_start_ = text_.size();
  return Progress::more;
}

Progress HeaderScanner::scan(std::string_view bytes, std::size_t& used) {
  for (used = 0; used < bytes.size();) {
    const char c = bytes[used++];
    if (text_.size() >= most_header_)
      return refuse(431, base::format("the request's header is larger than {} bytes", most_header_));
    if (lines_ == 0 && text_.size() >= most_request_line)
      return refuse(414, base::format("the request line is longer than {} bytes", most_request_line));
    const bool after_cr = !text_.empty() && text_.back() == '\r';
    if (c == '\n' && !after_cr) return refuse(400, "a line of the header ends in LF without CR");
    if (c != '\n' && after_cr) return refuse(400, "the header holds a CR without LF");
    if ((c == ' ' || c == '\t') && text_.size() == line_start_)
      return refuse(400, lines_ ? "a header field is folded over two lines" : "the request line begins with a blank");
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
      return refuse(400, "the header holds a control character");
    text_ += c;
    if (c != '\n') continue;
    if (const auto progress = end_line(); progress != Progress::more) return progress;
  }
  return Progress::more;
}

std::optional<Refusal> frame_body(const Headers& headers, Version version, std::size_t most_body, BodyFrame& frame) {
  const auto count = [&](std::string_view wanted) {
    return std::count_if(headers.begin(), headers.end(), [&](const auto& h) { return base::lower(h.first) == wanted; });
  };
  const auto hosts = count("host"), lengths = count("content-length"), codings = count("transfer-encoding");
  const auto refuse = [](int status, std::string reason) { return Refusal{status, std::move(reason)}; };

  if (hosts > 1) return refuse(400, "the request has more than one Host");
  if (hosts == 0 && version == Version::http_1_1) return refuse(400, "the request has no Host");
  if (lengths > 1) return refuse(400, "the request has more than one Content-Length");
  if (codings > 0 && lengths > 0) return refuse(400, "the request has both Content-Length and Transfer-Encoding");
  if (codings > 1) return refuse(400, "the request has more than one Transfer-Encoding");
  if (codings > 0 && version == Version::http_1_0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");

  frame = {};
  if (codings > 0) {
    if (base::lower(*find(headers, "Transfer-Encoding")) != "chunked")
      return refuse(400, "the only Transfer-Encoding served is 'chunked'");
    frame.kind = BodyFrame::Kind::chunked;
  } else if (lengths > 0) {
    const std::string& text = *find(headers, "Content-Length");
    if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return refuse(400, "Content-Length is not a number");
    const auto length = base::to_unsigned(text);
    if (!length || *length > most_body)
      return refuse(413, base::format("the request's body is larger than {} bytes", most_body));
    frame = {*length ? BodyFrame::Kind::length : BodyFrame::Kind::none, *length};
  }
  return std::nullopt;
}

Progress ChunkReader::refuse(int status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return Progress::refused;
}

Progress ChunkReader::read(std::string_view bytes, std::size_t& used, std::string& body) {
  for (used = 0; used < bytes.size();) {
    if (expect_ == Expect::data) {
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size() - used));
      body.append(bytes.substr(used, length));
      used += length;
      size_ -= length;
      if (size_ == 0) expect_ = Expect::data_cr;
    } else if (const auto progress = take(bytes[used++]); progress != Progress::more) {
      return progress;
    }
  }
  return Progress::more;
}

Progress ChunkReader::take(char c) {
  const auto want = [&](char wanted, Expect next) {
    if (c != wanted) return refuse(400, "a chunk of the body does not end in CRLF, or a trailer follows the last one");
    expect_ = next;
    return Progress::more;
  };
  switch (expect_) {
    case Expect::size: {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) {
        if (digits_ == 0 || c != '\r')
          return refuse(400, "a chunk's size is not a hexadecimal number, or an extension follows it");
        expect_ = Expect::size_end;
        return Progress::more;
      }
      // Eight digits are 4 GiB, beyond any limit; more would only be leading zeros, on which readers differ.
      if (++digits_ > 8) return refuse(400, "a chunk's size has more than 8 digits");
      size_ = size_ * 16 + static_cast<unsigned>(digit);
      return Progress::more;
    }
    case Expect::size_end: {
      if (c != '\n') return refuse(400, "a chunk's size does not end in CRLF");
      total_ += size_;
      if (total_ > most_body_)
        return refuse(413, base::format("the request's body is larger than {} bytes", most_body_));
      expect_ = size_ == 0 ? Expect::last_cr : Expect::data;
      digits_ = 0;
      return Progress::more;
    }
    case Expect::data_cr:
      return want('\r', Expect::data_lf);
    case Expect::data_lf:
      return want('\n', Expect::size);
    case Expect::last_cr:
      return want('\r', Expect::last_lf);
    case Expect::last_lf: {
      const auto progress = want('\n', Expect::done);
      return progress == Progress::more ? Progress::complete : progress;
    }
    case Expect::data:
    case Expect::done:
      break;
  }
  return Progress::complete;
}

}  // namespace net
