#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "sandbox/layer.h"

namespace sandbox {
namespace {

struct Known {
  std::string_view name, purpose;
  Prepare prepare;
};
constexpr std::array kLayers{
#define SANDBOX_LAYER(name, purpose) Known{#name, purpose, &layers::name},
#include "sandbox/layers.def"
#undef SANDBOX_LAYER
};

constexpr std::array kModes{Mode::strict, Mode::best, Mode::off};

// Something that every Debian has, and that needs no more of the kernel than any program.
constexpr std::string_view kNothing = "/bin/true";

bool chosen(std::string_view name, const Choice& choice) {
  const auto in = [&](const std::vector<std::string_view>& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  return choice.only.empty() ? !in(choice.without) : in(choice.only);
}

base::Error incomplete(const std::vector<LayerState>& states) {
  std::vector<std::string> missing;
  for (const auto& state : states)
    if (state.state == LayerState::State::missing) missing.push_back(base::format("{} ({})", state.name, state.detail));
  return base::Error::failed(
      base::format("the sandbox is strict, and this machine lacks of it: {}; mend that (`ffwatt doctor` tells how it "
                   "stands), or run with --sandbox=best",
                   base::join(missing, "; ")));
}

}  // namespace

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::strict:
      return "strict";
    case Mode::best:
      return "best";
    case Mode::off:
      break;
  }
  return "off";
}

base::Result<Mode> parse_mode(std::string_view text) {
  for (const auto mode : kModes)
    if (text == name(mode)) return mode;
  return base::Error::invalid(base::format("'{}' is no mode of the sandbox; strict, best or off", text.substr(0, 40)));
}

base::Result<Plan> plan(os::Host& host, Mode mode, const Bounds& bounds, const Choice& choice) {
  Plan out;
  if (mode == Mode::off) return out;
  for (const auto& layer : kLayers) {
    if (!chosen(layer.name, choice)) continue;
    auto prepared = layer.prepare(host, bounds);
    if (!prepared && prepared.error().kind() != base::ErrorKind::absent)
      return base::Error::failed(base::format("the sandbox's layer {}: {}", layer.name, prepared.error().text()));
    if (!prepared) {
      out.layers.push_back({std::string(layer.name), LayerState::State::missing, prepared.error().text()});
      continue;
    }
    out.layers.push_back({std::string(layer.name), LayerState::State::on, std::move(prepared->detail)});
    if (prepared->memory_limit) out.memory_limit = prepared->memory_limit;
    if (prepared->step) out.steps.push_back(std::move(prepared->step));
  }
  const bool complete = std::all_of(out.layers.begin(), out.layers.end(),
                                    [](const auto& state) { return state.state == LayerState::State::on; });
  if (mode == Mode::strict && !complete) return incomplete(out.layers);
  return out;
}

base::Result<void> try_out(os::Host& host, std::shared_ptr<const os::ChildStep> step) {
  os::SpawnSpec spec;
  spec.program = kNothing;
  spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
  if (step) spec.steps.push_back(std::move(step));
  FFWATT_TRY(const auto child, host.processes.spawn(spec));
  FFWATT_TRY(const auto status, child->wait());
  if (status.success()) return {};
  return base::Error::failed(
      base::format("{} ended with {}", kNothing,
                   status.signal ? base::format("signal {}", *status.signal) : base::format("code {}", status.code)));
}

base::Result<void> available(os::Host& host, std::string_view layer) {
  Bounds bounds;
  bounds.program = kNothing;
  FFWATT_TRY(const auto made, plan(host, Mode::best, bounds, {.only = {layer}, .without = {}}));
  for (const auto& state : made.layers)
    if (state.state == LayerState::State::missing) return base::Error::absent(state.detail);
  return {};
}

std::vector<LayerState> probe(os::Host& host) {
  std::vector<LayerState> out;
  // A group of this process's own name, so that two probes do not meet in one.
  const auto group = host.cgroups.open(base::format("probe-{}", host.processes.own_pid()));
  for (const auto& layer : kLayers) {
    Bounds bounds;
    bounds.program = kNothing;
    if (group) bounds.group = group->get();
    auto prepared = layer.prepare(host, bounds);
    auto tried = prepared ? try_out(host, prepared->step) : base::Result<void>(prepared.error());
    out.push_back({std::string(layer.name), tried ? LayerState::State::on : LayerState::State::missing,
                   tried ? prepared->detail : tried.error().text()});
  }
  if (group)
    (void)(*group)->remove();
  else
    for (auto& state : out)
      if (state.name == "control_group") state.detail = group.error().text();
  return out;
}

std::string_view purpose(std::string_view layer) {
  for (const auto& known : kLayers)
    if (known.name == layer) return known.purpose;
  return "";
}

options::Option option() {
  return {.flag = "sandbox",
          .key = "agent.sandbox",
          .variable = "FFWATT_SANDBOX",
          .value_name = "MODE",
          .help =
              "How ffmpeg is contained: best puts on every layer that this machine has; strict refuses a job where "
              "one is missing; off trusts every input",
          .standard = "best",
          .choices = {"strict", "best", "off"}};
}

base::Result<Mode> mode_from(const options::Values& values) {
  FFWATT_TRY(const auto mode, parse_mode(values.text("sandbox")));
  // What a folder holds may be as hostile as the media in it (docs/decisions/0018 says the same of devices).
  if (mode == Mode::off && values.where("sandbox").starts_with("ffwatt.toml:"))
    return base::Error::invalid(
        base::format("{}: a file of the working folder may not switch the sandbox off; put it into "
                     "/etc/ffwatt/config.toml, or say --sandbox=off",
                     values.where("sandbox")));
  return mode;
}

base::Result<std::unique_ptr<os::Process>> ContainedProcesses::spawn(const os::SpawnSpec& spec) {
  auto bounds = bounds_;
  bounds.program = spec.program;
  FFWATT_TRY(auto made, plan(host_, mode_, bounds, choice_));
  auto contained = spec;
  contained.steps.insert(contained.steps.end(), made.steps.begin(), made.steps.end());
  return host_.processes.spawn(contained);
}

}  // namespace sandbox
