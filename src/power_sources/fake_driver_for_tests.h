// FakeDriver: the library of tests/doubles/fake_nvml.cpp, which behaves as it is told. One at a time in a process. For
// the tests of this folder only.
#pragma once

#include <dlfcn.h>

namespace power_sources {

class FakeDriver {
 public:
  // Codes of NVML, for the value "code" of a GPU and "init" of the library itself.
  static constexpr int kNotSupported = 3, kNoPermission = 4, kDriverNotLoaded = 9, kGpuIsLost = 15, kMismatch = 18;
  static constexpr unsigned kLibraryItself = 99;

  // GPUs with a counter at 1 kJ, a power of 70 W and a limit of 700 W, and without processes.
  explicit FakeDriver(unsigned gpus) : handle_(dlopen(FFWATT_FAKE_NVML, RTLD_NOW | RTLD_LOCAL)) {
    find<void(unsigned)>("fake_nvml_begin")(gpus);
    for (unsigned i = 0; i < gpus; ++i) {
      set(i, "energy", 1'000'000), set(i, "power", 70'000), set(i, "limit", 700'000);
      set(i, "mig", 0), set(i, "processes", 0);
    }
  }
  ~FakeDriver() { dlclose(handle_); }
  FakeDriver(const FakeDriver&) = delete;
  FakeDriver& operator=(const FakeDriver&) = delete;

  void set(unsigned gpu, const char* name, long long value) {
    find<void(unsigned, const char*, long long)>("fake_nvml_set")(gpu, name, value);
  }
  long long get(unsigned gpu, const char* name) {
    return find<long long(unsigned, const char*)>("fake_nvml_get")(gpu, name);
  }

 private:
  template <class F>
  F* find(const char* name) {
    return reinterpret_cast<F*>(dlsym(handle_, name));
  }
  void* handle_;
};

}  // namespace power_sources
