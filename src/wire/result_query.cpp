#include "wire/result_query.h"

#include <algorithm>

#include "base/base64.h"
#include "base/format.h"
#include "base/text.h"
#include "jobs/report.h"
#include "media/transcode_spec.h"
#include "units/parse.h"
#include "wire/fields.h"
#include "wire/result_facts.h"

namespace wire {
namespace {

using base::Error;
using base::format;

constexpr std::size_t longest_value = 1024;

// A hostile megabyte need not come back in the answer.
std::string shown(std::string_view text) { return std::string(text.substr(0, 64)); }

// Names of facts stand in queries of a database, and those of tags are anybody's.
bool is_plain(std::string_view name) {
  return name.size() <= longest_name && !has_control_character(name) && name.find_first_of("\"\\'") == name.npos;
}

base::Result<const Fact*> fact_of(std::string_view name, std::string_view what, const std::vector<std::string>& more) {
  const auto* fact = is_plain(name) ? find_fact(name) : nullptr;
  if (fact) return fact;
  auto known = fact_names();
  known.insert(known.end(), more.begin(), more.end());
  return Error::invalid(format("{} '{}'.{} One of {}, tags.NAME", what, shown(name),
                               base::did_you_mean(name.substr(0, 64), known), base::join(known, ", ")));
}

// Words that a typing error would make match nothing.
base::Result<json::Value> text_of(std::string_view fact, const std::string& text) {
  const auto named = [&](auto parse) -> base::Result<json::Value> {
    FFWATT_TRY(const auto value, parse(text));
    return json::Value(name(value));
  };
  if (fact == "state") return named(jobs::parse_end);
  if (fact == "failure") return named(jobs::parse_failure_class);
  if (fact == "energy_quality") return named(units::parse_quality);
  if (fact == "energy_scope") return named(units::parse_scope);
  if (fact == "codec" && media::parse_codec(text)) return named(media::parse_codec);  // "hevc" is "h265"
  return json::Value(text);
}

base::Result<json::Value> value_of(const Fact& fact, const std::string& name, const std::string& text) {
  if (text.empty() || text.size() > longest_value)
    return Error::invalid(format("{} is {}", name, text.empty() ? "empty; write the value it must have" : "too long"));
  switch (fact.kind) {
    case Fact::Kind::text:
      return text_of(name, text);
    case Fact::Kind::time:
      return Error::invalid(format("{} is a time; ask with since and until, which look at when a run started", name));
    case Fact::Kind::number:
      break;
  }
  if (const auto whole = base::to_int(text)) return json::Value(*whole);
  if (const auto number = base::to_double(text)) return json::Value(*number);
  return Error::invalid(format("{} is '{}'; write a number", name, shown(text)));
}

base::Result<ResultQuery::Order> parse_order(const std::string& text) {
  if (text == "asc") return ResultQuery::Order::ascending;
  if (text == "desc") return ResultQuery::Order::descending;
  return Error::invalid(format("order is '{}'; write asc (the least first) or desc", shown(text)));
}

base::Result<units::WallTime> time_of(const std::string& name, const std::string& text) {
  const auto time = units::parse_rfc3339(text);
  if (time) return time;
  const auto day = units::parse_rfc3339(text + "T00:00:00Z");
  if (day) return day;
  return Error::invalid(
      format("{} is '{}'; write a day or a time in UTC: 2026-01-31, 2026-01-31T09:05:07Z", name, shown(text)));
}

// What must be the same from page to page.
std::string question(const ResultQuery& query) {
  json::Value all = json::Value::array({query.sort, static_cast<int>(query.order)});
  for (const auto& time : {query.since, query.until}) all.push_back(time ? time->nanoseconds() : json::Value());
  for (const auto& filter : query.filters) all.push_back(json::Value::array({filter.fact, filter.value}));
  return json::write(all);
}

// FNV-1a, 64 bits (Fowler, Noll, Vo): two texts that differ in one byte never have the same.
std::uint64_t digest(std::string_view text) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return sum;
}

std::string sealed(const ResultQuery& query, std::string_view place) {
  return format("{:016x}{}", digest(format("{}\n{}", place, question(query))), place);
}
constexpr std::size_t seal = 16;  // digits

// Base 64 without the characters that mean something else in a URL.
std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

base::Result<ResultQuery> read_result_query(std::span<const std::pair<std::string, std::string>> words, int most_rows) {
  static const std::vector<std::string> own{"since", "until", "sort", "order", "limit", "cursor", "quality"};
  ResultQuery query;
  std::vector<std::string> seen;
  bool ordered = false;
  for (const auto& [word, text] : words) {
    const std::string name = word == "quality" ? "energy_quality" : word;
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      return Error::invalid(format("'{}' comes twice; give it one value", shown(word)));
    seen.push_back(name);
    if (name == "since") {
      FFWATT_TRY(query.since, time_of(name, text));
    } else if (name == "until") {
      FFWATT_TRY(query.until, time_of(name, text));
    } else if (name == "sort") {
      FFWATT_CHECK(fact_of(text, "cannot sort by", {}));
      query.sort = text;
    } else if (name == "order") {
      FFWATT_TRY(query.order, parse_order(text));
      ordered = true;
    } else if (name == "limit") {
      const auto limit = base::to_int(text);
      if (!limit || *limit < 1 || *limit > most_rows)
        return Error::invalid(format("limit is '{}'; write a number from 1 to {}", shown(text), most_rows));
      query.limit = static_cast<int>(*limit);
    } else if (name == "cursor") {
      query.cursor = text;
    } else {
      FFWATT_TRY(const auto* fact, fact_of(name, "unknown filter", own));
      FFWATT_TRY(auto value, value_of(*fact, name, text));
      query.filters.push_back({name, std::move(value)});
    }
  }
  // In one order, however they were asked: a cursor is of the question.
  std::sort(query.filters.begin(), query.filters.end(), [](const auto& a, const auto& b) { return a.fact < b.fact; });
  // The newest first; of anything else the least: what is asked for is the most efficient, the fastest to end.
  if (!ordered)
    query.order = find_fact(query.sort)->kind == Fact::Kind::time ? ResultQuery::Order::descending
                                                                  : ResultQuery::Order::ascending;
  return query;
}

std::string write_cursor(const ResultQuery& query, const ResultPlace& place) {
  return url_safe(base::base64(sealed(query, json::write(json::Value::array({place.value, place.row})))));
}

base::Result<std::optional<ResultPlace>> read_cursor(const ResultQuery& query) {
  if (query.cursor.empty()) return std::optional<ResultPlace>();
  const auto wrong = [&] {
    return Error::invalid(
        format("'{}' is no cursor of these results; use `next` of the page before with the same filters and the same "
               "order, or none",
               shown(query.cursor)));
  };
  std::string text = query.cursor;
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  const auto bytes = base::from_base64(text);
  if (!bytes || bytes->size() < seal) return wrong();
  const auto inside = std::string_view(*bytes).substr(seal);
  // Written again, so that nothing but what was written passes.
  if (url_safe(base::base64(sealed(query, inside))) != query.cursor) return wrong();
  const auto place = json::parse(inside);
  if (!place || !place->is_array() || place->items().size() != 2 || !place->items()[1].is_integer()) return wrong();
  return std::optional(ResultPlace{place->items()[0], place->items()[1].as_integer()});
}

std::string results_closing(std::int64_t count, const std::string& next) {
  return format(R"(],"count":{},"next":{}}})", count, json::write(next.empty() ? json::Value() : json::Value(next)));
}

}  // namespace wire
