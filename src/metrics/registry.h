// Registry: counters, gauges and histograms, and the text page that scrapers read. Every metric is named once, with
// its help sentence, in metrics.def. Any thread. Names end in their unit; energy is never a bare number. A pair of name
// and labels is one series and lives until forget(): label values must come from bounded sets (a route's pattern, never
// a path). Using a name against its kind is a bug (assert).
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
  // Counters; never downwards. By 0 makes the series visible before its first event, so that a rate has a start.
  void increment(Name name, Labels labels = {}, double by = 1);
  void set(Name name, Labels labels, double value);      // gauges
  void observe(Name name, Labels labels, double value);  // histograms, seconds
  void forget(Name name, Labels labels);                 // drops one series, where it exists
  std::string text() const;                              // Prometheus text format 0.0.4, sorted

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace metrics
