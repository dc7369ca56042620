// When followers get what they are told.
#include "master/event_desk.h"

#include <gmock/gmock.h>

#include "master/core_for_tests.h"

namespace master {
namespace {

using testing::HasSubstr;

struct Sink : net::PartSink::Channel {
  void part(std::string bytes, Then then) override {
    parts.push_back(std::move(bytes));
    if (then == Then::end) ended = true;
  }
  void cut() override {}
  std::vector<std::string> parts;
  bool ended = false;
};

class Desk : public Farm {
 protected:
  using Wanted = EventFeed::Asked::Wanted;
  // One with room for a frame.
  std::shared_ptr<Sink> ask() {
    auto sink = std::make_shared<Sink>();
    desk.ask(follower, net::PartSink(sink));
    return sink;
  }
  // A turn of now; how many frames it sent.
  std::size_t turn() {
    const auto waited = desk.waiting();
    desk.turn(*core, now);
    return waited - desk.waiting();
  }
  units::Seconds until_next() { return desk.next_turn(*core, now).value() - now.boot; }
  void make_news() {
    submit();
    core->committed();
  }

  EventDesk desk;
  std::shared_ptr<EventDesk::Follower> follower = std::make_shared<EventDesk::Follower>(EventFeed::Asked{});
};

TEST_F(Desk, NobodyIsNoWork) { EXPECT_FALSE(desk.next_turn(*core, now)); }

TEST_F(Desk, TellsAtOnceAndThenAtMostFiveTimesASecond) {
  auto sink = ask();
  EXPECT_EQ(until_next(), 0_s);
  EXPECT_EQ(turn(), 1u);
  EXPECT_THAT(sink->parts.at(0), HasSubstr("event: ready"));
  sink = ask();
  EXPECT_EQ(turn(), 0u);
  EXPECT_NEAR(until_next().value(), 15, 1e-9);
  make_news();
  make_news();
  EXPECT_NEAR(until_next().value(), 0.2, 1e-6);
  pass(0.19_s);
  EXPECT_EQ(turn(), 0u);
  pass(0.02_s);
  EXPECT_EQ(turn(), 1u);
  EXPECT_THAT(sink->parts.at(0), HasSubstr("\"number\":1"));
  EXPECT_THAT(sink->parts.at(0), HasSubstr("\"number\":2"));
}

TEST_F(Desk, GivesASignOfLifeWhereNothingHappens) {
  ask();
  turn();
  const auto sink = ask();
  pass(14.9_s);
  EXPECT_EQ(turn(), 0u);
  pass(0.2_s);
  EXPECT_EQ(turn(), 1u);
  EXPECT_EQ(sink->parts.at(0), ":\n\n");
}

TEST_F(Desk, LetsNodesTellByTheSecondForAsLongAsSomebodyFollowsThat) {
  const auto n = node();
  const auto lease = running(n);
  const auto told = [&] { return core->heartbeat(n, {"boot-1", {{lease, {}, {}, {}}}}, now)->live; };
  ask();
  turn();
  EXPECT_FALSE(told()) << "who asks for changes alone needs no progress";
  follower = std::make_shared<EventDesk::Follower>(EventFeed::Asked{.live = Wanted::yes});
  ask();
  turn();
  EXPECT_EQ(told(), LiveBoard::kWatch);
  ask();
  EXPECT_LE(until_next(), 5_s);
  pass(5_s);
  turn();
  EXPECT_EQ(told(), LiveBoard::kWatch);
  pass(11_s);
  EXPECT_FALSE(told()) << "it has no room for more, and asks for nothing";
}

TEST_F(Desk, AtTheEndEverybodyIsToldSo) {
  ask();
  turn();
  const auto sink = ask();
  desk.close();
  EXPECT_TRUE(sink->ended);
  EXPECT_THAT(sink->parts.at(0), HasSubstr("event: stopping"));
  EXPECT_EQ(desk.waiting(), 0u);
}

}  // namespace
}  // namespace master
