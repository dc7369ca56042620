#include "power_sources/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/format.h"
#include "power/ledger.h"
#include "power/zone_tree.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using Verdict = Agreement::Verdict;
using Key = std::pair<units::Scope, int>;  // socket −1: the whole machine

Agreement unknown(std::string why) { return {.verdict = Verdict::unknown, .worst = 0, .text = std::move(why)}; }

std::string text(const Key& key) {
  return key.second < 0 ? std::string(units::name(key.first))
                        : base::format("{} {}", units::name(key.first), key.second);
}

class Witness {
 public:
  explicit Witness(power::Source& source)
      : source_(source), ledger_(source.zones()), mirrors_(source.zones()), faults_(source.zones().size()) {}

  void look(const os::Clock& clock) {
    power::Readings readings;
    source_.read(clock, readings);
    for (const auto& reading : readings.good) {
      const auto step = ledger_.add(reading);
      if (step == power::Step::reset || step == power::Step::dropped)
        faults_[reading.zone] =
            base::format("{} of {}: its counter jumped", source_.zones()[reading.zone].name, name());
    }
    for (const auto& fault : readings.faults) faults_[fault.zone] = base::format("{}: {}", name(), fault.error.text());
    mirrors_.look(readings.good);
  }

  // The mean power of each key, or why one is not known.
  base::Result<std::map<Key, units::Watts>> powers() const {
    std::map<Key, units::Watts> result;
    const auto zones = source_.zones();
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (mirrors_.roles()[i] != power::Role::counted) continue;
      if (!faults_[i].empty()) return base::Error::failed(faults_[i]);
      // The last interval's energy by its own time: two sources are not read at one moment.
      result[{zones[i].scope, zones[i].socket.value_or(-1)}] += ledger_.total(i).power;
    }
    return result;
  }
  std::string name() const { return std::string(source_.name()); }

 private:
  power::Source& source_;
  power::Ledger ledger_;
  power::MirrorWatch mirrors_;
  std::vector<std::string> faults_;
};

}  // namespace

Agreement compare(const os::Clock& clock, power::Source& a, power::Source& b, std::stop_token stop) {
  Witness first(a), second(b);
  first.look(clock), second.look(clock);
  if (clock.sleep_until(clock.boot() + kAgreementTime, stop) == os::Clock::Woken::stopped)
    return unknown("stopped before the comparison was over");
  first.look(clock), second.look(clock);

  const auto left = first.powers(), right = second.powers();
  if (!left) return unknown(left.error().text());
  if (!right) return unknown(right.error().text());
  Agreement result{.verdict = Verdict::agree, .worst = -1, .text = {}};
  std::string worst_key;
  for (const auto& [key, power] : *left) {
    const auto other = right->find(key);
    if (other == right->end()) continue;
    const auto most = std::max(power, other->second);
    if (!(most > units::Watts(0))) return unknown(base::format("{} did not move in either", text(key)));
    const double difference = std::abs((power - other->second) / most);
    if (difference <= result.worst) continue;
    result.worst = difference;
    worst_key = base::format("{}: {:.2f} W by {}, {:.2f} W by {}", text(key), power.value(), first.name(),
                             other->second.value(), second.name());
  }
  if (result.worst < 0) return unknown(base::format("{} and {} have no zone in common", first.name(), second.name()));
  if (result.worst > kAgreementWithin) result.verdict = Verdict::differ;
  result.text = base::format("{} and {} {} ({:.1f} % apart at most, over {} s; {})", first.name(), second.name(),
                             result.verdict == Verdict::agree ? "agree" : "differ", result.worst * 100,
                             kAgreementTime.value(), worst_key);
  return result;
}

Agreement compare_perf_with_powercap(os::Host& host, const Settings& settings, std::stop_token stop) {
  const auto perf = open_perf(host, settings);
  if (!perf.source) return unknown("perf: " + perf.detail);
  const auto powercap = open_powercap(host, settings);
  if (!powercap.source) return unknown("powercap: " + powercap.detail);
  return compare(host.clock, *perf.source, *powercap.source, std::move(stop));
}

void log_agreement(os::Host& host, const Settings& settings, base::Log& log, std::stop_token stop) {
  const auto agreement = compare_perf_with_powercap(host, settings, std::move(stop));
  if (agreement.verdict == Agreement::Verdict::differ)
    log.warning("two ways of reading the CPU's energy differ; one of the drivers is wrong",
                {{"figures", agreement.text}});
}

}  // namespace power_sources
