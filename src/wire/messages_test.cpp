// The shapes that others rely on, and what strictness refuses.
#include "wire/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/format.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

using testing::HasSubstr;

std::string text_of(const json::Value& value) { return json::write(value); }

template <class Decode>
std::string refusal(const json::Value& value, Decode decode) {
  const auto result = decode(value);
  if (result) return "accepted";
  EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  return result.error().text();
}

TEST(Shape, OfAJobHasItsIdTwiceAndItsParametersAsTheyCanBeSentAgain) {
  const auto value = encode(full_job());
  EXPECT_EQ(value.at("id"), value.at("job_id"));
  EXPECT_EQ(text_of(value.at("number")), "42");
  EXPECT_EQ(text_of(value.at("state")), R"("canceling")");
  EXPECT_EQ(text_of(value.at("created_at")), R"("2026-01-31T09:05:07.250Z")");
  EXPECT_EQ(text_of(value.at("parameters").at("bitrate")), R"("5000k")");
  EXPECT_EQ(text_of(value.at("parameters").at("duration")), "90.5");
  EXPECT_EQ(text_of(value.at("parameters").at("resolution")), R"("1920x1080")");
  EXPECT_EQ(value.at("parameters").find("scenario"), nullptr);
}

TEST(Shape, OfAnEnergyLineIsANumberWithItsIntervalOrNullWithItsReason) {
  const auto report = full_report();
  EXPECT_EQ(text_of(encode(report.energy[2])),
            R"({"scope":"psys","part":"idle_share","joules":-1,"ci95":[-2,0],"quality":"measured","source":"perf"})");
  EXPECT_EQ(text_of(encode(report.energy[1])),
            R"({"scope":"package","part":"above_idle","joules":null,"quality":"unmeasurable","reason":"no baseline"})");
}

TEST(Shape, OfAReportBeginsWithItsSchema) {
  EXPECT_THAT(text_of(encode(full_report())), testing::StartsWith(R"({"schema":"ffwatt.run/1","id":"7f3k2q",)"));
}

TEST(Shape, OfAReportShowsNoZeroForWhatIsNotKnown) {
  jobs::Report report = full_report();
  report.progress = media::Progress{};
  const auto progress = encode(report).at("progress");
  EXPECT_EQ(progress.find("bitrate_bits_per_second"), nullptr);
  EXPECT_EQ(progress.find("speed"), nullptr);
  EXPECT_EQ(encode(bare_node_facts()).find("threads"), nullptr);
  EXPECT_EQ(encode(bare_node_facts()).find("memory_bytes"), nullptr);
}

TEST(Shape, OfAClaimHasTheFirstJobAlone) {
  const ClaimAnswer none;
  EXPECT_EQ(text_of(encode(none)), R"({"job":null,"jobs":[],"commands":[]})");
  const ClaimAnswer one{{{full_job(), full_lease()}}, {}};
  const auto value = encode(one);
  EXPECT_EQ(value.at("job"), value.at("jobs").items().front());
  EXPECT_EQ(text_of(value.at("job").at("lease").at("token")), R"("00112233445566778899aabbccddeeff")");
}

TEST(Shape, OfThingsAgentsSendIsFlat) {
  EXPECT_EQ(
      text_of(encode(StartRequest{test_id(4), {test_id(1), 2, "t"}})),
      R"({"node_id":")" + test_id(4).text() + R"(","job_id":")" + test_id(1).text() + R"(","attempt":2,"token":"t"})");
  EXPECT_EQ(text_of(encode(RegisterRequest{std::nullopt, bare_node_facts()})),
            R"({"name":"bare","slots":1,"encoders":[],"energy_sources":[]})");
}

TEST(Register, TakesAMachineThatTellsItsNameOnly) {
  const auto request = decode_register_request(*json::parse(R"({"name":"worker-1"})"));
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->facts.slots, 1);
}

struct Refused {
  const char* what;
  const char* body;
  const char* says;
};

TEST(Strictness, RefusesBadRegistrations) {
  const Refused cases[] = {
      {"no name", "{}", "/name: is required"},
      {"empty name", R"({"name":""})", "/name: is empty"},
      {"control character", R"({"name":"a\nb"})", "/name: holds a control character"},
      {"no object", "[]", "must be an object, not an array"},
      {"bad id", R"({"name":"a","node_id":"42"})", "/node_id: "},
      {"negative memory", R"({"name":"a","memory_bytes":-1})", "/memory_bytes: must be a number from 0"},
      {"slots", R"({"name":"a","slots":0})", "/slots: must be a whole number from 1 to 256, not 0"},
      {"missing works", R"({"name":"a","encoders":[{"name":"x","codec":"h264"}]})", "/encoders/0/works: is required"},
  };
  for (const auto& c : cases)
    EXPECT_THAT(refusal(*json::parse(c.body), decode_register_request), HasSubstr(c.says)) << c.what;
}

