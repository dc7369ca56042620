// nvml: NVIDIA GPUs, each by its own energy counter, or by its power where it is older than Volta.
//
// The counter is made by the driver out of samples of the power. Asked often it loses energy: at 100 Hz an RTX 4090's
// lost 75 %, at 1 Hz 1.6 %. So a thread asks once a second, whoever reads. The power of recent GPUs is a mean over a
// second; NVIDIA promises 5 %, and Yang, Adamek, Armour, "Part-time Power Measurements" (SC 2024), found the same.
#include <algorithm>
#include <map>
#include <mutex>

#include "base/format.h"
#include "base/text.h"
#include "power_sources/nvml_library.h"
#include "power_sources/open_source.h"
#include "power_sources/poller.h"

namespace power_sources {
namespace {

using base::Error;
using base::format;
using Kind = power::Zone::Kind;
using Split = power::Zone::Split;
using units::Seconds;

constexpr auto kLibrary = "libnvidia-ml.so.1";
constexpr Seconds kPeriod{1};
constexpr double kAccuracy = 0.05;
constexpr unsigned kMostGpus = 64;
constexpr unsigned kFullUse = 100;  // percent, of one engine
// A process is charged for at most this long at once: after a stall or a suspend the driver's samples are of its end.
constexpr Seconds kLongestUse{5};
constexpr Seconds kBetweenSearches{10};
constexpr std::string_view kNvidia = "0x10de", kDisplay = "0x03";  // PCI vendor, PCI class

struct Gpu {
  std::string uuid;
  NvmlLibrary::Device device = nullptr;
  Kind kind = Kind::counter;
  Split split = Split::device_use;
  unsigned long long seen = 0;           // newest sample of a process, on the driver's clock
  std::optional<units::BootTime> asked;  // for processes
  enum class Held { yes, lost } held = Held::yes;
};

// What processes used, from the thread that asks to whoever reads.
class Uses {
 public:
  void add(std::size_t zone, pid_t process, Seconds use) {
    const std::lock_guard lock(mutex_);
    uses_[{zone, process}] += use;
  }
  void take(std::vector<power::DeviceUse>& out) {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, use] : uses_) out.push_back({key.first, key.second, use});
    uses_.clear();
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<std::size_t, pid_t>, Seconds> uses_;
};

// All GPUs, asked by one thread at a time.
class Gpus {
 public:
  Gpus(std::shared_ptr<NvmlLibrary> nvml, std::vector<Gpu> gpus) : nvml_(std::move(nvml)), gpus_(std::move(gpus)) {}

  void poll(const PollClock& clock, power::Readings& out) {
    find_lost(clock);
    for (std::size_t i = 0; i < gpus_.size(); ++i) {
      auto& gpu = gpus_[i];
      if (gpu.held == Gpu::Held::lost) {
        out.faults.push_back({i, Error::failed(format("the GPU {} is lost; see the kernel's log (dmesg)", gpu.uuid))});
        continue;
      }
      const auto code = read(clock, i, out);
      if (code == NvmlCode::gpu_is_lost || code == NvmlCode::reset_required || code == NvmlCode::uninitialized)
        gpu.held = Gpu::Held::lost;
      if (code != NvmlCode::success)
        out.faults.push_back({i, fault(code)});
      else if (gpu.split == Split::device_use)
        ask_processes(clock, i);
      if (clock.stop.stop_requested()) return;
    }
  }
  Uses& uses() { return uses_; }

 private:
  NvmlCode read(const PollClock& clock, std::size_t i, power::Readings& out) const {
    const auto& gpu = gpus_[i];
    power::Reading reading;
    reading.zone = i;
    reading.low_factor = 1 - kAccuracy, reading.high_factor = 1 + kAccuracy;
    const auto before = clock.now();
    if (gpu.kind == Kind::counter) {
      const auto energy = nvml_->energy_millijoules(gpu.device);
      if (!energy.ok()) return energy.code;
      reading.raw = energy.value;
    } else {
      const auto power = nvml_->power_milliwatts(gpu.device);
      if (!power.ok()) return power.code;
      reading.power = units::Watts(static_cast<double>(power.value) * 1e-3);
    }
    reading.half_width = (clock.now() - before) / 2.0;
    reading.at = before + reading.half_width;
    out.good.push_back(reading);
    return NvmlCode::success;
  }

