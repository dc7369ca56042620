#include "metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <shared_mutex>
#include <sstream>
#include <variant>
#include <vector>

namespace metrics {
namespace {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;
using Family = std::variant<Counters*, Gauges*, Histograms*>;

// Seconds, from a request that never left memory to a long poll's whole wait: about three bounds a decade.
const prometheus::Histogram::BucketBoundaries bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                     0.25,   0.5,   1,      2.5,   5,    10,    30,   60};

Family counter(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
Family gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Family histogram(prometheus::Registry& registry, const char* name, const char* help) {
  return &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

prometheus::Labels as_map(Labels labels) { return {labels.begin(), labels.end()}; }

}  // namespace

struct Registry::State {
  prometheus::Registry registry;
  std::vector<Family> families;  // by Name
  // prometheus-cpp hands out references to series, which forget() destroys: it alone takes this exclusively.
  mutable std::shared_mutex series;

  template <class Kind>
  Kind* family(Name name) {
    auto* const* found = std::get_if<Kind*>(&families.at(static_cast<std::size_t>(name)));
    assert(found && "a metric is used against its kind in metrics.def");
    return found ? *found : nullptr;
  }
};

Registry::Registry() : state_(std::make_unique<State>()) {
#define METRIC(id, kind, name, help) state_->families.push_back(kind(state_->registry, name, help));
#include "metrics/metrics.def"
#undef METRIC
}

Registry::~Registry() = default;

void Registry::increment(Name name, Labels labels, double by) {
  const std::shared_lock lock(state_->series);
  if (auto* family = state_->family<Counters>(name)) family->Add(as_map(labels)).Increment(by);
}

void Registry::set(Name name, Labels labels, double value) {
  const std::shared_lock lock(state_->series);
  if (auto* family = state_->family<Gauges>(name)) family->Add(as_map(labels)).Set(value);
}

void Registry::observe(Name name, Labels labels, double value) {
  const std::shared_lock lock(state_->series);
  if (auto* family = state_->family<Histograms>(name)) family->Add(as_map(labels), bounds).Observe(value);
}

void Registry::forget(Name name, Labels labels) {
  const auto drop = [&](auto* family, auto&&... arguments) {
    const auto key = as_map(labels);
    if (family->Has(key)) family->Remove(&family->Add(key, arguments...));
  };
  const std::unique_lock lock(state_->series);
  const Family& family = state_->families.at(static_cast<std::size_t>(name));
  if (auto* const* counters = std::get_if<Counters*>(&family)) drop(*counters);
  if (auto* const* gauges = std::get_if<Gauges*>(&family)) drop(*gauges);
  if (auto* const* histograms = std::get_if<Histograms*>(&family)) drop(*histograms, bounds);
}

std::string Registry::text() const {
  std::vector<prometheus::MetricFamily> families;
  {
    const std::shared_lock lock(state_->series);
    families = state_->registry.Collect();
  }
  // The library keeps series in a hash table; a page that two scrapes order alike can be compared.
  std::sort(families.begin(), families.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (auto& family : families)
    std::sort(family.metric.begin(), family.metric.end(),
              [](const auto& a, const auto& b) { return a.label < b.label; });
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace metrics
