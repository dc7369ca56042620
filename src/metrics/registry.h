// Registry: counters, gauges and histograms, and the text page that scrapers read. Every metric is named once, with
// its help sentence, in metrics.def. Any thread. Names end in their unit; energy is never a bare number.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace metrics {

enum class Name {
#define METRIC(id, kind, name, help) id,
#include "metrics/metrics.def"
#undef METRIC
};

using Labels = std::initializer_list<std::pair<std::string, std::string>>;

class Registry {
 public:
  Registry();
  ~Registry();
  void increment(Name name, Labels labels = {}, double by = 1);  // counters
  void set(Name name, Labels labels, double value);              // gauges
  void observe(Name name, Labels labels, double value);          // histograms, seconds
  void forget(Name name, Labels labels);                         // drops one series
  std::string text() const;                                      // Prometheus text format 0.0.4

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace metrics
