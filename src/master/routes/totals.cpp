// GET /totals?by=day&window=7d…: what results took together, for each day, node, codec, encoder, preset or scenario.
#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "master/answers.h"
#include "master/api.h"
#include "units/parse.h"
#include "wire/totals.h"

namespace master {
namespace {

const std::vector<std::string> groups{"day", "node", "codec", "encoder", "preset", "scenario"};
constexpr units::Seconds usual_window{7 * 86400.0}, longest_window{31 * 86400.0};
// As many groups are told; a farm has fewer codecs, and more nodes are no table that a person reads.
constexpr std::size_t most_groups = 500;

struct Asked {
  std::string by = "day";
  units::Seconds window = usual_window;
};

base::Result<Asked> asked_for(const net::Request& request) {
  FFWATT_CHECK(check_query(request, {"by", "window"}));
  Asked asked;
  if (const auto* by = request.query_value("by")) {
    if (std::find(groups.begin(), groups.end(), *by) == groups.end())
      return base::Error::invalid(base::format("by is '{}'; one of {}.{}", by->substr(0, 64), base::join(groups, ", "),
                                               base::did_you_mean(by->substr(0, 64), groups)));
    asked.by = *by;
  }
  if (const auto* text = request.query_value("window")) {
    FFWATT_TRY(asked.window, units::parse_duration(*text));
    if (!(asked.window.value() > 0) || asked.window > longest_window)
      return base::Error::invalid(
          base::format("window is '{}'; write a time above 0 and up to 31 days, such as 168h", text->substr(0, 64)));
  }
  return asked;
}

base::Result<json::Value> totals(store::Reader& reader, const Asked& asked, units::WallTime now) {
  std::map<std::string, wire::Totals> all;
  wire::ResultQuery query;
  query.since = now - asked.window;
  query.limit = wire::most_results;
  query.wanted = wire::ResultQuery::Wanted::facts;
  do {
    FFWATT_TRY(auto page, reader.results(query));
    for (const auto& row : page.rows) {
      FFWATT_TRY(const auto facts, json::parse(row));
      const auto name = wire::group_of(facts, asked.by);
      if (all.size() < most_groups || all.count(name) != 0) wire::add(facts, all[name]);
    }
    query.cursor = page.next;
  } while (!query.cursor.empty());
  return wire::encode_groups(asked.by, asked.window, all);
}

}  // namespace

void add_totals_routes(Api& api) {
  api.add(jobs::Scope::read, net::Method::get, "/totals", [&api](net::Request request, net::Responder responder) {
    const auto asked = asked_for(request);
    if (!asked) return responder.send(problem_for(asked.error()));
    api.read(
        [&api, asked = *asked](store::Reader& reader) {
          return answer(totals(reader, asked, api.host.clock.wall()),
                        [](const json::Value& value) { return answer_json(200, value); });
        },
        std::move(responder));
  });
}

}  // namespace master
