// PassQueue: the sampler's passes on their way to the traces of all workloads. They take many at once: to touch twenty
// workloads' memory ten times a second costs more than what is done with it. Guarded by the meter.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "power/sampler.h"

namespace meter {

class PassQueue {
 public:
  // The newest pass, which no trace wants: nothing runs.
  void see(const power::Snapshot& now) { seen_ = now; }
  // The newest pass, for the traces.
  void keep(const power::Snapshot& now) {
    if (kept_ == passes_.size()) passes_.emplace_back();
    passes_[kept_++] = now;  // into the memory of an earlier one
  }
  const power::Snapshot& newest() const { return kept_ > 0 ? passes_[kept_ - 1] : seen_; }
  bool full() const { return kept_ >= kMost; }

  // Hands each pass that was kept to take(before, now), oldest first, with the one before it.
  template <class Take>
  void drain(Take take) {
    const auto* before = &drained_;
    for (std::size_t i = 0; i < kept_; ++i) {
      take(*before, passes_[i]);
      before = &passes_[i];
    }
    if (kept_ > 0) std::swap(seen_, passes_[kept_ - 1]);
    kept_ = 0;
    drained_ = seen_;
  }

  static constexpr std::size_t kMost = 100;  // ten seconds at 10 Hz

 private:
  std::vector<power::Snapshot> passes_;  // the first `kept_` are in use
  std::size_t kept_ = 0;
  power::Snapshot seen_;     // the newest one, where none is kept
  power::Snapshot drained_;  // the newest one that the traces have seen
};

}  // namespace meter
