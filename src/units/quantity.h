// Quantities: numbers that know their unit. Adding watts to joules does not compile; Watts * Seconds is Joules.
// All are IEEE doubles in SI base units; raw hardware counters stay integers until the edge (power/zone.h).
// Values: trivially copyable, compare like numbers, thread-compatible.
#pragma once

#include <compare>
#include <cstdint>

namespace units {

// `Tag` makes each unit a type of its own.
template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}
  constexpr double value() const { return value_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity operator+(Quantity other) const { return Quantity(value_ + other.value_); }
  constexpr Quantity operator-(Quantity other) const { return Quantity(value_ - other.value_); }
  constexpr Quantity operator*(double factor) const { return Quantity(value_ * factor); }
  constexpr Quantity operator/(double divisor) const { return Quantity(value_ / divisor); }
  constexpr double operator/(Quantity other) const { return value_ / other.value_; }
  constexpr Quantity& operator+=(Quantity other) { return value_ += other.value_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return value_ -= other.value_, *this; }
  friend constexpr Quantity operator*(double factor, Quantity q) { return q * factor; }

 private:
  double value_ = 0;
};

using Joules = Quantity<struct JoulesTag>;
using Watts = Quantity<struct WattsTag>;
using Seconds = Quantity<struct SecondsTag>;
using Hertz = Quantity<struct HertzTag>;  // frames per second too
using Bytes = Quantity<struct BytesTag>;  // exact up to 2^53
using BitsPerSecond = Quantity<struct BitsPerSecondTag>;
using Celsius = Quantity<struct CelsiusTag>;
using Ratio = Quantity<struct RatioTag>;  // 1 is 100 %
using Grams = Quantity<struct GramsTag>;  // of CO2 equivalent
using Money = Quantity<struct MoneyTag>;  // of a currency that stands beside it

constexpr Joules operator*(Watts power, Seconds time) { return Joules(power.value() * time.value()); }
constexpr Joules operator*(Seconds time, Watts power) { return power * time; }
constexpr Watts operator/(Joules energy, Seconds time) { return Watts(energy.value() / time.value()); }
constexpr Seconds operator/(Joules energy, Watts power) { return Seconds(energy.value() / power.value()); }

inline namespace literals {
constexpr Joules operator""_J(long double v) { return Joules(static_cast<double>(v)); }
constexpr Joules operator""_J(unsigned long long v) { return Joules(static_cast<double>(v)); }
constexpr Watts operator""_W(long double v) { return Watts(static_cast<double>(v)); }
constexpr Watts operator""_W(unsigned long long v) { return Watts(static_cast<double>(v)); }
constexpr Seconds operator""_s(long double v) { return Seconds(static_cast<double>(v)); }
constexpr Seconds operator""_s(unsigned long long v) { return Seconds(static_cast<double>(v)); }
constexpr Seconds operator""_ms(unsigned long long v) { return Seconds(static_cast<double>(v) / 1e3); }
}  // namespace literals

}  // namespace units
