#include "wire/audit.h"

#include "wire/fields.h"

namespace wire {

json::Value encode(const AuditLine& line) {
  auto value = json::Value::object();
  set_time(value, "at", line.at);
  value.set("who", line.who);
  value.set("action", line.action);
  if (line.status != 0) value.set("status", line.status);
  set_text(value, "request_id", line.request);
  value.set("previous", line.previous);
  set_text(value, "hash", line.hash);
  return value;
}

base::Result<AuditLine> decode_audit_line(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    AuditLine line{.at = read_time(reader, "at"),
                   .who = read_text(reader, "who", longest_text),
                   .action = reader.required_string("action", longest_text),
                   .status = read_int(reader, "status", 0, 599),
                   .request = read_text(reader, "request_id")};
    line.previous = reader.required_string("previous");
    line.hash = reader.required_string("hash");
    return line;
  });
}

}  // namespace wire
