// The dashboard in a real browser, against a real master and agent and real jobs. What is looked at stands in
// tests/web/parts; here is the farm that each part expects.
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>

#include "support/farm.h"

namespace story {
namespace {

class Dashboard : public Farm {
 protected:
  Dashboard() {
    environment_["FFWATT_WEB_MODULES"] = FFWATT_WEB_MODULES;
    // Where a person wants to look: FFWATT_SCREENSHOTS=docs/user/dashboard ctest -R dashboard
    if (const char* folder = ::getenv("FFWATT_SCREENSHOTS")) environment_["FFWATT_SCREENSHOTS"] = folder;
  }

  void look(const std::string& part) {
    const auto done = run({"node", FFWATT_SOURCE_DIR "/tests/web/story.mjs", url_, part});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
  }

  // What still runs is given back: a runner outlives its agent otherwise.
  static void leave(Program& agent) {
    agent.signal(SIGINT);
    agent.wait();
  }

  // Jobs 1 and 3 are completed, job 2 failed for want of its input, job 4 runs, job 5 waits, job 6 is paused.
  void busy_farm() {
    ASSERT_EQ(submit(R"({"scenario":"480p30-h264","name":"opening titles","parameters":{"duration":6}})").status, 201);
    ASSERT_EQ(
        submit(
            R"({"scenario":"480p30-h264","name":"trailer, second cut","parameters":{"input":"/nowhere/absent.mp4"}})")
            .status,
        201);
    ASSERT_EQ(
        submit(
            R"({"scenario":"480p30-h264","name":"opening titles, lean","parameters":{"duration":6,"bitrate":"600k"}})")
            .status,
        201);
    EXPECT_EQ(text_at(finished(1), "state"), "completed");
    EXPECT_EQ(text_at(finished(2), "state"), "failed");
    EXPECT_EQ(text_at(finished(3), "state"), "completed");
    // Longer than any machine of today encodes while a browser looks; on one thread, so that the browser can.
    ASSERT_EQ(submit(R"({"scenario":"1080p30-h264","name":"evening news","parameters":{"duration":7200,"threads":1}})")
                  .status,
              201);
    await_running(4);
    ASSERT_EQ(submit(R"({"scenario":"720p30-h265","name":"match of the day","parameters":{"duration":10}})").status,
              201);
    ASSERT_EQ(submit(R"({"scenario":"720p30-h264","name":"night shift","parameters":{"duration":10}})").status, 201);
    ASSERT_EQ(curl({"-X", "POST"}, "/jobs/6/pause").status, 200);
  }
};

TEST_F(Dashboard, AnEmptyFarmExplainsItselfAndASampleIsOnePressAway) {
  auto m = master();
  look("empty");
}

TEST_F(Dashboard, EachPageShowsAFarmAtWork) {
  auto m = master();
  auto a = agent("encoder-7");
  busy_farm();
  look("full");
  leave(*a);
}

TEST_F(Dashboard, FaultsOfNetworkAndMasterAreToldAndSurvived) {
  auto m = master();
  auto a = agent("encoder-7");
  busy_farm();
  look("errors");
  leave(*a);
}

TEST_F(Dashboard, AKilledMasterIsToldAndItsReturnNeedsNoReload) {
  auto m = master();
  auto a = agent("encoder-7");
  busy_farm();
  Program browser(start({"node", FFWATT_SOURCE_DIR "/tests/web/story.mjs", url_, "cut"}));
  ASSERT_TRUE(browser.prints("kill the master"));
  m->signal(SIGKILL);
  m->wait();
  ASSERT_TRUE(browser.prints("start the master"));
  m = master();
  const auto done = browser.wait();
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  leave(*a);
}

TEST_F(Dashboard, AJobIsSubmittedWatchedAndCanceledWithoutAMouse) {
  auto m = master();
  auto a = agent("encoder-7");
  ASSERT_TRUE(a->prints("registered"));
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","name":"first","parameters":{"duration":1}})").status, 201);
  look("keys");
  leave(*a);
}

TEST_F(Dashboard, TextsOfOthersStayTexts) {
  auto m = master();
  look("hostile");
}

}  // namespace
}  // namespace story
