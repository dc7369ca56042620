#include "jobs/needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/job.h"
#include "jobs/node.h"
#include "media/encoder_table.h"

namespace jobs {
namespace {

using testing::ElementsAre;
using Works = media::EncoderState::Works;

const base::Id one = base::Id::make(1, 1, 1), two = base::Id::make(2, 2, 2);

Job job_for(const std::string& encoder) {
  Job job;
  job.submission.spec.encoder = encoder;
  return job;
}

NodeFacts node_with(std::vector<media::EncoderState> encoders) {
  NodeFacts facts;
  facts.encoders = std::move(encoders);
  return facts;
}
NodeFacts usual_node() { return node_with({{"libx264", media::Codec::h264, Works::yes, ""}}); }

TEST(Needs, AreTheEncoderThatASpecNames) {
  EXPECT_THAT(needs(job_for("h264_nvenc")).any_encoder, ElementsAre("h264_nvenc"));
}

TEST(Needs, AreAnyKnownEncoderOfTheCodecElse) {
  for (const auto codec : {media::Codec::h264, media::Codec::h265, media::Codec::vp9, media::Codec::av1}) {
    Job job;
    job.submission.spec.codec = codec;
    const auto wanted = needs(job).any_encoder;
    EXPECT_FALSE(wanted.empty()) << media::name(codec);
    for (const auto& encoder : media::encoder_table()) {
      const bool listed = std::find(wanted.begin(), wanted.end(), encoder.name) != wanted.end();
      EXPECT_EQ(listed, encoder.codec == codec) << encoder.name;
    }
  }
}

TEST(Needs, LeaveOutTheNodesThatLackedSomething) {
  auto job = job_for("libx264");
  Attempt lacking, other;
  lacking.node = two, lacking.failure = FailureClass::node;
  other.node = one, other.failure = FailureClass::transient;
  job.attempts = {lacking, other, lacking};
  EXPECT_THAT(needs(job).not_on, ElementsAre(two));
  EXPECT_FALSE(can_run(two, usual_node(), needs(job)));
  EXPECT_TRUE(can_run(one, usual_node(), needs(job)));
}

TEST(Needs, AreTheSameAsTextAndBack) {
  Needs needs{{"libx264", "h264_nvenc"}, 8, {{"rack", "b;7=|,%"}, {"a=b", ""}}, {one, two}, Alone::yes};
  const auto back = parse_class(class_of(needs));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, needs);
  EXPECT_EQ(class_of({{"libx264", "h264_nvenc"}, 0, {}, {}, Alone::no}), "libx264|h264_nvenc");
  EXPECT_EQ(*parse_class("libx264|h264_nvenc"), (Needs{{"libx264", "h264_nvenc"}, 0, {}, {}, Alone::no}));
  EXPECT_EQ(*parse_class(""), Needs{});
}

TEST(Needs, OfALadderAreAnEncoderForEachOfItsCodecs) {
  auto job = job_for("");
  job.submission.spec.preset.clear();
  job.submission.spec.outputs.resize(3);
  job.submission.spec.outputs[1].encoder = "libx265", job.submission.spec.outputs[1].codec = media::Codec::h265;
  job.submission.spec.outputs[2].encoder = "libx265", job.submission.spec.outputs[2].codec = media::Codec::h265;
  const auto wanted = needs(job);
  EXPECT_EQ(1 + wanted.also_encoders.size(), 2u);
  EXPECT_EQ(*parse_class(class_of(wanted)), wanted);
  const auto node = [](Works x265) {
    return node_with({{"libx264", media::Codec::h264, Works::yes, ""}, {"libx265", media::Codec::h265, x265, "no"}});
  };
  EXPECT_TRUE(can_run(one, node(Works::yes), wanted));
  EXPECT_EQ(lacks(node(Works::no), wanted), "libx265");
}

TEST(Needs, NameOnlyEncodersThatTakeThePresetAndThePasses) {
  auto job = job_for("");
  job.submission.spec.preset = "p4";
  EXPECT_THAT(needs(job).any_encoder, ElementsAre("h264_nvenc"));
  job.submission.spec.preset = "medium", job.submission.spec.passes = 2;
  EXPECT_THAT(needs(job).any_encoder, ElementsAre("libx264"));
}

TEST(Needs, AreTheRootsOfThePaths) {
  auto job = job_for("libx264");
  job.submission.spec.input = "media:/a.mp4";
  EXPECT_EQ(class_of(needs(job)), "libx264;root=media");
  EXPECT_EQ(*parse_class("libx264;root=media"), needs(job));
  auto node = usual_node();
  EXPECT_THAT(lacks(node, needs(job)), testing::HasSubstr("--root media=FOLDER"));
  node.roots = {"media", "tapes"};
  EXPECT_TRUE(can_run(one, node, needs(job)));
}

TEST(Needs, MakeTheSameClassOnlyWhereTheyAreTheSame) {
  const Needs base{{"libx264"}, 0, {}, {}, Alone::no};
  for (const Needs& other :
       {Needs{{"libx264", "h264_nvenc"}, 0, {}, {}, Alone::no}, Needs{{"libx264"}, 1, {}, {}, Alone::no},
        Needs{{"libx264"}, 0, {{"a", "b"}}, {}, Alone::no}, Needs{{"libx264"}, 0, {}, {one}, Alone::no},
        Needs{{"libx264"}, 0, {}, {}, Alone::yes}})
    EXPECT_NE(class_of(base), class_of(other));
}

TEST(Needs, RefuseATextThatIsNoClass) {
  for (const char* text : {"libx264;threads=0", "libx264;threads=x", "libx264;", "libx264;not-on=1", "libx264;node.a",
                           "libx264;node.a=%zz", "libx264;rack=b"})
    EXPECT_FALSE(parse_class(text)) << text;
}

TEST(CanRun, AsksForAnEncoderThatWorksNotForOneThatIsListed) {
  const auto node = node_with({{"libx264", media::Codec::h264, Works::yes, ""},
                               {"h264_nvenc", media::Codec::h264, Works::no, "no CUDA device"}});
  EXPECT_TRUE(can_run(one, node, needs(job_for("libx264"))));
  EXPECT_FALSE(can_run(one, node, needs(job_for("h264_nvenc"))));
  EXPECT_EQ(lacks(node, needs(job_for("h264_nvenc"))), "h264_nvenc");
  EXPECT_FALSE(can_run(one, node_with({}), needs(job_for("libx264"))));
  EXPECT_FALSE(can_run(one, node, {})) << "needs that nothing fulfils are fulfilled by nobody";
}

TEST(CanRun, AsksForThreadsAndLabels) {
  auto node = usual_node();
  auto job = job_for("libx264");
  job.submission.spec.threads = 8;
  EXPECT_TRUE(can_run(one, node, needs(job))) << "a node that does not tell its threads may have them";
  node.threads = 4;
  EXPECT_EQ(lacks(node, needs(job)), "8 threads");
  node.threads = 8;
  job.submission.labels = {{"node.rack", "b7"}, {"team", "x"}};
  EXPECT_EQ(lacks(node, needs(job)), "a node with the label rack=b7");
  node.labels = {{"rack", "b7"}};
  EXPECT_TRUE(can_run(one, node, needs(job)));
}

TEST(Slots, OfADeviceAreTakenOnlyWhereTheNodeCountsThem) {
  auto node =
      node_with({{"h264_nvenc", media::Codec::h264, Works::yes, ""}, {"libx264", media::Codec::h264, Works::yes, ""}});
  node.slots = 2;
  EXPECT_EQ(slot_kind(node, needs(job_for("h264_nvenc"))), "");
  node.device_slots = {{"nvenc", 8}};
  EXPECT_EQ(slot_kind(node, needs(job_for("h264_nvenc"))), "nvenc");
  EXPECT_EQ(slot_kind(node, needs(job_for("libx264"))), "");
  EXPECT_EQ(slots_of(node, "nvenc"), 8);
  EXPECT_EQ(slots_of(node, ""), 2);
}

}  // namespace
}  // namespace jobs
