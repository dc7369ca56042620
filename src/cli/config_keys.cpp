#include "cli/config_keys.h"

#include <algorithm>

#include "agent/settings.h"
#include "cli/command.h"
#include "cli/frame.h"
#include "cli/places.h"
#include "exporter/settings.h"
#include "master/settings.h"

namespace cli {
namespace {

std::string_view section_of(const std::string& key) { return std::string_view(key).substr(0, key.rfind('.')); }

}  // namespace

std::vector<options::Option> keyed_options() {
  std::vector<options::Option> keyed;
  const auto add = [&](const std::vector<options::Option>& list) {
    for (auto option : list) {
      if (option.key.empty() || std::ranges::any_of(keyed, [&](const auto& k) { return k.key == option.key; }))
        continue;
      option.flag = option.key;
      option.short_flag = 0;
      keyed.push_back(std::move(option));
    }
  };
  add(common_options());
  for (const auto& command : commands()) add(command.make()->shape().options);
  add(master::shape().options);
  add(agent::shape().options);
  add(exporter::shape().options);
  // A section stands where its first key does.
  std::vector<std::string> sections;
  for (const auto& option : keyed)
    if (std::ranges::find(sections, section_of(option.key)) == sections.end())
      sections.emplace_back(section_of(option.key));
  std::ranges::stable_sort(keyed, {}, [&](const auto& option) {
    return std::ranges::find(sections, section_of(option.key)) - sections.begin();
  });
  return keyed;
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  for (const auto& option : keyed_options()) keys.push_back(option.key);
  return keys;
}

options::Shape keyed_shape() { return {.program = "ffwatt config", .options = keyed_options()}; }

options::Inputs usual_inputs(const os::Environment& environment) {
  options::Inputs inputs;
  inputs.environment = environment;
  inputs.files = places(environment).config;
  inputs.known_keys = known_keys();
  return inputs;
}

options::Inputs usual_inputs(const os::Environment& environment, const os::Path& config) {
  auto inputs = usual_inputs(environment);
  inputs.named_file = config;
  return inputs;
}

}  // namespace cli
