#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "exporter/collector.h"

namespace exporter {
namespace {

struct Entry {
  Known known;
  std::unique_ptr<Collector> (*open)(const World&);
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> list{
#define COLLECTOR(name, description) {{#name, description}, &open_##name},
#include "exporter/collectors.def"
#undef COLLECTOR
  };
  return list;
}

}  // namespace

std::vector<Known> known_collectors() {
  std::vector<Known> list;
  for (const auto& entry : entries()) list.push_back(entry.known);
  return list;
}

base::Result<std::vector<Named>> open_collectors(const World& world, const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const auto& entry : entries()) all.push_back(entry.known.name);
  if (names.empty())
    return base::Error::invalid(base::format("--collector: name at least one of {}", base::join(all, ", ")));
  for (const auto& name : names)
    if (std::ranges::find(all, name) == all.end())
      return base::Error::invalid(base::format("--collector: there is no collector '{}'; known are {}.{}", name,
                                               base::join(all, ", "), base::did_you_mean(name, all)));
  std::vector<Named> opened;
  for (const auto& entry : entries())
    if (std::ranges::find(names, entry.known.name) != names.end())
      opened.push_back({entry.known.name, entry.open(world)});
  return opened;
}

}  // namespace exporter
