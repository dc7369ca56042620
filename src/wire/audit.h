// A line of a master's audit log, as JSON on one line.
#pragma once

#include <string>

#include "base/result.h"
#include "json/value.h"
#include "units/time.h"

namespace wire {

struct AuditLine {
  units::WallTime at{};
  std::string who{};     // "ci at 10.0.0.5"
  std::string action{};  // "POST /jobs/42/cancel"
  int status = 0;        // what was answered; 0 where nobody asked
  std::string request{};
  std::string previous{};  // hash of the line before: 64 hex digits
  std::string hash{};      // of this one and all before
  bool operator==(const AuditLine&) const = default;
};
// Without its hash where that is empty: what the hash is made of.
json::Value encode(const AuditLine& line);
base::Result<AuditLine> decode_audit_line(const json::Value& value);

}  // namespace wire
