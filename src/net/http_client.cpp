#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"

namespace net {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;
using List = std::unique_ptr<curl_slist, FreeList>;

// What the callbacks fill.
struct Answer {
  Response response;
  std::size_t most = 0;
  enum class Size { fits, too_large } size = Size::fits;
  const Call::Stream* stream = nullptr;
  enum class Head { untold, told } head = Head::untold;
  enum class Wanted { yes, no_more } wanted = Wanted::yes;

  void tell_head() {
    if (!stream || head == Head::told) return;
    head = Head::told;
    if (!stream->on_head(response)) wanted = Wanted::no_more;
  }
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* target) {
  auto& answer = *static_cast<Answer*>(target);
  if (answer.stream) {
    answer.tell_head();
    if (answer.wanted == Answer::Wanted::yes && !answer.stream->on_bytes({data, size}))
      answer.wanted = Answer::Wanted::no_more;
    return answer.wanted == Answer::Wanted::yes ? size : 0;
  }
  if (answer.response.body.size() + size > answer.most) {
    answer.size = Answer::Size::too_large;
    return 0;  // ends the transfer
  }
  answer.response.body.append(data, size);
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* target) {
  auto& response = static_cast<Answer*>(target)->response;
  auto& headers = response.headers;
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // a 100 Continue came before
    const auto words = base::words(line);
    response.status = words.size() > 1 ? static_cast<int>(base::to_int(words[1]).value_or(0)) : 0;
  }
  if (const auto colon = line.find(':'); colon != line.npos)
    headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
  return size;
}

// libcurl's global state is made once and lives as long as the process.
bool curl_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

// Scheme, host and path: a query or a user name may hold a secret, and errors end in logs.
std::string shown(CURLU* url) {
  const auto port = part(url, CURLUPART_PORT);
  return part(url, CURLUPART_SCHEME) + "://" + part(url, CURLUPART_HOST) + (port.empty() ? "" : ":" + port) +
         part(url, CURLUPART_PATH);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
}

long milliseconds(units::Seconds time) { return std::max(1L, std::lround(std::min(time.value(), 1e6) * 1e3)); }

bool breaks_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

base::Error explain(CURLcode code, const char* detail, const std::string& what, const Call& call) {
  const std::string reason = *detail ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return base::Error::invalid(what + ": " + reason);
    case CURLE_COULDNT_RESOLVE_HOST:
      return base::Error::retry(what + ": the host name is unknown here; check the name or use an address");
    case CURLE_COULDNT_CONNECT:
      return base::Error::retry(what + ": nobody answers there (" + reason +
                                "); is it started, and is the port right?");
    case CURLE_OPERATION_TIMEDOUT:
      return base::Error::retry(base::format("{}: no answer within {} s ({})", what, call.timeout.value(), reason));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return base::Error::failed(what + ": the server's certificate is not trusted: " + reason);
    case CURLE_SSL_CONNECT_ERROR:
      return base::Error::failed(what + ": no TLS there (" + reason + "); is it http:// instead of https://?");
    default:
      return base::Error::retry(what + ": " + reason);
  }
}

}  // namespace

struct HttpClient::State {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;
  Sent sent = Sent::nothing;

  State() {
    if (!curl_ready()) return;
    easy = curl_easy_init();
    multi = curl_multi_init();
  }
  ~State() {
    if (easy) curl_easy_cleanup(easy);
    if (multi) curl_multi_cleanup(multi);
  }

  base::Result<List> prepare(const Call& call, CURLU* url, Answer& answer, char* detail);
  List connect_to(const Call& call);  // what it answers must live as long as the transfer
  CURLcode perform(const std::stop_token& stop);
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

base::Result<List> HttpClient::State::prepare(const Call& call, CURLU* url, Answer& answer, char* detail) {
  List list;
  const auto add = [&list](const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); };
  for (const auto& [name, value] : call.headers) {
    if (breaks_line(name) || breaks_line(value))
      return base::Error::invalid("a header of the request holds a line break");
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!find(call.headers, "Expect")) add("Expect:");              // libcurl would wait a second for a 100 Continue
  if (!find(call.headers, "Content-Type")) add("Content-Type:");  // and call every body a form

