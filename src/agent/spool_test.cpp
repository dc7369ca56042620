#include "agent/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/run_one.h"
#include "agent/spool_for_tests.h"

namespace agent {
namespace {

class SpoolTest : public testing::Test {
 protected:
  os_testing::TemporaryFolder folder;
  os::RealHost real;
  os::Files& files = real.host().files;
  Spool spool{files, folder.path()};
};

TEST_F(SpoolTest, AnOfferComesBackAsItWasAndIsFoundAgain) {
  const auto one = spooled_offer(1), two = spooled_offer(2);
  ASSERT_TRUE(spool.put_offer(one));
  ASSERT_TRUE(spool.put_offer(two));
  EXPECT_EQ(*Spool::offer_in(files, spool.folder(one.lease)), one);
  EXPECT_EQ(spool.find_all().offers, (std::vector<wire::Offer>{one, two}));
  EXPECT_TRUE(spool.find_all().unreadable.empty());
}

TEST_F(SpoolTest, OneFolderThatCannotBeReadHidesNoOther) {
  const auto one = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(one));
  folder.write("jobs/broken/job.json", "{\"job\":");
  const auto found = spool.find_all();
  EXPECT_EQ(found.offers, (std::vector<wire::Offer>{one}));
  ASSERT_EQ(found.unreadable.size(), 1u);
  EXPECT_THAT(found.unreadable.front(), testing::HasSubstr("broken"));
  EXPECT_FALSE(found.again) << "it will not be whole the next time";
}

TEST_F(SpoolTest, WhatCannotBeReadNowMayBeFoundTheNextTime) {
  const auto one = spooled_offer(1);
  std::filesystem::create_directories(spool.folder(one.lease) / "job.json");  // there, and every read of it fails
  EXPECT_TRUE(spool.find_all().again);
  std::filesystem::remove(spool.folder(one.lease) / "job.json");
  ASSERT_TRUE(spool.put_offer(one));
  const auto found = spool.find_all();
  EXPECT_FALSE(found.again);
  EXPECT_EQ(found.offers, (std::vector<wire::Offer>{one}));
}

TEST_F(SpoolTest, AFolderWithoutAnOfferIsRemovedUnlessARunnerHoldsIt) {
  folder.write("jobs/half-made/.job.json.tmp", "{");
  folder.write("jobs/half-removed/power.trace", "");
  folder.write("jobs/held/report.json", "{}");
  const auto lock = Spool::runner_lock(files, folder / "jobs" / "held");
  ASSERT_TRUE(lock);
  const auto found = spool.find_all();
  EXPECT_TRUE(found.offers.empty());
  ASSERT_EQ(found.unreadable.size(), 1u);
  EXPECT_THAT(found.unreadable.front(), testing::HasSubstr("held"));
  EXPECT_FALSE(files.exists(folder / "jobs" / "half-made"));
  EXPECT_FALSE(files.exists(folder / "jobs" / "half-removed"));
  EXPECT_TRUE(files.exists(folder / "jobs" / "held" / "report.json"));
}

TEST_F(SpoolTest, NothingIsFoundWhereNothingWasEverKept) {
  EXPECT_TRUE(spool.find_all().offers.empty());
  EXPECT_TRUE(spool.find_all().unreadable.empty());
}

TEST_F(SpoolTest, TwoAttemptsOfAJobShareNothing) {
  auto first = spooled_offer(1), second = first;
  second.lease.attempt = 2;
  EXPECT_NE(spool.folder(first.lease), spool.folder(second.lease));
  EXPECT_NE(run_id(first.lease), run_id(second.lease));
}

TEST_F(SpoolTest, ARunnersNameIsReadBackAndAHalfOneIsNone) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  EXPECT_FALSE(spool.runner(offer.lease));
  const auto path = spool.folder(offer.lease);
  ASSERT_TRUE(Spool::put_runner(files, path, {42, 1234567, "boot-1"}));
  EXPECT_EQ(spool.runner(offer.lease), (ProcessName{42, 1234567, "boot-1"}));
  ASSERT_TRUE(Spool::put_runner(files, path, {42, 1234567, ""}));
  EXPECT_EQ(spool.runner(offer.lease), (ProcessName{42, 1234567, "unknown"}));
  for (const char* half : {"", "42", "42 7", "0 7 b", "-1 7 b", "x 7 b", "42 7 b more"}) {
    ASSERT_TRUE(files.write_durably(path / "runner", half));
    EXPECT_FALSE(spool.runner(offer.lease)) << half;
  }
}

