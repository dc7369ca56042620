#include "jobs/retry.h"

#include <algorithm>

namespace jobs {
namespace {

constexpr units::Seconds first_delay{5};
constexpr units::Seconds longest_delay{300};

// 5 s · 2ⁿ for the n-th repetition. The jitter keeps a hundred jobs that one broken server failed from coming back at
// the same instant.
units::Seconds back_off(int failures, double jitter) {
  const int doublings = std::clamp(failures - 1, 0, 16);
  const units::Seconds delay = std::min(first_delay * static_cast<double>(1 << doublings), longest_delay);
  return delay * (0.75 + 0.5 * jitter);
}

}  // namespace

NextStep after_failure(FailureClass failure, int failures, int interruptions, int max_attempts, double jitter) {
  switch (failure) {
    case FailureClass::none:
    case FailureClass::input:
    case FailureClass::parameters:
    case FailureClass::canceled:
      return {NextStep::Kind::dead, {}};
    case FailureClass::interruption:
      if (interruptions > most_interruptions) return {NextStep::Kind::dead, {}};
      return {NextStep::Kind::again, {}};
    case FailureClass::node:
    case FailureClass::transient:
    case FailureClass::timeout:
    case FailureClass::internal:
      if (failures >= max_attempts) return {NextStep::Kind::dead, {}};
      return {NextStep::Kind::again, back_off(failures, jitter)};
  }
  return {NextStep::Kind::dead, {}};
}

}  // namespace jobs
