// Gate: a threshold for `ffwatt compare`, "J/frame>+5%": breached where the whole interval of the ratio is beyond it.
// What cannot be judged is no pass. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/experiment.h"

namespace cli::bench {

// J/frame, J or s. invalid: another word, with the nearest.
base::Result<wire::Experiment::Metric> parse_metric(std::string_view text);

struct Gate {
  wire::Experiment::Metric metric = wire::Experiment::Metric::energy_per_frame;
  enum class Side { above, below } side = Side::above;
  double ratio = 1;  // to the reference: 1.05 of "+5%"
  std::string text;  // as it was typed
};
// METRIC>PERCENT or METRIC<PERCENT, such as "J/frame>+5%" or "s<-50%".
base::Result<Gate> parse_gate(std::string_view text);

struct Judged {
  enum class As { passed, breached, not_judged } as = As::passed;
  std::string why;  // for people, one sentence a setting; empty where passed
};
// `experiment` is by the gate's metric.
Judged judge(const Gate& gate, const wire::Experiment& experiment);

}  // namespace cli::bench
