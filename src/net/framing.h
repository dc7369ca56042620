// Framing: where a request ends. A peer and a proxy in front of us that disagree on this can smuggle a request past the
// proxy's rules, so everything that two readers could read in two ways is refused before its body is looked at. Beast
// 1.81 reads the fields (request_parser.cpp) but not the framing: it takes chunked in HTTP/1.0 and control characters
// in chunk extensions (boostorg/beast#3096, #3102). docs/decisions/0040 tells the choice. All of it goes byte by byte,
// so the verdict does not depend on how the bytes were cut. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace net {

// The answer to a request that is not served. The connection closes after it.
struct Refusal {
  int status = 400;
  std::string reason;  // a sentence for people
  bool operator==(const Refusal&) const = default;
};

enum class Progress { more, complete, refused };

// Collects the bytes up to the empty line that ends the header, as long as every line looks right.
class HeaderScanner {
 public:
  explicit HeaderScanner(std::size_t most_header) : most_header_(most_header) {}
  // `used` is set to how many of the bytes belong to this header.
  Progress scan(std::string_view bytes, std::size_t& used);
  bool started() const { return !text_.empty(); }
  const std::string& text() const { return text_; }  // with its last empty line, once complete
  const Refusal& refusal() const { return refusal_; }

  static constexpr std::size_t most_request_line = 8u << 10;
  static constexpr std::size_t most_fields = 64;

 private:
  Progress refuse(int status, std::string reason);
  Progress end_line();

  std::size_t most_header_;
  std::string text_;
  std::size_t line_start_ = 0, lines_ = 0;
  Refusal refusal_;
};

// How long the body is, by the header fields of RFC 9112 section 6.
struct BodyFrame {
  enum class Kind { none, length, chunked } kind = Kind::none;
  std::uint64_t length = 0;
};
enum class Version { http_1_0, http_1_1 };
// Also checks Host, which routing in front of us depends on.
std::optional<Refusal> frame_body(const Headers& headers, Version version, std::size_t most_body, BodyFrame& frame);

// Reads a chunked body. Chunk extensions and trailers are refused: no client of ours sends them, RFC 9112 7.1.1 allows
// a limit, and most smuggling faults of the last years sat in them.
class ChunkReader {
 public:
  explicit ChunkReader(std::size_t most_body) : most_body_(most_body) {}
  Progress read(std::string_view bytes, std::size_t& used, std::string& body);
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class Expect { size, size_end, data, data_cr, data_lf, last_cr, last_lf, done };
  Progress take(char c);
  Progress refuse(int status, std::string reason);

  std::size_t most_body_;
  Expect expect_ = Expect::size;
  std::uint64_t size_ = 0;  // of the chunk in hand; then how much of it is to come
  int digits_ = 0;
  std::uint64_t total_ = 0;
  Refusal refusal_;
};

}  // namespace net
