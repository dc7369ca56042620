// Hides what in a URL lets others in. A report is made to be sent to somebody; the JSON record keeps the whole text.
#pragma once

#include <string>
#include <string_view>

namespace report {

// In every URL of the text: the password (user:…@host), the query (?…), and the stream key of an rtmp or rtmps URL
// (what follows the application, rtmp://host/app/…) unless the host is this machine, where the key opens nothing.
std::string redact(std::string_view text);

}  // namespace report
