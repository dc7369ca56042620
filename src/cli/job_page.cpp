#include "cli/job_page.h"

#include "base/format.h"
#include "base/text.h"
#include "cli/output.h"
#include "media/scenario_label.h"
#include "report/report.h"
#include "report/text_layout.h"
#include "units/format.h"

namespace cli {
namespace {

using base::format;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// In whole seconds: nobody reads the rest.
std::string whole(units::Seconds time) {
  return units::text(units::Seconds(static_cast<double>(static_cast<std::int64_t>(time.value()))));
}

// What differs from what every job has.
std::string terms(const jobs::Submission& submission) {
  const jobs::Submission usual;
  std::vector<std::string> parts;
  if (submission.queue != usual.queue) parts.push_back(format("queue {}", jobs::name(submission.queue)));
  if (submission.priority != usual.priority) parts.push_back(format("priority {}", jobs::name(submission.priority)));
  if (submission.alone == jobs::Alone::yes) parts.emplace_back("exclusive");
  if (submission.spec.threads) parts.push_back(format("threads {}", *submission.spec.threads));
  if (submission.timeout) parts.push_back("timeout " + units::text(*submission.timeout));
  if (submission.max_attempts != usual.max_attempts) parts.push_back(format("attempts {}", submission.max_attempts));
  for (const auto& [name, value] : submission.labels) parts.push_back(format("{}={}", name, value));
  return base::join(parts, ", ");
}

// "failed (input)"; the class only where it says more than the outcome.
std::string outcome(const jobs::Attempt& attempt) {
  if (attempt.outcome.empty()) return "running";
  const auto failure = jobs::name(attempt.failure);
  if (attempt.failure == jobs::FailureClass::none || attempt.outcome == failure) return attempt.outcome;
  if (attempt.failure == jobs::FailureClass::interruption && attempt.outcome == "interrupted") return attempt.outcome;
  return format("{} ({})", attempt.outcome, failure);
}

std::string wasted(const jobs::Attempt& attempt) {
  if (!attempt.wasted) return "-";
  return attempt.wasted->known() ? units::text(attempt.wasted->value()) : "n/a";
}

}  // namespace

std::string ago(units::WallTime then, units::WallTime now) {
  const auto passed = now - then;
  return passed < units::Seconds(1) ? "now" : whole(passed) + " ago";
}

Row job_header() { return {"job", "state", "scenario", "name", "node", "created", "note"}; }

Row job_row(const jobs::Job& job, units::WallTime now) {
  return {format("#{}", job.number),
          std::string(jobs::name(job.state)),
          media::scenario_label(job.submission.spec),
          job.submission.name.empty() ? "-" : job.submission.name,
          job.attempts.empty() ? "-" : job.attempts.back().node_name,
          ago(job.created, now),
          job.state == jobs::JobState::completed ? "" : first_line(job.reason)};
}

Row failed_job_header() { return {"job", "scenario", "node", "failed", "attempts", "class", "reason"}; }

Row failed_job_row(const jobs::Job& job, units::WallTime now) {
  const auto* last = job.attempts.empty() ? nullptr : &job.attempts.back();
  return {format("#{}", job.number),
          media::scenario_label(job.submission.spec),
          last ? last->node_name : "-",
          ago(job.changed, now),
          format("{}", job.attempts.size()),
          last && last->failure != jobs::FailureClass::none ? std::string(jobs::name(last->failure)) : "-",
          first_line(job.reason)};
}

std::string job_page(const wire::Accepted& shown, units::WallTime now, const os::TerminalFacts& terminal) {
  const auto& job = shown.job;
  auto header = job_header();
  auto row = job_row(job, now);
  const auto note = row.back();
  header.pop_back(), row.pop_back();
  std::string out = grid({header, row}, terminal);
  std::vector<Row> facts;
  if (!note.empty()) facts.push_back({"note", note});
  if (!shown.warning.empty()) facts.push_back({"waits", shown.warning});
  if (job.state == jobs::JobState::queued && job.not_before && *job.not_before > now)
    facts.push_back({"next", "the next attempt is due in " + whole(*job.not_before - now)});
  if (const auto asked = terms(job.submission); !asked.empty()) facts.push_back({"asked", asked});
  if (!facts.empty()) out += "\n" + facts_of(facts, terminal);

  std::vector<Row> attempts{{"attempt", "node", "started", "took", "outcome", "wasted"}};
  std::vector<Row> notes;
  for (const auto& attempt : job.attempts) {
    attempts.push_back({format("{}", attempt.number), attempt.node_name, ago(attempt.started, now),
                        attempt.ended ? units::text(*attempt.ended - attempt.started) : "-", outcome(attempt),
                        wasted(attempt)});
    const auto number = format("{}", attempt.number);
    if (!attempt.error.empty()) notes.push_back({number, first_line(attempt.error)});
    if (attempt.wasted && !attempt.wasted->known())
      notes.push_back({number, "wasted energy n/a: " + attempt.wasted->reason()});
  }
  if (attempts.size() > 1) out += "\n" + grid(attempts, terminal);
  if (!notes.empty()) out += "\n" + facts_of(notes, terminal);
  if (job.report) out += "\n" + report::summary(*job.report, style_for(terminal));
  return out;
}

std::string history_page(const std::vector<wire::HistoryLine>& history, units::WallTime now,
                         const os::TerminalFacts& terminal) {
  if (history.empty()) return {};
  const auto begun = history.front().at;
  std::vector<Row> rows{{"after", "state", "by", "why"}};
  for (const auto& line : history)
    rows.push_back(
        {units::text(line.at - begun), line.state, line.actor.empty() ? "-" : line.actor, first_line(line.reason)});
  return format("submitted {}\n\n", ago(begun, now)) + grid(rows, terminal);
}

}  // namespace cli
