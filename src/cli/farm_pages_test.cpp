// How jobs and nodes of a master read, against tests/golden/farm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "cli/golden.h"
#include "cli/job_page.h"
#include "cli/node_page.h"
#include "wire/decode.h"

namespace cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using units::Seconds;

const auto begun = units::WallTime::from_seconds(1'700'000'000);
const auto now = begun + Seconds(3723);

os::TerminalFacts terminal(int columns) { return {.is_terminal = true, .columns = columns}; }

units::Measured<units::Joules> joules(double value) {
  using units::Joules;
  return units::Measured<Joules>::of(Joules(value), Joules(value * 0.9), Joules(value * 1.1), units::Quality::measured,
                                     "perf", units::Scope::package);
}

jobs::Job queued_job() {
  jobs::Job job;
  job.id = base::Id::make(1'700'000'000'000, 42, 42);
  job.number = 42;
  job.created = job.changed = begun;
  job.submission.spec.scenario = "720p30-h264";
  return job;
}

jobs::Attempt attempt(int number, std::string node, double after, double took) {
  jobs::Attempt made;
  made.number = number;
  made.node = base::Id::make(1'700'000'000'000, 7, 7);
  made.node_name = std::move(node);
  made.started = begun + Seconds(after);
  made.ended = made.started + Seconds(took);
  return made;
}

// It was interrupted, failed, and is to be tried a third time.
jobs::Job tried_job() {
  auto job = queued_job();
  job.submission.name = "launch film";
  job.submission.priority = jobs::Priority::high;
  job.submission.alone = jobs::Alone::yes;
  job.submission.labels = {{"node.rack", "b7"}, {"tenant", "a"}};
  auto lost = attempt(1, "worker-1", 60, 95.5);
  lost.outcome = "interrupted";
  lost.failure = jobs::FailureClass::interruption;
  lost.error = "its node did not renew the lease in time";
  lost.wasted = units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "its node never said what it took");
  auto failed = attempt(2, "worker-2", 3600, 118.2);
  failed.outcome = "failed";
  failed.failure = jobs::FailureClass::transient;
  failed.error = "ffmpeg ended with code 1: av_interleaved_write_frame(): No space left on device\nmore of it";
  failed.wasted = joules(1234.5);
  job.attempts = {lost, failed};
  job.reason = failed.error;
  job.not_before = now + Seconds(9);
  return job;
}

wire::NodeView busy_node() {
  using Works = media::EncoderState::Works;
  using InUse = jobs::EnergySourceState::InUse;
  wire::NodeView view;
  view.node.id = base::Id::make(1'700'000'000'000, 7, 7);
  view.node.registered = begun;
  view.node.last_heartbeat = now - Seconds(3);
  view.heartbeat_age = Seconds(3);
  view.running = {"#42", "#43"};
  auto& facts = view.node.facts;
  facts.name = "worker-1";
  facts.cpu_model = "AMD EPYC 7763 64-Core Processor";
  facts.threads = 128, facts.sockets = 2;
  facts.memory = units::Bytes(256e9);
  facts.ffmpeg_version = "5.1.9", facts.agent_version = "0.1.0", facts.kernel = "6.1.0";
  facts.slots = 2;
  facts.device_slots = {{"nvenc", 8}};
  facts.labels = {{"disk", "fast"}, {"rack", "b7"}};
  facts.encoders = {{"libx264", media::Codec::h264, Works::yes, ""},
                    {"h264_nvenc", media::Codec::h264, Works::yes, ""},
                    {"hevc_vaapi", media::Codec::h265, Works::no,
                     "no device of VA-API: /dev/dri holds no render node, or none that this user may open"}};
  facts.energy_sources = {{"perf", InUse::no, "needs CAP_PERFMON; `ffwatt doctor --fix` gives it"},
                          {"powercap", InUse::yes, ""}};
  return view;
}

