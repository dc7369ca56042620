#include "cli/bench/sweep.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/local_runs.h"
#include "cli/stream_test/pause.h"
#include "media/command_line.h"
#include "power/temperature.h"
#include "runner/run_workload.h"
#include "units/format.h"

namespace cli::bench {
namespace {

using base::Error;
using base::format;

// A setting that has never run well is not tried a third time.
constexpr std::size_t kTries = 2;
// A machine in a warm room may never get back: longer is not waited.
constexpr units::Seconds kLongestCooling{120};
constexpr units::Celsius kAsCool{2};

std::string tag(const jobs::Report& report, const std::string& name) {
  const auto found = report.tags.find(name);
  return found == report.tags.end() ? std::string() : found->second;
}

void set_variable(os::Environment& environment, const std::string& name, const std::string& value) {
  std::erase_if(environment, [&](const auto& variable) { return variable.first == name; });
  environment.emplace_back(name, value);
}

std::string told(const jobs::Report& report) {
  if (report.outcome.end != jobs::End::completed) return std::string(jobs::name(report.outcome.end));
  const auto* top = jobs::headline(report.energy);
  return format("{}, {}", units::text(report.timings.elapsed),
                top && top->energy.known() ? units::text(top->energy.value()) : "energy n/a");
}

}  // namespace

base::Result<Cooldown> parse_cooldown(std::string_view text) {
  if (text == "temp") return Cooldown{.by_temperature = true};
  const auto time = units::parse_duration(text);
  if (!time) return Error::invalid(format("--cooldown: '{}' is neither temp nor a time, such as 10s", text));
  if (*time > units::Seconds(3600)) return Error::invalid("--cooldown: more than an hour between two runs");
  return Cooldown{.time = *time};
}

base::Result<Begun> find_begun(Context& context, const std::vector<Setting>& settings) {
  wire::ResultQuery query;
  query.filters = {{format("tags.{}", kPlan), json::Value(fingerprint(settings))}};
  const int most = static_cast<int>(settings.size()) * 200;
  FFWATT_TRY(auto kept, matching_runs(context, query, most));
  if (kept.empty()) return Error::absent("--resume: no sweep over these settings was begun; start it without --resume");
  Begun out{.id = tag(kept.front(), kSweep), .runs = {}};
  out.seed = static_cast<std::uint32_t>(base::to_unsigned(tag(kept.front(), kSeed)).value_or(0));
  for (const auto& setting : settings) out.runs.push_back({.name = setting.name, .variables = setting.variables});
  // Newest first as they were asked for; in the order of running as they are wanted.
  std::reverse(kept.begin(), kept.end());
  for (auto& report : kept) {
    const auto block = base::to_int(tag(report, kBlock)).value_or(0);
    if (tag(report, kSweep) != out.id || block < 1) continue;
    for (auto& runs : out.runs)
      if (runs.name == report.name)
        runs.runs.push_back({report, static_cast<int>(block), base::to_int(tag(report, kFrames))});
  }
  return out;
}

Sweep::Sweep(Context& context, Metering& metering, SweepPlan plan)
    : context_(context), metering_(metering), plan_(std::move(plan)), runs_(std::move(plan_.done)) {
  if (!runs_.empty()) return;
  for (const auto& setting : plan_.settings) runs_.push_back({.name = setting.name, .variables = setting.variables});
}

base::Result<Sweep> Sweep::prepare(Context& context, Metering& metering, SweepPlan plan) {
  Sweep out(context, metering, std::move(plan));
  for (const auto& setting : out.plan_.settings) {
    FFWATT_TRY(auto program, os::find_program(setting.command.front(), context.environment).in(setting.name));
    out.programs_.push_back(std::move(program));
  }
  if (!out.plan_.cooldown.by_temperature) return out;
  out.cool_ = power::cpu_temperature(context.host.files, context.host.root);
  if (!out.cool_)
    return Error::invalid("--cooldown temp: this machine tells no temperature of its CPU; name a time, such as 10s");
  return out;
}

Sweep::Ended Sweep::operator()(stream_test::PhaseLine& line) {
  line_ = &line;
  return plan_.order == SweepPlan::Order::random ? in_blocks() : one_by_one();
}

Sweep::Ended Sweep::in_blocks() {
  const auto count = plan_.settings.size();
  for (std::size_t setting = 0; setting < count; ++setting)
    if (const auto ended = warm_up(setting)) return *ended;
  for (int block = 1; block <= plan_.rule.most; ++block) {
    bool enough = true;
    for (const auto setting : shuffled(count, plan_.seed, block)) {
      if (given_up(setting) || has(setting, block)) continue;
      if (const auto ended = run_one(setting, block)) return *ended;
    }
    // Whole blocks to the end: what is compared in pairs needs the other one too.
    for (std::size_t setting = 0; setting < count; ++setting)
      enough = enough && (given_up(setting) || stop(setting) != analysis::Stop::go_on);
    if (enough) break;
  }
  return Ended::finished;
}

Sweep::Ended Sweep::one_by_one() {
  for (std::size_t setting = 0; setting < plan_.settings.size(); ++setting) {
    if (stop(setting) != analysis::Stop::go_on) continue;  // of a sweep that goes on
    if (const auto ended = warm_up(setting)) return *ended;
    for (int block = 1; block <= plan_.rule.most; ++block) {
      if (given_up(setting) || stop(setting) != analysis::Stop::go_on) break;
      if (has(setting, block)) continue;
      if (const auto ended = run_one(setting, block)) return *ended;
    }
  }
  return Ended::finished;
}

std::optional<Sweep::Ended> Sweep::warm_up(std::size_t setting) {
  for (int i = 0; i < plan_.warmup && !given_up(setting); ++i)
    if (const auto ended = run_one(setting, 0)) return ended;
  return std::nullopt;
}

std::optional<Sweep::Ended> Sweep::run_one(std::size_t setting, int block) {
  if (!cool_down()) return Ended::interrupted;
  const auto& what = plan_.settings[setting];
  runner::Request request;
  request.id = base::short_id(context_.host.random.next());
  request.name = what.name, request.kind = "run";
  request.tags = plan_.tags;
  for (const auto& [name, value] : what.variables) request.tags[name] = value;
  request.tags[kSweep] = plan_.id, request.tags[kPlan] = fingerprint(plan_.settings);
  request.tags[kBlock] = std::to_string(block), request.tags[kSeed] = std::to_string(plan_.seed);
  if (plan_.frames) request.tags[kFrames] = std::to_string(*plan_.frames);
  request.command.program = programs_[setting];
  request.command.arguments = {what.command.begin() + 1, what.command.end()};
  request.command.shown = what.command;
  request.command.environment = context_.environment;
  set_variable(request.command.environment, "FFWATT_RUN_ID", request.id);
  set_variable(request.command.environment, "FFWATT_ITERATION", std::to_string(block));
  request.timeout = plan_.timeout;
  request.progress_pipe =
      media::is_ffmpeg(what.command[0]) ? runner::Request::ProgressPipe::yes : runner::Request::ProgressPipe::no;
  request.signals = &context_.signals;
  request.on_progress = [&](const runner::Live& live) {
    line_->update(context_.host.clock.boot(), live.elapsed, live.progress ? units::text(live.progress->rate) : "",
                  live.reading.power);
  };
  line_->begin(block == 0 ? what.name + " warm-up" : format("{} #{}", what.name, block), std::nullopt);
  auto report = runner::run_workload(context_.host, metering_.meter(), std::move(request));
  if (!report) {
    line_->end("not started");
    why_not_kept_ = format("{}: {}", what.name, report.error().text());
    return Ended::not_kept;
  }
  line_->end(told(*report));
  if (report->outcome.end == jobs::End::interrupted) return Ended::interrupted;
  const auto kept = keep_run(context_, *report);
  if (!kept) {
    why_not_kept_ = format("{} {} cannot be kept: {}", what.name, block == 0 ? "warm-up" : format("#{}", block),
                           kept.error().text());
    return Ended::not_kept;
  }
  report->id = *kept;
  // Of warm-ups only what went wrong counts.
  if (block > 0 || report->outcome.end != jobs::End::completed)
    runs_[setting].runs.push_back({*std::move(report), block, plan_.frames});
  return std::nullopt;
}

bool Sweep::cool_down() {
  if (std::exchange(first_, false)) return true;
  const auto& cooldown = plan_.cooldown;
  const auto wait = [&](units::Seconds length) {
    return stream_test::pause(context_.host.clock, context_.signals, length, [](auto, auto) {}) ==
           stream_test::Paused::whole;
  };
  if (!cooldown.by_temperature || !cool_) return wait(cooldown.time);
  const auto until = context_.host.clock.boot() + kLongestCooling;
  for (;;) {
    const auto now = power::cpu_temperature(context_.host.files, context_.host.root);
    if (!now || *now <= *cool_ + kAsCool || context_.host.clock.boot() >= until) return true;
    if (!wait(units::Seconds(1))) return false;
  }
}

bool Sweep::has(std::size_t setting, int block) const {
  return std::any_of(runs_[setting].runs.begin(), runs_[setting].runs.end(),
                     [&](const auto& run) { return run.block == block; });
}

bool Sweep::given_up(std::size_t setting) const {
  const auto& runs = runs_[setting].runs;
  return runs.size() >= kTries && std::none_of(runs.begin(), runs.end(), [](const auto& run) {
           return run.report.outcome.end == jobs::End::completed;
         });
}

analysis::Stop Sweep::stop(std::size_t setting) const {
  const auto metric = report::metric_for(runs_);
  std::vector<double> values;
  for (const auto& run : runs_[setting].runs)
    if (const auto value = report::figure(run, metric)) values.push_back(*value);
  return analysis::decide(plan_.rule, values);
}

std::vector<std::string> Sweep::caveats() const {
  std::vector<std::string> out;
  const auto metric = report::metric_for(runs_);
  for (std::size_t setting = 0; setting < runs_.size(); ++setting) {
    const auto& name = runs_[setting].name;
    if (given_up(setting)) {
      out.push_back(format("{} was given up: it never ran well", name));
      continue;
    }
    std::vector<double> values;
    for (const auto& run : runs_[setting].runs)
      if (const auto value = report::figure(run, metric)) values.push_back(*value);
    if (analysis::decide(plan_.rule, values) == analysis::Stop::reached) continue;
    const auto width = analysis::relative_half_width(values);
    out.push_back(format("{}: asked for ± {:.2g} %, {} after {} run{}", name, 100 * plan_.rule.target,
                         width ? format("reached ± {:.2g} %", 100 * *width) : "no interval", values.size(),
                         values.size() == 1 ? "" : "s"));
  }
  std::size_t noisy = 0, all = 0;
  std::string example;
  for (const auto& setting : runs_)
    for (const auto& run : setting.runs) {
      ++all;
      if (run.report.caveats.empty()) continue;
      if (noisy++ == 0) example = run.report.caveats.front();
    }
  if (noisy > 0) out.push_back(format("{} of {} runs have remarks of their own, such as: {}", noisy, all, example));
  return out;
}

}  // namespace cli::bench
