#include "relay/fetch.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "net/http_client.h"
#include "net/request_parser.h"
#include "relay/sockets.h"

namespace relay {
namespace {

constexpr int kMostRedirects = 3;
// Tries in a row that bring not one byte: with pauses of 0.5, 1, 2 and 4 s, 8 s in all.
constexpr int kMostTries = 5;

std::optional<net::Request> read_request(const os::Descriptor& client) {
  net::RequestParser parser({.header = 16u << 10, .body = 0});
  std::array<char, 4096> buffer;
  while (parser.state() != net::RequestParser::State::complete) {
    const auto size = receive(client, buffer.data(), buffer.size());
    if (size == 0) return std::nullopt;
    parser.feed({buffer.data(), size});
    if (parser.state() == net::RequestParser::State::refused) return std::nullopt;
  }
  return parser.take();
}

std::string header_of(const net::Response& response, std::string_view name) {
  const auto* value = net::find(response.headers, name);
  return value ? *value : std::string();
}

// One request from begin to end. Its parts are called in the thread of HttpClient::send().
class Fetch {
 public:
  Fetch(const os::Descriptor& client, std::string url, const Fetching& fetching)
      : client_(client), url_(std::move(url)), f_(fetching) {}

  void operator()(const net::Request& request, const std::stop_token& stop) {
    if (const auto* range = net::find(request.headers, "Range")) asked_ = parse_range(*range);
    position_ = asked_ ? asked_->first : 0;
    for (int tries = 0; tries < kMostTries && !stop.stop_requested();) {
      const auto before = position_;
      const auto step = once(stop);
      if (step == Step::done) return;
      if (step == Step::redirected) {
        if (++redirects_ > kMostRedirects) return give_up({Fault::Of::input, "more than 3 redirects in a row"});
        continue;
      }
      tries = position_ > before ? 0 : tries + 1;
      if (tries == kMostTries) break;
      const auto pause = units::Seconds(0.5 * std::exp2(tries - 1));
      if (tries > 0) (void)f_.clock.sleep_until(f_.clock.boot() + pause, stop);
    }
    if (!stop.stop_requested()) give_up({Fault::Of::network, last_error_});
  }

 private:
  enum class Step { done, redirected, broken };

  Step once(const std::stop_token& stop) {
    const auto parsed = parse_url(url_);
    if (!parsed) return give_up({Fault::Of::parameters, parsed.error().text()}), Step::done;
    const auto addresses = f_.connector.addresses(*parsed);
    if (!addresses) {
      if (addresses.error().kind() == base::ErrorKind::invalid)
        return give_up({Fault::Of::parameters, addresses.error().text()}), Step::done;
      last_error_ = addresses.error().text();
      return Step::broken;
    }
    net::Call call;
    call.url = url_;
    call.ca_file = f_.ca_file;
    // Another address with each try, where there are several.
    call.address = text((*addresses)[turn_++ % addresses->size()]);
    call.connect_timeout = units::Seconds(10);
    call.headers = {{"Accept", "*/*"}, {"Accept-Encoding", "identity"}};
    if (asked_ || position_ > 0) {
      const auto last = asked_ && asked_->last ? base::format("{}", *asked_->last) : std::string();
      call.headers.emplace_back("Range", base::format("bytes={}-{}", position_, last));
    }
    if (answered_ && !validator_.empty()) call.headers.emplace_back("If-Range", validator_);
    step_ = Step::broken;
    call.stream = net::Call::Stream{[this, &parsed](const net::Response& head) { return on_head(*parsed, head); },
                                    [this](std::string_view bytes) { return on_bytes(bytes); }, units::Seconds(15)};
    const auto answer = client_http_.send(call, stop);
    if (step_ != Step::broken) return step_;
    if (answer && (!end_ || position_ >= *end_)) return Step::done;
    // A certificate that nobody vouches for gets no better by another try.
    if (!answer && answer.error().kind() != base::ErrorKind::retry)
      return give_up({Fault::Of::input, answer.error().text()}), Step::done;
    last_error_ = answer ? base::format("the answer of {} ended {} bytes early", shown(*parsed),
                                        end_.value_or(position_) - position_)
                         : answer.error().text();
    return Step::broken;
  }

  bool on_head(const Url& from, const net::Response& head) {
    constexpr std::array moved{301, 302, 303, 307, 308};
    if (std::find(moved.begin(), moved.end(), head.status) != moved.end()) return redirect(from, head);
    if (answered_) return goes_on(from, head);
    if (head.status != 200 && head.status != 206) return refuse(from, head.status);
    const auto range = head.status == 206 ? parse_content_range(header_of(head, "Content-Range")) : std::nullopt;
    if (head.status == 206 && (!range || range->first != position_))
      return end(
          {Fault::Of::network, base::format("{} sends another part than the one it was asked for", shown(from))});
    if (head.status == 200) position_ = 0;
    const auto length = base::to_unsigned(base::trim(header_of(head, "Content-Length")));
    if (length) end_ = position_ + *length;
    if (length && static_cast<double>(*length) > f_.most.value())
      return end(
          {Fault::Of::input, base::format("{} would send {} bytes, more than a job may read", shown(from), *length)});
    resumable_ = head.status == 206 || header_of(head, "Accept-Ranges") == "bytes";
    total_ = range ? range->total : length;
    validator_ = strong_validator(head);
    answered_ = true;
    return answer_client(head, range, length);
  }