TEST(Strictness, RefusesEnergyThatContradictsItself) {
  const auto with = [](const char* line) {
    auto value = encode(jobs::Report{});
    value.set("energy", json::Value::array({*json::parse(line)}));
    return refusal(value, decode_report);
  };
  const Refused cases[] = {
      {"zero for unknown", R"({"scope":"psys","part":"total","joules":0,"quality":"unmeasurable","reason":"r"})",
       "/energy/0/joules: must be null"},
      {"no reason", R"({"scope":"psys","part":"total","joules":null,"quality":"unmeasurable"})",
       "/energy/0/reason: is required"},
      {"no number", R"({"scope":"psys","part":"total","quality":"measured","source":"perf"})",
       "/energy/0/joules: is required"},
      {"no interval", R"({"scope":"psys","part":"total","joules":3,"quality":"measured","source":"perf"})",
       "/energy/0/ci95: must be [low, high] around 3"},
      {"outside", R"({"scope":"psys","part":"total","joules":3,"ci95":[4,5],"quality":"measured","source":"perf"})",
       "/energy/0/ci95: must be [low, high] around 3"},
      {"no such scope", R"({"scope":"disk","part":"total","joules":3,"ci95":[2,5],"quality":"measured"})",
       "/energy/0/scope: 'disk' is not a scope"},
      {"text", R"({"scope":"psys","part":"total","joules":"3","ci95":[2,5],"quality":"measured"})",
       "/energy/0/joules: must be a number"},
  };
  for (const auto& c : cases) EXPECT_THAT(with(c.body), HasSubstr(c.says)) << c.what;
}

TEST(Strictness, RefusesAFinishedRunThatTookNothing) {
  const auto energy = [](std::string_view part, std::string_view joules) {
    auto value = encode(jobs::Report{});
    value.set(
        "energy",
        json::Value::array({*json::parse(base::format(
            R"({{"scope":"package","part":"{}","joules":{},"ci95":[-1,1],"quality":"measured"}})", part, joules))}));
    return decode_report(value);
  };
  for (const auto* part : {"total", "wall"})
    for (const auto* joules : {"0", "0.0", "-0.5"}) {
      const auto read = energy(part, joules);
      ASSERT_FALSE(read) << part << " " << joules;
      EXPECT_THAT(read.error().text(), HasSubstr("/energy/0/joules: is ")) << part << " " << joules;
      EXPECT_THAT(read.error().text(), HasSubstr("what is not known is null")) << part << " " << joules;
    }
  for (const auto* part : {"above_idle", "idle_share", "marginal"})
    EXPECT_TRUE(energy(part, "0")) << part << " may be none";
  for (const auto* which : {"power", "peak_power"}) {
    auto value = encode(jobs::Report{});
    value.set(which, *json::parse(R"({"scope":"package","watts":0,"ci95":[0,0],"quality":"measured"})"));
    const auto read = decode_report(value);
    ASSERT_FALSE(read) << which;
    EXPECT_THAT(read.error().text(), HasSubstr(base::format("/{}/watts: is 0", which)));
  }
}

TEST(Strictness, RefusesAReportOfAnotherSchema) {
  auto value = encode(full_report());
  value.set("schema", "ffwatt.run/2");
  EXPECT_THAT(refusal(value, decode_report),
              HasSubstr("/schema: is 'ffwatt.run/2', but this version reads ffwatt.run/1"));
}

TEST(Shape, OfAReportHasThePowerTraceOnlyWhereItIsAskedFor) {
  auto report = full_report();
  report.power_trace = std::string("\0FWPT\xff", 6);
  EXPECT_EQ(encode(report).find("power_trace"), nullptr);
  EXPECT_EQ(text_of(encode(report, PowerTrace::included).at("power_trace")), R"("AEZXUFT/")");
  EXPECT_EQ(encode(full_report(), PowerTrace::included).find("power_trace"), nullptr) << "there is none";
  auto job = full_job();
  job.report = report;
  EXPECT_EQ(encode(job).at("report").find("power_trace"), nullptr);
}

TEST(Strictness, RefusesAPowerTraceThatIsNoBase64OrTooLong) {
  auto value = encode(full_report());
  value.set("power_trace", "AEZXUFT");
  EXPECT_THAT(refusal(value, decode_report), HasSubstr("/power_trace: is no base 64"));
  value.set("power_trace", std::string(base::base64_size(jobs::most_power_trace) + 4, 'A'));
  EXPECT_THAT(refusal(value, decode_report), HasSubstr("/power_trace: "));
}

TEST(Strictness, RefusesResultsWithoutALease) {
  auto value = encode(ResultRequest{test_id(4), full_lease(), full_report()});
  for (const char* key : {"node_id", "job_id", "attempt", "token", "report"}) {
    auto without = value;
    without.set(key, nullptr);
    EXPECT_THAT(refusal(without, decode_result_request), HasSubstr(std::string("/") + key + ": is required")) << key;
  }
}

TEST(Strictness, RefusesAJobWhoseTwoIdsDiffer) {
  auto value = encode(full_job());
  value.set("job_id", test_id(99).text());
  EXPECT_THAT(refusal(value, decode_job), HasSubstr("/job_id: differs from id"));
}

TEST(Strictness, AnswersOfANewerMasterAreReadWithoutWhatIsNotKnownYet) {
  auto start = encode(StartAnswer{});
  start.set("added_later", 1);
  EXPECT_TRUE(decode_start_answer(start).ok());
  auto job = encode(full_job());
  job.set("added_later", json::Value::object({{"inner", true}}));
  EXPECT_TRUE(decode_job(job).ok());
}

TEST(Strictness, TellsEveryFaultAtOnce) {
  const auto text = refusal(*json::parse(R"({"node_id":"x","attempt":-1,"token":5})"), decode_start_request);
  for (const char* pointer : {"/node_id: ", "/job_id: ", "/attempt: ", "/token: "})
    EXPECT_THAT(text, HasSubstr(pointer));
}

}  // namespace
}  // namespace wire