  curl_easy_reset(easy);  // keeps connections
  const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_CURLU, url);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name that is still being looked up
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  if (!call.stream) {
    set(CURLOPT_TIMEOUT_MS, milliseconds(call.timeout));
  } else {
    // Less than a byte a second, as libcurl counts it: a receiver that takes its time does not look like a stall.
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, std::lround(call.stream->stall.value())));
  }
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(call.connect_timeout));
  set(CURLOPT_USERAGENT, "ffwatt");
  set(CURLOPT_ERRORBUFFER, detail);
  set(CURLOPT_HTTPHEADER, list.get());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, &answer);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, &answer);
  if (call.login) {
    set(CURLOPT_USERNAME, call.login->user.c_str());
    set(CURLOPT_PASSWORD, call.login->password.c_str());
    const bool encrypted = part(url, CURLUPART_SCHEME) == "https";
    set(CURLOPT_HTTPAUTH, static_cast<long>(encrypted ? CURLAUTH_BASIC : CURLAUTH_BASIC | CURLAUTH_DIGEST));
  }
  if (!call.ca_file.empty()) set(CURLOPT_CAINFO, call.ca_file.c_str());
  if (call.verify == Call::Verify::no) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  // A proxy of the environment cannot reach our own loopback.
  if (is_loopback(part(url, CURLUPART_HOST))) set(CURLOPT_NOPROXY, "*");

  if (call.method == Method::head) {
    set(CURLOPT_NOBODY, 1L);
  } else if (call.method != Method::get || !call.body.empty()) {
    set(CURLOPT_POSTFIELDS, call.body.data());  // not copied: the call outlives the transfer
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(CURLOPT_CUSTOMREQUEST, std::string(name(call.method)).c_str());  // copied
  }
  return list;
}

List HttpClient::State::connect_to(const Call& call) {
  if (!call.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, call.unix_socket.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
  if (call.address.empty()) return nullptr;
  const bool brackets = call.address.find(':') != std::string::npos;
  // Of any host and port, to this address and the same port.
  List list(curl_slist_append(nullptr, (brackets ? "::[" + call.address + "]:" : "::" + call.address + ":").c_str()));
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, list.get());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  return list;
}

// CURLE_ABORTED_BY_CALLBACK where `stop` was requested.
CURLcode HttpClient::State::perform(const std::stop_token& stop) {
  // Wakes the poll below from the thread that requests the stop; the one call libcurl allows from there.
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi); });
  CURLcode result = CURLE_FAILED_INIT;
  bool done = curl_multi_add_handle(multi, easy) != CURLM_OK;
  while (!done) {
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left))
      if (message->msg == CURLMSG_DONE) result = message->data.result, done = true;
    if (done) break;
    if (stop.stop_requested()) {
      result = CURLE_ABORTED_BY_CALLBACK;
      break;
    }
    if (curl_multi_poll(multi, nullptr, 0, 60'000, nullptr) != CURLM_OK) break;
  }
  curl_multi_remove_handle(multi, easy);  // closes the connection where the transfer was cut
  return result;
}

HttpClient::Sent HttpClient::sent() const { return state_->sent; }

base::Result<Response> HttpClient::send(const Call& call, std::stop_token stop) {
  state_->sent = Sent::nothing;
  if (!state_->easy || !state_->multi) return base::Error::failed("libcurl could not be started");
  const Url url(curl_url());
  const CURLUcode bad = curl_url_set(url.get(), CURLUPART_URL, call.url.c_str(), 0);
  if (bad != CURLUE_OK)
    return base::Error::invalid(
        base::format("'{}' is no complete URL ({}); it should look like http://host:8080/health",
                     call.url.substr(0, call.url.find('?')), curl_url_strerror(bad)));
  const std::string what = base::format("{} {}", name(call.method), shown(url.get()));
  if (stop.stop_requested()) return base::Error::retry(what + ": stopped");

  Answer answer;
  answer.most = call.most_answer;
  if (call.stream) answer.stream = &*call.stream;
  char detail[CURL_ERROR_SIZE] = "";
  FFWATT_TRY(const List list, state_->prepare(call, url.get(), answer, detail).in(what));
  const List pinned = state_->connect_to(call);
  const CURLcode code = state_->perform(stop);
  long status = 0;
  curl_easy_getinfo(state_->easy, CURLINFO_RESPONSE_CODE, &status);
  // Of all connections that were tried: one that was kept open may have died with the request on its way.
  long bytes = 0;
  curl_easy_getinfo(state_->easy, CURLINFO_REQUEST_SIZE, &bytes);
  if (bytes > 0) state_->sent = Sent::something;
  curl_easy_reset(state_->easy);  // it must not keep pointers to what dies with this call

  if (code == CURLE_OK) answer.tell_head();  // of an answer without a body
  if (answer.wanted == Answer::Wanted::no_more) return base::Error::retry(what + ": stopped");
  if (code == CURLE_ABORTED_BY_CALLBACK) return base::Error::retry(what + ": stopped");
  if (answer.size == Answer::Size::too_large)
    return base::Error::failed(base::format("{}: the answer is larger than {} bytes", what, call.most_answer));
  if (code != CURLE_OK) return explain(code, detail, what, call);
  answer.response.status = static_cast<int>(status);
  return std::move(answer.response);
}

}  // namespace net
