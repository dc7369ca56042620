// Which jobs an agent takes and asks for: slots of its own, of its devices, jobs that have the node to themselves, and
// the next job that comes with the answer to a result.
#include "agent/core_for_tests.h"

namespace agent {
namespace {

class Slots : public Hands {
 protected:
  // A GPU whose encoder carries two jobs, beside one slot of the node.
  void with_device() {
    settings.facts.encoders = {{"h264_nvenc", media::Codec::h264, media::EncoderState::Works::yes, ""},
                               {"libx265", media::Codec::h265, media::EncoderState::Works::yes, ""}};
    settings.facts.device_slots = {{"nvenc", 2}};
    make();
    be_registered();
  }
  wire::Offer on_device(std::uint64_t n) {
    auto o = offer(n);
    o.job.submission.spec.encoder = "h264_nvenc";
    return o;
  }
  wire::Offer on_node(std::uint64_t n) {
    auto o = offer(n);
    o.job.submission.spec.encoder = "libx265";
    return o;
  }
  wire::Offer alone(std::uint64_t n) {
    auto o = offer(n);
    o.job.submission.alone = jobs::Alone::yes;
    return o;
  }
  jobs::Lease runs(const wire::Offer& o) {
    offered({o});
    take<Start>();
    start_ok(o.lease);
    take<Launch>();
    return o.lease;
  }
  wire::ResultAnswer accepted(const jobs::Lease& lease, std::optional<wire::ClaimAnswer> next = std::nullopt) {
    return {lease.job, jobs::JobState::completed, wire::ResultAnswer::Output::publish, std::move(next)};
  }
};

TEST_F(Slots, TheNextJobComesWithTheAnswerToAResult) {
  be_registered();
  const auto lease = running(1);
  take<Claim>();  // the open one, without slots
  keep(core->runner_ended(lease.job, now));
  const auto post = take<Post>();
  ASSERT_TRUE(post.next);
  EXPECT_EQ(post.next->node_id, node);
  EXPECT_EQ(post.next->slots, 1);
  EXPECT_FALSE(post.next->claim_id.empty());
  result_answered(lease, accepted(lease, wire::ClaimAnswer{{offer(2)}, {}}));
  EXPECT_EQ(take<Start>().request.lease, offer(2).lease);
  EXPECT_EQ(count<CancelClaim>(), 0u) << "the open poll promises what is true still";
  EXPECT_EQ(take<Finish>().how, Finish::How::publish);
  keep(core->finished(lease.job, now));
  EXPECT_EQ(count<CancelClaim>() + count<Claim>(), 0u);
}

TEST_F(Slots, AnAnswerWithoutAJobLeavesTheAskingToThePoll) {
  be_registered();
  for (const auto& next : {std::optional<wire::ClaimAnswer>(), std::optional(wire::ClaimAnswer{})}) {
    const auto lease = running(1);
    take<Claim>();
    keep(core->runner_ended(lease.job, now));
    take<Post>();
    result_answered(lease, accepted(lease, next));
    take<Finish>();
    keep(core->finished(lease.job, now));
    EXPECT_GE(count<CancelClaim>(), 1u);
    keep(core->claim_answered(Error::retry("stopped"), now));
    while (count<CancelClaim>() != 0) take<CancelClaim>();
    ASSERT_EQ(count<Claim>(), 1u);
  }
  EXPECT_EQ(take<Claim>().request.slots, 1);
}

TEST_F(Slots, WhatComesWithAResultMayBeTheSameJobAgain) {
  be_registered();
  const auto lease = running(1);
  keep(core->runner_ended(lease.job, now));
  take<Post>();
  auto again = offer(1);
  again.lease.attempt = 2;
  again.lease.token = "another";
  result_answered(lease, wire::ResultAnswer{lease.job, jobs::JobState::queued, {}, wire::ClaimAnswer{{again}, {}}});
  EXPECT_EQ(take<Finish>().lease, lease);
  EXPECT_EQ(count<Start>(), 0u) << "what the first attempt left is being cleared away";
  keep(core->finished(lease.job, now));
  EXPECT_EQ(take<Start>().request.lease, again.lease);
}

TEST_F(Slots, AJobOnADeviceTakesNoSlotOfTheNode) {
  with_device();
  offered({on_device(1), on_device(2), on_device(3)});
  EXPECT_EQ(count<Start>(), 2u) << "as many as the device carries";
  EXPECT_EQ(take<Claim>().request.slots, 1) << "the node's own is free";
  keep(core->claim_answered(wire::ClaimAnswer{{on_node(4), on_node(5)}, {}}, now));
  EXPECT_EQ(count<Start>(), 3u);
  EXPECT_EQ(take<Claim>().request.slots, 0);
}

TEST_F(Slots, TheResultOfAJobOnADeviceAsksForNoSlotOfTheNode) {
  with_device();
  const auto lease = runs(on_device(1));
  keep(core->runner_ended(lease.job, now));
  EXPECT_EQ(take<Post>().next->slots, 0);
  EXPECT_EQ(count<CancelClaim>(), 0u);
  result_answered(lease, accepted(lease, wire::ClaimAnswer{{on_device(2)}, {}}));
  EXPECT_EQ(count<Start>(), 1u);
}

TEST_F(Slots, ADeviceThatIsNotCountedSharesTheNodesSlots) {
  with_device();
  settings.facts.device_slots.clear();
  make();
  kept.clear();
  be_registered();
  offered({on_device(1), on_node(2)});
  EXPECT_EQ(count<Start>(), 1u);
}

TEST_F(Slots, WhoeverWantsToBeAloneGetsNoCompany) {
  settings.facts.slots = 3;
  make();
  be_registered();
  const auto lease = runs(alone(1));
  EXPECT_EQ(take<Claim>().request.slots, 0);
  keep(core->claim_answered(wire::ClaimAnswer{{offer(2)}, {}}, now));
  EXPECT_EQ(count<Start>(), 0u);
  keep(core->runner_ended(lease.job, now));
  EXPECT_TRUE(take<Post>().next);
  EXPECT_GE(count<CancelClaim>(), 1u) << "the two slots that the post does not ask for are free again";
}

TEST_F(Slots, WhoeverWantsToBeAloneComesToNobody) {
  settings.facts.slots = 3;
  make();
  be_registered();
  runs(offer(1));
  EXPECT_EQ(take<Claim>().request.slots, 2);
  keep(core->claim_answered(wire::ClaimAnswer{{alone(2)}, {}}, now));
  EXPECT_EQ(count<Start>(), 0u);
}

TEST_F(Slots, ANodeThatCannotLaunchIsNotOfferedJobsForItsDevicesEither) {
  with_device();
  const auto lease = runs(on_device(1));
  keep(core->launch_failed(lease.job, now));
  EXPECT_GE(count<CancelClaim>(), 1u) << "a poll without slots would bring jobs for the device";
  EXPECT_FALSE(take<Post>().next);
  keep(core->claim_answered(Error::retry("stopped"), now));
  kept.clear();
  wait(9_s);
  EXPECT_EQ(count<Claim>(), 0u);
  wait(2_s);
  EXPECT_EQ(take<Claim>().request.slots, 1);
}

}  // namespace
}  // namespace agent
