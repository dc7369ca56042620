#include "power_sources/nvml_library.h"

#include <dlfcn.h>

#include <array>

#include "base/format.h"

namespace power_sources {
namespace {

constexpr std::size_t kMostText = 96;  // NVML's largest buffer for a name or UUID
// Processes on one GPU; more than this is garbage.
constexpr unsigned kMostProcesses = 65'536;

}  // namespace

struct NvmlLibrary::Functions {
  using Code = int;
  struct Memory {  // nvmlMemory_t, in bytes
    unsigned long long total = 0, free = 0, used = 0;
  };
  Code (*init)() = nullptr;
  Code (*shutdown)() = nullptr;
  const char* (*error_string)(Code) = nullptr;
  Code (*count)(unsigned*) = nullptr;
  Code (*device)(unsigned, Device*) = nullptr;
  Code (*uuid)(Device, char*, unsigned) = nullptr;
  Code (*name)(Device, char*, unsigned) = nullptr;
  // The rest may be missing: drivers older than the function.
  Code (*driver)(char*, unsigned) = nullptr;
  Code (*memory)(Device, Memory*) = nullptr;
  Code (*energy)(Device, unsigned long long*) = nullptr;
  Code (*power)(Device, unsigned*) = nullptr;
  Code (*limit)(Device, unsigned*) = nullptr;
  Code (*mig)(Device, unsigned*, unsigned*) = nullptr;
  Code (*processes)(Device, NvmlProcessSample*, unsigned*, unsigned long long) = nullptr;
};

NvmlLibrary::NvmlLibrary(void* handle, std::unique_ptr<Functions> functions)
    : handle_(handle), functions_(std::move(functions)) {}

NvmlLibrary::~NvmlLibrary() {
  end();
  dlclose(handle_);
}

base::Result<std::shared_ptr<NvmlLibrary>> NvmlLibrary::open(const os::Path& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* why = dlerror();
    return base::Error::absent(why ? why : path.string() + " cannot be opened");
  }
  auto f = std::make_unique<Functions>();
  std::string missing;
  const auto load = [&](auto& function, const char* name, auto... needed) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
    if (!function && sizeof...(needed) > 0 && missing.empty()) missing = name;
  };
  constexpr int needed = 0;
  load(f->init, "nvmlInit_v2", needed);
  load(f->shutdown, "nvmlShutdown", needed);
  load(f->error_string, "nvmlErrorString", needed);
  load(f->count, "nvmlDeviceGetCount_v2", needed);
  load(f->device, "nvmlDeviceGetHandleByIndex_v2", needed);
  load(f->uuid, "nvmlDeviceGetUUID", needed);
  load(f->name, "nvmlDeviceGetName", needed);
  load(f->driver, "nvmlSystemGetDriverVersion");
  load(f->memory, "nvmlDeviceGetMemoryInfo");
  load(f->energy, "nvmlDeviceGetTotalEnergyConsumption");
  load(f->power, "nvmlDeviceGetPowerUsage");
  load(f->limit, "nvmlDeviceGetPowerManagementLimit");
  load(f->mig, "nvmlDeviceGetMigMode");
  load(f->processes, "nvmlDeviceGetProcessUtilization");
  if (!missing.empty()) {
    dlclose(handle);
    return base::Error::failed(
        base::format("{} has no function {}: it is no NVML, or older than any driver in use", path.string(), missing));
  }
  return std::shared_ptr<NvmlLibrary>(new NvmlLibrary(handle, std::move(f)));
}

NvmlCode NvmlLibrary::begin() {
  const auto code = NvmlCode(functions_->init());
  if (code == NvmlCode::success) begun_ = Begun::yes;
  return code;
}

void NvmlLibrary::end() {
  if (begun_ == Begun::yes) functions_->shutdown();
  begun_ = Begun::no;
}

std::string NvmlLibrary::text(NvmlCode code) const {
  const char* text = functions_->error_string(static_cast<int>(code));
  return text ? text : base::format("NVML error {}", static_cast<int>(code));
}

