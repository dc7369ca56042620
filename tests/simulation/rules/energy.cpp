#include <algorithm>
#include <cmath>

#include "simulation/rules/jobs_seen.h"

namespace simulation {
namespace {

// Numbers travel as decimal text.
bool same(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b)); }

}  // namespace

void energy(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    std::map<int, double> took;
    for (const auto* ran : job.ran) took[ran->attempt] += ran->joules;
    for (const auto& attempt : job.record->job.attempts) {
      const bool accepted = std::any_of(job.saved.begin(), job.saved.end(), [&](const auto* saved) {
        return saved->state == jobs::JobState::completed && saved->attempts == attempt.number;
      });
      if (!accepted && attempt.ended && !attempt.wasted)
        findings.push_back(
            base::format("{}: what attempt {} took is neither charged nor wasted", job.name(), attempt.number));
      // Where its own report ended it, what that said is known.
      const bool reported = std::any_of(job.saved.begin(), job.saved.end(), [&](const auto* saved) {
        return saved->attempts == attempt.number && saved->state != jobs::JobState::running &&
               saved->actor == job.machine_of(attempt.number);
      });
      // Or where it came too late for anything else, and no other attempt had begun.
      const auto next = job.granted(attempt.number + 1);
      const bool late = std::any_of(job.verdicts.begin(), job.verdicts.end(), [&](const auto* verdict) {
        return verdict->attempt == attempt.number && (!next || verdict->when < *next);
      });
      const bool told = std::any_of(job.posted.begin(), job.posted.end(), [&](const auto* posted) {
        return posted->attempt == attempt.number && posted->joules > 0;
      });
      if (!accepted && (reported || late) && told &&
          (!attempt.wasted || !attempt.wasted->known() || !same(attempt.wasted->value().value(), took[attempt.number])))
        findings.push_back(base::format("{}: attempt {} reported {:.3f} J, which are not booked as wasted", job.name(),
                                        attempt.number, took[attempt.number]));
      if (!attempt.wasted || !attempt.wasted->known()) continue;
      const double wasted = attempt.wasted->value().value();
      if (wasted > took[attempt.number] && !same(wasted, took[attempt.number]))
        findings.push_back(base::format("{}: attempt {} is booked with {:.3f} J wasted and took {:.3f} J", job.name(),
                                        attempt.number, wasted, took[attempt.number]));
      if (accepted)
        findings.push_back(
            base::format("{}: attempt {} was accepted and is booked as wasted", job.name(), attempt.number));
    }
    const auto& record = *job.record;
    if (record.job.state != jobs::JobState::completed || !record.job.report) continue;
    const auto* line = jobs::headline(record.job.report->energy);
    const int last = record.job.attempts.empty() ? 0 : record.job.attempts.back().number;
    if (!line || !line->energy.known())
      findings.push_back(base::format("{} completed without its energy", job.name()));
    else if (!same(line->energy.value().value(), took[last]))
      findings.push_back(base::format("{} is charged {:.6f} J, and its attempt {} took {:.6f} J", job.name(),
                                      line->energy.value().value(), last, took[last]));
  }
}

}  // namespace simulation
