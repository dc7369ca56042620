// What the rows of a results file say when they are set beside each other: energy net of the idle machine, pixels that
// were delivered for it, and how power grows with the number of streams. Pure.
//
// One unit per ranking: pixels per joule of what was added to the idle machine, among rows of one class, which is what
// was asked for to be delivered (sizes and rates of all streams). A bitrate is no merit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "json/value.h"

namespace cli::analyze {

struct AnalyzedRow {
  jobs::Report report;
  bool baseline = false;  // a look at the idle machine: in no ranking
  std::string bitrate, resolution, rate, duration;
  std::string ladder;            // "1280x720@30 2x 640x360@25"; empty where nobody said
  int streams = 0;               // 0: unknown
  std::optional<double> pixels;  // that were made, of all streams; only where frames were counted
  std::optional<units::Measured<units::Joules>> total, net;  // net: above the idle machine
  std::optional<units::Measured<units::Joules>> per_frame;
  // Of net energy; a range as that of the energy.
  struct Efficiency {
    double value = 0, low = 0, high = 0;
  };
  std::optional<Efficiency> pixels_per_joule;
  int rank = 0;                           // in its class, from 1; 0: none
  bool told_apart = true;                 // from the first of its class: the intervals do not meet
  std::optional<units::Watts> predicted;  // net power by the line over the number of streams, where there is one
};

// Net power over the number of streams, where three rows or more of one kind of stream say something about it.
struct Scaling {
  std::string of;  // "1280x720@30 2500k"
  double fixed_watts = 0, watts_per_stream = 0, low = 0, high = 0;
  std::vector<std::pair<int, double>> at;  // streams, watts: those that were asked for
};

struct Analysis {
  std::vector<AnalyzedRow> rows;
  std::vector<Scaling> scalings;
};

// The value of a results file (wire/results_import.h). invalid as there.
base::Result<std::vector<AnalyzedRow>> rows_of_file(const json::Value& file);
std::vector<AnalyzedRow> rows_of_runs(const std::vector<jobs::Report>& reports);
// `streams`: for how many the line is to say its power.
Analysis analyze(std::vector<AnalyzedRow> rows, const std::vector<int>& streams);

// The documented 20 columns, then ours. An empty cell is unknown.
std::string csv(const Analysis& analysis);

}  // namespace cli::analyze
