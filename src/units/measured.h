// Measured<Q>: what leaves the power library instead of a bare number. It says how sure it is and where it comes from,
// or why there is none. Unknown is never zero: an unmeasurable value has no number to read.
// Values: copyable, thread-compatible.
#pragma once

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <utility>

#include "units/quantity.h"

namespace units {

// Worst last: a sum takes the worst quality of its parts. Persisted by name, see name().
enum class Quality { measured, simulated, estimated, unmeasurable };
std::string_view name(Quality quality);

// What a reading covers.
enum class Scope { package, dram, psys, gpu, machine };
std::string_view name(Scope scope);

template <class Q>
class Measured {
 public:
  // `low` and `high` bound the truth at 95 %; they need not be symmetric around `value`.
  static Measured of(Q value, Q low, Q high, Quality quality, std::string source, Scope scope) {
    assert(quality != Quality::unmeasurable && low <= value && value <= high);
    Measured m;
    m.value_ = value, m.low_ = low, m.high_ = high, m.quality_ = quality;
    m.source_ = std::move(source), m.scope_ = scope;
    return m;
  }
  static Measured unmeasurable(Scope scope, std::string reason) {
    Measured m;
    m.quality_ = Quality::unmeasurable, m.scope_ = scope, m.reason_ = std::move(reason);
    return m;
  }

  bool known() const { return quality_ != Quality::unmeasurable; }
  // Only where known().
  Q value() const { return assert(known()), value_; }
  Q low() const { return assert(known()), low_; }
  Q high() const { return assert(known()), high_; }
  // Half the width of the interval: the ± that people read.
  Q half_width() const { return (high() - low()) / 2.0; }

  Quality quality() const { return quality_; }
  Scope scope() const { return scope_; }
  const std::string& source() const { return source_; }  // perf, powercap, …, model; empty where unmeasurable
  const std::string& reason() const { return reason_; }  // only where unmeasurable

  // The same reading in another quantity, by a monotone function of the number (joules per frame, watts, …).
  template <class R, class F>
  Measured<R> map(F f) const {
    if (!known()) return Measured<R>::unmeasurable(scope_, reason_);
    const R a = f(low_), b = f(high_);
    return Measured<R>::of(f(value_), std::min(a, b), std::max(a, b), quality_, source_, scope_);
  }

  bool operator==(const Measured&) const = default;

 private:
  Measured() = default;
  Q value_{}, low_{}, high_{};
  Quality quality_ = Quality::unmeasurable;
  Scope scope_ = Scope::machine;
  std::string source_, reason_;
};

// A sum of parts of one scope: intervals add linearly (the parts share their error's cause), the worst quality wins,
// and one unmeasurable part makes the sum unmeasurable.
template <class Q>
Measured<Q> operator+(const Measured<Q>& a, const Measured<Q>& b) {
  if (!a.known()) return a;
  if (!b.known()) return b;
  return Measured<Q>::of(a.value() + b.value(), a.low() + b.low(), a.high() + b.high(),
                         std::max(a.quality(), b.quality()),
                         a.source() == b.source() ? a.source() : a.source() + "+" + b.source(), a.scope());
}

}  // namespace units
