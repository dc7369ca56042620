#include "wire/experiment.h"

#include "wire/encode.h"
#include "wire/fields.h"

namespace wire {
namespace {

constexpr std::string_view experiment_schema = "ffwatt.experiment/1";

json::Value pair(double low, double high) { return json::Value::array({low, high}); }

json::Value encode_sample(const Experiment::Sample& sample) {
  auto out = json::Value::object({{"run", sample.run}});
  if (sample.block > 0) out.set("block", sample.block);
  // Unknown is null, as everywhere where a number is expected.
  out.set("joules", sample.energy ? json::Value(sample.energy->value()) : json::Value());
  set_quantity(out, "joules_per_frame", sample.energy_per_frame);
  out.set("elapsed_seconds", sample.elapsed.value());
  return out;
}

json::Value encode_failure(const Experiment::Failure& failure) {
  auto out = json::Value::object({{"run", failure.run}});
  if (failure.block > 0) out.set("block", failure.block);
  out.set("error", failure.error);
  return out;
}

json::Value encode_against(const Experiment::Against& against) {
  auto out = json::Value::object();
  if (const auto& ratio = against.ratio) {
    out.set("ratio", ratio->value);
    out.set("ci95", pair(ratio->low, ratio->high));
    out.set("p", ratio->p);
    out.set("p_holm", ratio->p_holm);
    out.set("pairs", against.pairs);
  } else {
    out.set("ratio", json::Value());
    out.set("reason", against.reason);
  }
  out.set("verdict", against.verdict);
  set_text(out, "caveat", against.caveat);
  return out;
}

json::Value encode_setting(const Experiment::Setting& setting) {
  auto out = json::Value::object({{"name", setting.name}});
  set_texts(out, "variables", setting.variables);
  if (setting.energy) out.set("energy", encode_measured(*setting.energy, "joules"));
  if (setting.energy_per_frame) out.set("energy_per_frame", encode_measured(*setting.energy_per_frame, "joules"));
  if (setting.above_idle) out.set("above_idle", encode_measured(*setting.above_idle, "joules"));
  if (const auto& time = setting.time) {
    out.set("elapsed_seconds", time->mean.value());
    out.set("elapsed_ci95", pair(time->low.value(), time->high.value()));
  }
  if (setting.rate) out.set("frames_per_second", setting.rate->value());
  if (setting.relative_half_width) out.set("relative_half_width", *setting.relative_half_width);
  if (setting.against) out.set("against_reference", encode_against(*setting.against));
  out.set("samples", array_of(setting.samples, encode_sample));
  if (!setting.failures.empty()) out.set("failures", array_of(setting.failures, encode_failure));
  return out;
}

}  // namespace

std::string_view name(Experiment::Metric metric) {
  switch (metric) {
    case Experiment::Metric::energy_per_frame:
      return "J/frame";
    case Experiment::Metric::energy:
      return "J";
    case Experiment::Metric::time:
      break;
  }
  return "s";
}

json::Value encode(const Experiment& experiment) {
  auto out = json::Value::object({{"schema", experiment_schema}});
  set_text(out, "id", experiment.id);
  if (experiment.seed) out.set("seed", json::Value(std::int64_t{*experiment.seed}));
  set_text(out, "order", experiment.order);
  out.set("metric", name(experiment.metric));
  out.set("reference", experiment.reference);
  out.set("settings", array_of(experiment.settings, encode_setting));
  if (!experiment.caveats.empty()) out.set("caveats", array_of(experiment.caveats));
  return out;
}

}  // namespace wire
