// Jobs, what was asked for them, and the leases of their attempts.
#include "base/format.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parameters.h"
#include "wire/parts.h"

namespace wire {
namespace {

// As many attempts as one may ask for; a job that failed so often will not mend by itself.
constexpr int most_attempts = 20;
// Attempts that a record can have: failures, interruptions and some rounds of retry by hand.
constexpr std::size_t most_kept_attempts = 10'000;
constexpr units::Seconds longest_timeout{7 * 86400.0};

json::Value encode_attempt(const jobs::Attempt& attempt) {
  auto value = json::Value::object({{"number", attempt.number}, {"node_id", attempt.node.text()}});
  set_text(value, "node", attempt.node_name);
  set_time(value, "started_at", attempt.started);
  set_time(value, "ended_at", attempt.ended);
  set_text(value, "outcome", attempt.outcome);
  if (attempt.failure != jobs::FailureClass::none) value.set("failure", jobs::name(attempt.failure));
  set_text(value, "error", attempt.error);
  if (attempt.wasted) value.set("wasted_energy", encode_measured(*attempt.wasted, "joules"));
  return value;
}

media::TranscodeSpec read_stored_parameters(json::Reader& reader) { return read_parameters(reader); }

}  // namespace

jobs::Attempt read_attempt(json::Reader& reader) {
  jobs::Attempt attempt;
  attempt.number = static_cast<int>(reader.required_integer("number", 0, 1'000'000));
  attempt.node = read_id(reader, "node_id");
  attempt.node_name = read_text(reader, "node");
  attempt.started = read_time(reader, "started_at");
  attempt.ended = read_optional_time(reader, "ended_at");
  attempt.outcome = read_text(reader, "outcome");
  attempt.failure = read_optional_named(reader, "failure", jobs::parse_failure_class).value_or(attempt.failure);
  attempt.error = read_text(reader, "error", longest_text);
  attempt.wasted =
      read_member(reader, "wasted_energy", [](json::Reader& r) { return read_measured<units::Joules>(r, "joules"); });
  return attempt;
}

void write_submission(const jobs::Submission& submission, json::Value& into) {
  into.set(first_of_submission, submission.spec.scenario);
  into.set("name", submission.name);
  into.set("queue", jobs::name(submission.queue));
  into.set("priority", jobs::name(submission.priority));
  into.set("confidence", submission.confidence);
  set_texts(into, "labels", submission.labels);
  set_quantity(into, "timeout", submission.timeout);
  into.set("max_attempts", submission.max_attempts);
  if (submission.alone == jobs::Alone::yes) into.set("exclusive", true);
  if (submission.on_master_loss != jobs::OnMasterLoss::go_on)
    into.set("on_master_loss", jobs::name(submission.on_master_loss));
  into.set("parameters", encode_parameters(submission.spec));
}

void read_terms(json::Reader& reader, jobs::Submission& submission) {
  submission.name = read_text(reader, "name");
  submission.queue = read_optional_named(reader, "queue", jobs::parse_queue).value_or(submission.queue);
  submission.priority = read_optional_named(reader, "priority", jobs::parse_priority).value_or(submission.priority);
  submission.confidence = reader.string("confidence", longest_name).value_or(submission.confidence);
  submission.labels = read_texts(reader, "labels", most_labels);
  submission.timeout = read_duration(reader, "timeout");
  if (submission.timeout && !(submission.timeout->value() > 0 && *submission.timeout <= longest_timeout))
    reader.fault("timeout",
                 base::format("{} s is out of range; above 0 to 604800 s (7 days)", submission.timeout->value()));
  submission.max_attempts =
      static_cast<int>(reader.integer("max_attempts", 1, most_attempts).value_or(submission.max_attempts));
  submission.alone = reader.boolean("exclusive").value_or(false) ? jobs::Alone::yes : jobs::Alone::no;
  submission.on_master_loss =
      read_optional_named(reader, "on_master_loss", jobs::parse_on_master_loss).value_or(submission.on_master_loss);
}

jobs::Submission read_submission(json::Reader& reader) {
  jobs::Submission submission;
  read_terms(reader, submission);
  require(reader, "parameters", "an object");
  submission.spec = read_member(reader, "parameters", read_stored_parameters).value_or(media::TranscodeSpec{});
  submission.spec.scenario = reader.required_string("scenario", longest_name);
  return submission;
}

json::Value encode(const jobs::Submission& submission) {
  auto value = json::Value::object();
  write_submission(submission, value);
  return value;
}

json::Value encode(const jobs::Job& job) {
  auto value = encode_without_report(job);
  if (job.report) value.set("report", encode(*job.report));
  return value;
}

void write_standing(const jobs::Job& job, json::Value& into) {
  const std::string id = job.id.text();
  into.set("id", id);
  into.set("job_id", id);
  into.set("number", job.number);
  into.set("state", jobs::name(job.state));
  set_text(into, "reason", job.reason);
}

void write_course(const jobs::Job& job, json::Value& into) {
  set_time(into, first_of_course, job.created);
  set_time(into, "changed_at", job.changed);
  set_time(into, "not_before", job.not_before);
  into.set("attempts", array_of(job.attempts, encode_attempt));
  into.set("failures", job.failures);
  into.set("interruptions", job.interruptions);
  if (job.crashes > 0) into.set("crashes", job.crashes);
}

json::Value encode_without_report(const jobs::Job& job) {
  auto value = json::Value::object();
  write_standing(job, value);
  write_submission(job.submission, value);
  write_course(job, value);
  return value;
}

jobs::Job read_job(json::Reader& reader) {
  jobs::Job job;
  job.id = read_id(reader, "id");
  if (const auto again = read_optional_id(reader, "job_id"); again && *again != job.id)
    reader.fault("job_id", "differs from id");
  job.number = reader.required_integer("number", 0, most_count);
  job.state = read_named(reader, "state", jobs::parse_job_state);
  job.reason = read_text(reader, "reason", longest_text);
  job.submission = read_submission(reader);
  job.created = read_time(reader, "created_at");
  job.changed = read_time(reader, "changed_at");
  job.not_before = read_optional_time(reader, "not_before");
  job.attempts = read_members(reader, "attempts", most_kept_attempts, read_attempt);
  job.failures = read_int(reader, "failures", 0);
  job.interruptions = read_int(reader, "interruptions", 0);
  job.crashes = read_int(reader, "crashes", 0);
  job.report = read_member(reader, "report", read_report);
  return job;
}

base::Result<jobs::Submission> decode_submission(const json::Value& value) {
  return whole(value, From::ourselves, read_submission);
}
base::Result<jobs::Job> decode_job(const json::Value& value) { return whole(value, From::ourselves, read_job); }

void write_lease(const jobs::Lease& lease, json::Value& into) {
  into.set("job_id", lease.job.text());
  into.set("attempt", lease.attempt);
  into.set("token", lease.token);
}

jobs::Lease read_lease(json::Reader& reader) {
  jobs::Lease lease;
  lease.job = read_id(reader, "job_id");
  lease.attempt = static_cast<int>(reader.required_integer("attempt", 0, 1'000'000));
  lease.token = reader.required_string("token", longest_name);
  return lease;
}

void write_times(const jobs::LeaseTimes& times, json::Value& into) {
  into.set("time_to_live_seconds", times.time_to_live.value());
  into.set("renewal_seconds", times.renewal.value());
  into.set("offer_seconds", times.offer.value());
}

jobs::LeaseTimes read_times(json::Reader& reader) {
  // A lease without length would have its holder stop at once, again and again.
  constexpr double shortest = 1e-3;
  jobs::LeaseTimes times;
  const auto read = [&](std::string_view key, units::Seconds usual) {
    return read_optional_quantity<units::Seconds>(reader, key, shortest).value_or(usual);
  };
  times.time_to_live = read("time_to_live_seconds", times.time_to_live);
  times.renewal = read("renewal_seconds", times.renewal);
  times.offer = read("offer_seconds", times.offer);
  return times;
}

}  // namespace wire
