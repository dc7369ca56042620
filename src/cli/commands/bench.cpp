// ffwatt bench: every combination of some values in one command line, run again and again until it is known what each
// takes and whether they differ. The parts are in cli/bench/.
#include <signal.h>

#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/bench/printed.h"
#include "cli/bench/sweep.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "report/experiment.h"
#include "wire/experiment.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt bench";
constexpr int most_runs = 100;

base::Result<std::vector<bench::Setting>> settings_from(Context& context, const options::Values& values) {
  if (values.command.empty())
    return Error::invalid(
        "which command? Such as: ffwatt bench -L preset=fast,slow -- ffmpeg -y -i in.mp4 -preset {preset} out.mp4");
  std::vector<bench::Variable> variables;
  for (const auto& text : values.list("list")) {
    FFWATT_TRY(auto variable, bench::parse_list(context.host.files, text));
    variables.push_back(std::move(variable));
  }
  for (const auto& text : values.list("scan")) {
    FFWATT_TRY(auto variable, bench::parse_scan(text));
    variables.push_back(std::move(variable));
  }
  return bench::settings_of(variables, values.command);
}

// By number, from 1, or by name; the first where none is named.
base::Result<std::size_t> reference_from(const options::Values& values, const std::vector<bench::Setting>& settings) {
  if (!values.has("reference")) return 0;
  const auto& wanted = values.text("reference");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    names.push_back(settings[i].name);
    if (settings[i].name == wanted) return i;
  }
  const auto number = base::to_unsigned(wanted);
  if (number && *number >= 1 && *number <= settings.size()) return *number - 1;
  return Error::invalid(format("--reference: there is no setting '{}'; name one, or its number from 1 to {}.{}", wanted,
                               settings.size(), base::did_you_mean(wanted, names)));
}

base::Result<bench::SweepPlan> plan_from(Context& context, const options::Values& values,
                                         std::vector<bench::Setting> settings) {
  bench::SweepPlan plan;
  plan.rule = {.target = values.ratio("target-ci").value(),
               .least = static_cast<int>(values.integer("min-runs")),
               .most = static_cast<int>(values.integer("max-runs"))};
  if (plan.rule.target <= 0) return Error::invalid("--target-ci: must be more than 0, such as 2%");
  if (plan.rule.most < plan.rule.least)
    return Error::invalid(format("--max-runs {} is less than --min-runs {}", plan.rule.most, plan.rule.least));
  plan.warmup = static_cast<int>(values.integer("warmup"));
  plan.order = values.text("order") == "random" ? bench::SweepPlan::Order::random : bench::SweepPlan::Order::sequential;
  FFWATT_TRY(plan.cooldown, bench::parse_cooldown(values.text("cooldown")));
  if (values.has("timeout")) {
    plan.timeout = values.duration("timeout");
    if (plan.timeout->value() <= 0) return Error::invalid("--timeout: must be more than 0");
  }
  if (values.has("frames")) plan.frames = values.integer("frames");
  if (values.has("name")) plan.tags["sweep"] = values.text("name");
  plan.id = base::short_id(context.host.random.next());
  plan.seed = values.has("seed") ? static_cast<std::uint32_t>(values.integer("seed"))
                                 : static_cast<std::uint32_t>(context.host.random.next() % 1'000'000);
  if (values.toggle("resume")) {
    if (values.has("seed")) return Error::invalid("--seed: a sweep that is resumed keeps the seed that it began with");
    FFWATT_TRY(auto begun, bench::find_begun(context, settings));
    plan.id = std::move(begun.id), plan.seed = begun.seed, plan.done = std::move(begun.runs);
  }
  plan.settings = std::move(settings);
  return plan;
}

std::size_t runs_in(const std::vector<report::SettingRuns>& settings) {
  std::size_t count = 0;
  for (const auto& setting : settings) count += setting.runs.size();
  return count;
}

