// ffwatt runs export: runs of this machine as a results file of tests, in the documented format.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/result_words.h"
#include "json/json.h"
#include "wire/results_file.h"

namespace cli {
namespace {

using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt runs export";
constexpr int most_runs = 10'000;

class RunsExport : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Write runs as a results file of tests (test_results_*.json), which the documented analyzers read and "
                "'ffwatt runs import' takes in again. Which ones the flags say; without any, all of them.",
            .examples = {"ffwatt runs export --out test_results_all.json",
                         "ffwatt runs export --where kind=test --since 2026-01-31 --out tests.json"},
            .options = with_result_options(
                {{.flag = "out", .type = Type::path, .help = "Write to this file; without it, to the terminal"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto words = result_words(values);
    if (!words) return complain(context, me, words.error());
    auto query = wire::read_result_query(*words, wire::most_results);
    if (!query) return complain(context, me, query.error());
    // A results file tells what happened in the order in which it did, unless somebody wants another.
    if (!values.has("order") && !values.has("sort")) query->order = wire::ResultQuery::Order::ascending;
    auto reports = matching_runs(context, *query, most_runs);
    if (!reports) return complain(context, me, reports.error());
    if (reports->empty())
      return complain(context, me, base::Error::absent("no run matches; 'ffwatt runs ls' lists all"));
    wire::ResultsFile file{.test_date = reports->front().timings.started, .scenarios = {}};
    const auto count = reports->size();
    for (auto& report : *reports) file.scenarios.push_back({std::move(report), std::nullopt});
    const auto text = json::write(wire::encode(file), json::Layout::indented) + "\n";
    if (!values.has("out")) {
      context.out << text;
      return ok;
    }
    const auto saved = save_text(context, values.text("out"), text);
    if (!saved) return complain(context, me, saved.error());
    if (!is_stdout(values.text("out")))
      context.err << base::format("wrote {} run{} to {}\n", count, count == 1 ? "" : "s", values.text("out"));
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_export() { return std::make_unique<RunsExport>(); }

}  // namespace cli
