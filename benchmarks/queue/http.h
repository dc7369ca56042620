// HttpConnection: HTTP/1.1 with keep-alive, as little of it as our master's answers need: a status and a body with its
// length.
#pragma once

#include <string>
#include <string_view>

#include "queue/connection.h"

namespace bench {

struct Answer {
  int status = 0;
  std::string body;
};

class HttpConnection {
 public:
  HttpConnection(Loop& loop, std::uint16_t port);
  Task<Answer> get(std::string_view target);
  Task<Answer> post(std::string_view target, std::string_view body);

 private:
  Task<Answer> exchange(std::string request);
  Connection connection_;
  std::string host_;
};

// Throws Trouble unless the status is this one; the text names what was asked and what was answered.
void expect(const Answer& answer, int status, std::string_view asked);

// The texts between `before` and the next `after`: enough to read a field out of JSON of which we know the writer.
std::string_view between(std::string_view text, std::string_view before, std::string_view after);

}  // namespace bench