  // A GPU that is lost comes back, if at all, after a reset, and to a library that begins anew; then every handle is
  // another. That stops the others for a moment, so it is not tried all the time.
  void find_lost(const PollClock& clock) {
    if (std::ranges::none_of(gpus_, [](const Gpu& gpu) { return gpu.held == Gpu::Held::lost; })) return;
    const auto now = clock.now();
    if (searched_ && now - *searched_ < kBetweenSearches) return;
    searched_ = now;
    for (auto& gpu : gpus_) gpu.held = Gpu::Held::lost;
    nvml_->end();
    if (nvml_->begin() != NvmlCode::success) return;
    const auto count = nvml_->count();
    for (unsigned i = 0; count.ok() && i < std::min(count.value, kMostGpus); ++i) {
      const auto device = nvml_->device(i);
      const auto uuid = device.ok() ? nvml_->uuid(device.value) : NvmlLibrary::Answer<std::string>{device.code, {}};
      for (auto& gpu : gpus_)
        if (uuid.ok() && uuid.value == gpu.uuid) gpu.device = device.value, gpu.held = Gpu::Held::yes;
    }
  }

  void ask_processes(const PollClock& clock, std::size_t i) {
    auto& gpu = gpus_[i];
    const auto now = clock.now();
    const auto samples = nvml_->processes(gpu.device, gpu.seen);
    const auto since = gpu.asked ? std::clamp(now - *gpu.asked, Seconds(0), kLongestUse) : Seconds(0);
    gpu.asked = now;
    for (const auto& sample : samples.value) {
      gpu.seen = std::max(gpu.seen, sample.microseconds);
      // The driver fills what it does not know with garbage.
      double percent = 0;
      for (const auto part : {sample.shaders, sample.encoder, sample.decoder})
        if (part <= kFullUse) percent += part;
      if (percent > 0 && since > Seconds(0))
        uses_.add(i, static_cast<pid_t>(sample.process), since * (percent / kFullUse));
    }
  }

  Error fault(NvmlCode code) const {
    const auto text = format("NVML says: {}", nvml_->text(code));
    return code == NvmlCode::no_permission ? Error::denied(text) : Error::failed(text);
  }

  const std::shared_ptr<NvmlLibrary> nvml_;
  std::vector<Gpu> gpus_;
  std::optional<units::BootTime> searched_;
  Uses uses_;
};

class Nvml final : public power::Source {
 public:
  Nvml(const os::Clock& clock, std::vector<power::Zone> zones, std::shared_ptr<Gpus> gpus)
      : zones_(std::move(zones)),
        gpus_(gpus),
        poller_(clock, zones_.size(), {.period = kPeriod},
                [gpus](const PollClock& now, power::Readings& out) { gpus->poll(now, out); }) {
    power::Readings first;
    gpus_->poll({clock, {}}, first);
    poller_.begin_with(first);
  }
  std::string_view name() const override { return "nvml"; }
  std::span<const power::Zone> zones() const override { return zones_; }
  void read(const os::Clock& clock, power::Readings& out) override { poller_.read(clock.boot(), out); }
  void device_use(std::vector<power::DeviceUse>& out) override { gpus_->uses().take(out); }

