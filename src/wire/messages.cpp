// What agents and the master say to each other.
#include "wire/messages.h"

#include "base/format.h"
#include "base/text.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

// Jobs that one agent can hold, one answer can offer, one page can have.
constexpr std::size_t most_leases = 1024;
constexpr std::size_t most_page = 500;

base::Result<LeaseWord> parse_word(std::string_view text) {
  for (const auto word : {LeaseWord::renewed, LeaseWord::cancel, LeaseWord::late, LeaseWord::lost})
    if (name(word) == text) return word;
  return base::Error::invalid(
      base::format("'{}' is not a word about a lease; one of renewed, cancel, late, lost", text.substr(0, 64)));
}

using Output = ResultAnswer::Output;
base::Result<Output> parse_output(std::string_view text) {
  if (text == "publish") return Output::publish;
  if (text == "discard") return Output::discard;
  return base::Error::invalid(base::format("'{}' is not an order; one of publish, discard", text.substr(0, 64)));
}

void write_progress(const RunningJob& running, json::Value& value) {
  if (running.progress) value.set("progress", encode(*running.progress));
  if (running.energy) value.set("energy", encode_measured(*running.energy, "joules"));
  if (running.power) value.set("power", encode_measured(*running.power, "watts"));
  set_quantity(value, "elapsed_seconds", running.elapsed);
  if (running.fraction) value.set("fraction", *running.fraction);
}

void read_progress_of(json::Reader& reader, RunningJob& running) {
  running.progress = read_member(reader, "progress", read_progress);
  running.energy =
      read_member(reader, "energy", [](json::Reader& r) { return read_measured<units::Joules>(r, "joules"); });
  running.power = read_member(reader, "power", [](json::Reader& r) { return read_measured<units::Watts>(r, "watts"); });
  running.elapsed = read_optional_quantity<units::Seconds>(reader, "elapsed_seconds");
  running.fraction = reader.number("fraction", 0, 1);
}

json::Value encode_running(const RunningJob& running) {
  auto value = json::Value::object();
  write_lease(running.lease, value);
  write_progress(running, value);
  return value;
}

RunningJob read_running(json::Reader& reader) {
  RunningJob running;
  running.lease = read_lease(reader);
  read_progress_of(reader, running);
  return running;
}

json::Value encode_lease_answer(const LeaseAnswer& answer) {
  auto value =
      json::Value::object({{"job_id", answer.job.text()}, {"attempt", answer.attempt}, {"word", name(answer.word)}});
  if (answer.give_back == LeaseAnswer::GiveBack::yes) value.set("give_back", true);
  return value;
}

// The documented single form of a job, and the lease with which to start it.
json::Value encode_offer(const Offer& offer) {
  auto lease = json::Value::object();
  write_lease(offer.lease, lease);
  auto value = encode(offer.job);
  value.set("lease", std::move(lease));
  return value;
}

Offer read_offer(json::Reader& reader) {
  Offer offer;
  offer.job = read_job(reader);
  require(reader, "lease", "an object");
  offer.lease = read_member(reader, "lease", read_lease).value_or(jobs::Lease{});
  return offer;
}

}  // namespace

std::optional<units::Seconds> time_left(const RunningJob& running) {
  // Encoders start slowly, and a first guess that is ten times too long is worse than none.
  constexpr units::Seconds settled{3};
  if (!running.fraction || !running.elapsed || *running.elapsed < settled || *running.fraction < 0.005)
    return std::nullopt;
  return *running.elapsed * ((1 - *running.fraction) / *running.fraction);
}

std::string_view name(LeaseWord word) {
  switch (word) {
    case LeaseWord::renewed:
      return "renewed";
    case LeaseWord::cancel:
      return "cancel";
    case LeaseWord::late:
      return "late";
    case LeaseWord::lost:
      return "lost";
  }
  return "lost";
}

LeaseAnswer read_lease_answer(json::Reader& reader) {
  LeaseAnswer answer;
  answer.job = read_id(reader, "job_id");
  answer.attempt = static_cast<int>(reader.required_integer("attempt", 0, 1'000'000));
  // A word of a newer master: the job goes on, and nothing is renewed by it.
  answer.word = parse_word(reader.required_string("word", longest_name)).value_or(LeaseWord::late);
  if (reader.boolean("give_back").value_or(false)) answer.give_back = LeaseAnswer::GiveBack::yes;
  return answer;
}

