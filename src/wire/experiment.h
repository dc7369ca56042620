// Experiment: settings that were run several times, what each took and whether they differ. What `ffwatt bench` and
// `ffwatt compare` find out (report/experiment.h computes it) and print as JSON. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "units/measured.h"
#include "units/quantity.h"

namespace wire {

struct Experiment {
  // By what settings are compared; always the same one for all of them. Less of it is better.
  enum class Metric { energy_per_frame, energy, time } metric = Metric::energy_per_frame;

  struct Sample {
    std::string run;  // id
    int block = 0;    // one of each setting in every block; from 1
    std::optional<units::Joules> energy, energy_per_frame;
    units::Seconds elapsed{};
  };
  struct Failure {
    std::string run, error;
    int block = 0;
  };
  struct Against {
    // The setting's figure divided by the reference's, with its 95 % interval. Absent: there is none, for `reason`.
    struct Ratio {
      double value = 1, low = 1, high = 1;
      double p = 1, p_holm = 1;  // alone, and as one of the comparisons of this experiment
    };
    std::optional<Ratio> ratio;
    int pairs = 0;  // 0: the runs have no pairs, all were compared with all
    std::string verdict = "inconclusive";
    std::string caveat;  // what the verdict rests on where that is less than a measurement
    std::string reason;
  };
  struct Setting {
    std::string name;
    std::map<std::string, std::string> variables;
    std::vector<Sample> samples;
    std::vector<Failure> failures;
    std::optional<units::Measured<units::Joules>> energy, energy_per_frame;  // absent without a run that ended well
    std::optional<units::Measured<units::Joules>> above_idle;
    struct Time {
      units::Seconds mean, low, high;  // low and high at 95 %; the mean itself where there is one run
    };
    std::optional<Time> time;
    std::optional<units::Hertz> rate;           // frames a second, on average
    std::optional<double> relative_half_width;  // of the metric, by its scatter alone
    std::optional<Against> against;             // absent of the reference
  };

  std::string id;  // of a bench
  std::optional<std::uint32_t> seed;
  std::string order;  // "random" or "sequential", of a bench
  std::string reference;
  std::vector<Setting> settings;
  std::vector<std::string> caveats;
};
std::string_view name(Experiment::Metric metric);  // "J/frame", "J", "s"
json::Value encode(const Experiment& experiment);  // "schema": "ffwatt.experiment/1"

}  // namespace wire
