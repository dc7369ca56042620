// Page: what a scrape gets: every collector brought up to date, timed, and the registry as text. A collector that fails
// is told by its success metric, by /health and, when that changes, by a line in the log; the others are not silenced.
// Any thread; one collection at a time.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"
#include "exporter/collector.h"
#include "metrics/registry.h"
#include "os/clock.h"

namespace exporter {

class Page {
 public:
  Page(const os::Clock& clock, std::vector<Named> collectors, base::Log& log);

  // Prometheus text format 0.0.4.
  std::string text();
  // "power: why it failed" for each collector that fails now.
  std::vector<std::string> faults();
  void housekeeping();  // of every collector

 private:
  void collect(Named& named, std::string& fault);  // with mutex_ held

  const os::Clock& clock_;
  base::Log& log_;
  std::mutex mutex_;
  std::vector<Named> collectors_;
  std::vector<std::string> faults_;  // by collector; empty where it succeeded
  metrics::Registry registry_;
};

}  // namespace exporter
