#include "power_sources/some_zones.h"

#include <optional>

namespace power_sources {
namespace {

class SomeZones final : public power::Source {
 public:
  SomeZones(std::unique_ptr<power::Source> source, const std::vector<std::size_t>& kept)
      : source_(std::move(source)), number_(source_->zones().size()) {
    for (const auto zone : kept) {
      number_[zone] = zones_.size();
      zones_.push_back(source_->zones()[zone]);
    }
  }
  std::string_view name() const override { return source_->name(); }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    all_.clear();
    source_->read(clock, all_);
    for (auto& reading : all_.good) take(reading, out.good);
    for (auto& fault : all_.faults) take(fault, out.faults);
  }
  void device_use(std::vector<power::DeviceUse>& out) override {
    uses_.clear();
    source_->device_use(uses_);
    for (auto& use : uses_) take(use, out);
  }

 private:
  template <class T>
  void take(T& item, std::vector<T>& out) const {
    const auto number = number_[item.zone];
    if (!number) return;
    item.zone = *number;
    out.push_back(std::move(item));
  }

  std::unique_ptr<power::Source> source_;
  std::vector<std::optional<std::size_t>> number_;  // of each of the source's zones among ours
  std::vector<power::Zone> zones_;
  power::Readings all_;
  std::vector<power::DeviceUse> uses_;
};

}  // namespace

std::unique_ptr<power::Source> some_zones(std::unique_ptr<power::Source> source, std::vector<std::size_t> kept) {
  return std::make_unique<SomeZones>(std::move(source), kept);
}

}  // namespace power_sources
