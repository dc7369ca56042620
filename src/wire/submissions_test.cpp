#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/decode.h"
#include "wire/encode.h"

namespace wire {
namespace {

using testing::HasSubstr;

const media::Scenarios& scenarios() {
  static const auto all = media::Scenarios::built_in();
  return all;
}

base::Result<std::vector<jobs::Submission>> decode(const std::string& body) {
  json::Faults faults;
  const auto value = json::parse(body);
  EXPECT_TRUE(value) << body;
  auto result = decode_submissions(*value, scenarios(), faults);
  EXPECT_EQ(result.ok(), faults.empty());
  return result;
}

jobs::Submission one(const std::string& body) {
  auto result = decode(body);
  EXPECT_TRUE(result) << (result ? "" : result.error().text());
  return result && result->size() == 1 ? result->front() : jobs::Submission{};
}

// A job of this scenario with these members in `parameters`.
jobs::Submission with(const std::string& scenario, const std::string& parameters) {
  return one(R"({"scenario":")" + scenario + R"(","parameters":{)" + parameters + "}}");
}

TEST(Submissions, TakeTheDocumentedJob) {
  const auto job = one(
      R"({"scenario":"1080p-h264","confidence":"auto","parameters":{"duration":300,"bitrate":"5000k","resolution":"1920x1080"}})");
  EXPECT_EQ(job.spec.scenario, "1080p30-h264");
  EXPECT_EQ(job.spec.duration, units::Seconds(300));
  EXPECT_EQ(job.spec.bitrate, units::BitsPerSecond(5e6));
  EXPECT_EQ(job.spec.size, (units::PictureSize{1920, 1080}));
  EXPECT_EQ(job.queue, jobs::Queue::normal);
  EXPECT_EQ(job.priority, jobs::Priority::medium);
  EXPECT_EQ(job.max_attempts, 3);
}

TEST(Submissions, AreRefusedWhereTextForPeopleHoldsControlCharacters) {
  struct Case {
    const char* member;
    const char* says;
  };
  const Case cases[] = {
      {R"("name":"\u001b[2Jgone")", "/name: holds a control character"},
      {R"("name":"two\nlines")", "/name: holds a control character"},
      {R"("name":"\u0000")", "/name: holds a control character"},
      {R"("name":"\u007f")", "/name: holds a control character"},
      {R"("name":"\u009b2J")", "/name: holds a control character"},
      {R"("labels":{"a":"b","tenant":"x\ty"})", "/labels/tenant: holds a control character"},
      {R"("labels":{"te\rnant":"x"})", "/labels: the name of a label holds a control character"},
  };
  for (const auto& c : cases) {
    const auto refused = decode(R"({"scenario":"720p30-h264",)" + std::string(c.member) + "}");
    ASSERT_FALSE(refused) << c.member;
    EXPECT_THAT(refused.error().text(), HasSubstr(c.says)) << c.member;
  }
  EXPECT_EQ(one(R"({"scenario":"720p30-h264","name":"Größe À 東京 🎬"})").name, "Größe À 東京 🎬");
}

TEST(Submissions, TakeEveryFieldThatThisVersionSupports) {
  const auto job = one(R"({"scenario":"720p30-h264","name":"n","queue":"live","priority":"high","confidence":"auto",
    "labels":{"tenant":"a"},"timeout":"10m","max_attempts":1,"parameters":{"input":"/m/a.mp4","duration":"1m30s",
    "codec":"h265","encoder":"libx265","preset":"fast","bitrate":2500000,"crf":28,"resolution":"640x360","fps":"30000/1001",
    "pixel_format":"yuv420p10le","gop":120,"threads":2,"audio":"aac","output_mode":"file","output":"/m/b.mp4"}})");
  EXPECT_EQ(job.name, "n");
  EXPECT_EQ(job.queue, jobs::Queue::live);
  EXPECT_EQ(job.priority, jobs::Priority::high);
  EXPECT_EQ(job.labels, (std::map<std::string, std::string>{{"tenant", "a"}}));
  EXPECT_EQ(job.timeout, units::Seconds(600));
  EXPECT_EQ(job.max_attempts, 1);
  media::TranscodeSpec spec;
  spec.scenario = "720p30-h264";
  spec.input = "/m/a.mp4";
  spec.duration = units::Seconds(90);
  spec.codec = media::Codec::h265;
  spec.encoder = "libx265";
  spec.preset = "fast";
  spec.bitrate = units::BitsPerSecond(2.5e6);
  spec.crf = 28;
  spec.size = units::PictureSize{640, 360};
  spec.rate = units::Hertz(30000.0 / 1001);
  spec.pixel_format = "yuv420p10le";
  spec.gop = 120;
  spec.threads = 2;
  spec.audio = media::Audio::aac;
  spec.output = "/m/b.mp4";
  EXPECT_EQ(job.spec, spec);
}

TEST(Submissions, NameWhatIsScoredAsAListOrAsText) {
  using media::Metric;
  const std::vector<Metric> both{Metric::psnr, Metric::ssim};
  EXPECT_EQ(with("720p30-h264", R"("input":"/m/a.mp4","quality":["psnr","ssim"])").spec.quality, both);
  EXPECT_EQ(with("720p30-h264", R"("input":"/m/a.mp4","quality":"psnr, ssim")").spec.quality, both);
  EXPECT_TRUE(with("720p30-h264", R"("input":"/m/a.mp4","quality":"none")").spec.quality.empty());
  EXPECT_TRUE(with("720p30-h264", R"("quality":[])").spec.quality.empty());
  EXPECT_TRUE(with("720p30-h264", R"("quality":null)").spec.quality.empty());
}

TEST(Submissions, GiveTheScenariosValuesWhereNothingIsSaid) {
  const auto job = one(R"({"scenario":"1080p30-h264"})");
  auto expected = scenarios().find("1080p30-h264")->defaults;
  expected.scenario = "1080p30-h264";
  EXPECT_EQ(job.spec, expected);
  EXPECT_EQ(job.spec.input, std::nullopt) << "a generated picture";
  EXPECT_EQ(job.spec.output, "") << "the agent names the file";
}

TEST(Submissions, CanBeSentAgainAsTheStoredJobShowsThem) {
  const auto job = with("1080p30-h264", R"("duration":12.5,"bitrate":"3M","threads":3)");
  const auto shown = encode(job);
  EXPECT_EQ(one(json::write(shown)), job);
}

TEST(Submissions, DropTheScenariosPresetWithItsEncoder) {
  const auto job = with("1080p30-h264", R"("codec":"av1")");
  EXPECT_EQ(job.spec.codec, media::Codec::av1);
  EXPECT_NE(job.spec.preset, "medium");
  EXPECT_EQ(with("1080p30-h264", R"("codec":"h264")").spec.preset, "medium") << "the same codec changes nothing";
  EXPECT_EQ(with("1080p30-h264", R"("codec":"av1","preset":"9")").spec.preset, "9");
}

TEST(Submissions, TakeTheCodecFromTheEncoder) {
  const auto job = with("1080p30-h264", R"("encoder":"libx265")");
  EXPECT_EQ(job.spec.codec, media::Codec::h265);
  EXPECT_EQ(job.spec.encoder, "libx265");
}

TEST(Submissions, LetACrfReplaceTheScenariosBitrateAndBothBeCapped) {
  const auto crf = with("1080p30-h264", R"("crf":23)");
  EXPECT_EQ(crf.spec.bitrate, std::nullopt);
  EXPECT_EQ(crf.spec.crf, 23);
  const auto both = with("1080p30-h264", R"("crf":23,"bitrate":"4M")");
  EXPECT_EQ(both.spec.bitrate, units::BitsPerSecond(4e6));
  EXPECT_EQ(both.spec.crf, 23);
}

TEST(Submissions, GiveEachRenditionWhatItDoesNotSayFromTheJob) {
  const auto job = with("1080p30-h264",
                        R"("preset":"fast","outputs":[{"resolution":"1280x720","bitrate":"3M"},
                           {"codec":"av1","crf":35,"output":"/o/a.webm"},{"encoder":"libx265"}])");
  ASSERT_EQ(job.spec.outputs.size(), 3u);
  const auto& [first, second, third] = std::tie(job.spec.outputs[0], job.spec.outputs[1], job.spec.outputs[2]);
  EXPECT_EQ(first.preset, "fast");
  EXPECT_EQ(first.size, (units::PictureSize{1280, 720}));
  EXPECT_EQ(first.bitrate, units::BitsPerSecond(3e6));
  EXPECT_EQ(first.rate, job.spec.rate);
  EXPECT_EQ(second.preset, "8") << "of another encoder";
  EXPECT_EQ(second.bitrate, std::nullopt);
  EXPECT_EQ(third.codec, media::Codec::h265);
  EXPECT_EQ(one(json::write(encode(job))), job) << "and again as it is shown";
}

TEST(Submissions, ThatAreRepeatedAreAlone) {
  const auto job = one(R"({"scenario":"1080p30-h264","confidence":"until:2%"})");
  EXPECT_EQ(job.confidence, "until: 2%");
  EXPECT_EQ(job.alone, jobs::Alone::yes);
  EXPECT_EQ(one(R"({"scenario":"1080p30-h264","confidence":"auto"})").alone, jobs::Alone::no);
}

TEST(Submissions, NameRootsOfANode) {
  const auto job = with("1080p30-h264", R"("input":"media:/a.mp4","output":"out:/b.mp4")");
  EXPECT_EQ(job.spec.input, "media:/a.mp4");
  EXPECT_EQ(job.spec.output, "out:/b.mp4");
}

TEST(Submissions, StreamWhereTheServerIsNamed) {
  const auto job = with("720p30-h264-rtmp", R"("rtmp_url":"rtmp://localhost:1935/live/a")");
  EXPECT_EQ(job.spec.output_mode, media::OutputMode::rtmp);
  EXPECT_EQ(job.spec.rtmp_url, "rtmp://localhost:1935/live/a");
}

TEST(Submissions, TakeABatchInItsOrder) {
  const auto jobs = decode(R"({"jobs":[{"scenario":"720p30-h264"},{"scenario":"720p30-av1"}]})");
  ASSERT_TRUE(jobs) << jobs.error().text();
  ASSERT_EQ(jobs->size(), 2u);
  EXPECT_EQ((*jobs)[1].spec.codec, media::Codec::av1);
}

std::string refusal(const std::string& body) {
  const auto result = decode(body);
  return result ? "accepted" : result.error().text();
}

TEST(Submissions, AreRefusedWithThePlaceAndWhatToDo) {
  struct Case {
    const char* body;
    const char* says;
  };
  const Case cases[] = {
      {R"([])", "must be an object, not an array"},
      {R"({})", "/scenario: is required"},
      {R"({"scenario":""})", "/scenario: is empty"},
      {R"({"scenario":7})", "/scenario: must be a string"},
      {R"({"scenario":"1080p-h246"})", "/scenario: "},
      {R"({"scenario":"1080p-h264","queue":"default "})",
       "/queue: 'default ' is not a queue; one of live, default, batch"},
      {R"({"scenario":"1080p-h264","priority":"urgent"})", "/priority: 'urgent' is not a priority"},
      {R"({"scenario":"1080p-h264","prioritty":"low"})",
       "/prioritty: unknown field 'prioritty'. Did you mean 'priority'?"},
      {R"({"scenario":"1080p-h264","duration":30})", "/duration: belongs into \"parameters\""},
      {R"({"scenario":"1080p-h264","timeout":0})", "/timeout: 0 s is out of range"},
      {R"({"scenario":"1080p-h264","timeout":"-5s"})", "/timeout: '-5s' is not a duration"},
      {R"({"scenario":"1080p-h264","max_attempts":0})", "/max_attempts: must be a whole number from 1 to 20"},
      {R"({"scenario":"1080p-h264","labels":{"a":1}})", "/labels/a: must be a string"},
      {R"({"scenario":"1080p-h264","labels":{"a":null}})", "/labels/a: must be a string, not null"},
      {R"({"scenario":"1080p-h264","confidence":"repeat: 1"})",
       "/confidence: 'repeat: 1' is not a confidence; write auto"},
      {R"({"scenario":"1080p-h264","confidence":"until: 2"})", "/confidence: 'until: 2' is not a confidence"},
      {R"({"scenario":"720p30-h264-rtmp","confidence":"repeat: 3","parameters":{"rtmp_url":"rtmp://h/a/b"}})",
       "/confidence: a live stream is sent once"},
      {R"({"scenario":"1080p-h264","exclusive":"yes"})", "/exclusive"},
      {R"({"scenario":"1080p-h264","secrets":{}})", "/secrets: is not supported yet by this version"},
      {R"({"scenario":"1080p-h264","on_master_loss":"halt"})",
       "/on_master_loss: 'halt' is not what to do without a master; one of continue, stop"},
      {R"({"scenario":"1080p-h264","parameters":[]})", "/parameters: must be an object"},
      {R"({"jobs":[]})", "/jobs: has no job"},
      {R"({"jobs":null})", "/jobs: has no job"},
      {R"({"jobs":[{"scenario":"1080p-h264"}],"queue":"live"})", "/queue: unknown field"},
      {R"({"jobs":[{"scenario":"1080p-h264"},3]})", "/jobs/1: must be an object"},
      {R"({"jobs":[{"scenario":"1080p-h264"},{"scenario":"x"}]})", "/jobs/1/scenario: "},
  };
  for (const auto& c : cases) EXPECT_THAT(refusal(c.body), HasSubstr(c.says)) << c.body;
}

TEST(Submissions, AreRefusedForTheirParametersWithThePlace) {
  struct Case {
    const char* parameters;
    const char* says;
  };
  const Case cases[] = {
      {R"("durration":3)", "/parameters/durration: unknown field 'durration'. Did you mean 'duration'?"},
      {R"("duration":-5)", "/parameters/duration: "},
      {R"("duration":0)", "/parameters/duration: "},
      {R"("duration":"-5s")", "/parameters/duration: '-5s' is not a duration"},
      {R"("duration":1e12)", "/parameters/duration: "},
      {R"("duration":[1])", "/parameters/duration: "},
      {R"("bitrate":"4G")", "/parameters/bitrate: "},
      {R"("bitrate":"5000kb")", "/parameters/bitrate: '5000kb' is not a bitrate"},
      {R"("bitrate":true)", "/parameters/bitrate: must be a string or a number"},
      {R"("resolution":"1080p")", "/parameters/resolution: '1080p' is not a picture size"},
      {R"("resolution":"1921x1080")", "/parameters/resolution: "},
      {R"("fps":0)", "/parameters/fps: "},
      {R"("fps":"30/0")", "/parameters/fps: '30/0' is not a frame rate"},
      {R"("codec":"h246")", "/parameters/codec: "},
      {R"("encoder":"libx246")", "/parameters/encoder: "},
      {R"("codec":"av1","encoder":"libx264")", "/parameters/encoder: "},
      {R"("preset":"; rm -rf /")", "/parameters/preset: "},
      {R"("crf":99)", "/parameters/crf: "},
      {R"("crf":2.5)", "/parameters/crf: must be a whole number"},
      {R"("threads":0)", "/parameters/threads: "},
      {R"("gop":-1)", "/parameters/gop: "},
      {R"("pixel_format":"rgb")", "/parameters/pixel_format: "},
      {R"("audio":"mp3")", "/parameters/audio: "},
      {R"("output_mode":"tape")", "/parameters/output_mode: "},
      {R"("input":"a.mp4")", "/parameters/input: "},
      {R"("input":"")", "/parameters/input: "},
      {R"("input":"/media/../etc/passwd")", "/parameters/input: "},
      {"\"input\":\"/a\\u0000.mp4\"", "/parameters/input: "},
      {R"("input":"ftp://host/a.mp4")", "/parameters/input: "},
      {R"("input":"media:a.mp4")", "/parameters/input: "},
      {R"("output":"/media/../b.mp4")", "/parameters/output: "},
      {R"("output":"/media/")", "/parameters/output: "},
      {R"("input":"/m/a.mp4","output":"/m/a.mp4")", "/parameters/output: "},
      {R"("output_mode":"null","output":"/m/a.mp4")", "/parameters/output: "},
      {R"("output_mode":"rtmp")", "/parameters/rtmp_url: is required, because output_mode rtmp"},
      {R"("output_mode":"rtmp","rtmp_url":"http://x/live/a")", "/parameters/rtmp_url: "},
      {R"("rtmp_url":"rtmp://x/live/a")", "/parameters/rtmp_url: "},
      {R"("output_mode":"rtmp","codec":"av1","rtmp_url":"rtmp://x/live/a")", "/parameters/codec: "},
      {R"("streams":0)", "/parameters/streams: 0 is out of range; 1 to 64"},
      {R"("streams":2,"outputs":[{}])", "/parameters/streams: several streams and a ladder do not go together"},
      {R"("outputs":[])", "/parameters/outputs: has no rendition"},
      {R"("outputs":{})", "/parameters/outputs: must be an array"},
      {R"("outputs":[{"resolutoin":"640x360"}])", "/parameters/outputs/0/resolutoin: unknown field"},
      {R"("outputs":[{},{"crf":99}])", "/parameters/outputs/1/crf: 99 is out of range"},
      {R"("outputs":[{"input":"/a.mp4"}])", "/parameters/outputs/0/input: unknown field"},
      {R"("outputs":[{"output":"/a.mp4"},{"output":"/a.mp4"}])", "/parameters/outputs/1/output: it is the output of"},
      {R"("passes":2,"crf":20)", "/parameters/passes: two passes spread a bitrate"},
      {R"("passes":"two")", "/parameters/passes: "},
      {R"("start":3)", "/parameters/start: a generated picture begins where it begins"},
      {R"("subtitles":"burn")", "/parameters/subtitles: 'burn' is not a way to treat subtitles"},
      {R"("quality":["psnr","psnrr"])",
       "/parameters/quality: 'psnrr' is no measure of picture quality; there are psnr,"},
      {R"("quality":7)", "/parameters/quality: must be an array"},
      {R"("quality":"ssim")", "/parameters/quality: cannot be scored here: a generated picture"},
      {R"("quality":"ssim","input":"https://host/a.mp4")", "/parameters/quality: cannot be scored here: what the web"},
      {R"("quality":"ssim,ssim","input":"/m/a.mp4")", "/parameters/quality: names ssim twice"},
      {R"("quality":"ssim","input":"/m/a.mp4","output_mode":"null")",
       "/parameters/quality: cannot be scored here: noth"},
      {R"("quality":"ssim","input":"/m/a.mp4","outputs":[{}])",
       "/parameters/quality: cannot be scored here: it makes s"},
      {R"("quality":"ssim","input":"/m/a.mp4","streams":2)", "/parameters/quality: cannot be scored here: several st"},
      {R"("chunks":2)", "/parameters/chunks: is not supported yet by this version"},
  };
  for (const auto& c : cases)
    EXPECT_THAT(refusal(R"({"scenario":"1080p30-h264","parameters":{)" + std::string(c.parameters) + "}}"),
                HasSubstr(c.says))
        << c.parameters;
}

TEST(Submissions, NameTheScenarioThatNeedsAServer) {
  EXPECT_THAT(
      refusal(R"({"scenario":"720p30-h264-rtmp"})"),
      HasSubstr("/parameters/rtmp_url: is required, because scenario 720p30-h264-rtmp sends to an RTMP server"));
}

TEST(Submissions, TellEveryFaultOnceAndAtOnce) {
  json::Faults faults;
  const auto body = *json::parse(
      R"({"scenario":"720p30-h264","queue":"x","parameters":{"duration":"x","crf":99,"bitrate":"4G","fps":-3}})");
  EXPECT_FALSE(decode_submissions(body, scenarios(), faults));
  std::vector<std::string> pointers;
  for (const auto& fault : faults.list()) pointers.push_back(fault.pointer);
  EXPECT_THAT(pointers, testing::UnorderedElementsAre("/queue", "/parameters/duration", "/parameters/crf",
                                                      "/parameters/bitrate", "/parameters/fps"));
}

TEST(Submissions, OfMoreThanAThousandAreRefused) {
  std::string body = R"({"jobs":[)";
  for (int i = 0; i < 1001; ++i) body += std::string(i ? "," : "") + R"({"scenario":"720p30-h264"})";
  EXPECT_THAT(refusal(body + "]}"), HasSubstr("/jobs: has 1001 items; at most 1000 are taken"));
}

TEST(Submissions, ThatAreWrongThroughoutGetAnAnswerOfBoundedLength) {
  std::string body = R"({"jobs":[)";
  for (int i = 0; i < 1000; ++i) body += std::string(i ? "," : "") + R"({"scenario":"x","queue":"y"})";
  const auto text = refusal(body + "]}");
  EXPECT_THAT(text, HasSubstr("/jobs: more faults may follow"));
  EXPECT_LT(text.size(), 100'000u);
}

}  // namespace
}  // namespace wire
