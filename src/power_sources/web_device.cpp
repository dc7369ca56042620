#include "power_sources/web_device.h"

#include <algorithm>
#include <memory>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"

namespace power_sources {
namespace {

using base::Error;
using base::format;

// A controller may take seconds. A device that is asked every second must not be waited for that long.
constexpr units::Seconds kLongestAnswer{15}, kShortestAnswer{3}, kConnect{3};
constexpr std::size_t kMostAnswer = 1u << 20;
constexpr std::size_t kMostPassword = 1024;
// More than any meter counts: a terawatt-hour in joules. What is larger is garbage.
constexpr double kMostNumber = 3.6e15;

std::string without_query(std::string_view url) { return std::string(url.substr(0, url.find('?'))); }

}  // namespace

WebDevice::WebDevice(WebAccess access, std::string password, Carry carry)
    : access_(std::move(access)), password_(std::move(password)), carry_(std::move(carry)) {
  while (access_.url.ends_with('/')) access_.url.pop_back();
}

base::Result<WebDevice> WebDevice::at(const WebAccess& access, const os::Files& files) {
  std::string password;
  if (!access.password_file.empty()) {
    const auto text = files.read(access.password_file, kMostPassword);
    if (!text) return text.error().in("the password file");
    password = base::trim(base::split(*text, '\n').front());
    if (password.empty())
      return Error::invalid(format("the first line of the password file {} is empty", access.password_file.string()));
  }
  return WebDevice(access, std::move(password),
                   [client = std::make_shared<net::HttpClient>()](const net::Call& call, std::stop_token stop) {
                     return client->send(call, std::move(stop));
                   });
}

std::string WebDevice::shown() const { return without_query(access_.url); }

base::Result<json::Value> WebDevice::get(std::string_view target, std::stop_token stop) {
  net::Call call;
  call.url = access_.url + std::string(target);
  call.headers = {{"Accept", "application/json"}};
  call.timeout = std::clamp(access_.interval, kShortestAnswer, kLongestAnswer);
  call.connect_timeout = kConnect;
  call.most_answer = kMostAnswer;
  call.ca_file = access_.ca_file.string();
  if (access_.verify == WebAccess::Verify::no) call.verify = net::Call::Verify::no;
  if (!access_.user.empty()) call.login = net::Login{access_.user, password_};
  FFWATT_TRY(const auto response, carry_(call, std::move(stop)));

  const auto what = without_query(call.url);
  const int status = response.status;
  if (status == 401 || status == 403)
    return Error::denied(access_.user.empty()
                             ? format("{} asks for a user and a password (HTTP {})", what, status)
                             : format("{} refuses the user {} (HTTP {}): is the password right, and may this user read "
                                      "sensors?",
                                      what, access_.user, status));
  if (status == 404) return Error::absent(format("{}: there is no such page (HTTP 404)", what));
  if (status == 429 || status >= 500) return Error::retry(format("{} answers with HTTP {}", what, status));
  if (status != 200) return Error::failed(format("{} answers with HTTP {}", what, status));
  auto value = json::parse(response.body);
  if (!value) return Error::failed(format("{}: the answer is no JSON: {}", what, value.error().text()));
  return *std::move(value);
}

const json::Value* find(const json::Value& value, std::string_view pointer) {
  const json::Value* at = &value;
  while (at && !pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const auto end = std::min(pointer.find('/'), pointer.size());
    std::string key;
    for (std::size_t i = 0; i < end; ++i) {
      const bool escaped = pointer[i] == '~' && i + 1 < end;
      key += !escaped ? pointer[i] : pointer[++i] == '1' ? '/' : '~';
    }
    pointer.remove_prefix(end);
    if (at->is_array()) {
      const auto index = base::to_unsigned(key);
      at = index && *index < at->items().size() ? &at->items()[*index] : nullptr;
    } else {
      at = at->find(key);
    }
  }
  return at;
}

base::Result<double> meter_number(const json::Value& value, std::string_view pointer) {
  const auto* found = find(value, pointer);
  if (!found) return Error::failed(format("the answer has no {}", pointer));
  if (found->is_null()) return Error::retry(format("{} is null: there is no reading just now", pointer));
  if (!found->is_number()) return Error::failed(format("{} is {}, not a number", pointer, found->type_name()));
  const double number = found->as_number();
  if (number < 0) return Error::failed(format("{} is {}: below zero", pointer, number));
  if (number > kMostNumber) return Error::failed(format("{} is {}: more than any meter shows", pointer, number));
  return number;
}

}  // namespace power_sources