TEST_F(SpoolTest, ProgressIsTheLastOneThatWasPut) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  EXPECT_FALSE(spool.progress(offer.lease));
  wire::RunningJob running{offer.lease, media::Progress{}, {}, {}};
  for (const int frames : {1, 100000, 7}) {
    running.progress->frames = frames;
    const auto put = Spool::put_progress(files, spool.folder(offer.lease), running);
    ASSERT_TRUE(put) << put.error().text();
    ASSERT_TRUE(spool.progress(offer.lease));
    EXPECT_EQ(spool.progress(offer.lease)->progress->frames, frames);
    EXPECT_EQ(spool.progress(offer.lease)->lease, offer.lease);
  }
}

TEST_F(SpoolTest, AReportIsThereOnceItWasPut) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  EXPECT_FALSE(spool.has_report(offer.lease));
  EXPECT_EQ(spool.report(offer.lease).error().kind(), base::ErrorKind::absent);
  const auto report = nothing_ran(offer, jobs::FailureClass::interruption, "why", units::WallTime::from_seconds(1e9));
  ASSERT_TRUE(Spool::put_report(files, spool.folder(offer.lease), report));
  EXPECT_TRUE(spool.has_report(offer.lease));
  ASSERT_TRUE(spool.report(offer.lease)) << spool.report(offer.lease).error().text();
  EXPECT_EQ(*spool.report(offer.lease), report);
}

TEST_F(SpoolTest, APowerTraceComesBackWithItsReportAndALostOneIsSaid) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  auto report = nothing_ran(offer, jobs::FailureClass::interruption, "why", units::WallTime::from_seconds(1e9));
  for (int i = 0; i < 100'000; ++i) report.power_trace += static_cast<char>(i);
  ASSERT_TRUE(Spool::put_report(files, spool.folder(offer.lease), report));
  EXPECT_EQ(*spool.report(offer.lease), report);

  const auto trace = spool.folder(offer.lease) / "power.trace";
  ASSERT_TRUE(files.write_durably(trace, std::string(jobs::most_power_trace + 1, 'x')));
  EXPECT_TRUE(spool.report(offer.lease)->power_trace.empty());
  EXPECT_EQ(spool.report(offer.lease)->caveats.size(), 1u);
  ASSERT_TRUE(files.remove(trace));
  ASSERT_TRUE(files.make_folders(trace));
  ASSERT_TRUE(spool.report(offer.lease));
  EXPECT_THAT(spool.report(offer.lease)->caveats.at(0), testing::HasSubstr("the power trace was lost"));
}

TEST_F(SpoolTest, OneRunnerAtATimeHoldsAnAttempt) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  auto first = Spool::runner_lock(files, spool.folder(offer.lease));
  ASSERT_TRUE(first);
  EXPECT_EQ(Spool::runner_lock(files, spool.folder(offer.lease)).error().kind(), base::ErrorKind::retry);
  first->reset();
  EXPECT_TRUE(Spool::runner_lock(files, spool.folder(offer.lease)));
}

TEST_F(SpoolTest, WhatIsRemovedIsGoneAndWhatIsSetAsideIsKeptElsewhere) {
  const auto one = spooled_offer(1), two = spooled_offer(2);
  ASSERT_TRUE(spool.put_offer(one));
  ASSERT_TRUE(spool.put_offer(two));
  ASSERT_TRUE(spool.remove(one.lease));
  ASSERT_TRUE(spool.set_aside(two.lease));
  EXPECT_TRUE(spool.find_all().offers.empty());
  EXPECT_TRUE(files.exists(folder / "rejected" / spool.folder(two.lease).filename() / "job.json"));
  EXPECT_TRUE(spool.remove(one.lease)) << "twice is fine";
}

TEST_F(SpoolTest, KeepsTheRepetitionsOfARunnerThatMayDie) {
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  EXPECT_TRUE(spool.samples(offer.lease).empty());
  std::vector<jobs::Piece> pieces(2);
  pieces[0].kind = pieces[1].kind = jobs::Piece::Kind::repetition;
  pieces[1].number = 2, pieces[1].elapsed = units::Seconds(1.5);
  ASSERT_TRUE(Spool::put_samples(files, spool.folder(offer.lease), pieces));
  EXPECT_EQ(spool.samples(offer.lease), pieces);
}

}  // namespace
}  // namespace agent
