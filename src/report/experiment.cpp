#include "report/experiment.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "analysis/comparison.h"
#include "analysis/stopping.h"
#include "base/format.h"
#include "base/text.h"
#include "jobs/derived.h"
#include "units/format.h"

namespace report {
namespace {

using wire::Experiment;
using Energy = units::Measured<units::Joules>;
using Run = SettingRuns::Run;

bool ended_well(const Run& run) { return run.report.outcome.end == jobs::End::completed; }

std::optional<Energy> energy_of(const Run& run) {
  const auto* top = jobs::headline(run.report.energy);
  return top ? std::optional(top->energy) : std::nullopt;
}

std::optional<std::int64_t> frames_of(const Run& run) {
  const auto told = jobs::frames(run.report);
  return told ? told : run.frames;
}

std::optional<Energy> energy_per_frame_of(const Run& run) {
  const auto energy = energy_of(run);
  const auto frames = frames_of(run);
  if (!energy || !frames) return std::nullopt;
  return energy->map<units::Joules>([&](units::Joules all) { return all / static_cast<double>(*frames); });
}

// Of the scope that the headline has.
std::optional<Energy> above_idle_of(const Run& run) {
  const auto top = energy_of(run);
  for (const auto& line : run.report.energy)
    if (top && line.part == jobs::Part::above_idle && line.energy.scope() == top->scope()) return line.energy;
  return std::nullopt;
}

// The mean of one run. Its interval holds the scatter of the runs and, beside it, what the sensor itself may be wrong
// by, which no repetition takes away. Nothing where one of them has no such figure at all.
std::optional<Energy> mean_of(const std::vector<const Run*>& runs,
                              const std::function<std::optional<Energy>(const Run&)>& of) {
  std::optional<Energy> sum;
  std::vector<double> values;
  for (const auto* run : runs) {
    const auto one = of(*run);
    if (!one) return std::nullopt;
    if (!one->known()) return one;
    if (sum && sum->scope() != one->scope())
      return Energy::unmeasurable(sum->scope(), "its runs were measured in different scopes");
    if (sum && sum->quality() != one->quality())
      return Energy::unmeasurable(sum->scope(), "some of its runs were measured and some estimated");
    sum = sum ? *sum + *one : *one;
    values.push_back(one->value().value());
  }
  if (!sum) return std::nullopt;
  const double count = static_cast<double>(values.size());
  const auto scatter = analysis::log_mean_interval(values);
  const double down = scatter ? scatter->low / scatter->value : 1, up = scatter ? scatter->high / scatter->value : 1;
  return Energy::of(sum->value() / count, sum->low() / count * down, sum->high() / count * up, sum->quality(),
                    sum->source(), sum->scope());
}

std::vector<const Run*> good_runs(const SettingRuns& setting) {
  std::vector<const Run*> out;
  for (const auto& run : setting.runs)
    if (ended_well(run)) out.push_back(&run);
  return out;
}

std::vector<double> figures(const std::vector<const Run*>& runs, Experiment::Metric metric) {
  std::vector<double> out;
  for (const auto* run : runs)
    if (const auto value = figure(*run, metric)) out.push_back(*value);
  return out;
}

std::optional<Experiment::Setting::Time> time_of(const std::vector<const Run*>& runs) {
  const auto times = figures(runs, Experiment::Metric::time);
  const auto mean = analysis::mean(times);
  if (!mean) return std::nullopt;
  const auto interval = analysis::log_mean_interval(times);
  const units::Seconds middle(*mean);
  if (!interval) return Experiment::Setting::Time{middle, middle, middle};
  return Experiment::Setting::Time{middle, middle * (interval->low / interval->value),
                                   middle * (interval->high / interval->value)};
}

std::string last_line(const Run& run) {
  const auto& report = run.report;
  if (!report.outcome.error.empty()) return report.outcome.error;
  if (report.outcome.signal) return base::format("ended by signal {}", *report.outcome.signal);
  if (!report.outcome.exit_code) return std::string(jobs::name(report.outcome.end));
  const auto tail = base::tail(base::trim(report.log_tail), 1, 400);
  const auto last = base::trim(tail);
  const auto code = base::format("exit code {}", *report.outcome.exit_code);
  return last.empty() ? code : base::format("{}: {}", code, last);
}

Experiment::Setting setting_of(const SettingRuns& setting, Experiment::Metric metric) {
  Experiment::Setting out;
  out.name = setting.name, out.variables = setting.variables;
  for (const auto& run : setting.runs) {
    if (!ended_well(run)) {
      out.failures.push_back({run.report.id, last_line(run), run.block});
      continue;
    }
    Experiment::Sample sample{run.report.id, run.block, {}, {}, run.report.timings.elapsed};
    if (const auto energy = energy_of(run); energy && energy->known()) sample.energy = energy->value();
    if (const auto energy = energy_per_frame_of(run); energy && energy->known())
      sample.energy_per_frame = energy->value();
    out.samples.push_back(std::move(sample));
  }
  const auto good = good_runs(setting);
  out.energy = mean_of(good, energy_of);
  out.energy_per_frame = mean_of(good, energy_per_frame_of);
  out.above_idle = mean_of(good, above_idle_of);
  out.time = time_of(good);
  std::int64_t frames = 0;
  units::Seconds elapsed{};
  for (const auto* run : good)
    if (const auto count = frames_of(*run)) frames += *count, elapsed += run->report.timings.elapsed;
  if (frames > 0 && elapsed > units::Seconds(0)) out.rate = units::Hertz(static_cast<double>(frames) / elapsed.value());
  const auto values = figures(good, metric);
  if (values.size() == good.size()) out.relative_half_width = analysis::relative_half_width(values);
  return out;
}

const std::optional<Energy>& energy_in(const Experiment::Setting& setting, Experiment::Metric metric) {
  return metric == Experiment::Metric::energy_per_frame ? setting.energy_per_frame : setting.energy;
}

// Why two settings cannot be divided by each other; empty where they can.
std::string no_ratio(const Experiment::Setting& a, const Experiment::Setting& b, Experiment::Metric metric) {
  for (const auto* one : {&a, &b}) {
    if (one->samples.empty()) return base::format("no run of {} ended well", one->name);
    if (metric == Experiment::Metric::time) continue;
    const auto& energy = energy_in(*one, metric);
    if (!energy) return base::format("not every run of {} knows its {}", one->name, wire::name(metric));
    if (!energy->known()) return base::format("{}: {}", one->name, energy->reason());
  }
  if (metric == Experiment::Metric::time) return {};
  const auto &left = *energy_in(a, metric), &right = *energy_in(b, metric);
  if (left.quality() != right.quality())
    return base::format("the energy of {} is {}, that of {} {}", a.name, units::name(left.quality()), b.name,
                        units::name(right.quality()));
  if (left.scope() != right.scope())
    return base::format("{} was measured in the scope {}, {} in the scope {}", a.name, units::name(left.scope()),
                        b.name, units::name(right.scope()));
  return {};
}

struct Pairs {
  std::vector<double> first, second;
};
// Empty where a run belongs to no block: then nothing says which belong together.
Pairs pairs_of(const SettingRuns& a, const SettingRuns& b, Experiment::Metric metric) {
  std::map<int, double> by_block;
  Pairs out;
  for (const auto* run : good_runs(a)) {
    if (run->block == 0) return {};
    if (const auto value = figure(*run, metric)) by_block[run->block] = *value;
  }
  for (const auto* run : good_runs(b)) {
    if (run->block == 0) return {};
    const auto value = figure(*run, metric);
    const auto other = by_block.find(run->block);
    if (!value || other == by_block.end()) continue;
    out.first.push_back(other->second), out.second.push_back(*value);
  }
  return out;
}

Experiment::Against against(const SettingRuns& reference, const SettingRuns& setting, Experiment::Metric metric) {
  Experiment::Against out;
  const auto pairs = pairs_of(reference, setting, metric);
  const bool paired = pairs.first.size() >= 2;
  const auto ratio =
      paired ? analysis::paired_ratio(pairs.first, pairs.second)
             : analysis::unpaired_ratio(figures(good_runs(reference), metric), figures(good_runs(setting), metric));
  if (!ratio) {
    out.reason = ratio.error().text();
    return out;
  }
  out.pairs = paired ? static_cast<int>(pairs.first.size()) : 0;
  const auto& interval = ratio->interval;
  out.ratio = Experiment::Against::Ratio{interval.value, interval.low, interval.high, ratio->p, ratio->p};
  return out;
}

void judge(Experiment& experiment) {
  std::vector<double> p;
  for (const auto& setting : experiment.settings)
    if (setting.against && setting.against->ratio) p.push_back(setting.against->ratio->p);
  const auto adjusted = analysis::holm(p);
  std::size_t next = 0;
  for (auto& setting : experiment.settings) {
    if (!setting.against || !setting.against->ratio) continue;
    auto& ratio = *setting.against->ratio;
    ratio.p_holm = adjusted[next++];
    const auto verdict = analysis::verdict({{ratio.value, ratio.low, ratio.high}, ratio.p}, ratio.p_holm);
    setting.against->verdict = analysis::name(verdict);
  }
}

}  // namespace

std::optional<double> figure(const Run& run, Experiment::Metric metric) {
  if (!ended_well(run)) return std::nullopt;
  double value = 0;
  if (metric == Experiment::Metric::time) {
    value = run.report.timings.elapsed.value();
  } else {
    const auto energy = metric == Experiment::Metric::energy ? energy_of(run) : energy_per_frame_of(run);
    if (!energy || !energy->known()) return std::nullopt;
    value = energy->value().value();
  }
  return std::isfinite(value) && value > 0 ? std::optional(value) : std::nullopt;
}

Experiment::Metric metric_for(const std::vector<SettingRuns>& settings) {
  for (const auto metric : {Experiment::Metric::energy_per_frame, Experiment::Metric::energy}) {
    bool any = false, all = true;
    for (const auto& setting : settings)
      for (const auto* run : good_runs(setting)) any = true, all = all && figure(*run, metric);
    if (any && all) return metric;
  }
  return Experiment::Metric::time;
}

Experiment experiment_of(const std::vector<SettingRuns>& settings, std::size_t reference) {
  return experiment_of(settings, reference, metric_for(settings));
}

Experiment experiment_of(const std::vector<SettingRuns>& settings, std::size_t reference, Experiment::Metric metric) {
  Experiment out;
  out.metric = metric;
  out.reference = settings[reference].name;
  for (const auto& setting : settings) out.settings.push_back(setting_of(setting, metric));
  const auto& base = out.settings[reference];
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (i == reference) continue;
    auto& setting = out.settings[i];
    auto reason = no_ratio(base, setting, metric);
    auto compared = reason.empty() ? against(settings[reference], settings[i], metric) : Experiment::Against{};
    if (!reason.empty()) compared.reason = std::move(reason);
    const auto& energy = energy_in(setting, metric);
    // A model knows the CPU time alone: it cannot tell two settings apart that heat the machine differently.
    if (compared.ratio && metric != Experiment::Metric::time && energy &&
        energy->quality() == units::Quality::estimated)
      compared.caveat = "estimated, CPU time only";
    if (compared.ratio && metric != Experiment::Metric::time && energy &&
        energy->quality() == units::Quality::simulated)
      compared.caveat = "simulated";
    setting.against = std::move(compared);
  }
  judge(out);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto values = figures(good_runs(settings[i]), metric);
    const auto drift = values.size() >= 5 ? analysis::trend(values) : base::Error::absent("too few");
    if (drift && analysis::excludes(*drift, 0) && std::abs(drift->value) * static_cast<double>(values.size()) > 0.01)
      out.caveats.push_back(base::format("{} {} by {} with each run: the machine was not steady", settings[i].name,
                                         drift->value > 0 ? "grew" : "fell",
                                         units::text(units::Ratio(std::abs(drift->value)))));
  }
  return out;
}

}  // namespace report
