// The bytes of a response: status line, the server's own fields, the handler's, the body.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"
#include "net/request_parser.h"

namespace net {

// `method` is the request's: HEAD gets the header of GET without the body. A response that could not be sent as it is
// (a status outside 200 to 599, a field that holds a line break) becomes a 500, since a peer would read it in its way.
// Without Date where `date` is empty.
std::string response_text(const Response& response, Method method, KeepAlive keep_alive, std::string_view date);

std::string_view reason_phrase(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), from seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace net
