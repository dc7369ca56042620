// Series: the series of one metric whose label values come and go. What is not told between two sweeps is forgotten, so
// that no series outlives what it speaks of. One thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>

#include "metrics/registry.h"

namespace exporter {

template <std::size_t N>
class Series {
 public:
  using Values = std::array<std::string, N>;
  Series(metrics::Name name, std::array<const char*, N> labels) : name_(name), labels_(labels) {}

  void set(metrics::Registry& registry, const Values& values, double value) {  // a gauge
    known_[values].told = Told::yes;
    labelled(values, [&](metrics::Labels labels) { registry.set(name_, labels, value); });
  }
  // A counter that somebody else keeps. Where it is less than before, that has begun anew, and so does ours.
  void follow(metrics::Registry& registry, const Values& values, double total) {
    auto& known = known_[values];
    known.told = Told::yes;
    labelled(values, [&](metrics::Labels labels) {
      if (total < known.total) {
        registry.forget(name_, labels);
        known.total = 0;
      }
      registry.increment(name_, labels, total - known.total);
    });
    known.total = total;
  }
  void sweep(metrics::Registry& registry) {
    for (auto entry = known_.begin(); entry != known_.end();) {
      if (std::exchange(entry->second.told, Told::no) == Told::yes) {
        ++entry;
        continue;
      }
      labelled(entry->first, [&](metrics::Labels labels) { registry.forget(name_, labels); });
      entry = known_.erase(entry);
    }
  }

 private:
  enum class Told { no, yes };
  struct Known {
    Told told = Told::no;
    double total = 0;
  };

  // Labels are a list that lives only within one expression.
  template <class Use>
  void labelled(const Values& values, Use use) const {
    [&]<std::size_t... I>(std::index_sequence<I...>) { use({{labels_[I], values[I]}...}); }
    (std::make_index_sequence<N>());
  }

  metrics::Name name_;
  std::array<const char*, N> labels_;
  std::map<Values, Known> known_;
};

}  // namespace exporter
