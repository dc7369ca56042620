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
// Three or so an attempt, and a job may have 10 000 of those.
constexpr std::size_t most_changes = 50'000;
// As many as one page of GET /results holds.
constexpr std::size_t most_listed = 500;

Accepted read_accepted(json::Reader& reader) {
  return {read_job(reader), base::join(reader.strings("warnings", 16), " ")};
}

}  // namespace

json::Value encode_health() { return json::Value::object({{"status", "healthy"}}); }
json::Value encode_backup(const std::string& file) { return json::Value::object({{"file", file}}); }
json::Value encode_version(const std::string& version) { return json::Value::object({{"version", version}}); }

json::Value encode_scenarios(const std::vector<media::Scenario>& scenarios) {
  return json::Value::object({{"scenarios", array_of(scenarios,
                                                     [](const media::Scenario& scenario) {
                                                       return json::Value::object(
                                                           {{"name", scenario.name},
                                                            {"description", scenario.description},
                                                            {"parameters", encode_parameters(scenario.defaults)}});
                                                     })},
                              {"count", static_cast<std::int64_t>(scenarios.size())}});
}

json::Value encode(const Accepted& accepted) {
  json::Value value = encode(accepted.job);
  if (!accepted.warning.empty()) value.set("warnings", json::Value::array({accepted.warning}));
  return value;
}

json::Value encode(const std::vector<Accepted>& accepted) { return list_of("jobs", accepted); }
json::Value encode_jobs(std::vector<json::Value> jobs) {
  const auto count = static_cast<std::int64_t>(jobs.size());
  return json::Value::object({{"jobs", json::Value(std::move(jobs))}, {"count", count}});
}
base::Result<std::vector<Accepted>> decode_accepted(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    if (!reader.has("jobs")) return std::vector<Accepted>{read_accepted(reader)};
    auto all = read_members(reader, "jobs", most_accepted, read_accepted);
    read_count(reader, "count");
    return all;
  });
}

base::Result<Accepted> decode_accepted_job(const json::Value& value) {
  return whole(value, From::ourselves, read_accepted);
}

json::Value encode_runs(const std::vector<jobs::Report>& runs) {
  return json::Value::object({{"runs", array_of(runs, [](const jobs::Report& run) { return encode(run); })}});
}

json::Value encode_many(int changed, bool more) { return json::Value::object({{"changed", changed}, {"more", more}}); }

base::Result<Many> decode_many(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    Many many;
    many.changed = static_cast<int>(reader.required_integer("changed", 0, 1'000'000));
    require(reader, "more", "true or false");
    many.more = reader.boolean("more").value_or(false) ? Many::More::yes : Many::More::no;
    return many;
  });
}

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

base::Result<std::vector<HistoryLine>> decode_history(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    require(reader, "history", "an array of changes");
    read_count(reader, "count");
    return read_members(reader, "history", most_changes, [](json::Reader& line) {
      return HistoryLine{read_time(line, "at"), line.required_string("state", longest_name), read_text(line, "actor"),
                         read_text(line, "reason", longest_text)};
    });
  });
}

json::Value encode_results(const std::vector<jobs::Report>& reports) { return list_of("results", reports); }

base::Result<std::vector<jobs::Report>> decode_results(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    require(reader, "results", "an array of reports");
    auto all = read_members(reader, "results", most_listed, read_report);
    read_count(reader, "count");
    return all;
  });
}

json::Value encode(const JobWish& wish) {
  json::Value body = json::Value::object({{"scenario", wish.scenario}});
  for (const auto& [key, value] : wish.fields) body.set(key, value);
  if (!wish.labels.empty()) set_texts(body, "labels", wish.labels);
  if (wish.alone == jobs::Alone::yes) body.set("exclusive", true);
  json::Value parameters = json::Value::object();
  for (const auto& [key, value] : wish.parameters) parameters.set(key, value);
  body.set("parameters", std::move(parameters));
  return body;
}

}  // namespace wire