NvmlLibrary::Answer<unsigned> NvmlLibrary::count() const {
  Answer<unsigned> out;
  out.code = NvmlCode(functions_->count(&out.value));
  return out;
}

NvmlLibrary::Answer<NvmlLibrary::Device> NvmlLibrary::device(unsigned index) const {
  Answer<Device> out;
  out.code = NvmlCode(functions_->device(index, &out.value));
  return out;
}

namespace {

NvmlLibrary::Answer<std::string> text_of(int (*function)(void*, char*, unsigned), void* device) {
  std::array<char, kMostText + 1> buffer{};
  NvmlLibrary::Answer<std::string> out;
  out.code = NvmlCode(function(device, buffer.data(), kMostText));
  if (out.ok()) out.value = buffer.data();
  return out;
}

template <class T>
NvmlLibrary::Answer<T> number_of(int (*function)(void*, T*), void* device) {
  NvmlLibrary::Answer<T> out;
  out.code = function ? NvmlCode(function(device, &out.value)) : NvmlCode::not_supported;
  return out;
}

}  // namespace

NvmlLibrary::Answer<std::string> NvmlLibrary::uuid(Device device) const { return text_of(functions_->uuid, device); }
NvmlLibrary::Answer<std::string> NvmlLibrary::model(Device device) const { return text_of(functions_->name, device); }
NvmlLibrary::Answer<std::string> NvmlLibrary::driver() const {
  if (!functions_->driver) return {NvmlCode::not_supported, {}};
  std::array<char, kMostText + 1> buffer{};
  Answer<std::string> out;
  out.code = NvmlCode(functions_->driver(buffer.data(), kMostText));
  if (out.ok()) out.value = buffer.data();
  return out;
}
NvmlLibrary::Answer<unsigned long long> NvmlLibrary::memory_bytes(Device device) const {
  if (!functions_->memory) return {NvmlCode::not_supported, 0};
  Functions::Memory memory;
  const auto code = NvmlCode(functions_->memory(device, &memory));
  return {code, memory.total};
}
NvmlLibrary::Answer<unsigned long long> NvmlLibrary::energy_millijoules(Device device) const {
  return number_of(functions_->energy, device);
}
NvmlLibrary::Answer<unsigned> NvmlLibrary::power_milliwatts(Device device) const {
  return number_of(functions_->power, device);
}
NvmlLibrary::Answer<unsigned> NvmlLibrary::power_limit_milliwatts(Device device) const {
  return number_of(functions_->limit, device);
}

NvmlLibrary::Answer<NvmlLibrary::Mig> NvmlLibrary::mig(Device device) const {
  unsigned current = 0, pending = 0;
  if (!functions_->mig) return {NvmlCode::not_supported, Mig::no};
  const auto code = NvmlCode(functions_->mig(device, &current, &pending));
  return {code, code == NvmlCode::success && current != 0 ? Mig::yes : Mig::no};
}

NvmlLibrary::Answer<std::vector<NvmlProcessSample>> NvmlLibrary::processes(Device device,
                                                                           unsigned long long after) const {
  Answer<std::vector<NvmlProcessSample>> out;
  if (!functions_->processes) {
    out.code = NvmlCode::not_supported;
    return out;
  }
  unsigned count = 0;
  out.code = NvmlCode(functions_->processes(device, nullptr, &count, after));
  // Processes may come between the two calls; whoever is left out then comes with the next sample.
  for (int tries = 0; out.code == NvmlCode::insufficient_size && count > 0 && tries < 3; ++tries) {
    if (count > kMostProcesses) break;
    out.value.resize(count);
    out.code = NvmlCode(functions_->processes(device, out.value.data(), &count, after));
  }
  if (!out.ok()) count = 0;
  out.value.resize(std::min<std::size_t>(count, out.value.size()));
  return out;
}

}  // namespace power_sources
