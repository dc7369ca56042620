// What a master's answer means to the caller: the kinds of error that master_client.h promises. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "net/http.h"

namespace client {

// Nothing for a status of 2xx; else the error. `url` is the master's, for texts.
base::Result<void> check_status(const net::Response& response, std::string_view url);

// The body of a good answer; null for an empty one.
base::Result<json::Value> read_json(const net::Response& response, std::string_view url);

// A message that came whole but cannot be read, most likely from a master of another version.
base::Error unreadable(const base::Error& error, std::string_view url);

}  // namespace client
