#include "power/sampler.h"

namespace power {
namespace {

std::vector<Zone> all_zones(std::span<const std::unique_ptr<Source>> sources) {
  std::vector<Zone> zones;
  for (const auto& source : sources) zones.insert(zones.end(), source->zones().begin(), source->zones().end());
  return zones;
}

}  // namespace

Sampler::Sampler(const os::Clock& clock, std::vector<std::unique_ptr<Source>> sources, Rates rates, Listener listener)
    : clock_(clock),
      sources_(std::move(sources)),
      rates_(rates),
      listener_(std::move(listener)),
      zones_(all_zones(sources_)),
      ledger_(zones_),
      mirrors_(zones_) {
  for (const auto& source : sources_) names_.insert(names_.end(), source->zones().size(), std::string(source->name()));
  readings_.reserve(zones_.size());
  snapshot_.zones.resize(zones_.size());
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    snapshot_.zones[i].role = mirrors_.roles()[i];
    snapshot_.zones[i].fault = "not read yet";
  }
}

Sampler::~Sampler() { stop(); }

void Sampler::start() {
  const std::lock_guard one_at_a_time(start_mutex_);
  {
    const std::lock_guard lock(pace_mutex_);
    if (run_ == Run::yes) return;
    run_ = Run::yes;
    wake_ = std::stop_source();
  }
  read_now();
  thread_ = std::thread([this] { loop(); });
}

void Sampler::stop() {
  const std::lock_guard one_at_a_time(start_mutex_);
  {
    const std::lock_guard lock(pace_mutex_);
    if (run_ == Run::no) return;
    run_ = Run::no;
    wake_.request_stop();
  }
  if (thread_.joinable()) thread_.join();
}

void Sampler::set_pace(Pace pace) {
  const std::lock_guard lock(pace_mutex_);
  if (pace_ == pace) return;
  pace_ = pace;
  wake_.request_stop();
}

void Sampler::loop() {
  auto last = clock_.boot();
  auto cpu = clock_.thread_cpu();
  for (;;) {
    std::stop_token wake;
    units::Seconds period{};
    {
      const std::lock_guard lock(pace_mutex_);
      if (run_ == Run::no) return;
      if (wake_.stop_requested()) wake_ = std::stop_source();
      wake = wake_.get_token();
      period = units::Seconds(1 / (pace_ == Pace::busy ? rates_.busy : rates_.idle).value());
    }
    const auto due = last + period;
    if (clock_.sleep_until(due, wake) == os::Clock::Woken::stopped) continue;
    // One look at the CPU clock a pass: what this thread used since the last one is what sampling costs.
    cpu = read({}, cpu);
    const auto now = clock_.boot();
    // After a suspend or a stall the missed passes would all read the same counter: skip them.
    last = now - due > period ? now : due;
  }
}

void Sampler::read_now(const Listener& then) { (void)read(then, clock_.thread_cpu()); }

units::Seconds Sampler::read(const Listener& then, units::Seconds cpu_before) {
  const std::lock_guard lock(mutex_);
  pass();
  if (listener_) listener_(snapshot_);
  if (then) then(snapshot_);
  const auto cpu = clock_.thread_cpu();
  cost_ += cpu - cpu_before;
  return cpu;
}

void Sampler::pass() {
  snapshot_.at = clock_.boot();
  readings_.clear();
  snapshot_.device_use.clear();
  std::size_t offset = 0;
  for (const auto& source : sources_) {
    source_readings_.clear();
    source->read(clock_, source_readings_);
    for (auto reading : source_readings_.good) {
      reading.zone += offset;
      readings_.push_back(reading);
      ledger_.add(reading);
      snapshot_.zones[reading.zone].total = ledger_.total(reading.zone);
      snapshot_.zones[reading.zone].fault.clear();
    }
    for (const auto& fault : source_readings_.faults) {
      auto& zone = snapshot_.zones[fault.zone + offset];
      ++zone.faults;
      zone.fault = fault.error.text();
    }
    const auto known = snapshot_.device_use.size();
    source->device_use(snapshot_.device_use);
    for (auto i = known; i < snapshot_.device_use.size(); ++i) snapshot_.device_use[i].zone += offset;
    offset += source->zones().size();
  }
  mirrors_.look(readings_);
  for (std::size_t i = 0; i < zones_.size(); ++i) snapshot_.zones[i].role = mirrors_.roles()[i];
}

Snapshot Sampler::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

units::Seconds Sampler::cost() const {
  const std::lock_guard lock(mutex_);
  return cost_;
}

}  // namespace power
