// power: the energy of this machine's zones and jobs as counters that only rise; it hosts the machine's meter. Sensors
// are read once a second, ten times while work runs, and never by a scrape, so any number of scrapers sees the same
// joules. That rate is also a duty: RAPL read often gives secrets of other processes away (Lipp et al., "PLATYPUS",
// IEEE S&P 2021), so nothing finer than 100 ms may leave the machine.
//
// Only zones that may be added up are shown (power/zone_tree.h): a sum over a scope is right. Measured and estimated
// energy differ in the label `quality`, hence never share a series.
#include <algorithm>
#include <map>
#include <thread>

#include "base/format.h"
#include "exporter/collector.h"
#include "meter/service.h"
#include "power_sources/agreement.h"
#include "power_sources/sources.h"

namespace exporter {
namespace {

using metrics::Name;
using metrics::Registry;

// Another meter of this machine may end (the agent's does, a minute after its last client): how often to look.
constexpr units::Seconds kTryAgain{10};
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

struct JobSeries {
  std::string job, part, scope, source, quality;
  Follower energy;
  enum class Present { no, yes } present = Present::yes;

  // Labels are a list that lives only within one expression.
  template <class Use>
  void labelled(Use use) const {
    use({{"job_id", job}, {"part", part}, {"scope", scope}, {"source", source}, {"quality", quality}});
  }
};

class Power final : public Collector {
 public:
  explicit Power(const World& world) : world_(world) { start(); }

  base::Result<void> collect(Registry& registry) override {
    if (!service_) start();
    if (!service_) return base::Error::failed(obstacle_);
    auto& meter = service_->meter();
    const auto snapshot = meter.snapshot();
    const auto age = world_.host.clock.boot() - snapshot.at;
    show_sources(registry, snapshot);
    show_dropped(registry, snapshot);
    const auto accounts = meter.accounts();
    for (std::size_t i = 0; i < series_.size(); ++i) {
      show_zone(registry, series_[i], snapshot.zones[i], age > kStalled ? Fresh::no : Fresh::yes);
      show_idle(registry, series_[i], accounts[i].idle);
    }
    show_jobs(registry, meter.workloads());
    registry.increment(Name::meter_cpu, {}, cost_.step_to(meter.own_cpu_time().value()));
    if (age > kStalled && !series_.empty())
      return base::Error::failed(
          base::format("no sensor was read for {:.0f} s, though it should be every second; a "
                       "source hangs or the machine is overloaded: restart the exporter",
                       age.value()));
    return {};
  }

  void housekeeping() override {
    if (!service_) start();
    if (service_) service_->housekeeping();
  }

 private:
  enum class Fresh { no, yes };

  void start() {
    const auto now = world_.host.clock.boot();
    if (tried_ && now - *tried_ < kTryAgain) return;
    tried_ = now;
    auto opened = power_sources::open_all(world_.host, world_.energy);
    auto service = meter::Service::start(world_.host, std::move(opened.sources), world_.meter, world_.log);
    if (!service) {
      obstacle_ = service.error().text();
      return;
    }
    service_ = *std::move(service);
    ladder_ = std::move(opened.ladder);
    name_series();
    check_ = std::jthread([this](std::stop_token stop) {
      power_sources::log_agreement(world_.host, world_.energy, world_.log, std::move(stop));
    });
  }

  // A zone is known by its name, and where two of a source share name, scope and socket by its path: its identity.
  void name_series() {
    const auto& meter = service_->meter();
    const auto zones = meter.zones();
    std::map<std::string, int> uses;
    const auto key = [&](std::size_t i) {
      return base::format("{}/{}/{}/{}", meter.source_of(i), units::name(zones[i].scope), zones[i].socket.value_or(-1),
                          zones[i].name);
    };
    for (std::size_t i = 0; i < zones.size(); ++i) ++uses[key(i)];
    for (std::size_t i = 0; i < zones.size(); ++i) {
      ZoneSeries series;
      series.scope = units::name(zones[i].scope);
      series.zone = uses[key(i)] > 1 ? zones[i].path : zones[i].name;
      if (const auto& socket = zones[i].socket) series.socket = std::to_string(*socket);
      series.source = meter.source_of(i);
      series.quality = units::name(zones[i].quality);
      series_.push_back(std::move(series));
    }
  }

  template <class Use>
  void labelled(const ZoneSeries& s, Use use) const {
    use({{"node", world_.node},
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

  void show_idle(Registry& registry, const ZoneSeries& s,
                 const std::optional<units::Measured<units::Watts>>& idle) const {
    if (!idle || !idle->known()) return;
    labelled(s, [&](metrics::Labels labels) { registry.set(Name::node_idle, labels, idle->value().value()); });
  }

  // What a job was charged may fall for a moment (noise below the baseline): its counter then stands still.
  void show_jobs(Registry& registry, const std::vector<meter::WorkloadAccount>& workloads) {
    for (auto& [key, series] : jobs_) series.present = JobSeries::Present::no;
    for (const auto& workload : workloads)
      for (const auto& [part, energy] :
           {std::pair("above_idle", &workload.above_idle), std::pair("idle_share", &workload.idle_share)}) {
        if (!energy->known()) continue;
        auto& series = jobs_[workload.name + "/" + part];
        series.present = JobSeries::Present::yes;
        series.job = workload.name, series.part = part;
        series.scope = units::name(workload.scope), series.source = energy->source();
        series.quality = units::name(energy->quality());
        const double step = series.energy.step_to(energy->value().value());
        series.labelled([&](metrics::Labels labels) { registry.increment(Name::job_energy, labels, step); });
      }
    std::erase_if(jobs_, [&](auto& entry) {
      if (entry.second.present == JobSeries::Present::yes) return false;
      entry.second.labelled([&](metrics::Labels labels) { registry.forget(Name::job_energy, labels); });
      return true;
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

  const World world_;
  std::optional<units::BootTime> tried_;
  std::string obstacle_;  // why there is no meter of ours
  std::vector<power_sources::Rung> ladder_;
  std::vector<ZoneSeries> series_;  // by zone of the meter
  std::map<std::string, JobSeries> jobs_;
  std::map<std::string, Follower> dropped_;
  Follower cost_;
  std::unique_ptr<meter::Service> service_;
  std::jthread check_;  // two seconds, once
};

}  // namespace

std::unique_ptr<Collector> open_power(const World& world) { return std::make_unique<Power>(world); }

}  // namespace exporter
