#include "wire/checkup.h"

namespace wire {

std::string_view name(Check::State state) {
  switch (state) {
    case Check::State::ok:
      return "ok";
    case Check::State::warning:
      return "warning";
    case Check::State::to_fix:
      return "to_fix";
    case Check::State::not_here:
      return "not_here";
  }
  return {};
}

json::Value encode(const std::vector<Check>& checks) {
  auto list = json::Value::array();
  for (const auto& check : checks) {
    auto row = json::Value::object({{"name", check.name}, {"state", name(check.state)}, {"text", check.text}});
    if (!check.fix.empty()) row.set("fix", check.fix);
    list.push_back(std::move(row));
  }
  return json::Value::object({{"schema", "ffwatt.doctor/1"}, {"checks", std::move(list)}});
}

}  // namespace wire
