#include "jobs/job_state.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"

namespace jobs {
namespace {

constexpr std::array states{JobState::queued,    JobState::running, JobState::canceling, JobState::paused,
                            JobState::completed, JobState::failed,  JobState::canceled};
constexpr std::array events{Event::start,        Event::renew,         Event::result_completed,
                            Event::result_retry, Event::result_failed, Event::result_canceled,
                            Event::lease_ended,  Event::cancel,        Event::pause,
                            Event::resume,       Event::retry};
constexpr std::array claims{Claim::holder, Claim::late_but_sole, Claim::offer, Claim::stranger, Claim::none};

// Every cell. A state's name: it moves there. same: accepted, nothing changes. cancel!, late!, lost!: what the agent is
// told. -: refused.
constexpr std::string_view table = R"(
state      event             holder     late_but_sole  offer    stranger  none
queued     start             -          -              running  -         -
queued     renew             lost!      late!          lost!    lost!     lost!
queued     result_completed  -          completed      -        -         -
queued     result_retry      -          -              -        -         -
queued     result_failed     -          -              -        -         -
queued     result_canceled   -          -              -        -         -
queued     lease_ended       -          -              -        -         -
queued     cancel            canceled   canceled       canceled canceled  canceled
queued     pause             paused     paused         paused   paused    paused
queued     resume            -          -              -        -         -
queued     retry             -          -              -        -         -

running    start             same       -              -        -         -
running    renew             same       lost!          lost!    lost!     lost!
running    result_completed  completed  -              -        -         -
running    result_retry      queued     -              -        -         -
running    result_failed     failed     -              -        -         -
running    result_canceled   -          -              -        -         -
running    lease_ended       queued     queued         queued   queued    queued
running    cancel            canceling  canceling      canceling canceling canceling
running    pause             -          -              -        -         -
running    resume            -          -              -        -         -
running    retry             -          -              -        -         -

canceling  start             -          -              -        -         -
canceling  renew             cancel!    lost!          lost!    lost!     lost!
canceling  result_completed  canceled   -              -        -         -
canceling  result_retry      canceled   -              -        -         -
canceling  result_failed     canceled   -              -        -         -
canceling  result_canceled   canceled   -              -        -         -
canceling  lease_ended       canceled   canceled       canceled canceled  canceled
canceling  cancel            same       same           same     same      same
canceling  pause             -          -              -        -         -
canceling  resume            -          -              -        -         -
canceling  retry             -          -              -        -         -

paused     start             -          -              -        -         -
paused     renew             lost!      late!          lost!    lost!     lost!
paused     result_completed  -          completed      -        -         -
paused     result_retry      -          -              -        -         -
paused     result_failed     -          -              -        -         -
paused     result_canceled   -          -              -        -         -
paused     lease_ended       -          -              -        -         -
paused     cancel            canceled   canceled       canceled canceled  canceled
paused     pause             same       same           same     same      same
paused     resume            queued     queued         queued   queued    queued
paused     retry             queued     queued         queued   queued    queued

completed  start             -          -              -        -         -
completed  renew             lost!      lost!          lost!    lost!     lost!
completed  result_completed  same       -              -        -         -
completed  result_retry      -          -              -        -         -
completed  result_failed     -          -              -        -         -
completed  result_canceled   -          -              -        -         -
completed  lease_ended       -          -              -        -         -
completed  cancel            -          -              -        -         -
completed  pause             -          -              -        -         -
completed  resume            -          -              -        -         -
completed  retry             queued     queued         queued   queued    queued

failed     start             -          -              -        -         -
failed     renew             lost!      lost!          lost!    lost!     lost!
failed     result_completed  -          -              -        -         -
failed     result_retry      -          -              -        -         -
failed     result_failed     same       -              -        -         -
failed     result_canceled   -          -              -        -         -
failed     lease_ended       -          -              -        -         -
failed     cancel            -          -              -        -         -
failed     pause             -          -              -        -         -
failed     resume            -          -              -        -         -
failed     retry             queued     queued         queued   queued    queued

canceled   start             -          -              -        -         -
canceled   renew             lost!      lost!          lost!    lost!     lost!
canceled   result_completed  same       -              -        -         -
canceled   result_retry      same       -              -        -         -
canceled   result_failed     same       -              -        -         -
canceled   result_canceled   same       -              -        -         -
canceled   lease_ended       -          -              -        -         -
canceled   cancel            -          -              -        -         -
canceled   pause             -          -              -        -         -
canceled   resume            -          -              -        -         -
canceled   retry             queued     queued         queued   queued    queued
)";

std::string cell(const Step& step) {
  switch (step.verdict) {
    case Verdict::moved:
      return std::string(name(step.to));
    case Verdict::unchanged:
      return "same";
    case Verdict::told_cancel:
      return "cancel!";
    case Verdict::told_late:
      return "late!";
    case Verdict::told_lost:
      return "lost!";
    case Verdict::conflict:
      return "-";
  }
  return "?";
}

TEST(Transition, IsTheTableInEveryCell) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto line : base::split(table, '\n')) {
    const auto row = base::words(line);
    if (row.empty() || row[0] == "state") continue;
    ASSERT_EQ(row.size(), 2 + claims.size()) << line;
    const auto from = parse_job_state(row[0]);
    ASSERT_TRUE(from) << line;
    for (const auto event : events) {
      if (name(event) != row[1]) continue;
      EXPECT_TRUE(seen.emplace(row[0], row[1]).second) << "twice: " << line;
      for (std::size_t i = 0; i < claims.size(); ++i)
        EXPECT_EQ(cell(transition(*from, event, claims[i])), row[2 + i])
            << row[0] << ", " << row[1] << ", " << name(claims[i]);
    }
  }
  EXPECT_EQ(seen.size(), states.size() * events.size());
}