class Bench : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Run a command with every combination of some values, in random order, until the 95 % interval of each is "
            "narrow, and tell which takes less. {NAME} in the command stands for the value. Every run is kept "
            "(ffwatt runs ls). A sweep that was stopped goes on with --resume.",
        .examples = {"ffwatt bench -L preset=fast,slow -- ffmpeg -y -i a.mp4 -preset {preset} b.mp4",
                     "ffwatt bench -L in=*.mp4 --scan crf=18:28:5 -- ./encode.sh {in} {crf}",
                     "ffwatt bench -L p=4,8 --frames 300 -- SvtAv1EncApp -i a.y4m --preset {p}"},
        .options =
            {{.flag = "list",
              .short_flag = 'L',
              .type = Type::list,
              .value_name = "NAME=A,B",
              .help = "Values of {NAME}; a pattern such as in=*.mp4 stands for files. May be repeated",
              .items = options::Option::Items::lines},
             {.flag = "scan",
              .type = Type::list,
              .value_name = "NAME=MIN:MAX[:STEP]",
              .help = "Numbers as values of {NAME}; may be repeated",
              .items = options::Option::Items::lines},
             {.flag = "target-ci",
              .type = Type::ratio,
              .help = "Stop where the interval of each setting is within so much of its mean, twice in a row",
              .standard = "2%"},
             {.flag = "min-runs",
              .type = Type::integer,
              .help = "Of each setting at least",
              .standard = "5",
              .least = 1,
              .most = most_runs},
             {.flag = "max-runs",
              .type = Type::integer,
              .help = "Of each setting at most",
              .standard = "30",
              .least = 1,
              .most = most_runs},
             {.flag = "warmup",
              .type = Type::integer,
              .help = "Runs of each setting before any counts",
              .standard = "1",
              .least = 0,
              .most = most_runs},
             {.flag = "order",
              .help = "In blocks of one run of each setting, shuffled, or one setting after the other",
              .standard = "random",
              .choices = {"random", "sequential"}},
             {.flag = "seed",
              .type = Type::integer,
              .help = "Of the random order; printed, so that it can be repeated",
              .least = 0,
              .most = 4'294'967'295},
             {.flag = "cooldown",
              .value_name = "TIME|temp",
              .help = "Between two runs wait so long, or until the CPU is as cool as at the start (2 minutes at most)",
              .standard = "0"},
             {.flag = "timeout", .type = Type::duration, .help = "Stop a run after so long; it counts as failed"},
             {.flag = "frames",
              .type = Type::integer,
              .help = "How many frames each run makes, for J/frame of programs that are not ffmpeg",
              .least = 1},
             {.flag = "reference",
              .value_name = "SETTING",
              .help = "What the others are compared with: a name or a number [default: the first]"},
             {.flag = "resume", .type = Type::toggle, .help = "Go on with the newest sweep over the same settings"},
             {.flag = "dry-run", .type = Type::toggle, .help = "Print the settings and their commands; run nothing"},
             {.flag = "name", .short_flag = 'n', .help = "Tag the runs with sweep=NAME"},
             {.flag = "quiet", .short_flag = 'q', .type = Type::toggle, .help = "Print no progress"}},
        .rest = options::Shape::Rest::command};
    for (auto& option : bench::format_options()) shape.options.push_back(std::move(option));
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    auto settings = settings_from(context, values);
    if (!settings) return complain(context, me, settings.error());
    const auto reference = reference_from(values, *settings);
    if (!reference) return complain(context, me, reference.error());
    auto plan = plan_from(context, values, *std::move(settings));
    if (!plan) return complain(context, me, plan.error());
    if (values.toggle("dry-run")) return show_plan(context, *plan);

    auto metering = Metering::open(context, values);
    if (!metering) return complain(context, me, metering.error());
    auto sweep = bench::Sweep::prepare(context, *metering, *std::move(plan));
    if (!sweep) return complain(context, me, sweep.error());
    const bool quiet = values.toggle("quiet");
    if (!quiet) {
      metering->warn(context, me);
      announce(context, *sweep);
    }
    stream_test::PhaseLine line(context.err, context.err_terminal,
                                quiet ? stream_test::PhaseLine::Show::nothing : stream_test::PhaseLine::Show::phases);
    const auto ended = (*sweep)(line);
    metering->stop();
    const auto experiment = experiment_from(*sweep, *reference);
    if (runs_in(sweep->runs()) > 0) bench::print(context, values, experiment);
    return exit_code_of(context, *sweep, ended, experiment);
  }

 private:
  static std::string order_words(const bench::SweepPlan& plan) {
    return plan.order == bench::SweepPlan::Order::random ? format("order random (seed {})", plan.seed)
                                                         : std::string("one setting after the other");
  }

  static void announce(Context& context, const bench::Sweep& sweep) {
    const auto& plan = sweep.plan();
    context.err << format("sweep {}: {} setting{}, {} to {} runs each, {}", plan.id, plan.settings.size(),
                          plan.settings.size() == 1 ? "" : "s", plan.rule.least, plan.rule.most, order_words(plan));
    if (const auto done = runs_in(sweep.runs()); done > 0)
      context.err << format(", goes on after {} run{}", done, done == 1 ? "" : "s");
    context.err << "\n" << std::flush;
  }

  static int show_plan(Context& context, const bench::SweepPlan& plan) {
    context.out << format("{} settings, {} to {} runs each after {} to warm up, {}\n", plan.settings.size(),
                          plan.rule.least, plan.rule.most, plan.warmup, order_words(plan));
    for (const auto& setting : plan.settings)
      context.out << setting.name << ": " << base::shell_join(setting.command) << "\n";
    return ok;
  }

  static wire::Experiment experiment_from(const bench::Sweep& sweep, std::size_t reference) {
    auto out = report::experiment_of(sweep.runs(), reference);
    const auto& plan = sweep.plan();
    out.id = plan.id;
    const bool random = plan.order == bench::SweepPlan::Order::random;
    out.order = random ? "random" : "sequential";
    if (random) out.seed = plan.seed;
    for (auto& caveat : sweep.caveats()) out.caveats.push_back(std::move(caveat));
    return out;
  }

  static int exit_code_of(Context& context, const bench::Sweep& sweep, bench::Sweep::Ended ended,
                          const wire::Experiment& experiment) {
    const auto kept = runs_in(sweep.runs());
    const std::string_view resume = kept > 0 ? ", the same command line with --resume goes on" : "";
    if (ended == bench::Sweep::Ended::not_kept) {
      context.err << me << ": stopped: " << sweep.why_not_kept() << "\n" << kept << " runs are kept" << resume << "\n";
      return failed;
    }
    if (ended == bench::Sweep::Ended::interrupted) {
      context.err << me << ": stopped; " << kept << " runs are kept" << resume << "\n";
      const auto first = context.signals.first();
      return 128 + (first ? first->number : SIGINT);
    }
    bool any_good = false, any_failed = false;
    for (const auto& setting : experiment.settings)
      any_good = any_good || !setting.samples.empty(), any_failed = any_failed || !setting.failures.empty();
    if (!any_good) context.err << me << ": no run ended well; the first: " << first_failure(experiment) << "\n";
    return !any_good ? failed : any_failed ? partial : ok;
  }

  static std::string first_failure(const wire::Experiment& experiment) {
    for (const auto& setting : experiment.settings)
      if (!setting.failures.empty()) return format("{}: {}", setting.name, setting.failures.front().error);
    return "nothing ran";
  }
};

}  // namespace

std::unique_ptr<Command> make::bench() { return std::make_unique<Bench>(); }

}  // namespace cli
