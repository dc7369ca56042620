// World: a machine with known power for the tests of this folder only. Its packages draw idle power plus so many watts
// for each busy CPU, its /proc/stat counts in ticks of 10 ms as the kernel's does, and time stands still until
// run_for().
#pragma once

#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/format.h"
#include "meter/local_meter.h"
#include "os/host.h"
#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"

namespace meter {

struct WorldFacts {
  units::Watts idle{0}, per_cpu{0};
  std::optional<units::Watts> baseline{};  // what the source says about its idle power
  units::Hertz rate{10};
  int sockets = 1;
  bool with_core = false;  // a sub-zone "core" in the first package
  units::Seconds tick{0.001};
  bool estimated = false;  // the zone's energy follows the ticks of /proc/stat, as the model's does
  int sources = 1;
  IdlePolicy policy = IdlePolicy::reserved;
};

class World {
 public:
  static constexpr int kCpus = 8;

  explicit World(const WorldFacts& facts)
      : facts_(facts),
        real_(os::Root(folder_.path())),
        host_{clock,
              real_.host().random,
              real_.host().root,
              real_.host().files,
              real_.host().processes,
              real_.host().cgroups},
        before_(clock.boot()) {
    folder_.write("proc/stat", stat());
    std::vector<std::unique_ptr<power::Source>> sources;
    if (facts.sources > 0) sources.push_back(std::make_unique<Source>(*this));
    meter = std::make_unique<LocalMeter>(
        host_, std::move(sources), Settings{.busy_rate = facts.rate, .idle_rate = facts.rate, .idle = facts.policy});
    meter->start();
  }

  // A job that keeps `rate` CPUs busy from now on.
  std::size_t add_job(double rate) {
    const std::lock_guard lock(mutex_);
    sync();
    jobs_.push_back({rate, 0});
    return jobs_.size() - 1;
  }
  void set_rate(std::size_t job, double rate) {
    change([&] { jobs_[job].rate = rate; });
  }
  void set_other(double rate) {
    change([&] { other_rate_ = rate; });
  }
  void set_steal(double rate) {
    change([&] { steal_rate_ = rate; });
  }
  void fail_zone(std::optional<std::size_t> zone) {
    change([&] { failing_ = zone; });
  }
  // The machine sleeps: time goes on, nothing runs and nothing counts. The meter's thread wakes up late, once.
  void suspend(units::Seconds time) {
    {
      const std::lock_guard lock(mutex_);
      sync();
      before_ = before_ + time;
    }
    clock.await_sleeper();
    clock.advance(time);
  }
  void reset_counters() {
    change([&] { zero_ = energy_; });
  }

  units::Seconds cpu_of(std::size_t job) {
    const std::lock_guard lock(mutex_);
    sync();
    return units::Seconds(jobs_[job].cpu);
  }
  Meter::Handle begin(std::size_t job, double reserved = 1) {
    return begin(job, reserved, [this, job] { return base::Result(cpu_of(job)); });
  }
  Meter::Handle begin(std::size_t, double reserved, std::function<base::Result<units::Seconds>()> cpu_time) {
    return meter->begin({.name = "job", .control_group = {}, .reserved = reserved}, told_cpu(std::move(cpu_time)));
  }

  // Time goes on; the meter's thread meets each of its deadlines.
  void run_for(units::Seconds time) {
    const auto end = clock.boot() + time;
    if (facts_.sources == 0) return clock.advance_to(end);
    while (clock.await_sleeper() <= end) clock.advance_to_next_sleeper();
    clock.advance_to(end);
  }

  os_testing::ManualClock clock;

 private:
  struct Job {
    double rate, cpu;
  };

  class Source final : public power::Source {
   public:
    explicit Source(World& world) : world_(world) {
      const auto& facts = world.facts_;
      for (int i = 0; i < facts.sockets; ++i) {
        power::Zone zone;
        zone.path = base::format("scripted:{}", i);
        zone.name = base::format("package-{}", i);
        zone.socket = i;
        zone.range = 1'000'000'000;  // wraps every kilojoule
        zone.tick = facts.tick;
        zone.limit = units::Watts(200);
        if (facts.estimated) zone.quality = units::Quality::estimated;
        if (facts.baseline) {
          const auto each = *facts.baseline / facts.sockets;
          zone.idle = units::Measured<units::Watts>::of(each, each * 0.98, each * 1.02, zone.quality, "scripted",
                                                        units::Scope::package);
        }
        zones_.push_back(zone);
      }
      if (!facts.with_core) return;
      auto core = zones_[0];
      core.path += ":0", core.name = "core", core.parent = zones_[0].path;
      zones_.push_back(core);
    }
    std::string_view name() const override { return "scripted"; }
    std::span<const power::Zone> zones() const override { return zones_; }
    void read(const os::Clock& clock, power::Readings& out) override {
      const std::lock_guard lock(world_.mutex_);
      world_.sync();
      // In place, at a fixed width: file systems flush a file that is cut to nothing and written again.
      std::fstream(world_.folder_ / "proc/stat", std::ios::in | std::ios::out | std::ios::binary) << world_.stat();
      for (std::size_t i = 0; i < zones_.size(); ++i) {
        if (i == world_.failing_) {
          out.faults.push_back({i, base::Error::failed("no data available")});
          continue;
        }
        power::Reading reading;
        reading.zone = i;
        reading.at = clock.boot();
        reading.raw = static_cast<std::uint64_t>(world_.shown_energy() / world_.facts_.sockets * 1e6) % 1'000'000'000;
        out.good.push_back(reading);
      }
    }

   private:
    World& world_;
    std::vector<power::Zone> zones_;
  };

  template <class F>
  void change(F f) {
    const std::lock_guard lock(mutex_);
    sync();
    f();
  }

  // Brings all integrals up to the clock. With mutex_ held.
  void sync() {
    const auto now = clock.boot();
    const double dt = (now - before_).value();
    before_ = now;
    double rate = other_rate_;
    for (auto& job : jobs_) rate += job.rate, job.cpu += job.rate * dt;
    busy_ += rate * dt, steal_ += steal_rate_ * dt, time_ += dt;
    energy_ += (facts_.idle.value() + facts_.per_cpu.value() * rate) * dt;
  }
  static long ticks(double seconds) { return static_cast<long>(seconds * 100 + 1e-6); }
  double shown_energy() const {
    if (!facts_.estimated) return energy_ - zero_;
    return facts_.idle.value() * time_ + facts_.per_cpu.value() * static_cast<double>(ticks(busy_)) / 100;
  }
  std::string stat() const {
    std::string text = base::format("cpu  {:20} 0 0 {:20} 0 0 0 {:20} 0 0\n", ticks(busy_),
                                    ticks(kCpus * time_ - busy_ - steal_), ticks(steal_));
    for (int i = 0; i < kCpus; ++i) text += base::format("cpu{} 0 0 0 0 0 0 0 0 0 0\n", i);
    return text;
  }

  const WorldFacts facts_;
  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
  os::Host host_;

  std::mutex mutex_;
  std::vector<Job> jobs_;
  std::optional<std::size_t> failing_;
  double other_rate_ = 0, steal_rate_ = 0;
  double busy_ = 0, steal_ = 0, time_ = 0, energy_ = 0, zero_ = 0;
  units::BootTime before_;

 public:
  std::unique_ptr<LocalMeter> meter;  // last: it reads all of the above until it is gone
};

}  // namespace meter
