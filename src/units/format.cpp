#include "units/format.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/format.h"

namespace units {
namespace {

using base::format;

struct Step {
  double from;
  double divisor;
  const char* unit;
};

// The largest step whose lower bound the value reaches; the last step takes what is smaller.
template <std::size_t N>
const Step& step_of(double value, const Step (&steps)[N]) {
  for (const auto& step : steps)
    if (std::abs(value) >= step.from) return step;
  return steps[N - 1];
}

constexpr Step joule_steps[] = {{1e7, 1e6, "MJ"}, {1e4, 1e3, "kJ"}, {0.01, 1, "J"}, {0, 1e-3, "mJ"}};
constexpr Step gram_steps[] = {{1e6, 1e6, "t"}, {1e3, 1e3, "kg"}, {0.01, 1, "g"}, {0, 1e-3, "mg"}};
constexpr Step watt_steps[] = {{1e4, 1e3, "kW"}, {0.1, 1, "W"}, {0, 1e-3, "mW"}};
constexpr Step byte_steps[] = {{1e9, 1e9, "GB"}, {1e6, 1e6, "MB"}, {1e3, 1e3, "kB"}, {0, 1, "B"}};
constexpr Step bit_steps[] = {{1e9, 1e9, "Gb/s"}, {1e6, 1e6, "Mb/s"}, {1e3, 1e3, "kb/s"}, {0, 1, "b/s"}};

template <std::size_t N>
std::string scaled(double value, const Step (&steps)[N]) {
  if (value == 0) {
    const auto base_unit =
        std::find_if(std::begin(steps), std::end(steps), [](const Step& s) { return s.divisor == 1; });
    return format("0 {}", base_unit->unit);
  }
  const Step& step = step_of(value, steps);
  return format("{} {}", significant(value / step.divisor, std::abs(value / step.divisor) >= 100 ? 4 : 3), step.unit);
}

// Decimals that show so many significant digits.
int decimals_for(double value, int digits) {
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return std::clamp(digits - 1 - magnitude, 0, 12);
}

// A value that its own uncertainty hides has no digits of its own: those of the interval count, in its unit.
template <std::size_t N>
std::string hidden(double value, double low, double high, const Step (&steps)[N]) {
  const Step& step = step_of(std::max(std::abs(low), std::abs(high)), steps);
  const int decimals = decimals_for((high - low) / 2 / step.divisor, 2);
  const auto number = [&](double q) {
    const double rounded = std::round(q / step.divisor * std::pow(10, decimals)) / std::pow(10, decimals);
    return format("{:.{}f}", rounded == 0 ? 0.0 : rounded, decimals);  // no "-0.0"
  };
  return format("{} {} ({} to {})", number(value), step.unit, number(low), number(high));
}

template <class Q, std::size_t N>
std::string with_interval(const Measured<Q>& m, const Step (&steps)[N]) {
  if (!m.known()) return format("n/a ({})", m.reason());
  const double half_width = m.half_width().value();
  if (half_width > 0 && std::abs(m.value().value()) < half_width) {
    return hidden(m.value().value(), m.low().value(), m.high().value(), steps);
  }
  const Step& step = step_of(m.value().value(), steps);
  const double value = m.value().value() / step.divisor;
  const double low = m.low().value() / step.divisor, high = m.high().value() / step.divisor;
  const int digits = std::abs(value) >= 100 ? 4 : 3;
  const double half = (high - low) / 2;
  const bool symmetric = std::abs((high - value) - (value - low)) <= 0.1 * half || half == 0;
  if (symmetric) return format("{} {} ± {}", significant(value, digits), step.unit, significant(half, 2));
  return format("{} {} ({} to {})", significant(value, digits), step.unit, significant(low, 3), significant(high, 3));
}

}  // namespace

std::string significant(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return "0";
  return format("{:.{}f}", value, decimals_for(value, digits));
}

std::string text(Joules q) { return scaled(q.value(), joule_steps); }
std::string text(Watts q) { return scaled(q.value(), watt_steps); }
std::string text(Bytes q) { return scaled(q.value(), byte_steps); }
std::string text(BitsPerSecond q) { return scaled(q.value(), bit_steps); }
std::string text(Grams q) { return scaled(q.value(), gram_steps); }
std::string text(Money q, std::string_view currency) {
  const int decimals = q.value() == 0 ? 2 : std::max(2, decimals_for(q.value(), 3));
  return format("{:.{}f} {}", q.value(), decimals, currency);
}
std::string text(Hertz q) { return format("{} fps", significant(q.value(), 3)); }
std::string text(Ratio q) { return format("{} %", significant(q.value() * 100, 3)); }
std::string text(Seconds q) {
  const double s = q.value();
  if (s < 1 && s > 0) return format("{} ms", significant(s * 1e3, 3));
  if (s < 100) return format("{} s", significant(s, 3));
  const auto whole = static_cast<std::int64_t>(std::llround(s));
  if (whole < 3600) return format("{} min {} s", whole / 60, whole % 60);
  return format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

template <>
std::string text(const Measured<Joules>& m) {
  return with_interval(m, joule_steps);
}
template <>
std::string text(const Measured<Watts>& m) {
  return with_interval(m, watt_steps);
}
template <>
std::string text(const Measured<Grams>& m) {
  return with_interval(m, gram_steps);
}
std::string text(const Measured<Money>& m, const std::string& currency) {
  const Step steps[] = {{0, 1, currency.c_str()}};
  return with_interval(m, steps);
}

}  // namespace units
