#include "net/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

#include "base/text.h"
#include "net/target.h"

namespace net {
namespace {

namespace http = boost::beast::http;

// Receives what Beast finds in the header; it never gets to see a body.
class BeastHeader : public http::basic_parser<true> {
 public:
  std::string method, target;
  Headers headers;
  Version http_version = Version::http_1_1;

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(http::verb, string_view verb, string_view path, int version, error_code&) override {
    method.assign(verb.data(), verb.size());
    target.assign(path.data(), path.size());
    http_version = version < 11 ? Version::http_1_0 : Version::http_1_1;
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    headers.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override { return body.size(); }
  void on_finish_impl(error_code&) override {}
};

// "… HTTP/2.0" and the like: a version that exists, or will, but is not ours.
bool other_version(std::string_view header) {
  const auto line = header.substr(0, header.find('\r'));
  if (line.size() < 9) return false;
  const auto word = line.substr(line.size() - 9);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return word.starts_with(" HTTP/") && digit(word[6]) && word[7] == '.' && digit(word[8]) && !word.ends_with("1.0") &&
         !word.ends_with("1.1");
}

}  // namespace

void RequestParser::refuse(Refusal refusal) {
  refusal_ = std::move(refusal);
  keep_alive_ = KeepAlive::no;
  state_ = State::refused;
}

std::optional<Refusal> RequestParser::read_header() {
  BeastHeader header;
  header.header_limit(static_cast<std::uint32_t>(scanner_.text().size() + 1));  // the scanner has set the limit
  header.body_limit(boost::none);                                               // frame_body() sets it
  boost::beast::error_code fault;
  header.put({scanner_.text().data(), scanner_.text().size()}, fault);
  if (fault == http::error::bad_version && other_version(scanner_.text()))
    return Refusal{505, "the versions served are HTTP/1.0 and HTTP/1.1"};
  if (fault) return Refusal{400, "the request's header is malformed: " + fault.message()};
  BodyFrame frame;
  if (auto refusal = frame_body(header.headers, header.http_version, limits_.body, frame)) return refusal;

  const auto method = parse_method(header.method);
  if (!method) return Refusal{501, "the methods served are GET, HEAD, POST, PUT, PATCH and DELETE"};
  auto target = parse_target(header.target);
  if (!target) return Refusal{400, target.error().text()};
  if (const auto* expect = find(header.headers, "Expect"); expect && header.http_version == Version::http_1_1) {
    if (base::lower(*expect) != "100-continue") return Refusal{417, "the only expectation met is '100-continue'"};
    waits_for_continue_ = true;
  }

  version_ = header.http_version;
  keep_alive_ = header.keep_alive() ? KeepAlive::yes : KeepAlive::no;
  if (frame.kind == BodyFrame::Kind::chunked) chunks_.emplace(limits_.body);
  to_come_ = frame.length;
  request_.method = *method;
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  request_.headers = std::move(header.headers);
  return std::nullopt;
}

void RequestParser::finish_header() {
  if (auto refusal = read_header()) return refuse(*std::move(refusal));
  state_ = chunks_ || to_come_ > 0 ? State::body : State::complete;
}

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t total = 0;
  if (!bytes.empty() && state_ == State::idle) state_ = State::header;
  if (state_ == State::header) {
    const auto progress = scanner_.scan(bytes, total);
    bytes.remove_prefix(total);
    if (progress == Progress::refused) refuse(scanner_.refusal());
    if (progress == Progress::complete) finish_header();
  }
  if (state_ != State::body || bytes.empty()) return total;

  waits_for_continue_ = false;
  std::size_t used = 0;
  if (chunks_) {
    const auto progress = chunks_->read(bytes, used, request_.body);
    if (progress == Progress::refused) refuse(chunks_->refusal());
    if (progress == Progress::complete) state_ = State::complete;
  } else {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(to_come_, bytes.size()));
    request_.body.append(bytes.substr(0, used));
    to_come_ -= used;
    if (to_come_ == 0) state_ = State::complete;
  }
  return total + used;
}

}  // namespace net
