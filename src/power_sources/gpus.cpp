#include "power_sources/gpus.h"

#include "base/format.h"
#include "power_sources/nvml_library.h"

namespace power_sources {

base::Result<std::vector<GpuFacts>> gpus(const os::Path& library) {
  const auto nvml = NvmlLibrary::open(library.empty() ? os::Path("libnvidia-ml.so.1") : library);
  if (!nvml) return base::Error(nvml.error().kind(), "no NVIDIA driver: " + nvml.error().text());
  if (const auto code = (*nvml)->begin(); code != NvmlCode::success)
    return base::Error::failed("NVIDIA's driver does not answer: " + (*nvml)->text(code));
  const auto driver = (*nvml)->driver();
  const auto count = (*nvml)->count();
  if (!count.ok()) return base::Error::failed("NVIDIA's driver does not count its GPUs: " + (*nvml)->text(count.code));
  std::vector<GpuFacts> out;
  for (unsigned i = 0; i < count.value; ++i) {
    const auto device = (*nvml)->device(i);
    if (!device.ok()) continue;
    GpuFacts gpu;
    gpu.name = (*nvml)->model(device.value).value;
    if (gpu.name.empty()) gpu.name = base::format("NVIDIA GPU {}", i);
    gpu.uuid = (*nvml)->uuid(device.value).value;
    gpu.driver = driver.value;
    if (const auto memory = (*nvml)->memory_bytes(device.value); memory.ok())
      gpu.memory = units::Bytes(static_cast<double>(memory.value));
    out.push_back(std::move(gpu));
  }
  return out;
}

}  // namespace power_sources
