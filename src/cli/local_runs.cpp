#include "cli/local_runs.h"

#include "base/format.h"
#include "cli/places.h"

namespace cli {

base::Result<std::unique_ptr<store::Results>> open_runs(Context& context) {
  const auto where = places(context.environment);
  // 0700: command lines hold what people would not show to others.
  FFWATT_CHECK(context.host.files.make_folders(where.state, 0700));
  return store::open_local(context.host, where.runs());
}

base::Result<std::string> keep_run(Context& context, jobs::Report report) {
  FFWATT_TRY(const auto runs, open_runs(context));
  // Short ids clash once in a billion pairs; "retry" is a clash or a store that another run holds.
  constexpr int tries = 4;
  for (int i = 1;; ++i) {
    const auto added = runs->add_report(report);
    if (added) return report.id;
    if (added.error().kind() != base::ErrorKind::retry || i == tries) return added.error();
    report.id = base::short_id(context.host.random.next());
  }
}

base::Result<jobs::Report> find_run(store::Results& runs, const std::string& word) {
  if (word == "last") {
    FFWATT_TRY(auto newest, runs.reports(1));
    if (newest.empty()) {
      return base::Error::absent("no run is kept yet; make one: ffwatt run -- ffmpeg -i in.mp4 out.mp4");
    }
    return std::move(newest.front());
  }
  auto found = runs.report(word);
  if (found || found.error().kind() != base::ErrorKind::absent) return found;
  return base::Error::absent(base::format("there is no run '{}'; 'ffwatt runs ls' lists them", word));
}

base::Result<std::vector<jobs::Report>> find_runs(Context& context, const std::vector<std::string>& words) {
  FFWATT_TRY(const auto runs, open_runs(context));
  std::vector<jobs::Report> reports;
  for (const auto& word : words.empty() ? std::vector<std::string>{"last"} : words) {
    FFWATT_TRY(auto report, find_run(*runs, word));
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace cli
