// JSON from clients, agents, masters and meters: jobs that are sent, and every other message. What is taken is sound,
// and what is written of it is read as the same.
#include "json/json.h"
#include "os_testing/fuzz_target.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/meter_messages.h"
#include "wire/test_messages.h"

namespace os_testing {
namespace {

const media::Scenarios& scenarios() {
  static const auto all = media::Scenarios::built_in();
  return all;
}

// Once written, a message has settled (numbers of another precision, fields of a newer version): it must not change
// any more.
template <class Message>
void settle(const base::Result<Message>& read, base::Result<Message> (*decode)(const json::Value&)) {
  if (!read) return promise(!read.error().text().empty(), "an error without words");
  const auto written = wire::encode(*read);
  const auto again = decode(written);
  promise(again.ok(), "what was written cannot be read");
  promise(wire::encode(*again) == written, "what was written is read as something else");
}

void submit(const json::Value& value) {
  json::Faults faults;
  const auto jobs = wire::decode_submissions(value, scenarios(), faults);
  promise(jobs.ok() == faults.empty(), "a refusal without a fault, or a fault without a refusal");
  if (!jobs) return;
  promise(!jobs->empty() && jobs->size() <= 1000, "a batch out of range");
  for (const auto& job : *jobs) {
    promise(media::check(job.spec).empty(), "a job that its own check refuses");
    const auto stored = wire::decode_submission(wire::encode(job));
    promise(stored && *stored == job, "a job that is stored as another one");
  }
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds{
      R"({"scenario":"1080p-h264","confidence":"auto","parameters":{"duration":300,"bitrate":"5000k","resolution":"1920x1080"}})",
      R"({"jobs":[{"scenario":"720p30-h264","queue":"live","priority":"high","labels":{"a":"b"},"timeout":"10m",)"
      R"("max_attempts":2,"name":"n","parameters":{"crf":23,"fps":"30000/1001","gop":60,"threads":2,"audio":"aac",)"
      R"("preset":"fast","encoder":"libx264","input":"/a.mp4","output":"/b.mp4"}}]})",
      R"({"scenario":"720p30-h264-rtmp","parameters":{"rtmp_url":"rtmp://localhost/live/a"}})",
      R"({"op":"begin","name":"j","control_group":"/sys/fs/cgroup/ffwatt/a","reserved":0.5,"cpus":[0,1]})",
      R"({"op":"end","handle":7,"cpu_seconds":1.5})",
      R"({"handle":7,"energy":[{"scope":"machine","part":"total","joules":null,"reason":"r"}],"caveats":["c"],)"
      R"("qualities":["measured","estimated"]})"};
  const auto add = [&seeds](const json::Value& value) { seeds.push_back(json::write(value)); };
  add(wire::encode(wire::full_job()));
  add(wire::encode(wire::full_report()));
  add(wire::encode(wire::full_node_facts()));
  return seeds;
}

void fuzz_one(std::string_view text) {
  const auto value = json::parse(text);
  if (!value) return;
  submit(*value);
  settle(wire::decode_report(*value), &wire::decode_report);
  settle(wire::decode_submission(*value), &wire::decode_submission);
  settle(wire::decode_job(*value), &wire::decode_job);
  settle(wire::decode_node_facts(*value), &wire::decode_node_facts);
  settle(wire::decode_node(*value), &wire::decode_node);
  settle(wire::decode_register_request(*value), &wire::decode_register_request);
  settle(wire::decode_register_answer(*value), &wire::decode_register_answer);
  settle(wire::decode_heartbeat_request(*value), &wire::decode_heartbeat_request);
  settle(wire::decode_heartbeat_answer(*value), &wire::decode_heartbeat_answer);
  settle(wire::decode_claim_answer(*value), &wire::decode_claim_answer);
  settle(wire::decode_start_request(*value), &wire::decode_start_request);
  settle(wire::decode_start_answer(*value), &wire::decode_start_answer);
  settle(wire::decode_result_request(*value), &wire::decode_result_request);
  settle(wire::decode_result_answer(*value), &wire::decode_result_answer);
  settle(wire::decode_job_page(*value), &wire::decode_job_page);
  settle(wire::decode_meter_request(*value), &wire::decode_meter_request);
  settle(wire::decode_meter_reply(*value), &wire::decode_meter_reply);
  (void)wire::decode_nodes(*value).ok();
}

}  // namespace os_testing
