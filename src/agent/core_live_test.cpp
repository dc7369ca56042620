// Progress by the second, while somebody watches.
#include "agent/core_for_tests.h"

namespace agent {
namespace {

class WhileWatched : public Hands {
 protected:
  static wire::ClaimAnswer watched() {
    wire::ClaimAnswer answer;
    answer.live = units::Seconds(10);
    return answer;
  }
  void live_ok(std::optional<units::Seconds> live) { keep(core->live_answered(wire::LiveAnswer{live}, now.boot, now)); }
};

TEST_F(WhileWatched, TellsOnceASecondUntilNobodyLooks) {
  be_registered();
  const auto lease = running();
  wait(2_s);
  EXPECT_EQ(count<Live>(), 0u);
  take<Claim>();
  keep(core->claim_answered(watched(), now));
  const auto told = take<Live>();
  EXPECT_EQ(told.node, node);
  ASSERT_EQ(told.request.running.size(), 1u);
  EXPECT_EQ(told.request.running[0].lease, lease);
  wait(5_s);
  EXPECT_EQ(count<Live>(), 0u) << "one at a time";
  live_ok(units::Seconds(10));
  wait(1_s);
  take<Live>();
  live_ok(std::nullopt);
  wait(20_s);
  EXPECT_EQ(count<Live>(), 0u);
}

TEST_F(WhileWatched, StopsByItselfWhereNoAnswerComes) {
  be_registered();
  running();
  take<Claim>();
  keep(core->claim_answered(watched(), now));
  take<Live>();
  keep(core->live_answered(Error::retry("nobody answers"), now.boot, now));
  wait(20_s);
  EXPECT_EQ(count<Live>(), 0u);
}

TEST_F(WhileWatched, HearsOfItWithAHeartbeatToo) {
  be_registered();
  running();
  wait(30_s);
  take<Heartbeat>();
  wire::HeartbeatAnswer answer;
  answer.live = units::Seconds(5);
  keep(core->heartbeat_answered(answer, now.boot, now));
  EXPECT_EQ(count<Live>(), 1u);
}

TEST_F(WhileWatched, HasNothingToTellWhereNothingRunsAndPollsOn) {
  be_registered();
  take<Claim>();
  keep(core->claim_answered(watched(), now));
  EXPECT_EQ(count<Claim>(), 1u) << "an answer that told so much came not in vain";
  wait(20_s);
  EXPECT_EQ(count<Live>(), 0u);
}

}  // namespace
}  // namespace agent
