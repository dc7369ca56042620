// The load of the machine, which drives the simulated one.
#pragma once

#include "power_sources/stage_model_for_tests.h"

namespace power_sources {

class SimulatorStage final : public ModelStage {
 public:
  using ModelStage::ModelStage;
  Settings settings() const override {
    Settings settings;
    settings.only = {"simulator"};
    return settings;
  }
};

}  // namespace power_sources
