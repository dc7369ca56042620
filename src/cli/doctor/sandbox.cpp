#include <algorithm>

#include "cli/doctor/checks.h"
#include "sandbox/sandbox.h"

namespace cli::doctor {

std::vector<wire::Check> check_sandbox(Context& context) {
  std::vector<wire::Check> out;
  for (const auto& layer : sandbox::probe(context.host)) {
    std::string name = "sandbox: " + layer.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    // Missing is a warning: jobs run with the other layers, unless the agent is told to be strict.
    const bool on = layer.state == sandbox::LayerState::State::on;
    out.push_back(
        {std::move(name), on ? wire::Check::State::ok : wire::Check::State::warning,
         on ? layer.detail
            : "missing, so nothing keeps a job from " + std::string(sandbox::purpose(layer.name)) + ": " + layer.detail,
         ""});
  }
  return out;
}

}  // namespace cli::doctor
