// Followers of what happens: what they are told, what they are spared, and what they are told that they missed.
#include "master/event_feed.h"

#include <gmock/gmock.h>

#include "json/json.h"
#include "master/core_for_tests.h"
#include "net/event_stream.h"

namespace master {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Wanted = EventFeed::Asked::Wanted;

class Following : public Farm {
 protected:
  Following() {
    settings.life = "life";
    settings.kept_events = 8;
    restart();
  }
  // "ready", "job 1 queued", "node n1 active", …, of one frame.
  std::vector<std::string> told(EventFeed& feed) {
    std::vector<std::string> all;
    net::EventReader reader;
    EXPECT_TRUE(reader.feed(feed.take(core->events(), core->board()), [&](const net::EventReader::Event& event) {
      const auto data = *json::parse(event.data);
      if (!event.id.empty()) last_id = event.id;
      if (event.name == "job")
        all.push_back(base::format("job {} {}{}", data.at("number").as_integer(), data.at("state").as_string(),
                                   data.find("removed") ? " removed" : ""));
      else if (event.name == "node")
        all.push_back(base::format("node {} {}", data.at("name").as_string(), data.at("intent").as_string()));
      else if (event.name == "live")
        all.push_back(base::format("live {} {}", data.at("number").as_integer(), data.at("fraction").as_number()));
      else
        all.push_back(event.name);
      return true;
    }));
    return all;
  }
  void commit() { core->committed(); }
  EventFeed follower(EventFeed::Asked asked = {}) {
    EventFeed feed(std::move(asked));
    EXPECT_THAT(told(feed), ElementsAre("ready"));
    return feed;
  }

