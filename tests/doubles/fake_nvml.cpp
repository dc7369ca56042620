// fake_nvml: a shared library with NVML's names that behaves as a test tells it, for tests of power_sources/nvml.cpp.
// The test opens the same file and finds fake_nvml_begin(), fake_nvml_set() and fake_nvml_get().
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace {

constexpr int kSuccess = 0, kInvalidArgument = 2, kNotSupported = 3, kNotFound = 6, kInsufficientSize = 7;

struct Sample {
  unsigned process;
  unsigned long long time;
  unsigned shaders, memory, encoder, decoder;
};
struct State {
  std::mutex mutex;
  unsigned gpus = 0;
  // By GPU and name; GPU 99 is the library itself. Without a value: not supported.
  std::map<std::pair<unsigned, std::string>, long long> values;
} state;

long long value(unsigned gpu, const std::string& name, long long otherwise) {
  const auto found = state.values.find({gpu, name});
  return found == state.values.end() ? otherwise : found->second;
}
unsigned index_of(void* device) { return static_cast<unsigned>(reinterpret_cast<std::size_t>(device)) - 1; }

// Every call on a device begins here.
int trouble(void* device) { return static_cast<int>(value(index_of(device), "code", kSuccess)); }

template <class T>
int number(void* device, const char* name, T* out) {
  const std::lock_guard lock(state.mutex);
  if (const int code = trouble(device)) return code;
  const auto found = value(index_of(device), name, -1);
  if (found < 0) return kNotSupported;
  *out = static_cast<T>(found);
  return kSuccess;
}

}  // namespace

extern "C" {

void fake_nvml_begin(unsigned gpus) {
  const std::lock_guard lock(state.mutex);
  state.gpus = gpus;
  state.values.clear();
}
void fake_nvml_set(unsigned gpu, const char* name, long long number) {
  const std::lock_guard lock(state.mutex);
  state.values[{gpu, name}] = number;
}
long long fake_nvml_get(unsigned gpu, const char* name) {
  const std::lock_guard lock(state.mutex);
  return value(gpu, name, 0);
}

int nvmlInit_v2() {
  const std::lock_guard lock(state.mutex);
  const auto code = static_cast<int>(value(99, "init", kSuccess));
  if (code == kSuccess) ++state.values[{99, "begun"}];
  return code;
}
int nvmlShutdown() {
  const std::lock_guard lock(state.mutex);
  --state.values[{99, "begun"}];
  return kSuccess;
}
const char* nvmlErrorString(int code) {
  switch (code) {
    case kNotSupported:
      return "Not Supported";
    case 4:
      return "Insufficient Permissions";
    case 15:
      return "GPU is lost";
    default:
      return "Unknown Error";
  }
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  const std::lock_guard lock(state.mutex);
  *count = state.gpus;
  return kSuccess;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  const std::lock_guard lock(state.mutex);
  if (index >= state.gpus) return kInvalidArgument;
  *device = reinterpret_cast<void*>(static_cast<std::size_t>(index) + 1);
  return trouble(*device);
}
int nvmlDeviceGetUUID(void* device, char* text, unsigned size) {
  const std::lock_guard lock(state.mutex);
  if (const int code = trouble(device)) return code;
  std::snprintf(text, size, "GPU-fake-%u", index_of(device));
  return kSuccess;
}
int nvmlDeviceGetName(void* device, char* text, unsigned size) {
  const std::lock_guard lock(state.mutex);
  std::snprintf(text, size, "Fake Accelerator");
  return trouble(device);
}
int nvmlSystemGetDriverVersion(char* text, unsigned size) {
  std::snprintf(text, size, "550.54.14");
  return kSuccess;
}
// nvmlMemory_t: total, free, used.
int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* out) {
  out[1] = out[2] = 0;
  return number(device, "memory", out);
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* out) {
  const int code = number(device, "energy", out);
  const std::lock_guard lock(state.mutex);
  ++state.values[{index_of(device), "energy reads"}];
  return code;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* out) { return number(device, "power", out); }
int nvmlDeviceGetPowerManagementLimit(void* device, unsigned* out) { return number(device, "limit", out); }
int nvmlDeviceGetMigMode(void* device, unsigned* current, unsigned* pending) {
  *pending = 0;
  return number(device, "mig", current);
}
// Process 100 + i of a GPU has the values "sm i", "enc i", "dec i" for i < "processes".
int nvmlDeviceGetProcessUtilization(void* device, Sample* samples, unsigned* count, unsigned long long after) {
  unsigned processes = 0;
  if (const int code = number(device, "processes", &processes)) return code;
  const std::lock_guard lock(state.mutex);
  const auto gpu = index_of(device);
  const auto time = static_cast<unsigned long long>(value(gpu, "sample time", 1));
  if (processes == 0 || time <= after) return kNotFound;
  const unsigned room = samples ? *count : 0;
  *count = processes;
  if (room < processes) return kInsufficientSize;
  for (unsigned i = 0; i < processes; ++i) {
    const auto of = [&](const char* what) {
      return static_cast<unsigned>(value(gpu, what + (" " + std::to_string(i)), 0));
    };
    samples[i] = {100 + i, time, of("sm"), 50, of("enc"), of("dec")};
  }
  return kSuccess;
}

}  // extern "C"
