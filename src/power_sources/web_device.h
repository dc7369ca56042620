// WebDevice: a device that answers GET with JSON: a management controller, a smart plug. Also: numbers out of such
// answers. One thread at a time. What it was told in secret never stands in an error.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "net/http_client.h"
#include "os/files.h"
#include "power_sources/sources.h"

namespace power_sources {

class WebDevice {
 public:
  // Who carries a question to the device; errors as those of net::HttpClient::send().
  using Carry = std::function<base::Result<net::Response>(const net::Call& call, std::stop_token stop)>;
  WebDevice(WebAccess access, std::string password, Carry carry);
  // Over the network. Reads the password. absent, denied: its file; invalid: nothing in it.
  static base::Result<WebDevice> at(const WebAccess& access, const os::Files& files);

  // `target` comes behind the URL: "/redfish/v1/Chassis", or nothing.
  // retry: nobody answers, or it is busy (HTTP 429, 5xx); denied: 401, 403; absent: 404; failed: anything else, such as
  // an answer that is no JSON.
  base::Result<json::Value> get(std::string_view target, std::stop_token stop = {});
  std::string shown() const;  // its URL without a query, which may hold a secret

 private:
  WebAccess access_;
  std::string password_;
  Carry carry_;
};

// Where RFC 6901 says: "/Members/0/@odata.id". Null where there is nothing.
const json::Value* find(const json::Value& value, std::string_view pointer);
// A number that a meter can show: finite, not below zero, no text. failed, with the pointer, for anything else; retry
// where it is null, which is how controllers say "not just now".
base::Result<double> meter_number(const json::Value& value, std::string_view pointer);

}  // namespace power_sources
