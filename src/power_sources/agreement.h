// Agreement: whether two sources of the same hardware's energy say the same. A meter service asks once at its start,
// where perf and powercap both work: they read the same counters in two ways, so a difference is a fault of one of the
// drivers that no other check would show. It takes two seconds; `ffwatt run` does not ask and uses the first that
// reads. Called from one thread, which it blocks.
#pragma once

#include <stop_token>
#include <string>

#include "base/log.h"
#include "os/host.h"
#include "power/source.h"
#include "power_sources/sources.h"

namespace power_sources {

inline constexpr units::Seconds kAgreementTime{2};
inline constexpr double kAgreementWithin = 0.02;

struct Agreement {
  enum class Verdict { agree, differ, unknown } verdict = Verdict::unknown;
  double worst = 0;  // the largest |a − b| ÷ max(a, b) of a scope and socket; meaningless where unknown
  std::string text;  // for people: the figures, or why it is not known
};

// By scope and socket, over the zones that count (no parts, twins or mirrors). A scope that only one of them has is
// passed over. unknown: nothing in common, a zone that could not be read or did not move, or a stop request.
Agreement compare(const os::Clock& clock, power::Source& a, power::Source& b, std::stop_token stop = {});

// Opens both. unknown where one of the two cannot be opened; text then says which and why.
Agreement compare_perf_with_powercap(os::Host& host, const Settings& settings, std::stop_token stop = {});

// The same for a service: a difference is a warning in its log, and nothing else is said.
void log_agreement(os::Host& host, const Settings& settings, base::Log& log, std::stop_token stop);

}  // namespace power_sources
