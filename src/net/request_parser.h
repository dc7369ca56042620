// RequestParser: one request out of bytes, however they are cut. It does no I/O, so every odd case can be tried on it
// without a socket. One thread at a time; one parser a request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/framing.h"
#include "net/http.h"

namespace net {

enum class KeepAlive { no, yes };

class RequestParser {
 public:
  struct Limits {
    std::size_t header = 16u << 10;
    std::size_t body = 1u << 20;
  };
  explicit RequestParser(Limits limits) : limits_(limits), scanner_(limits.header) {}

  enum class State {
    idle,      // not one byte yet
    header,    // some bytes of the header
    body,      // the header is whole and right, some of the body is still to come
    complete,  // take() the request
    refused    // answer refusal() and close
  };
  // Takes bytes up to the end of the request and says how many; the rest belongs to the next one. Takes none once
  // complete or refused.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }

  // The peer waits for "100 Continue" before it sends the body, of which nothing has come.
  bool waits_for_continue() const { return waits_for_continue_ && state_ == State::body; }
  const Refusal& refusal() const { return refusal_; }
  // Once the header is whole; no where it never will be.
  KeepAlive keep_alive() const { return keep_alive_; }
  Version version() const { return version_; }    // once the header is whole
  Request take() { return std::move(request_); }  // without peer

 private:
  void finish_header();
  std::optional<Refusal> read_header();  // in the one file that knows Beast's types
  void refuse(Refusal refusal);

  Limits limits_;
  State state_ = State::idle;
  HeaderScanner scanner_;
  std::optional<ChunkReader> chunks_;
  std::uint64_t to_come_ = 0;  // of a body with a known length
  bool waits_for_continue_ = false;
  KeepAlive keep_alive_ = KeepAlive::no;
  Version version_ = Version::http_1_1;
  Request request_;
  Refusal refusal_;
};

}  // namespace net
