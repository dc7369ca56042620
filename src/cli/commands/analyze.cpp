// ffwatt analyze: the rows of a results file, or kept runs, set beside each other.
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/analyze/analysis.h"
#include "cli/exit_code.h"
#include "cli/grid.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "units/format.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt analyze";
// As results are read elsewhere.
constexpr json::Limits kLimits{.bytes = 256u << 20, .depth = 32, .nodes = 20'000'000};

std::string text_or_none(const std::optional<units::Measured<units::Joules>>& energy) {
  if (!energy) return "n/a (no energy)";
  return units::text(*energy);
}

class Analyze : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Set the rows of a results file beside each other: energy, energy above the idle machine, pixels for "
                "each joule of it, how power grows with the number of streams. Ranks what delivers the same. Writes "
                "NAME_analysis.csv beside the file.",
            .examples = {"ffwatt analyze", "ffwatt analyze test_results/test_results_20260131_090507.json",
                         "ffwatt analyze 7f3k2q 8h2m1x", "ffwatt analyze --predict-future 8,16"},
            .options = {{.flag = "predict-future",
                         .type = Type::list,
                         .value_name = "N,…",
                         .help = "Say what so many streams would take, by the line over those that ran"},
                        {.flag = "out",
                         .type = Type::path,
                         .help = "Write the CSV to this file; - for the terminal, without the tables"}},
            .arguments = {{.name = "FILE",
                           .help = "A results file, or ids of kept runs [default: the newest file in test_results]",
                           .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto done = analyze_all(context, values);
    return done ? ok : complain(context, me, done.error());
  }

 private:
  static base::Result<void> analyze_all(Context& context, const options::Values& values) {
    FFWATT_TRY(const auto streams, streams_of(values));
    os::Path file;
    std::vector<analyze::AnalyzedRow> rows;
    auto& files = context.host.files;
    if (values.arguments.empty()) {
      FFWATT_TRY(file, newest(files));
      context.err << "analyzing " << file.string() << "\n";
    } else if (values.arguments.size() == 1 && files.exists(values.arguments[0])) {
      file = values.arguments[0];
    }
    if (file.empty()) {
      FFWATT_TRY(const auto runs, find_runs(context, values.arguments));
      rows = analyze::rows_of_runs(runs);
    } else {
      FFWATT_TRY(const auto text, files.read(file, kLimits.bytes));
      FFWATT_TRY(const auto value, json::parse(text, kLimits).in(file.string()));
      auto read = analyze::rows_of_file(value);
      if (!read) return read.error().in(file.string());
      rows = *std::move(read);
    }
    if (rows.empty()) return Error::absent(format("{} has no rows: nothing was tested", file.string()));
    const auto analysis = analyze::analyze(std::move(rows), streams);
    return write(context, values, file, analysis);
  }

  static base::Result<void> write(Context& context, const options::Values& values, const os::Path& file,
                                  const analyze::Analysis& analysis) {
    const auto csv = analyze::csv(analysis);
    const os::Path beside = file.empty() ? os::Path() : file.parent_path() / (file.stem().string() + "_analysis.csv");
    const os::Path out = values.has("out") ? os::Path(values.text("out")) : beside;
    if (values.has("out") && is_stdout(out)) {
      context.out << csv;
      return {};
    }
    show(context, analysis);
    if (out.empty()) return {};
    FFWATT_CHECK(save_text(context, out, csv));
    context.err << "wrote " << out.string() << "\n";
    return {};
  }

  static base::Result<std::vector<int>> streams_of(const options::Values& values) {
    std::vector<int> out;
    if (!values.has("predict-future")) return out;
    for (const auto& text : values.list("predict-future")) {
      const auto count = base::to_int(base::trim(text));
      if (!count || *count < 1 || *count > 10'000)
        return Error::invalid(format("--predict-future: '{}' is no number of streams, such as 1,2,8", text));
      out.push_back(static_cast<int>(*count));
    }
    return out;
  }

  static base::Result<os::Path> newest(const os::Files& files) {
    const os::Path folder = "test_results";
    auto names = files.list(folder).value_or(std::vector<std::string>());
    std::sort(names.rbegin(), names.rend());  // they begin with their time
    for (const auto& name : names)
      if (name.starts_with("test_results_") && name.ends_with(".json")) return folder / name;
    return Error::absent(
        "there is no test_results/test_results_*.json here; name a file, or make one: ffwatt test "
        "single --bitrate 2000k");
  }

  static void show(Context& context, const analyze::Analysis& analysis) {
    std::vector<Row> all{{"scenario", "state", "power", "energy", "above idle", "J/frame"}};
    for (const auto& row : analysis.rows)
      all.push_back({row.report.name, std::string(jobs::name(row.report.outcome.end)),
                     row.report.power ? units::text(*row.report.power) : "n/a",
                     row.baseline ? "" : text_or_none(row.total), row.net ? units::text(*row.net) : "",
                     row.per_frame ? units::text(*row.per_frame) : ""});
    context.out << grid(all, context.out_terminal, Rest::wrapped);
    show_ranks(context, analysis);
    for (const auto& one : analysis.scalings) {
      context.out << format("\n{}: {:.3g} W for each stream above the idle machine (95 %: {:.3g} to {:.3g})\n", one.of,
                            one.watts_per_stream, one.low, one.high);
      for (const auto& [count, watts] : one.at)
        context.out << format("  {} stream{}: {:.3g} W, by the line alone\n", count, count == 1 ? "" : "s", watts);
    }
    const bool estimated = std::any_of(analysis.rows.begin(), analysis.rows.end(), [](const auto& row) {
      return row.total && row.total->quality() == units::Quality::estimated;
    });
    if (estimated) context.out << "! Estimated energy rests on CPU time alone; rows differ by nothing else.\n";
  }

  static void show_ranks(Context& context, const analyze::Analysis& analysis) {
    std::vector<const analyze::AnalyzedRow*> ranked;
    for (const auto& row : analysis.rows)
      if (row.rank > 0 && row.pixels_per_joule) ranked.push_back(&row);
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto* a, const auto* b) {
      return std::pair(a->ladder, a->rank) < std::pair(b->ladder, b->rank);
    });
    if (ranked.empty()) return;
    std::vector<Row> rows{{"delivers", "rank", "scenario", "Mpixel/J above idle", "told apart from the first"}};
    for (const auto* row : ranked) {
      const auto efficiency = row->pixels_per_joule.value_or(analyze::AnalyzedRow::Efficiency{});
      rows.push_back(
          {row->ladder, std::to_string(row->rank), row->report.name,
           format("{:.4g} ({:.4g} to {:.4g})", efficiency.value / 1e6, efficiency.low / 1e6, efficiency.high / 1e6),
           row->rank == 1    ? ""
           : row->told_apart ? "yes"
                             : "no: repeat both (ffwatt bench)"});
    }
    context.out << "\n" << grid(rows, context.out_terminal, Rest::wrapped);
  }
};

}  // namespace

std::unique_ptr<Command> make::analyze() { return std::make_unique<Analyze>(); }

}  // namespace cli
