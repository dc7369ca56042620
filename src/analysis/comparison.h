// Two settings of which each was run several times: how much more does the second one take, and is that sure? Pure, any
// thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "analysis/statistics.h"

namespace analysis {

// The second divided by the first, with its 95 % interval, and how likely a ratio this far from 1 would be if both took
// the same. The interval excludes 1 exactly where p is below 0.05.
struct Ratio {
  Interval interval;
  double p = 1;
};

// Runs that belong together, one of each setting in the same block: what slows a block down slows both, and falls out.
// The interval is that of log_mean_interval() over the ratios. invalid: fewer than two pairs, lengths that differ, or a
// value that is not a finite number above zero.
base::Result<Ratio> paired_ratio(std::span<const double> first, std::span<const double> second);

// Runs that do not belong together: Welch's t interval of the difference of the means of the logarithms, each one's
// variance widened for runs that follow each other as in log_mean_interval(). invalid: fewer than two of one, or a
// value that is not a finite number above zero.
base::Result<Ratio> unpaired_ratio(std::span<const double> first, std::span<const double> second);

// Holm (1979): each p for being one of many comparisons, in the order of the input. To call those below 0.05 different
// is wrong about any of them in at most 5 % of the cases. p in [0, 1].
std::vector<double> holm(std::span<const double> p);

// Of a figure of which less is better: joules, seconds. `p` after holm() where there are several.
enum class Verdict { better, worse, inconclusive };
Verdict verdict(const Ratio& ratio, double p);
std::string_view name(Verdict verdict);

}  // namespace analysis
