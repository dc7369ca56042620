// GET /summary?window=24h: how many jobs are in each state, and what the results of the window took together.
#include <memory>
#include <mutex>
#include <optional>

#include "base/format.h"
#include "json/json.h"
#include "master/answers.h"
#include "master/api.h"
#include "units/parse.h"
#include "wire/totals.h"

namespace master {
namespace {

constexpr units::Seconds usual_window{86400.0}, longest_window{31 * 86400.0};
// Each dashboard asks after every change of a job; the answer of a busy farm's day takes some hundred milliseconds.
constexpr units::Seconds kept{2};

base::Result<units::Seconds> window_of(const net::Request& request) {
  FFWATT_CHECK(check_query(request, {"window"}));
  const auto* text = request.query_value("window");
  if (!text) return usual_window;
  FFWATT_TRY(const auto window, units::parse_duration(*text));
  if (!(window.value() > 0) || window > longest_window)
    return base::Error::invalid(
        base::format("window is '{}'; write a time above 0 and up to 31 days, such as 24h", text->substr(0, 64)));
  return window;
}

// Lists are in the order of submission, and a job may fail long after: all that failed are looked at, up to so many.
constexpr int failed_at_once = 500, failed_pages = 4;

base::Result<void> count_failed(store::Reader& reader, units::WallTime since, wire::Summary& into) {
  wire::JobQuery query;
  query.state = jobs::JobState::failed;
  query.limit = failed_at_once;
  for (int page = 0; page < failed_pages; ++page) {
    FFWATT_TRY(const auto found, reader.list(query));
    for (const auto& job : found.jobs) into.failed += job.changed >= since ? 1 : 0;
    query.cursor = found.next;
    if (query.cursor.empty()) return {};
  }
  into.at_least = wire::Summary::AtLeast::yes;
  return {};
}

base::Result<std::string> summary(store::Reader& reader, units::Seconds window, units::WallTime now) {
  wire::Summary summary;
  FFWATT_TRY(summary.jobs, reader.counts());
  summary.window = window;
  FFWATT_CHECK(count_failed(reader, now - window, summary));
  wire::ResultQuery query;
  query.since = now - window;
  query.limit = wire::most_results;
  query.wanted = wire::ResultQuery::Wanted::facts;
  do {
    FFWATT_TRY(auto page, reader.results(query));
    for (const auto& row : page.rows) {
      FFWATT_TRY(const auto facts, json::parse(row));
      wire::add(facts, summary.ended);
    }
    query.cursor = page.next;
  } while (!query.cursor.empty());
  return json::write(wire::encode(summary));
}

// The newest answer, for whoever asks the same within a moment.
struct Kept {
  std::mutex mutex;
  units::Seconds window{};
  units::BootTime at;
  std::optional<std::string> text;
};

}  // namespace

void add_summary_routes(Api& api) {
  const auto newest = std::make_shared<Kept>();
  api.add(jobs::Scope::read, net::Method::get, "/summary",
          [&api, newest](net::Request request, net::Responder responder) {
            const auto window = window_of(request);
            if (!window) return responder.send(problem_for(window.error()));
            api.read(
                [&api, newest, window = *window](store::Reader& reader) {
                  const auto now = api.host.clock.now();
                  const std::lock_guard lock(newest->mutex);  // who asks the same meanwhile gets this answer
                  if (!newest->text || newest->window != window || now.boot - newest->at > kept) {
                    auto fresh = summary(reader, window, now.wall);
                    if (!fresh) return problem_for(fresh.error());
                    newest->text = std::move(*fresh), newest->window = window, newest->at = api.host.clock.now().boot;
                  }
                  return answer_text(200, *newest->text);
                },
                std::move(responder));
          });
}

}  // namespace master
