#include <gtest/gtest.h>

#include <limits>

#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/events.h"
#include "wire/test_messages.h"
#include "wire/tokens.h"

namespace wire {
namespace {

// Through text, as over a socket: decode(parse(write(encode(x)))) == x.
template <class T, class Decode>
void check(const T& message, Decode decode) {
  const auto text = json::write(encode(message), json::Layout::indented);
  const auto value = json::parse(text);
  ASSERT_TRUE(value) << value.error().text();
  const auto again = decode(*value);
  ASSERT_TRUE(again) << again.error().text() << "\n" << text;
  EXPECT_EQ(*again, message) << text << "\n" << json::write(encode(*again), json::Layout::indented);
}

TEST(RoundTrip, KeepsEveryFieldOfAReport) {
  check(full_report(), decode_report);
  check(jobs::Report{}, decode_report);
}

TEST(RoundTrip, KeepsNumbersToTheLastBit) {
  auto report = full_report();
  for (const double number : {1e-9, 0.1, 1.0 / 3, 5000.0, 123456789012345.0, 4.9e14}) {
    report.timings.elapsed = units::Seconds(number);
    report.spec->duration = units::Seconds(number);
    report.spec->bitrate = units::BitsPerSecond(number);
    report.energy = {{jobs::Part::total, test_measured<units::Joules>(number)}};
    check(report, decode_report);
  }
}

TEST(RoundTrip, KeepsScoresThatAreInfiniteAndReasonsWithoutScores) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  auto report = full_report();
  report.scoring->quality.scores[0].pooled = media::Pooled{infinite, infinite, infinite, infinite, units::Seconds(0)};
  check(report, decode_report);
  EXPECT_EQ(encode(report).at("quality").at("psnr").at("identical"), json::Value(true));
  report.scoring->quality.scores[0].pooled = media::Pooled{60, infinite, infinite, 50, units::Seconds(2)};
  check(report, decode_report);
  report.scoring = jobs::Scoring{.quality = {}, .reason = "the rates differ", .energy = std::nullopt};
  check(report, decode_report);
}

TEST(RoundTrip, KeepsEveryFieldOfASubmission) {
  check(full_submission(), decode_submission);
  check(jobs::Submission{}, decode_submission);
}

TEST(RoundTrip, KeepsEveryFieldOfAJob) {
  check(full_job(), decode_job);
  check(jobs::Job{}, decode_job);
}

TEST(RoundTrip, KeepsEveryFieldOfANode) {
  check(full_node_facts(), decode_node_facts);
  check(bare_node_facts(), decode_node_facts);
  NodeView view;
  view.node = {test_id(9), full_node_facts(), jobs::Intent::draining, "asked for by ada", test_time(0), test_time(8),
               {}};
  view.node.give_back_at = test_time(600);
  view.liveness = jobs::Liveness::late;
  view.heartbeat_age = units::Seconds(50.5);
  view.running = {"#42", "#43"};
  check(view, decode_node);
  NodeView bare;
  bare.node.facts = bare_node_facts();
  check(bare, decode_node);

  const std::vector<NodeView> nodes{view, bare};
  EXPECT_EQ(*decode_nodes(encode_nodes(nodes)), nodes);
  EXPECT_TRUE(decode_nodes(encode_nodes({}))->empty());
}

TEST(RoundTrip, KeepsEventsOfJobs) {
  JobEvent event{.id = test_id(1),
                 .number = 42,
                 .state = jobs::JobState::failed,
                 .attempts = 3,
                 .node = "n1",
                 .actor = "ada",
                 .reason = "it went wrong",
                 .at = test_time(5)};
  check(event, decode_job_event);
  event.removed = JobEvent::Removed::yes;
  check(event, decode_job_event);
  check(JobEvent{.id = test_id(2), .at = test_time(0)}, decode_job_event);
}

TEST(RoundTrip, KeepsRegistration) {
  check(RegisterRequest{test_id(4), full_node_facts()}, decode_register_request);
  check(RegisterRequest{std::nullopt, bare_node_facts()}, decode_register_request);
  check(RegisterAnswer{test_id(4), {units::Seconds(9), units::Seconds(3), units::Seconds(1.5)}, "0.1.0"},
        decode_register_answer);
  check(RegisterAnswer{}, decode_register_answer);
}

TEST(RoundTrip, KeepsHeartbeats) {
  check(HeartbeatRequest{"boot",
                         {{full_lease(), full_progress(), test_measured<units::Joules>(3),
                           test_measured<units::Watts>(4)},
                          {full_lease(), {}, {}, {}}}},
        decode_heartbeat_request);
  check(HeartbeatRequest{}, decode_heartbeat_request);
  HeartbeatAnswer answer;
  for (const auto word : {LeaseWord::renewed, LeaseWord::cancel, LeaseWord::late, LeaseWord::lost})
    answer.leases.push_back({test_id(1), 2, word});
  for (const auto intent : {jobs::Intent::active, jobs::Intent::draining, jobs::Intent::quarantined}) {
    answer.intent = intent;
    check(answer, decode_heartbeat_answer);
  }
  check(HeartbeatAnswer{}, decode_heartbeat_answer);
}

TEST(RoundTrip, KeepsClaims) {
  auto second = full_job();
  second.id = test_id(77);
  check(ClaimAnswer{{{full_job(), full_lease()}, {second, full_lease()}}, {{test_id(5), 1, LeaseWord::cancel}}},
        decode_claim_answer);
  check(ClaimAnswer{{{jobs::Job{}, jobs::Lease{}}}, {}}, decode_claim_answer);
  check(ClaimAnswer{}, decode_claim_answer);
}

TEST(RoundTrip, KeepsStartsAndResults) {
  check(StartRequest{test_id(4), full_lease()}, decode_start_request);
  check(StartRequest{}, decode_start_request);
  check(StartAnswer{full_lease(), {units::Seconds(9), units::Seconds(3), units::Seconds(1.5)}}, decode_start_answer);
  check(StartAnswer{}, decode_start_answer);
  check(ResultRequest{test_id(4), full_lease(), full_report()}, decode_result_request);
  check(ResultRequest{}, decode_result_request);
  auto traced = full_report();
  for (int i = 0; i < 1000; ++i) traced.power_trace += static_cast<char>(i * 7);
  check(ResultRequest{test_id(4), full_lease(), traced}, decode_result_request);
  check(ResultAnswer{test_id(1), jobs::JobState::completed, ResultAnswer::Output::publish}, decode_result_answer);
  check(ResultAnswer{}, decode_result_answer);
  check(ResultAnswer{test_id(1), jobs::JobState::completed, ResultAnswer::Output::publish,
                     ClaimAnswer{{{full_job(), full_lease()}}, {{test_id(3), 1, LeaseWord::cancel}}}},
        decode_result_answer);
}

TEST(RoundTrip, KeepsTokensAndNodesThatWait) {
  check(TokenWish{jobs::Scope::enrol, "for \"ci\"", units::Seconds(3600)}, decode_token_wish);
  check(TokenWish{jobs::Scope::admin}, decode_token_wish);
  TokenView token{"3k7f22qm", jobs::Scope::worker, "n1", test_time(0), test_time(60), test_id(3), "ffw_worker_…"};
  check(token, decode_token);
  const TokenView bare{.id = "3k7f22qn", .created = test_time(1)};
  check(bare, decode_token);
  EXPECT_EQ(*decode_tokens(encode_tokens({token, bare})), (std::vector<TokenView>{token, bare}));
  const WaitingNode node{"K7F3-22QM", "n1", "10.0.0.5", units::Seconds(12.5)};
  check(node, decode_waiting_node);
  EXPECT_EQ(*decode_waiting(encode_waiting({node})), (std::vector<WaitingNode>{node}));
  EXPECT_EQ(*decode_approval(encode_approval("K7F3-22QM")), "K7F3-22QM");
  for (const char* bad : {R"({})", R"({"scope":"root"})", R"({"scope":"read","nonsense":1})",
                          R"({"scope":"read","expires_in_seconds":0})", R"({"scope":"read","name":"a\u001b[31m"})"})
    EXPECT_FALSE(decode_token_wish(*json::parse(bad))) << bad;
}

TEST(RoundTrip, KeepsPages) {
  check(JobPage{{full_job(), jobs::Job{}}, "c-42", 1'000'000}, decode_job_page);
  check(JobPage{}, decode_job_page);
}

}  // namespace
}  // namespace wire
