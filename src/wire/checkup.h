// What `ffwatt doctor` found, one check a row, as JSON: {"schema":"ffwatt.doctor/1","checks":[{name,state,text,fix}]}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace wire {

struct Check {
  std::string name;  // "cpu energy", "encoder libx264"
  enum class State {
    ok,
    warning,  // it works, but less well than it could
    to_fix,   // something that ffwatt is for does not work
    not_here  // absent, and nothing is wrong with that: no GPU, say
  } state = State::ok;
  std::string text;
  std::string fix;  // the command that mends it; may be empty
  bool operator==(const Check&) const = default;
};
std::string_view name(Check::State state);

json::Value encode(const std::vector<Check>& checks);

}  // namespace wire