wire::NodeView old_node() {
  // What the first agents told.
  const auto value = json::Value::object({{"id", base::Id::make(1'700'000'000'000, 8, 8).text()},
                                          {"intent", "active"},
                                          {"liveness", "late"},
                                          {"registered_at", "2023-11-14T22:13:20Z"},
                                          {"last_heartbeat_at", "2023-11-14T22:13:20Z"},
                                          {"heartbeat_age_seconds", 61},
                                          {"name", "old"}});
  auto view = wire::decode_node(value);
  EXPECT_TRUE(view) << (view ? "" : view.error().text());
  return *view;
}

void check_both(const std::string& name, const auto& page_for) {
  for (const int columns : {80, 120}) {
    const std::string text = page_for(terminal(columns));
    check_width(text, static_cast<std::size_t>(columns));
    check_golden(base::format("farm/{}_{}.txt", name, columns), text);
  }
}

TEST(JobPage, TellsWhyAJobWaitsAndWhatItsAttemptsWasted) {
  check_both("job_tried", [](const auto& t) { return job_page({tried_job(), ""}, now, t); });
  check_both("job_unsatisfiable", [](const auto& t) {
    return job_page({queued_job(), "unsatisfiable: needs h264_nvenc or a node with the label rack=b7; no node has it"},
                    now, t);
  });
}

TEST(JobPage, OfAJobThatWasNeverTriedIsOneRow) {
  const auto page = job_page({queued_job(), ""}, now, terminal(80));
  EXPECT_EQ(std::count(page.begin(), page.end(), '\n'), 2) << page;
}

TEST(JobPage, NeverShowsWhatIsUnknownAsNothing) {
  const auto page = job_page({tried_job(), ""}, now, terminal(120));
  EXPECT_THAT(page, HasSubstr("wasted energy n/a: its node never said what it took"));
  EXPECT_THAT(page, Not(HasSubstr("0 J")));
}

TEST(JobPage, TakesNoOrdersFromWhatANodeSent) {
  auto job = tried_job();
  job.attempts.back().error = "\x1b[2Jgone";
  job.submission.labels = {{"a\x1b[1m", "b"}};
  const auto page = job_page({job, "\x1b[31mred"}, now, terminal(120));
  EXPECT_EQ(page.find('\x1b'), std::string::npos) << page;
}

TEST(HistoryPage, TellsWhenAfterTheSubmissionWhoAndWhy) {
  const std::vector<wire::HistoryLine> history{
      {begun, "queued", "", "submitted"},
      {begun + Seconds(60), "running", "worker-1", "started on worker-1"},
      {begun + Seconds(155.5), "queued", "master", "its node did not renew the lease in time"},
      {begun + Seconds(200), "canceled", "127.0.0.1", "canceled by 127.0.0.1"}};
  check_both("history", [&](const auto& t) { return history_page(history, now, t); });
}

TEST(FailedJobs, AreListedWithTheirReason) {
  auto dead = tried_job();
  dead.state = jobs::JobState::failed;
  dead.changed = begun + Seconds(3700);
  check_both("failed", [&](const auto& t) { return grid({failed_job_header(), failed_job_row(dead, now)}, t); });
}

TEST(NodesTable, ShowsAnIntentThatIsNotActiveAndSlotsByDevice) {
  auto drained = busy_node();
  drained.node.facts.name = "worker-2";
  drained.node.intent = jobs::Intent::draining;
  check_both("nodes", [&](const auto& t) { return nodes_table({busy_node(), drained, old_node()}, t); });
}

TEST(NodePage, ShowsWhatWorksWhatDoesNotAndWhy) {
  auto view = busy_node();
  view.node.intent = jobs::Intent::quarantined;
  view.node.intent_reason = "it let down 3 jobs in a row; look at it, then `ffwatt nodes activate worker-1`";
  check_both("node", [&](const auto& t) { return node_page(view, now, t); });
}

TEST(NodePage, OfAnOlderAgentSaysDashForWhatItDidNotTell) {
  check_both("node_old", [](const auto& t) { return node_page(old_node(), now, t); });
}

TEST(NodePage, InAPipeIsWhole) {
  const auto page = node_page(busy_node(), now, {});
  EXPECT_THAT(page, HasSubstr("/dev/dri holds no render node, or none that this user may open\n"));
}

}  // namespace
}  // namespace cli