 private:
  const std::vector<power::Zone> zones_;
  const std::shared_ptr<Gpus> gpus_;
  Poller poller_;
};

// Without the library nobody can say what GPUs there are; the PCI bus can.
bool has_nvidia_gpu(const os::Host& host) {
  const auto folder = host.root.path("/sys/bus/pci/devices");
  const auto devices = host.files.list(folder);
  if (!devices) return false;
  const auto begins = [&](const std::string& device, const char* file, std::string_view with) {
    const auto text = host.files.read(folder / device / file, 64);
    return text && text->starts_with(with);
  };
  return std::ranges::any_of(*devices, [&](const auto& device) {
    return begins(device, "vendor", kNvidia) && begins(device, "class", kDisplay);
  });
}

Attempt why_not(const NvmlLibrary& nvml, NvmlCode code) {
  switch (code) {
    case NvmlCode::driver_not_loaded:
      return refused("NVIDIA's driver is not loaded", "sudo modprobe nvidia");
    case NvmlCode::library_mismatch:
      return refused("NVIDIA's library and driver are of two versions: one was updated while the other ran",
                     "sudo reboot");
    case NvmlCode::no_permission:
      return refused("this user may not open NVIDIA's devices", "sudo chmod a+rw /dev/nvidiactl /dev/nvidia[0-9]*");
    default:
      return refused(format("NVML cannot be used: {}", nvml.text(code)));
  }
}

// By what the GPU's energy is charged; the answer is empty where processes can be told apart.
std::string no_split_reason(const NvmlLibrary& nvml, NvmlLibrary::Device device) {
  if (const auto mig = nvml.mig(device); mig.ok() && mig.value == NvmlLibrary::Mig::yes)
    return "the GPU is divided (MIG), and then the driver does not tell the use of one process";
  const auto code = nvml.processes(device, 0).code;
  if (code == NvmlCode::success || code == NvmlCode::not_found) return {};
  return format("the driver does not tell the use of one process: {}", nvml.text(code));
}

struct Found {
  std::vector<power::Zone> zones;
  std::vector<Gpu> gpus;
  std::vector<std::string> names, faults;
  bool denied = false;
};

void describe(const NvmlLibrary& nvml, unsigned index, Found& found) {
  const auto leave_out = [&](NvmlCode code) {
    found.denied |= code == NvmlCode::no_permission;
    found.faults.push_back(format("gpu-{}: {}", index, nvml.text(code)));
  };
  const auto device = nvml.device(index);
  if (!device.ok()) return leave_out(device.code);
  const auto uuid = nvml.uuid(device.value);
  if (!uuid.ok() || uuid.value.empty()) return leave_out(uuid.code);
  Gpu gpu{.uuid = uuid.value, .device = device.value, .asked = {}};
  const auto energy = nvml.energy_millijoules(device.value);
  if (!energy.ok()) {
    gpu.kind = Kind::gauge;
    if (const auto power = nvml.power_milliwatts(device.value); !power.ok()) return leave_out(power.code);
  }
  power::Zone zone;
  zone.path = "nvml:" + gpu.uuid, zone.name = format("gpu-{}", index), zone.scope = units::Scope::gpu;
  zone.kind = gpu.kind, zone.joules_per_unit = 1e-3, zone.tick = kPeriod;
  if (const auto limit = nvml.power_limit_milliwatts(device.value); limit.ok())
    zone.limit = units::Watts(static_cast<double>(limit.value) * 1e-3);
  zone.no_split_reason = no_split_reason(nvml, device.value);
  zone.split = gpu.split = zone.no_split_reason.empty() ? Split::device_use : Split::none;
  const auto model = nvml.model(device.value);
  found.names.push_back(format("{} {} ({}{})", zone.name, model.ok() ? model.value : "of unknown model",
                               gpu.kind == Kind::counter ? "energy counter" : "power only",
                               zone.no_split_reason.empty() ? "" : "; not by process: " + zone.no_split_reason));
  found.zones.push_back(std::move(zone));
  found.gpus.push_back(std::move(gpu));
}

}  // namespace

Attempt open_nvml(os::Host& host, const Settings& settings) {
  if (settings.nvml_library.empty() && !host.root.is_real())
    return refused(
        "the GPUs of another machine's files cannot be asked; where they are this machine's after all, set "
        "FFWATT_NVML_LIBRARY=libnvidia-ml.so.1");
  const os::Path path = settings.nvml_library.empty() ? kLibrary : settings.nvml_library;
  const auto library = NvmlLibrary::open(path);
  if (!library) {
    if (library.error().kind() != base::ErrorKind::absent) return refused(library.error().text());
    if (!settings.nvml_library.empty()) return refused(format("NVIDIA's library: {}", library.error().text()));
    if (!has_nvidia_gpu(host)) return refused("this machine has no NVIDIA GPU");
    return refused(format("there is an NVIDIA GPU, but its library {} is not installed", kLibrary),
                   "sudo apt install nvidia-driver libnvidia-ml1");
  }
  auto& nvml = **library;
  if (const auto code = nvml.begin(); code != NvmlCode::success) return why_not(nvml, code);
  const auto count = nvml.count();
  if (!count.ok()) return why_not(nvml, count.code);

  Found found;
  for (unsigned i = 0; i < std::min(count.value, kMostGpus); ++i) describe(nvml, i, found);
  if (found.zones.empty()) {
    if (found.denied) return why_not(nvml, NvmlCode::no_permission);
    return refused(found.faults.empty() ? "NVIDIA's driver is there, but no GPU"
                                        : format("no GPU can be used: {}", base::join(found.faults, "; ")));
  }
  auto detail = base::join(found.names, ", ");
  if (!found.faults.empty()) detail += format(" (left out: {})", base::join(found.faults, "; "));
  auto gpus = std::make_shared<Gpus>(*library, std::move(found.gpus));
  return {std::make_unique<Nvml>(host.clock, std::move(found.zones), std::move(gpus)), std::move(detail), {}};
}

}  // namespace power_sources
