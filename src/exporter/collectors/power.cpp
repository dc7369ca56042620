// power: the energy of this machine's zones as counters that only rise. Sensors are read once a second on the sampler's
// thread and never by a scrape, so any number of scrapers sees the same joules. That rate is also a duty: RAPL read
// often gives secrets of other processes away (Lipp et al., "PLATYPUS", IEEE S&P 2021), so nothing finer than 100 ms
// may leave the machine.
//
// Only zones that may be added up are shown (power/zone_tree.h): a sum over a scope is right. Measured and estimated
// energy differ in the label `quality`, hence never share a series.
#include <algorithm>
#include <map>

#include "base/format.h"
#include "exporter/collector.h"
#include "power/sampler.h"
#include "power_sources/sources.h"

namespace exporter {
namespace {

using metrics::Name;
using metrics::Registry;

constexpr units::Hertz kRate{1};
// Ten missed passes: the thread hangs in a source, or the machine gives it no time.
constexpr units::Seconds kStalled{10};

// A counter of the registry that follows a total kept elsewhere.
class Follower {
 public:
  double step_to(double total) {
    const double step = std::max(0.0, total - shown_);
    shown_ = std::max(shown_, total);
    return step;
  }

 private:
  double shown_ = 0;
};

struct ZoneSeries {
  std::string scope, zone, socket, source, quality;
  Follower energy, gap;
  enum class Shown { no, yes } energy_shown = Shown::no, power_shown = Shown::no;
};

class Power final : public Collector {
 public:
  Power(const World& world, power_sources::Opened opened)
      : clock_(world.host.clock),
        node_(world.node),
        ladder_(std::move(opened.ladder)),
        sampler_(clock_, std::move(opened.sources), {.idle = kRate, .busy = kRate}) {
    name_series();
    sampler_.start();
  }

  base::Result<void> collect(Registry& registry) override {
    const auto snapshot = sampler_.snapshot();
    const auto age = clock_.boot() - snapshot.at;
    show_sources(registry, snapshot);
    show_dropped(registry, snapshot);
    for (std::size_t i = 0; i < series_.size(); ++i)
      show_zone(registry, series_[i], snapshot.zones[i], age > kStalled ? Fresh::no : Fresh::yes);
    if (age > kStalled)
      return base::Error::failed(
          base::format("no sensor was read for {:.0f} s, though it should be every second; a "
                       "source hangs or the machine is overloaded: restart the exporter",
                       age.value()));
    return {};
  }

 private:
  enum class Fresh { no, yes };

  // A zone is known by its name, and where two of a source share name, scope and socket by its path: its identity.
  void name_series() {
    const auto zones = sampler_.zones();
    std::map<std::string, int> uses;
    const auto key = [&](std::size_t i) {
      return base::format("{}/{}/{}/{}", sampler_.source_of(i), units::name(zones[i].scope),
                          zones[i].socket.value_or(-1), zones[i].name);
    };
    for (std::size_t i = 0; i < zones.size(); ++i) ++uses[key(i)];
    for (std::size_t i = 0; i < zones.size(); ++i) {
      ZoneSeries series;
      series.scope = units::name(zones[i].scope);
      series.zone = uses[key(i)] > 1 ? zones[i].path : zones[i].name;
      if (zones[i].socket) series.socket = std::to_string(*zones[i].socket);
      series.source = sampler_.source_of(i);
      series.quality = units::name(zones[i].quality);
      series_.push_back(std::move(series));
    }
  }

  template <class Use>
  void labelled(const ZoneSeries& s, Use use) const {
    use({{"node", node_},
         {"scope", s.scope},
         {"zone", s.zone},
         {"socket", s.socket},
         {"source", s.source},
         {"quality", s.quality}});
  }

  void show_zone(Registry& registry, ZoneSeries& s, const power::ZoneState& zone, Fresh fresh) const {
    using Shown = ZoneSeries::Shown;
    const auto& total = zone.total;
    const bool counted = zone.role == power::Role::counted;
    labelled(s, [&](metrics::Labels labels) {
      if (counted && total.readings > 0) {
        registry.increment(Name::node_energy, labels, s.energy.step_to(total.energy.value()));
        registry.increment(Name::energy_gap, labels, s.gap.step_to(total.gap.value()));
        s.energy_shown = Shown::yes;
      } else if (s.energy_shown == Shown::yes) {
        // Found out late to show another zone's counter: it would be counted twice.
        registry.forget(Name::node_energy, labels);
        registry.forget(Name::energy_gap, labels);
        s.energy = {}, s.gap = {}, s.energy_shown = Shown::no;
      }
      // The first reading and each one after a reset end no interval, so that there is no power before the next.
      const bool has_power = total.readings > total.resets + 1;
      if (counted && has_power && zone.fault.empty() && fresh == Fresh::yes) {
        registry.set(Name::node_power, labels, total.power.value());
        s.power_shown = Shown::yes;
      } else if (s.power_shown == Shown::yes) {
        registry.forget(Name::node_power, labels);
        s.power_shown = Shown::no;
      }
    });
  }

  // Every rung of the ladder: one in use with each scope that it covers, the others without a scope and with the
  // reason.
  void show_sources(Registry& registry, const power::Snapshot& snapshot) const {
    for (const auto& rung : ladder_) {
      std::map<std::string, bool> scopes;  // scope → whether all its zones were read
      for (std::size_t i = 0; i < series_.size(); ++i)
        if (series_[i].source == rung.source) {
          auto& up = scopes.try_emplace(series_[i].scope, true).first->second;
          up &= snapshot.zones[i].fault.empty();
        }
      const auto info = [&](const std::string& scope) {
        registry.set(Name::energy_source_info, {{"scope", scope}, {"source", rung.source}, {"reason", rung.detail}}, 1);
      };
      if (scopes.empty()) info("");
      for (const auto& [scope, up] : scopes) {
        info(scope);
        registry.set(Name::energy_source_up, {{"scope", scope}, {"source", rung.source}}, up ? 1 : 0);
      }
    }
  }

  void show_dropped(Registry& registry, const power::Snapshot& snapshot) {
    std::map<std::string, std::uint64_t> totals{{"unreadable", 0}, {"implausible", 0}, {"reset", 0}};
    for (const auto& zone : snapshot.zones) {
      totals["unreadable"] += zone.faults;
      totals["implausible"] += zone.total.dropped;
      totals["reset"] += zone.total.resets;
    }
    for (const auto& [reason, total] : totals)
      registry.increment(Name::energy_samples_dropped, {{"reason", reason}},
                         dropped_[reason].step_to(static_cast<double>(total)));
  }

  const os::Clock& clock_;
  const std::string node_;
  const std::vector<power_sources::Rung> ladder_;
  std::vector<ZoneSeries> series_;  // by zone of the sampler
  std::map<std::string, Follower> dropped_;
  power::Sampler sampler_;
};

}  // namespace

std::unique_ptr<Collector> open_power(const World& world) {
  return std::make_unique<Power>(world, power_sources::open_all(world.host, world.energy));
}

}  // namespace exporter
