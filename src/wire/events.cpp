#include "wire/events.h"

#include "wire/fields.h"

namespace wire {

json::Value encode(const JobEvent& event) {
  auto value = json::Value::object({{"id", event.id.text()}, {"job_id", event.id.text()}, {"number", event.number}});
  value.set("state", jobs::name(event.state));
  value.set("attempts", event.attempts);
  set_text(value, "node", event.node);
  set_text(value, "actor", event.actor);
  set_text(value, "reason", event.reason);
  set_time(value, "at", event.at);
  if (event.removed == JobEvent::Removed::yes) value.set("removed", true);
  return value;
}

base::Result<JobEvent> decode_job_event(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    JobEvent event;
    event.id = read_id(reader, "id");
    event.number = reader.required_integer("number", 0, most_count);
    event.state = read_named(reader, "state", jobs::parse_job_state);
    event.attempts = read_int(reader, "attempts", 0);
    event.node = read_text(reader, "node");
    event.actor = read_text(reader, "actor");
    event.reason = read_text(reader, "reason", longest_text);
    event.at = read_time(reader, "at");
    if (reader.boolean("removed").value_or(false)) event.removed = JobEvent::Removed::yes;
    return event;
  });
}

json::Value encode(const NodeEvent& event) {
  auto value =
      json::Value::object({{"id", event.id.text()}, {"name", event.name}, {"intent", jobs::name(event.intent)}});
  set_text(value, "reason", event.reason);
  return value;
}

json::Value encode_event_place(const std::string& why) {
  auto value = json::Value::object();
  set_text(value, "reason", why);
  return value;
}

}  // namespace wire