json::Value encode(const RegisterRequest& m) {
  auto value = json::Value::object();
  if (m.node_id) value.set("node_id", m.node_id->text());
  write_facts(m.facts, value);
  return value;
}

base::Result<RegisterRequest> decode_register_request(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    RegisterRequest m;
    m.node_id = read_optional_id(reader, "node_id");
    m.facts = read_facts(reader);
    return m;
  });
}

json::Value encode(const RegisterAnswer& m) {
  auto value = json::Value::object({{"node_id", m.node_id.text()}});
  write_times(m.times, value);
  value.set("api_version", api_version);
  set_text(value, "master_version", m.master_version);
  return value;
}

base::Result<RegisterAnswer> decode_register_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    RegisterAnswer m;
    m.node_id = read_id(reader, "node_id");
    m.times = read_times(reader);
    if (const auto version = reader.integer("api_version", 1, 1'000'000); version && *version != api_version)
      reader.fault("api_version",
                   base::format("the master speaks version {} of the interface, this agent {}; update one", *version,
                                api_version));
    m.master_version = read_text(reader, "master_version");
    return m;
  });
}

json::Value encode(const HeartbeatRequest& m) {
  auto value = json::Value::object();
  set_text(value, "boot_id", m.boot_id);
  value.set("running", array_of(m.running, encode_running));
  return value;
}

base::Result<HeartbeatRequest> decode_heartbeat_request(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    HeartbeatRequest m;
    m.boot_id = read_text(reader, "boot_id");
    m.running = read_members(reader, "running", most_leases, read_running);
    return m;
  });
}

json::Value encode(const HeartbeatAnswer& m) {
  auto value =
      json::Value::object({{"leases", array_of(m.leases, encode_lease_answer)}, {"intent", jobs::name(m.intent)}});
  set_quantity(value, "live_seconds", m.live);
  return value;
}

json::Value encode(const LiveAnswer& m) {
  auto value = json::Value::object();
  set_quantity(value, "live_seconds", m.live);
  return value;
}

base::Result<LiveAnswer> decode_live_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    return LiveAnswer{read_optional_quantity<units::Seconds>(reader, "live_seconds")};
  });
}

json::Value encode(const LiveView& m) {
  auto value = json::Value::object({{"job_id", m.job.text()}, {"number", m.number}, {"state", jobs::name(m.state)}});
  if (!m.running) return value;
  value.set("attempt", m.running->lease.attempt);
  write_progress(*m.running, value);
  set_quantity(value, "eta_seconds", time_left(*m.running));
  value.set("age_seconds", m.age.value());
  return value;
}

base::Result<LiveView> decode_live_view(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    LiveView m;
    m.job = read_id(reader, "job_id");
    m.number = reader.required_integer("number", 0, most_count);
    m.state = read_named(reader, "state", jobs::parse_job_state);
    const auto attempt = reader.integer("attempt", 0, 1'000'000);
    if (!attempt) return m;
    m.running.emplace();
    m.running->lease = {m.job, static_cast<int>(*attempt), {}};
    read_progress_of(reader, *m.running);
    m.age = read_quantity<units::Seconds>(reader, "age_seconds");
    return m;
  });
}

base::Result<HeartbeatAnswer> decode_heartbeat_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    HeartbeatAnswer m;
    m.leases = read_members(reader, "leases", most_leases, read_lease_answer);
    m.intent = read_named(reader, "intent", jobs::parse_intent);
    m.live = read_optional_quantity<units::Seconds>(reader, "live_seconds");
    return m;
  });
}

json::Value encode(const ClaimAnswer& m) {
  auto offers = array_of(m.offers, encode_offer);
  auto first = m.offers.empty() ? json::Value() : offers.items().front();
  auto value = json::Value::object({{"job", std::move(first)},
                                    {"jobs", std::move(offers)},
                                    {"commands", array_of(m.commands, encode_lease_answer)}});
  set_quantity(value, "live_seconds", m.live);
  return value;
}

