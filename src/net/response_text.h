// The bytes of a response: status line, the server's own fields, the handler's, the body.
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"
#include "net/request_parser.h"
#include "net/router.h"

namespace net {

// What was asked by HEAD gets the header of GET without the body. A response that could not be sent as it is
// (a status outside 200 to 599, a field that holds a line break) becomes a 500, since a peer would read it in its way.
// Without Date where `date` is empty.
//
// The end of the body: by its length; by chunks (RFC 9112 7.1), of which this is the first; or with the connection, for
// HTTP/1.0. A body of the last two goes on with parts.
enum class BodyEnd { length, chunks, close };
std::string response_text(const Response& response, const Asked& asked, KeepAlive keep_alive, std::string_view date,
                          BodyEnd body_end = BodyEnd::length);
bool is_sendable(const Response& response);
// Whether a status has a body at all (RFC 9110 6.4.1).
bool has_body(int status);

std::string chunk(std::string_view bytes);  // nothing for nothing: an empty chunk would be the last
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string_view reason_phrase(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), from seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace net
