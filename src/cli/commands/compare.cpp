// ffwatt compare: what several kept runs of one setting took against those of others, with verdicts and gates.
#include <ostream>

#include "base/format.h"
#include "cli/bench/gate.h"
#include "cli/bench/printed.h"
#include "cli/bench/selection.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "report/experiment.h"
#include "wire/experiment.h"

namespace cli {
namespace {

using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt compare";

struct Question {
  std::vector<report::SettingRuns> settings;
  std::vector<bench::Gate> gates;
  wire::Experiment::Metric metric = wire::Experiment::Metric::energy_per_frame;
};

base::Result<Question> question_of(Context& context, const options::Values& values) {
  Question out;
  if (values.has("fail-if"))
    for (const auto& text : values.list("fail-if")) {
      FFWATT_TRY(auto gate, bench::parse_gate(text));
      out.gates.push_back(std::move(gate));
    }
  if (values.arguments.size() < 2)
    return base::Error::invalid("what with what? Name two or more, such as: ffwatt compare preset=fast preset=slow");
  const auto by = values.text("by") == "name" ? bench::By::name : bench::By::word;
  for (const auto& word : values.arguments) {
    for (const auto& before : out.settings)
      if (before.name == word) return base::Error::invalid(format("{} is named twice", word));
    FFWATT_TRY(auto setting, bench::select_runs(context, word, by));
    out.settings.push_back(std::move(setting));
  }
  bench::keep_blocks_of_one_sweep(out.settings);
  out.metric = report::metric_for(out.settings);
  if (values.has("metric")) {
    FFWATT_TRY(out.metric, bench::parse_metric(values.text("metric")).in("--metric"));
  }
  return out;
}

// Why a verdict is not one on measured energy; empty where all are.
std::string not_all_measured(const wire::Experiment& experiment) {
  for (const auto& setting : experiment.settings) {
    if (!setting.energy) return format("{} has no energy", setting.name);
    if (!setting.energy->known()) return format("{}: {}", setting.name, setting.energy->reason());
    if (setting.energy->quality() != units::Quality::measured)
      return format("the energy of {} is {}", setting.name, units::name(setting.energy->quality()));
  }
  return {};
}

class Compare : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Compare kept runs: each RUNS is an id, all runs with a tag (preset=fast), with several (bench=ID,crf=23), "
            "or a file of runs as JSON. The first is what the others are compared with. An interval needs two runs or "
            "more of each.",
        .examples = {"ffwatt compare preset=fast preset=slow", "ffwatt compare base.json last --fail-if 'J/frame>+5%'",
                     "ffwatt compare --by name nightly-1 nightly-2 --metric s --json"},
        .options = {{.flag = "metric",
                     .value_name = "METRIC",
                     .help = "By what: J/frame, J or s [default: the first that all runs know]"},
                    {.flag = "fail-if",
                     .type = Type::list,
                     .value_name = "EXPR",
                     .help = "Exit with 3 where the whole interval is beyond this, such as 'J/frame>+5%'; with 1 where "
                             "that cannot be told. May be repeated",
                     .items = options::Option::Items::lines},
                    {.flag = "require",
                     .value_name = "QUALITY",
                     .help = "Exit with 5 where not all energy is of this quality",
                     .choices = {"measured"}},
                    {.flag = "by",
                     .help = "What RUNS are: words as above, or names of runs",
                     .standard = "word",
                     .choices = {"word", "name"}}},
        .arguments = {{.name = "RUNS", .help = "Two or more", .count = options::Shape::Argument::Count::many}}};
    for (auto& option : bench::format_options()) shape.options.push_back(std::move(option));
    return shape;
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto question = question_of(context, values);
    if (!question) return complain(context, me, question.error());
    const auto experiment = report::experiment_of(question->settings, 0, question->metric);
    bench::print(context, values, experiment);
    const int code = through_gates(context, *question);
    if (code != ok || !values.has("require")) return code;
    const auto why = not_all_measured(experiment);
    if (why.empty()) return ok;
    context.err << me << ": --require measured is not met: " << why << "\n";
    return not_measured;
  }

 private:
  // A breach is worse than a gate that nobody can judge.
  static int through_gates(Context& context, const Question& question) {
    int code = ok;
    for (const auto& one : question.gates) {
      const auto judged = bench::judge(one, report::experiment_of(question.settings, 0, one.metric));
      if (judged.as == bench::Judged::As::passed) continue;
      const bool breached = judged.as == bench::Judged::As::breached;
      context.err << me << ": --fail-if " << one.text << (breached ? " is breached: " : " cannot be judged: ")
                  << judged.why << "\n";
      code = breached ? gate : code == gate ? gate : failed;
    }
    return code;
  }
};

}  // namespace

std::unique_ptr<Command> make::compare() { return std::make_unique<Compare>(); }

}  // namespace cli
