#include "power_sources/web_source.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "power_sources/poller.h"
#include "units/format.h"

namespace power_sources {
namespace {

using units::Seconds;
using units::Watts;
using Kind = power::Zone::Kind;

// Work is measured from three ticks on: half a minute is still useful.
constexpr Seconds kSlowestCounter{10};
// How fast a counter moves where the device does not say: a small server at work.
constexpr Watts kUsualPower{100};
// A plug that shows less than this has no running machine behind it.
constexpr Watts kLeastPower{1};

// What is read, and how a number becomes a reading.
struct Subject {
  WebNumber number;
  Kind kind = Kind::counter;
  double steps_per_unit = 1;
  double accuracy = 0;

  power::Reading reading(const WebNumber& seen) const {
    power::Reading out;
    if (kind == Kind::counter)
      out.raw = static_cast<std::uint64_t>(std::llround(seen.first * steps_per_unit));
    else
      out.power = Watts(seen.first);
    out.at = seen.at, out.half_width = seen.half_width;
    out.low_factor = 1 - accuracy, out.high_factor = 1 + accuracy;
    return out;
  }

  void poll(const PollClock& clock, WebDevice& device, power::Readings& out) const {
    WebNumber seen = number;
    const auto before = clock.now();
    const auto answer = device.get(number.target, clock.stop);
    seen.half_width = (clock.now() - before) / 2.0, seen.at = before + seen.half_width;
    const auto value = answer ? meter_number(*answer, number.pointer) : base::Result<double>(answer.error());
    if (!value) {
      out.faults.push_back({0, value.error()});
      return;
    }
    seen.first = *value;
    out.good.push_back(reading(seen));
  }
};

class WebSource final : public power::Source {
 public:
  WebSource(const os::Clock& clock, std::shared_ptr<WebDevice> device, Seconds interval, std::string name,
            power::Zone zone, const Subject& subject)
      : name_(std::move(name)),
        zone_(std::move(zone)),
        poller_(clock, 1, {.period = interval},
                [device = std::move(device), subject](const PollClock& now, power::Readings& out) {
                  subject.poll(now, *device, out);
                }) {
    power::Readings first;
    first.good.push_back(subject.reading(subject.number));
    poller_.begin_with(first);
  }
  std::string_view name() const override { return name_; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }
  void read(const os::Clock& clock, power::Readings& out) override { poller_.read(clock.boot(), out); }

 private:
  const std::string name_;
  const power::Zone zone_;
  Poller poller_;
};

// Time between two updates of a counter, at the power of the moment.
Seconds tick_of(const WebCounter& counter, const std::optional<WebNumber>& power, Seconds interval) {
  const bool known = power && power->first >= kLeastPower.value();
  return std::max({interval, counter.update, counter.step / (known ? Watts(power->first) : kUsualPower)});
}

}  // namespace

base::Result<WebNumber> look(const os::Clock& clock, WebDevice& device, const std::string& target,
                             const std::string& pointer) {
  const auto before = clock.boot();
  FFWATT_TRY(const auto answer, device.get(target));
  const auto half = (clock.boot() - before) / 2.0;
  FFWATT_TRY(const double number, meter_number(answer, pointer));
  return WebNumber{target, pointer, number, before + half, half};
}

Attempt open_web_source(os::Host& host, WebDevice device, Seconds interval, const WebReadings& readings) {
  const auto& counter = readings.counter;
  const auto counter_tick = counter ? tick_of(*counter, readings.power, interval) : Seconds(0);
  const bool counts = counter && (!readings.power || counter_tick <= std::max(interval, kSlowestCounter));

  power::Zone zone;
  zone.path = readings.path, zone.name = "machine", zone.scope = units::Scope::machine;
  zone.kind = counts ? Kind::counter : Kind::gauge;
  zone.tick = counts ? counter_tick : interval;
  if (counts) zone.joules_per_unit = counter->step.value();
  const Subject subject{
      .number = counts ? counter->number : readings.power.value_or(WebNumber{}),  // one of them is there
      .kind = zone.kind,
      .steps_per_unit = counts ? counter->unit / counter->step : 1,
      .accuracy = readings.accuracy};

  auto detail = base::format("the machine's {} at {}, asked every {}", counts ? "energy counter" : "power",
                             device.shown(), units::text(interval));
  if (counter && !counts)
    detail += base::format("; its energy counter moves only once in {} ({} a step)", units::text(counter_tick),
                           units::text(counter->step));
  if (zone.tick >= kSlowestCounter)
    detail += base::format("; work shorter than {} cannot be measured by it", units::text(zone.tick * 3.0));
  return {std::make_unique<WebSource>(host.clock, std::make_shared<WebDevice>(std::move(device)), interval,
                                      readings.name, std::move(zone), subject),
          std::move(detail),
          {}};
}

}  // namespace power_sources