  // The same part of the same file as before, or it is another file.
  bool goes_on(const Url& from, const net::Response& head) {
    const auto range = parse_content_range(header_of(head, "Content-Range"));
    const bool same = head.status == 206 && range && range->first == position_ && range->total == total_;
    if (same) return true;
    if (head.status >= 500) return false;  // tried again
    return end({Fault::Of::input, base::format("{} broke off, and what it sends now (status {}) is not the rest of the "
                                               "same file",
                                               shown(from), head.status)});
  }

  static std::string strong_validator(const net::Response& head) {
    const auto tag = header_of(head, "ETag");
    return tag.starts_with('"') ? tag : header_of(head, "Last-Modified");
  }

  bool redirect(const Url& from, const net::Response& head) {
    auto target = redirected(from, header_of(head, "Location"));
    if (!target) return end({Fault::Of::input, base::format("{}: {}", shown(from), target.error().text())});
    url_ = *std::move(target);
    step_ = Step::redirected;
    return false;
  }

  // What the server says is told to the client, which would else wait.
  bool refuse(const Url& from, int status) {
    if (status >= 500 || status == 429 || status == 408) {
      last_error_ = base::format("{} answers with status {}", shown(from), status);
      return false;  // tried again
    }
    // Past the end of the file: a player's usual question, and no fault.
    if (status != 416) f_.tell({Fault::Of::input, base::format("{} answers with status {}", shown(from), status)});
    answer_status(status);
    step_ = Step::done;
    return false;
  }

  bool answer_client(const net::Response& head, const std::optional<ContentRange>& range,
                     std::optional<std::uint64_t> length) {
    std::string text = head.status == 206 ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n";
    if (length) text += base::format("Content-Length: {}\r\n", *length);
    if (range)
      text += base::format("Content-Range: bytes {}-{}/{}\r\n", range->first, range->last,
                           range->total ? base::format("{}", *range->total) : "*");
    if (resumable_) text += "Accept-Ranges: bytes\r\n";
    // No type: it could talk ffmpeg into another demuxer.
    text += "Connection: close\r\n\r\n";
    return pass(text);
  }

  bool on_bytes(std::string_view bytes) {
    if (sent_ + static_cast<double>(bytes.size()) > f_.most.value())
      return end({Fault::Of::input, "the input is longer than a job may read"});
    if (!pass(bytes)) return false;
    position_ += bytes.size(), sent_ += static_cast<double>(bytes.size());
    return true;
  }

  // A client that has gone (it seeks by a new request) is no fault.
  bool pass(std::string_view bytes) {
    if (send_all(client_, bytes) == Sent::all) return true;
    step_ = Step::done;
    return false;
  }

  bool end(Fault fault) {
    give_up(std::move(fault));
    step_ = Step::done;
    return false;
  }
  void give_up(Fault fault) {
    f_.tell(std::move(fault));
    if (!answered_) answer_status(502);
  }
  void answer_status(int status) {
    (void)send_all(client_,
                   base::format("HTTP/1.1 {} Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status));
  }

  const os::Descriptor& client_;
  std::string url_;
  const Fetching& f_;
  net::HttpClient client_http_;
  bool answered_ = false, resumable_ = false;
  std::optional<ByteRange> asked_;
  std::uint64_t position_ = 0;  // of the next byte, in the file
  std::optional<std::uint64_t> end_, total_;
  double sent_ = 0;
  std::string validator_, last_error_ = "nothing came";
  int redirects_ = 0;
  std::size_t turn_ = 0;
  Step step_ = Step::broken;
};

}  // namespace

void fetch(const os::Descriptor& client, const std::string& url, const Fetching& fetching, std::stop_token stop) {
  const auto request = read_request(client);
  if (!request) return;
  if (request->method != net::Method::get) {
    (void)send_all(client, "HTTP/1.1 405 Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  Fetch(client, url, fetching)(*request, stop);
}

std::optional<ByteRange> parse_range(std::string_view text) {
  constexpr std::string_view unit = "bytes=";
  if (!text.starts_with(unit)) return std::nullopt;
  text.remove_prefix(unit.size());
  const auto dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto first = base::to_unsigned(text.substr(0, dash));
  if (!first) return std::nullopt;
  ByteRange out{*first, std::nullopt};
  if (dash + 1 == text.size()) return out;
  out.last = base::to_unsigned(text.substr(dash + 1));
  if (!out.last || *out.last < out.first) return std::nullopt;
  return out;
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  if (!text.starts_with(unit)) return std::nullopt;
  text.remove_prefix(unit.size());
  const auto dash = text.find('-'), slash = text.find('/');
  if (dash == text.npos || slash == text.npos || slash < dash) return std::nullopt;
  const auto first = base::to_unsigned(text.substr(0, dash));
  const auto last = base::to_unsigned(text.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *last < *first) return std::nullopt;
  ContentRange out{*first, *last, std::nullopt};
  if (text.substr(slash + 1) == "*") return out;
  out.total = base::to_unsigned(text.substr(slash + 1));
  if (!out.total || *out.total <= *last) return std::nullopt;
  return out;
}

}  // namespace relay
