// Every stage, one for each line of sources.def. A new source adds its header and its line here; the conformance test
// fails as long as it does not.
#pragma once

#include <vector>

#include "power_sources/stage_hwmon_for_tests.h"
#include "power_sources/stage_model_for_tests.h"
#include "power_sources/stage_nvml_for_tests.h"
#include "power_sources/stage_perf_for_tests.h"
#include "power_sources/stage_powercap_for_tests.h"
#include "power_sources/stage_simulator_for_tests.h"
#include "power_sources/stage_web_for_tests.h"

namespace power_sources {

struct StageEntry {
  std::string_view source;  // as in sources.def
  std::unique_ptr<Stage> (*make)(HostTree&);
};
template <class S>
std::unique_ptr<Stage> make_stage(HostTree& tree) {
  return std::make_unique<S>(tree);
}

inline const std::vector<StageEntry>& stages() {
  static const std::vector<StageEntry> list{
      {"hwmon", &make_stage<HwmonStage>},       {"perf", &make_stage<PerfStage>},
      {"powercap", &make_stage<PowercapStage>}, {"meter", &make_stage<MeterStage>},
      {"redfish", &make_stage<RedfishStage>},   {"nvml", &make_stage<NvmlStage>},
      {"model", &make_stage<ModelStage>},       {"simulator", &make_stage<SimulatorStage>},
  };
  return list;
}

}  // namespace power_sources
