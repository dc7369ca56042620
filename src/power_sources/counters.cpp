#include "power_sources/counters.h"

#include <array>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "power/ledger.h"

namespace power_sources {
namespace {

std::string microjoules(const power::Zone& zone, std::uint64_t raw) {
  return base::format("{:.0f}", static_cast<double>(raw) * zone.joules_per_unit * 1e6);
}

}  // namespace

base::Result<std::uint64_t> read_number(os::HeldFile& file) {
  std::array<char, 32> buffer;
  FFWATT_TRY(const auto size, file.read(buffer.data(), buffer.size()));
  const auto text = base::trim(std::string_view(buffer.data(), size));
  const auto number = base::to_unsigned(text);
  if (!number) return base::Error::failed(base::format("'{}' is no counter value", text));
  return *number;
}

base::Result<power::Reading> look(const os::Clock& clock, os::HeldFile& file) {
  const auto before = clock.boot();
  FFWATT_TRY(const auto raw, read_number(file));
  const auto half = (clock.boot() - before) / 2.0;
  power::Reading reading;
  reading.raw = raw, reading.at = before + half, reading.half_width = half;
  return reading;
}

std::string implausible(const power::Zone& zone, const power::Reading& first,
                        const base::Result<power::Reading>& second) {
  if (!second) return second.error().text();
  if (second->raw == first.raw)
    return base::format("its counter stands still at {} µJ", microjoules(zone, second->raw));
  power::Account account(zone);
  account.add(first);
  if (account.add(*second) != power::Step::counted)
    return base::format("its counter jumped from {} to {} µJ in a moment", microjoules(zone, first.raw),
                        microjoules(zone, second->raw));
  return {};
}

}  // namespace power_sources
