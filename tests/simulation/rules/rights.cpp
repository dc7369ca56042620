#include <algorithm>
#include <map>
#include <set>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

using jobs::JobState;

void rights(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    for (const auto* ran : job.ran) {
      const bool granted = std::any_of(job.saved.begin(), job.saved.end(), [&](const auto* saved) {
        return saved->state == JobState::running && saved->attempts == ran->attempt && saved->when <= ran->began;
      });
      if (!granted)
        findings.push_back(base::format("{}: attempt {} ran on {} at {:.3f} s, which nobody had granted", job.name(),
                                        ran->attempt, ran->machine, seconds(ran->began)));
      // A cancel travels by the poll, else by the next heartbeat; a node that is cut off gives up at the orphan limit.
      for (const auto* saved : job.saved) {
        if (saved->state != JobState::canceling || saved->attempts != ran->attempt || !ran->ended) continue;
        const auto& c = evidence.config;
        const bool in_touch = c.fault_pause == units::Seconds(0) ||
                              c.cut + c.pause + c.kill_master + c.master_power + c.master_full + c.master_eio == 0;
        const double patience = in_touch ? 90 + 2 * c.times.renewal.value()
                                         : 60 + 6 * c.times.time_to_live.value() + c.orphan_limit.value();
        const Moment told = std::min(ran->told_to_stop.value_or(*ran->ended), *ran->ended);
        if (seconds(told - saved->when) > patience)
          findings.push_back(base::format("{} was canceled at {:.3f} s, and attempt {} went on until {:.3f} s untold",
                                          job.name(), seconds(saved->when), ran->attempt, seconds(told)));
      }
    }
  }
}

void leases(const Evidence& evidence, Findings& findings) {
  // Clocks may differ by two per cent.
  const auto life = moment(evidence.config.times.time_to_live * 0.98);
  for (const auto& job : jobs_seen(evidence)) {
    for (std::size_t i = 1; i < job.saved.size(); ++i) {
      const auto& ended = *job.saved[i];
      if (ended.reason == "its node was restarted")
        for (const auto* ran : job.ran)
          if (ran->attempt == ended.attempts && (!ran->ended || *ran->ended > ended.when))
            findings.push_back(
                base::format("{}: attempt {} runs on, and its lease ended at {:.1f} s since {} had been "
                             "restarted",
                             job.name(), ended.attempts, seconds(ended.when), ran->machine));
      if (ended.reason != "its node did not renew the lease in time") continue;
      Moment last = 0;
      for (const auto* saved : job.saved)
        if (saved->state == JobState::running && saved->attempts == ended.attempts && saved->when <= ended.when)
          last = std::max(last, saved->when);
      for (const auto* renewed : job.renewed)
        if (renewed->attempt == ended.attempts && renewed->asked <= ended.when) last = std::max(last, renewed->asked);
      if (ended.when - last < life)
        findings.push_back(base::format("{}: the lease of attempt {} ended {:.1f} s after it was renewed", job.name(),
                                        ended.attempts, seconds(ended.when - last)));
    }
  }
}

void giving_up(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    const auto& record = job.record->job;
    if (record.state != JobState::failed) continue;
    if (job.ever_retried()) continue;  // a life of its own
    // As its nodes reported it, whatever the record counts. Attempts that ended otherwise were interrupted.
    std::set<int> failed, lacking;
    std::map<std::string, std::set<std::string>> nodes_of;  // by what they said was wrong
    bool input = false;
    for (const auto* posted : job.posted) {
      if (!job.had_its_word(posted->attempt, job.saved.back()->when) ||
          posted->failure == jobs::FailureClass::interruption)
        continue;
      if (posted->end != jobs::End::failed && posted->end != jobs::End::timeout) continue;
      input = input || posted->failure == jobs::FailureClass::input;
      (posted->failure == jobs::FailureClass::node ? lacking : failed).insert(posted->attempt);
      std::string what = posted->error;  // but for the names and numbers of nodes
      std::erase_if(what, [](char c) { return c >= '0' && c <= '9'; });
      nodes_of[what].insert(job.machine_of(posted->attempt));
    }
    const bool same = std::any_of(nodes_of.begin(), nodes_of.end(), [](const auto& e) { return e.second.size() > 1; });
    const int attempts = static_cast<int>(record.attempts.size());
    const int interrupted = attempts - static_cast<int>(failed.size() + lacking.size());
    if (!input && !same && static_cast<int>(failed.size()) < record.submission.max_attempts && interrupted < 2)
      findings.push_back(base::format("{} is failed after {} failures of {} and {} interruptions: {}", job.name(),
                                      failed.size(), record.submission.max_attempts, interrupted, record.reason));
    if (attempts > record.submission.max_attempts + 11 + static_cast<int>(lacking.size()))
      findings.push_back(base::format("{} was tried {} times", job.name(), attempts));
  }
}

namespace {

struct Turn {
  Moment asked = 0;  // when its submission was durable
  Moment began = 0;  // its first attempt
};

}  // namespace

void order(const Evidence& evidence, Findings& findings) {
  // The order goes by the masters' wall clocks, and these ones were set.
  if (evidence.config.clock > 0) return;
  // By what they ask for: those that nobody held up, paused or canceled.
  std::map<std::string, std::vector<Turn>> equal;
  for (const auto& job : jobs_seen(evidence)) {
    const auto& submission = job.record->job.submission;
    const auto first = std::find_if(job.saved.begin(), job.saved.end(),
                                    [](const auto* saved) { return saved->state == JobState::running; });
    const bool left_alone = std::none_of(job.operations.begin(), job.operations.end(), [](const auto* operation) {
      return operation->kind != Operation::Kind::look;
    });
    if (job.saved.empty() || first == job.saved.end() || !left_alone || submission.alone == jobs::Alone::yes) continue;
    equal[base::format("{} {}", static_cast<int>(submission.queue), static_cast<int>(submission.priority))].push_back(
        {job.saved.front()->when, (*first)->when});
  }
  // What was offered to a node that then went away comes back late: an offer's life, and a node's.
  const auto patience = moment(units::Seconds(60) + evidence.config.times.time_to_live * 4.0);
  for (auto& [kind, turns] : equal)
    for (const auto& late : turns)
      for (const auto& early : turns)
        if (late.asked > early.asked + patience && late.began + patience < early.began)
          findings.push_back(
              base::format("asked for at {:.1f} s, one began at {:.1f} s; another, asked for at {:.1f} s, at "
                           "{:.1f} s",
                           seconds(early.asked), seconds(early.began), seconds(late.asked), seconds(late.began)));
  // What is urgent goes before what is not, where both wait.
  const auto high = equal.find("0 0"), low = equal.find("2 2");
  if (high == equal.end() || low == equal.end()) return;
  for (const auto& urgent : high->second)
    for (const auto& idle : low->second)
      if (urgent.asked < idle.asked && idle.began + patience < urgent.began)
        findings.push_back(
            base::format("an urgent job of {:.1f} s waited until {:.1f} s, and one for the night of {:.1f} s "
                         "began at {:.1f} s",
                         seconds(urgent.asked), seconds(urgent.began), seconds(idle.asked), seconds(idle.began)));
}

}  // namespace simulation
