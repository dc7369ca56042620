// What several runs of several settings say: figures with intervals, and whether they differ from one of them. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "report/report.h"
#include "wire/experiment.h"

namespace report {

struct SettingRuns {
  std::string name;
  std::map<std::string, std::string> variables{};
  struct Run {
    jobs::Report report;
    int block = 0;                       // 0: it belongs to none
    std::optional<std::int64_t> frames;  // where the report cannot tell
  };
  std::vector<Run> runs{};  // in the order in which they ran
};

// The metric of a run: nothing where it did not end well or the figure is not known.
std::optional<double> figure(const SettingRuns::Run& run, wire::Experiment::Metric metric);
// Joules a frame where every run that ended well knows both, else joules where all know them, else seconds.
wire::Experiment::Metric metric_for(const std::vector<SettingRuns>& settings);

// Compared with settings[reference]: in pairs where both have at least two blocks in common and every run is of one,
// else all with all; a verdict counts as one of as many as there are other settings (Holm). Repetitions within one
// report are not looked into. Precondition: reference < settings.size().
wire::Experiment experiment_of(const std::vector<SettingRuns>& settings, std::size_t reference);
// The same by another metric than metric_for() would take.
wire::Experiment experiment_of(const std::vector<SettingRuns>& settings, std::size_t reference,
                               wire::Experiment::Metric metric);

// One row a setting, then what the figures rest on, and the runs that failed.
std::string experiment_table(const wire::Experiment& experiment, const Style& style);
std::string experiment_csv(const wire::Experiment& experiment);  // one row a sample and metric, with a unit column

}  // namespace report
