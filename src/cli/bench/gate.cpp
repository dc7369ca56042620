#include "cli/bench/gate.h"

#include "base/format.h"
#include "base/text.h"

namespace cli::bench {
namespace {

using base::Error;
using base::format;
using wire::Experiment;

constexpr Experiment::Metric all_metrics[] = {Experiment::Metric::energy_per_frame, Experiment::Metric::energy,
                                              Experiment::Metric::time};

}  // namespace

base::Result<Experiment::Metric> parse_metric(std::string_view text) {
  std::vector<std::string> names;
  for (const auto metric : all_metrics) {
    if (wire::name(metric) == text) return metric;
    names.emplace_back(wire::name(metric));
  }
  return Error::invalid(
      format("'{}' is no metric; there are {}.{}", text, base::join(names, ", "), base::did_you_mean(text, names)));
}

base::Result<Gate> parse_gate(std::string_view text) {
  const auto at = text.find_first_of("<>");
  const auto bad = [&](std::string_view why) {
    return Error::invalid(format("--fail-if: '{}' {}; such as J/frame>+5%", text, why));
  };
  if (at == std::string_view::npos) return bad("is not METRIC>PERCENT or METRIC<PERCENT");
  Gate gate;
  gate.text = text;
  FFWATT_TRY(gate.metric, parse_metric(base::trim(text.substr(0, at))).in("--fail-if"));
  gate.side = text[at] == '>' ? Gate::Side::above : Gate::Side::below;
  auto percent = base::trim(text.substr(at + 1));
  // A bare number might as well be joules.
  if (percent.empty() || percent.back() != '%') return bad("has no percent sign");
  percent.remove_suffix(1);
  if (!percent.empty() && percent.front() == '+') percent.remove_prefix(1);
  const auto number = base::to_double(base::trim(percent));
  if (!number) return bad("has no number before its percent sign");
  if (*number <= -100) return bad("asks for nothing or less");
  gate.ratio = 1 + *number / 100;
  return gate;
}

Judged judge(const Gate& gate, const Experiment& experiment) {
  Judged out;
  std::vector<std::string> breached, unknown;
  for (const auto& setting : experiment.settings) {
    if (!setting.against) continue;
    const auto& against = *setting.against;
    if (!against.ratio) {
      unknown.push_back(format("{}: {}", setting.name, against.reason));
      continue;
    }
    const auto& ratio = *against.ratio;
    const bool beyond = gate.side == Gate::Side::above ? ratio.low > gate.ratio : ratio.high < gate.ratio;
    if (beyond)
      breached.push_back(format("{}: {:+.1f} % ({:+.1f} to {:+.1f})", setting.name, 100 * (ratio.value - 1),
                                100 * (ratio.low - 1), 100 * (ratio.high - 1)));
  }
  if (!breached.empty()) return {Judged::As::breached, base::join(breached, "; ")};
  if (!unknown.empty()) return {Judged::As::not_judged, base::join(unknown, "; ")};
  return {};
}

}  // namespace cli::bench
