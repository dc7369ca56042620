#include "jobs/retry.h"

#include <gtest/gtest.h>

#include <vector>

namespace jobs {
namespace {

struct RetryCase {
  const char* what;
  FailureClass failure;
  int failures, interruptions, max_attempts;
  double jitter;
  NextStep::Kind kind;
  double delay_seconds;
};

TEST(AfterFailure, DecidesAboutAnotherAttempt) {
  using Kind = NextStep::Kind;
  using F = FailureClass;
  const RetryCase cases[] = {
      {"bad input is dead at once", F::input, 1, 0, 3, 0.5, Kind::dead, 0},
      {"bad parameters are dead at once", F::parameters, 1, 0, 3, 0.5, Kind::dead, 0},
      {"a canceled attempt is not repeated", F::canceled, 0, 0, 3, 0.5, Kind::dead, 0},
      {"first transient failure: 5 s", F::transient, 1, 0, 3, 0.5, Kind::again, 5},
      {"second: 10 s", F::transient, 2, 0, 3, 0.5, Kind::again, 10},
      {"the third of three is the last", F::transient, 3, 0, 3, 0.5, Kind::dead, 0},
      {"jitter takes a quarter off", F::transient, 1, 0, 3, 0.0, Kind::again, 3.75},
      {"jitter adds up to a quarter", F::transient, 2, 0, 3, 1.0, Kind::again, 12.5},
      {"the delay ends at 5 min", F::transient, 40, 0, 50, 0.5, Kind::again, 300},
      {"one attempt allowed: none more", F::timeout, 1, 0, 1, 0.5, Kind::dead, 0},
      {"a node that lacks something: elsewhere, at once", F::node, 1, 0, 1, 0.5, Kind::again, 0},
      {"nobody has it", F::node, 11, 0, 3, 0.5, Kind::dead, 0},
      {"our own fault is tried again", F::internal, 2, 0, 3, 0.5, Kind::again, 10},
      {"an interruption goes again at once", F::interruption, 0, 1, 3, 0.5, Kind::again, 0},
      {"interruptions do not eat attempts", F::interruption, 0, 10, 1, 0.5, Kind::again, 0},
      {"the eleventh interruption ends it", F::interruption, 0, 11, 3, 0.5, Kind::dead, 0},
  };
  for (const auto& c : cases) {
    const auto next = after_failure(c.failure, {c.failures, c.interruptions, 0, c.failures, c.max_attempts}, c.jitter);
    EXPECT_EQ(next.kind, c.kind) << c.what;
    EXPECT_DOUBLE_EQ(next.delay.value(), c.delay_seconds) << c.what;
  }
}

TEST(AfterFailure, SetsAJobAsideThatTwoNodesWentDownWith) {
  const auto next = [](int crashes) {
    return after_failure(FailureClass::interruption, {0, crashes, crashes, 0, 3}, 0.5).kind;
  };
  EXPECT_EQ(next(1), NextStep::Kind::again);
  EXPECT_EQ(next(2), NextStep::Kind::dead);
}

class Judged : public testing::Test {
 protected:
  static Attempt failed(base::Id node, FailureClass failure, std::string error) {
    Attempt attempt;
    attempt.node = node;
    attempt.failure = failure;
    attempt.error = std::move(error);
    return attempt;
  }
  const base::Id a = base::Id::make(1, 1, 1), b = base::Id::make(1, 2, 2);
};

TEST_F(Judged, TheSameErrorOnTwoNodesIsTheInputs) {
  const std::vector<Attempt> earlier{failed(a, FailureClass::transient, "[mov @ 0x55d0c1] moov atom 17 not found")};
  EXPECT_EQ(judged(FailureClass::transient, "[mov @ 0x7fe2] moov atom 4 not found", b, earlier), FailureClass::input);
  EXPECT_EQ(judged(FailureClass::transient, "[mov @ 0x7fe2] moov atom 4 not found", a, earlier),
            FailureClass::transient)
      << "on the same node it may be the node";
  EXPECT_EQ(judged(FailureClass::transient, "Connection refused", b, earlier), FailureClass::transient);
  EXPECT_EQ(judged(FailureClass::internal, "[mov @ 0x7fe2] moov atom 4 not found", b, earlier), FailureClass::internal);
}

TEST_F(Judged, OtherClassesAreWhatTheAgentSays) {
  const std::vector<Attempt> earlier{failed(a, FailureClass::interruption, "its node was drained"),
                                     failed(a, FailureClass::transient, "")};
  EXPECT_EQ(judged(FailureClass::interruption, "its node was drained", b, earlier), FailureClass::interruption);
  EXPECT_EQ(judged(FailureClass::transient, "", b, earlier), FailureClass::transient) << "no error is no signature";
}

}  // namespace
}  // namespace jobs
