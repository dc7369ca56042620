#include "jobs/retry.h"

#include "base/mutants.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace jobs {
namespace {

constexpr units::Seconds first_delay{5};
constexpr units::Seconds longest_back_off{300};

// 5 s · 2ⁿ for the n-th repetition. The jitter keeps a hundred jobs that one broken server failed from coming back at
// the same instant.
units::Seconds back_off(int failures, double jitter) {
  const int doublings = std::clamp(failures - 1, 0, 16);
  const units::Seconds delay = std::min(first_delay * static_cast<double>(1 << doublings), longest_back_off);
  return delay * (0.75 + 0.5 * jitter);
}

// Its letters: what differs from run to run is written in digits, hexadecimal ones in "0x…" included.
std::string letters_of(std::string_view error) {
  std::string letters;
  for (std::size_t i = 0; i < error.size(); ++i) {
    const char c = error[i];
    if (c == '0' && i + 1 < error.size() && error[i + 1] == 'x') {
      while (i + 1 < error.size() && std::isalnum(static_cast<unsigned char>(error[i + 1])) != 0) ++i;
    } else if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      letters += c;
    }
  }
  return letters;
}

}  // namespace

NextStep after_failure(FailureClass failure, const Tally& tally, double jitter) {
  if (FFWATT_MUTANT(never_gives_up) && failure == FailureClass::transient)
    return {NextStep::Kind::again, back_off(tally.failures, jitter)};
  switch (failure) {
    case FailureClass::none:
    case FailureClass::input:
    case FailureClass::parameters:
    case FailureClass::canceled:
      return {NextStep::Kind::dead, {}};
    case FailureClass::node:
      if (tally.lacking > most_interruptions) return {NextStep::Kind::dead, {}};
      return {NextStep::Kind::again, {}};
    case FailureClass::interruption:
      if (tally.interruptions > most_interruptions || tally.crashes >= most_crashes) return {NextStep::Kind::dead, {}};
      return {NextStep::Kind::again, {}};
    case FailureClass::transient:
    case FailureClass::timeout:
    case FailureClass::internal:
      if (tally.failures >= tally.max_attempts) return {NextStep::Kind::dead, {}};
      return {NextStep::Kind::again, back_off(tally.failures, jitter)};
  }
  return {NextStep::Kind::dead, {}};
}

FailureClass judged(FailureClass told, std::string_view error, base::Id node, std::span<const Attempt> earlier) {
  if ((told != FailureClass::transient && told != FailureClass::internal) || error.empty()) return told;
  const auto letters = letters_of(error);
  const bool seen = std::any_of(earlier.begin(), earlier.end(), [&](const Attempt& attempt) {
    return attempt.node != node && attempt.failure == told && letters_of(attempt.error) == letters;
  });
  return seen ? FailureClass::input : told;
}

}  // namespace jobs
