#include "units/parse.h"

#include <array>
#include <utility>

#include "base/format.h"
#include "base/text.h"

namespace units {
namespace {

using base::Error;
using base::format;

// Splits "12.5k" into the number and its tail. Nothing for "", "k", "-1".
std::optional<std::pair<double, std::string_view>> number_and_tail(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) ++end;
  const auto number = base::to_double(text.substr(0, end));
  if (!number) return std::nullopt;
  return std::pair{*number, text.substr(end)};
}

using Unit = std::pair<std::string_view, double>;

template <class Q, std::size_t N>
base::Result<Q> with_unit(std::string_view text, std::string_view what, std::string_view examples,
                          const std::array<Unit, N>& known) {
  const auto fault = [&] { return Error::invalid(format("'{}' is not a {}; write {}", text, what, examples)); };
  const auto parts = number_and_tail(text);
  if (!parts) return fault();
  for (const auto& [unit, factor] : known)
    if (unit == parts->second) return Q(parts->first * factor);
  return fault();
}

}  // namespace

base::Result<BitsPerSecond> parse_bitrate(std::string_view text) {
  static constexpr std::array<Unit, 6> known{{{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"m", 1e6}, {"G", 1e9}}};
  return with_unit<BitsPerSecond>(text, "bitrate", "5000k, 5M or 2500000 (bits per second)", known);
}

base::Result<Seconds> parse_duration(std::string_view text) {
  const auto fault = [&] {
    return Error::invalid(format("'{}' is not a duration; write 90, 90s, 250ms, 1m30s or 2h", text));
  };
  if (const auto plain = number_and_tail(text); plain && plain->second.empty()) return Seconds(plain->first);
  double sum = 0;
  std::string_view rest = text;
  double previous = 1e18;  // units must fall: 1m30s, not 30s1m
  while (!rest.empty()) {
    const auto parts = number_and_tail(rest);
    if (!parts) return fault();
    double factor = 0;
    std::size_t size = 1;
    if (parts->second.starts_with("ms"))
      factor = 1e-3, size = 2;
    else if (parts->second.starts_with("s"))
      factor = 1;
    else if (parts->second.starts_with("m"))
      factor = 60;
    else if (parts->second.starts_with("h"))
      factor = 3600;
    else if (parts->second.starts_with("d"))
      factor = 86400;
    else
      return fault();
    if (factor >= previous) return fault();
    previous = factor;
    sum += parts->first * factor;
    rest = parts->second.substr(size);
  }
  if (text.empty()) return fault();
  return Seconds(sum);
}

base::Result<Bytes> parse_bytes(std::string_view text) {
  static constexpr std::array<Unit, 10> known{{{"", 1},
                                               {"B", 1},
                                               {"kB", 1e3},
                                               {"KB", 1e3},
                                               {"MB", 1e6},
                                               {"GB", 1e9},
                                               {"KiB", 1024},
                                               {"MiB", 1024.0 * 1024},
                                               {"GiB", 1024.0 * 1024 * 1024},
                                               {"TB", 1e12}}};
  return with_unit<Bytes>(text, "size", "512, 16KiB or 2GB (bytes)", known);
}

base::Result<PictureSize> parse_picture_size(std::string_view text) {
  const auto parts = base::split(text, 'x');
  const auto fault = [&] {
    return Error::invalid(format("'{}' is not a picture size; write 1920x1080 (even numbers from 16 to 16384)", text));
  };
  if (parts.size() != 2) return fault();
  const auto width = base::to_int(parts[0]), height = base::to_int(parts[1]);
  if (!width || !height) return fault();
  for (const auto side : {*width, *height})
    if (side < 16 || side > 16384 || side % 2) return fault();
  return PictureSize{static_cast<int>(*width), static_cast<int>(*height)};
}

base::Result<Ratio> parse_ratio(std::string_view text) {
  static constexpr std::array<Unit, 2> known{{{"", 1}, {"%", 0.01}}};
  return with_unit<Ratio>(text, "ratio", "2% or 0.02", known);
}

base::Result<Quality> parse_quality(std::string_view text) {
  for (const auto q : {Quality::measured, Quality::simulated, Quality::estimated, Quality::unmeasurable})
    if (name(q) == text) return q;
  return Error::invalid(format("'{}' is not a quality; one of measured, estimated, simulated, unmeasurable", text));
}

base::Result<Scope> parse_scope(std::string_view text) {
  for (const auto s : {Scope::package, Scope::dram, Scope::psys, Scope::gpu, Scope::machine})
    if (name(s) == text) return s;
  return Error::invalid(format("'{}' is not a scope; one of package, dram, psys, gpu, machine", text));
}

}  // namespace units
