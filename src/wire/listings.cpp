#include "wire/listings.h"

#include "base/text.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

template <class T>
json::Value list_of(std::string_view key, const std::vector<T>& items) {
  json::Value list = json::Value::array();
  for (const auto& item : items) list.push_back(encode(item));
  return json::Value::object({{key, std::move(list)}, {"count", static_cast<std::int64_t>(items.size())}});
}

// As many as one POST /jobs may bring.
constexpr std::size_t most_accepted = 1000;

Accepted read_accepted(json::Reader& reader) {
  return {read_job(reader), base::join(reader.strings("warnings", 16), " ")};
}

}  // namespace

json::Value encode_health() { return json::Value::object({{"status", "healthy"}}); }
json::Value encode_backup(const std::string& file) { return json::Value::object({{"file", file}}); }
json::Value encode_version(const std::string& version) { return json::Value::object({{"version", version}}); }

json::Value encode(const Accepted& accepted) {
  json::Value value = encode(accepted.job);
  if (!accepted.warning.empty()) value.set("warnings", json::Value::array({accepted.warning}));
  return value;
}

json::Value encode(const std::vector<Accepted>& accepted) { return list_of("jobs", accepted); }
base::Result<std::vector<Accepted>> decode_accepted(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    if (!reader.has("jobs")) return std::vector<Accepted>{read_accepted(reader)};
    auto all = read_members(reader, "jobs", most_accepted, read_accepted);
    read_count(reader, "count");
    return all;
  });
}

json::Value encode_runs(const std::vector<jobs::Report>& runs) {
  return json::Value::object({{"runs", array_of(runs, [](const jobs::Report& run) { return encode(run); })}});
}

json::Value encode_many(int changed, bool more) { return json::Value::object({{"changed", changed}, {"more", more}}); }

json::Value encode_history(const std::vector<HistoryLine>& lines) {
  auto history = array_of(lines, [](const HistoryLine& line) {
    auto value = json::Value::object({{"state", line.state}});
    set_time(value, "at", line.at);
    set_text(value, "actor", line.actor);
    set_text(value, "reason", line.reason);
    return value;
  });
  return json::Value::object({{"history", std::move(history)}, {"count", static_cast<std::int64_t>(lines.size())}});
}

json::Value encode_results(const std::vector<jobs::Report>& reports) { return list_of("results", reports); }

json::Value encode(const JobWish& wish) {
  json::Value body = json::Value::object({{"scenario", wish.scenario}});
  for (const auto& [key, value] : wish.fields) body.set(key, value);
  json::Value parameters = json::Value::object();
  for (const auto& [key, value] : wish.parameters) parameters.set(key, value);
  body.set("parameters", std::move(parameters));
  return body;
}

}  // namespace wire
