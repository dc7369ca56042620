// NvmlLibrary: the few functions of NVIDIA's management library (NVML) that tell energy and names, opened at run time:
// no machine needs it to run ffwatt. Declared by us after NVIDIA's public description of its interface
// (docs.nvidia.com/deploy/nvml-api), whose C types and numbers these are.
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/files.h"

namespace power_sources {

// nvmlReturn_t, as far as we tell codes apart.
enum class NvmlCode : int {
  success = 0,
  uninitialized = 1,
  not_supported = 3,
  no_permission = 4,
  not_found = 6,
  insufficient_size = 7,
  driver_not_loaded = 9,
  gpu_is_lost = 15,
  reset_required = 16,
  library_mismatch = 18,
};

// nvmlProcessUtilizationSample_t: percent of the time since the sample before.
struct NvmlProcessSample {
  unsigned process = 0;
  unsigned long long microseconds = 0;  // on the driver's own clock
  unsigned shaders = 0, memory = 0, encoder = 0, decoder = 0;
};

class NvmlLibrary {
 public:
  using Device = void*;  // nvmlDevice_t
  template <class T>
  struct Answer {
    NvmlCode code = NvmlCode::success;
    T value{};
    bool ok() const { return code == NvmlCode::success; }
  };

  // absent: there is no such library; failed: it is another one. Does not begin() yet.
  static base::Result<std::shared_ptr<NvmlLibrary>> open(const os::Path& path);
  ~NvmlLibrary();  // ends what begin() began
  NvmlLibrary(const NvmlLibrary&) = delete;
  NvmlLibrary& operator=(const NvmlLibrary&) = delete;

  NvmlCode begin();  // nvmlInit_v2
  void end();        // nvmlShutdown: no Device from before is one any more
  std::string text(NvmlCode code) const;

  Answer<unsigned> count() const;
  Answer<Device> device(unsigned index) const;
  Answer<std::string> uuid(Device device) const;  // "GPU-…"
  Answer<std::string> model(Device device) const;
  Answer<std::string> driver() const;  // its version
  Answer<unsigned long long> memory_bytes(Device device) const;
  Answer<unsigned long long> energy_millijoules(Device device) const;  // since the driver was loaded
  Answer<unsigned> power_milliwatts(Device device) const;
  Answer<unsigned> power_limit_milliwatts(Device device) const;
  enum class Mig { no, yes };
  Answer<Mig> mig(Device device) const;
  // One sample for each process that used the device since `after`; not_found where there was none.
  Answer<std::vector<NvmlProcessSample>> processes(Device device, unsigned long long after) const;

 private:
  struct Functions;
  NvmlLibrary(void* handle, std::unique_ptr<Functions> functions);

  void* handle_;
  std::unique_ptr<Functions> functions_;
  enum class Begun { no, yes } begun_ = Begun::no;
};

}  // namespace power_sources