template <class F>
void for_each_step(F f) {
  for (const auto from : states)
    for (const auto event : events)
      for (const auto claim : claims) {
        SCOPED_TRACE(base::format("{}, {}, {}", name(from), name(event), name(claim)));
        f(from, event, claim, transition(from, event, claim));
      }
}

TEST(Transition, RefusesWithAReasonAndMovesWithoutOne) {
  for_each_step([](JobState, Event, Claim, const Step& step) {
    EXPECT_EQ(step.verdict == Verdict::conflict, !step.why.empty()) << step.why;
  });
}

TEST(Transition, LeavesTheStateAloneUnlessItMoves) {
  for_each_step([](JobState from, Event, Claim, const Step& step) {
    if (step.verdict != Verdict::moved) {
      EXPECT_EQ(step.to, from);
    }
    if (step.verdict == Verdict::moved) {
      EXPECT_NE(step.to, from);
    }
  });
}

TEST(Transition, LeavesATerminalStateOnlyByRetry) {
  for_each_step([](JobState from, Event event, Claim, const Step& step) {
    if (is_terminal(from) && event != Event::retry) {
      EXPECT_NE(step.verdict, Verdict::moved);
    }
  });
}

TEST(Transition, EndsAJobThatIsBeingCanceledAsCanceledAndAsNothingElse) {
  for_each_step([](JobState from, Event, Claim, const Step& step) {
    if (from == JobState::canceling && step.verdict == Verdict::moved) {
      EXPECT_EQ(step.to, JobState::canceled);
    }
  });
}

TEST(Transition, NeverLetsAStrangerChangeAJobByATokenEvent) {
  constexpr std::array by_token{Event::start,        Event::renew,         Event::result_completed,
                                Event::result_retry, Event::result_failed, Event::result_canceled};
  for (const auto from : states)
    for (const auto event : by_token)
      for (const auto claim : {Claim::stranger, Claim::none}) {
        const auto verdict = transition(from, event, claim).verdict;
        EXPECT_TRUE(verdict == Verdict::conflict || verdict == Verdict::told_lost)
            << name(from) << ", " << name(event) << ", " << name(claim);
      }
}

TEST(Transition, StartsOnlyFromALiveOffer) {
  for_each_step([](JobState, Event event, Claim claim, const Step& step) {
    if (step.verdict == Verdict::moved && step.to == JobState::running) {
      EXPECT_EQ(event, Event::start);
      EXPECT_EQ(claim, Claim::offer);
    }
  });
}

TEST(JobState, ReadsBackItsNamesAndNamesTheNearestForAnother) {
  for (const auto state : states) EXPECT_EQ(*parse_job_state(name(state)), state);
  const auto wrong = parse_job_state("cancelled");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind(), base::ErrorKind::invalid);
  EXPECT_NE(wrong.error().text().find("Did you mean 'canceled'"), std::string::npos) << wrong.error().text();
}

}  // namespace
}  // namespace jobs