std::string write(const ClaimAnswer& m) {
  std::vector<std::string> offers;
  for (const auto& offer : m.offers)
    offers.push_back(offer.text.empty() ? json::write(encode_offer(offer)) : offer.text.with_lease(offer.lease));
  const auto live = m.live ? ",\"live_seconds\":" + json::write(json::Value(m.live->value())) : std::string();
  return base::format(R"({{"job":{},"jobs":[{}],"commands":{}{}}})", offers.empty() ? "null" : offers.front(),
                      base::join(offers, ","), json::write(array_of(m.commands, encode_lease_answer)), live);
}

base::Result<ClaimAnswer> decode_claim_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    ClaimAnswer m;
    m.offers = read_members(reader, "jobs", most_leases, read_offer);
    m.commands = read_members(reader, "commands", most_leases, read_lease_answer);
    m.live = read_optional_quantity<units::Seconds>(reader, "live_seconds");
    // Only for callers that know one job at a time; it repeats the first of `jobs`.
    const auto single = read_member(reader, "job", read_offer);
    const bool agrees = single ? !m.offers.empty() && single->job.id == m.offers.front().job.id : m.offers.empty();
    if (!agrees) reader.fault("job", "is not the first of jobs");
    return m;
  });
}

json::Value encode(const StartRequest& m) {
  auto value = json::Value::object({{"node_id", m.node_id.text()}});
  write_lease(m.lease, value);
  return value;
}

base::Result<StartRequest> decode_start_request(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    return StartRequest{read_id(reader, "node_id"), read_lease(reader)};
  });
}

json::Value encode(const StartAnswer& m) {
  auto value = json::Value::object();
  write_lease(m.lease, value);
  write_times(m.times, value);
  return value;
}

base::Result<StartAnswer> decode_start_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    return StartAnswer{read_lease(reader), read_times(reader)};
  });
}

json::Value encode(const ResultRequest& m) {
  auto value = json::Value::object({{"node_id", m.node_id.text()}});
  write_lease(m.lease, value);
  value.set("report", encode(m.report, PowerTrace::included));
  return value;
}

base::Result<ResultRequest> decode_result_request(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    ResultRequest m;
    m.node_id = read_id(reader, "node_id");
    m.lease = read_lease(reader);
    require(reader, "report", "an object");
    m.report = read_member(reader, "report", read_report).value_or(jobs::Report{});
    return m;
  });
}

json::Value encode(const ResultAnswer& m) {
  auto value = json::Value::object({{"job_id", m.job.text()},
                                    {"state", jobs::name(m.state)},
                                    {"output", m.output == Output::publish ? "publish" : "discard"}});
  if (m.next) value.set("next", encode(*m.next));
  return value;
}

std::string write(const ResultAnswer& m, const ClaimAnswer& next) {
  auto text = json::write(encode(m));
  text.back() = ',';
  return text + "\"next\":" + write(next) + "}";
}

base::Result<ResultAnswer> decode_result_answer(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    ResultAnswer m;
    m.job = read_id(reader, "job_id");
    m.state = read_named(reader, "state", jobs::parse_job_state);
    m.output = read_named(reader, "output", parse_output);
    // Offers that this version cannot read end by themselves; the verdict on the result must arrive all the same.
    if (const auto* next = reader.value().find("next"))
      if (auto offers = decode_claim_answer(*next)) m.next = *std::move(offers);
    return m;
  });
}

json::Value encode(const JobPage& m) { return encode(m, {}); }

json::Value encode(const JobPage& m, const std::map<base::Id, json::Value>& facts) {
  const auto one = [&](const jobs::Job& job) {
    auto value = encode(job);
    if (const auto found = facts.find(job.id); found != facts.end()) value.set("facts", found->second);
    return value;
  };
  return json::Value::object({{"jobs", array_of(m.jobs, one)},
                              {"count", m.count},
                              {"next", m.next.empty() ? json::Value() : json::Value(m.next)}});
}

base::Result<JobPage> decode_job_page(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    JobPage m;
    require(reader, "jobs", "an array of jobs");
    m.jobs = read_members(reader, "jobs", most_page, read_job);
    m.count = read_count(reader, "count");
    m.next = read_text(reader, "next");
    return m;
  });
}

}  // namespace wire