  std::string last_id;
};

TEST_F(Following, TellsEveryChangeOnceInItsOrder) {
  auto feed = follower();
  const auto n = node();
  const auto lease = running(n);
  commit();
  EXPECT_TRUE(feed.has_news(core->events(), core->board()));
  EXPECT_THAT(told(feed), ElementsAre("node n1 active", "job 1 queued", "job 1 running"));
  EXPECT_FALSE(feed.has_news(core->events(), core->board()));
  EXPECT_THAT(told(feed), IsEmpty());
  ASSERT_TRUE(result(n, lease));
  ASSERT_TRUE(core->forget("1"));
  commit();
  EXPECT_THAT(told(feed), ElementsAre("job 1 completed", "job 1 completed removed"));
}

TEST_F(Following, NothingIsToldBeforeItIsDurableOrOfWhatWasTakenBack) {
  auto feed = follower();
  submit();
  EXPECT_THAT(told(feed), IsEmpty());
  ASSERT_TRUE(core->reload(now));  // the transaction was rolled back
  commit();
  EXPECT_THAT(told(feed), IsEmpty());
}

TEST_F(Following, AStoreThatFailsWhileItWritesANodeIsNoticed) {
  model.fail_write(1, base::Error::failed("the disk has gone"));
  EXPECT_FALSE(core->enrol({std::nullopt, facts_of("n1")}, now));
  EXPECT_TRUE(core->store_failure()) << "nothing may be committed any more";
}

TEST_F(Following, GoesOnWhereTheLastStreamEnded) {
  auto feed = follower();
  submit();
  commit();
  EXPECT_THAT(told(feed), ElementsAre("job 1 queued"));
  const auto seen = last_id;
  submit();
  submit();
  commit();
  EventFeed again({.last_event_id = seen});
  EXPECT_THAT(told(again), ElementsAre("ready", "job 2 queued", "job 3 queued"));
}

TEST_F(Following, WhoIsTooFarBehindIsToldSo) {
  auto feed = follower();
  submit();
  commit();
  told(feed);
  const auto seen = last_id;
  for (int i = 0; i < 8; ++i) submit();
  commit();
  EventFeed just({.last_event_id = seen});
  EXPECT_EQ(told(just).size(), 9u) << "as many as are kept";
  submit();
  commit();
  EXPECT_THAT(told(feed), ElementsAre("reset"));
  EventFeed again({.last_event_id = seen});
  EXPECT_THAT(told(again), ElementsAre("reset"));
  submit();
  commit();
  EXPECT_THAT(told(feed), ElementsAre("job 11 queued"));
  EXPECT_THAT(told(again), ElementsAre("job 11 queued"));
}

TEST_F(Following, AnIdThatThisMasterDidNotGiveIsAnsweredWithAReset) {
  submit();
  commit();
  for (const char* id : {"other-1", "life-2", "life-99999999999999999999", "life-", "-1", "life", "life--1", "\xff",
                         "0", "life-18446744073709551615", "life-1 "}) {
    EventFeed feed({.last_event_id = id});
    EXPECT_THAT(told(feed), ElementsAre("reset")) << id;
  }
  EventFeed all({.last_event_id = "life-0"});
  EXPECT_THAT(told(all), ElementsAre("ready", "job 1 queued"));
}

TEST_F(Following, ADatabaseThatWasAwayInACommitIsAGap) {
  const auto data = store_testing::ModelData::shared([this] { return now; });
  const auto store_of_both = data->open();
  Core other(*store_of_both, random, *log, metrics, settings);
  ASSERT_TRUE(other.recover(now));
  EventFeed feed({});
  feed.take(other.events(), other.board());
  ASSERT_TRUE(other.reload(now));
  EXPECT_THAT(feed.take(other.events(), other.board()), testing::HasSubstr("event: reset"));
}

TEST_F(Following, OfAnotherMastersChangesItIsToldOnceThatThereAreSome) {
  auto feed = follower();
  core->look();
  core->look();
  EXPECT_THAT(told(feed), ElementsAre("elsewhere"));
  EXPECT_THAT(told(feed), IsEmpty());
}

TEST_F(Following, OfProgressItIsToldTheNewest) {
  const auto n = node();
  const auto lease = running(n), other = running(n);
  commit();
  auto feed = follower({.jobs = Wanted::no, .nodes = Wanted::no, .live = Wanted::yes});
  auto of_one = follower({.jobs = Wanted::no, .nodes = Wanted::no, .live = Wanted::yes, .job = other.job});
  const auto tells = [&](const jobs::Lease& by, double fraction) {
    wire::RunningJob running;
    running.lease = by;
    running.fraction = fraction;
    ASSERT_TRUE(core->live(n, {"boot-1", {running}}, now));
  };
  tells(lease, 0.125);
  tells(other, 0.25);
  tells(lease, 0.5);
  EXPECT_THAT(told(feed), ElementsAre("live 2 0.25", "live 1 0.5"));
  EXPECT_THAT(told(of_one), ElementsAre("live 2 0.25"));
  EXPECT_THAT(told(feed), IsEmpty());
}

TEST_F(Following, OnlyWhatWasAskedForIsTold) {
  submit();
  commit();
  auto nodes = follower({.jobs = Wanted::no});
  auto of_two = follower({.job = base::Id::make(7, 7, 7)});
  node();
  submit();
  commit();
  EXPECT_THAT(told(nodes), ElementsAre("node n1 active"));
  EXPECT_THAT(told(of_two), IsEmpty());
  EXPECT_FALSE(of_two.has_news(core->events(), core->board()));
}

TEST_F(Following, AFrameEndsWhereItIsFullAndTheNextGoesOn) {
  settings.kept_events = 4096;
  restart();
  auto feed = follower();
  for (int i = 0; i < 1000; ++i) submit();
  commit();
  std::size_t seen = 0, frames = 0;
  while (feed.has_news(core->events(), core->board())) {
    const auto frame = feed.take(core->events(), core->board());
    EXPECT_LT(frame.size(), EventFeed::frame_size + 2048);
    net::EventReader reader;
    reader.feed(frame, [&](const net::EventReader::Event&) { return ++seen > 0; });
    ++frames;
  }
  EXPECT_EQ(seen, 1000u);
  EXPECT_GT(frames, 3u);
}

}  // namespace
}  // namespace master
