#include "simulation/client.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "wire/decode.h"
#include "wire/listings.h"

namespace simulation {

using base::format;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::submit:
      return "submit";
    case Kind::cancel:
      return "cancel";
    case Kind::pause:
      return "pause";
    case Kind::resume:
      return "resume";
    case Kind::retry:
      return "retry";
    case Kind::look:
      break;
  }
  return "look";
}

namespace {

std::string wanted_text(std::string_view queue, std::string_view priority, bool alone, int attempts) {
  return format("{} {} {} {}", queue, priority, alone ? "alone" : "shared", attempts);
}

std::string body_of(const std::string& name, std::string_view queue, std::string_view priority, bool alone,
                    int attempts) {
  return format(
      R"({{"name":"{0}","scenario":"720p30-h264","queue":"{1}","priority":"{2}","exclusive":{3},"max_attempts":{4},)"
      R"("parameters":{{"duration":"10s","output":"/outputs/{0}.mp4"}}}})",
      name, queue, priority, alone, attempts);
}

}  // namespace

std::string Client::wanted(const jobs::Submission& submission) {
  return wanted_text(jobs::name(submission.queue), jobs::name(submission.priority),
                     submission.alone == jobs::Alone::yes, submission.max_attempts);
}

struct Client::Submission {
  std::string key, body;
  std::vector<std::size_t> operations;  // in the history, one a job
};

Client::Client(World& world, Network& network, History& history, Machine name, std::vector<Machine> masters,
               Habits habits)
    : world_(world),
      network_(network),
      history_(history),
      name_(std::move(name)),
      masters_(std::move(masters)),
      habits_(habits) {}

void Client::begin() {
  world_.after(world_.chance().waiting(habits_.mean_pause), life_, [this] { act(); });
}

void Client::settle() {
  settling_ = true;
  // A pause may still be under way, or have come after what resumed its job.
  for (const auto& name : ever_paused_)
    if (std::find(to_resume_.begin(), to_resume_.end(), name) == to_resume_.end()) to_resume_.push_back(name);
  for (const auto& name : to_resume_) change(Kind::resume, name);
}

std::string Client::any_name() {
  // Rather of the last ones: those are in the middle of something.
  if (names_.empty()) return {};
  const std::size_t last = std::min<std::size_t>(names_.size(), world_.chance().happens(0.7) ? 5 : names_.size());
  return names_[names_.size() - 1 - world_.chance().below(last)];
}

void Client::act() {
  if (settling_) return;
  auto& chance = world_.chance();
  const double what = chance.unit();
  double edge = 0;
  const auto is = [&](double part) {
    const bool here = what >= edge && what < edge + part;
    edge += part;
    return here;
  };
  if (is(habits_.cancels)) {
    change(Kind::cancel, any_name());
  } else if (is(habits_.pauses)) {
    change(Kind::pause, any_name());
  } else if (is(habits_.retries)) {
    change(Kind::retry, any_name());
  } else if (is(habits_.looks)) {
    change(Kind::look, any_name());
  } else if (!to_resume_.empty() && chance.happens(0.5)) {
    change(Kind::resume, to_resume_.front());
  } else if (submitted_ < habits_.jobs) {
    submit();
  } else {
    change(Kind::look, any_name());
  }
  begin();
}

void Client::submit() {
  auto& chance = world_.chance();
  auto submission = std::make_shared<Submission>();
  submission->key = format("{}-key-{}", name_, ++keys_);
  const int count = chance.happens(habits_.batch) ? chance.between(2, 8) : 1;
  std::vector<std::string> jobs;
  for (int i = 0; i < count && submitted_ < habits_.jobs; ++i) {
    const std::string name = format("{}-{}", name_, ++submitted_);
    static constexpr const char* queues[] = {"live", "default", "batch"};
    static constexpr const char* priorities[] = {"high", "medium", "low"};
    const auto queue = queues[chance.below(3)], priority = priorities[chance.below(3)];
    const bool alone = chance.happens(habits_.exclusive);
    const int attempts = chance.between(1, 5);
    jobs.push_back(body_of(name, queue, priority, alone, attempts));
    submission->operations.push_back(history_.operations.size());
    history_.operations.push_back({Kind::submit,
                                   Outcome::unknown,
                                   name_,
                                   name,
                                   world_.now(),
                                   {},
                                   0,
                                   {},
                                   wanted_text(queue, priority, alone, attempts)});
  }
  if (jobs.size() > 1) world_.mark(Mark::submitted_many);
  submission->body = jobs.size() == 1 ? jobs.front() : format(R"({{"jobs":[{}]}})", base::join(jobs, ","));
  ++unanswered_;
  ++open_submissions_;
  send(submission);
}

void Client::send(std::shared_ptr<Submission> submission) {
  net::Call call{.method = net::Method::post,
                 .url = "/jobs",
                 .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", submission->key}},
                 .body = submission->body,
                 .timeout = units::Seconds(10)};
  network_.ask(name_, life_, master(), std::move(call), [this, submission](base::Result<net::Response> response) {
    const bool unclear = !response || response->status >= 500 || response->status == 429;
    if (unclear) {
      if (response && response->status == 507) world_.mark(Mark::submission_refused_for_room);
      world_.mark(Mark::submitted_again);
      ++next_master_;
      return world_.after(world_.chance().between(units::Seconds(0.2), units::Seconds(5)), life_,
                          [this, submission] { send(submission); });
    }
    --unanswered_;
    --open_submissions_;
    if (response->status == 422) world_.mark(Mark::key_of_another);
    const auto body = json::parse(response->body);
    const auto accepted = response->status == 201 && body
                              ? wire::decode_accepted(*body)
                              : base::Result<std::vector<wire::Accepted>>(base::Error::invalid("not accepted"));
    for (std::size_t i = 0; i < submission->operations.size(); ++i) {
      auto& operation = history_.operations[submission->operations[i]];
      operation.answered = world_.now();
      operation.status = response->status;
      operation.outcome = accepted ? Outcome::done : Outcome::refused;
      if (!accepted || accepted->size() <= i) continue;
      operation.id = (*accepted)[i].job.id;
      ids_[operation.name] = operation.id->text();
      names_.push_back(operation.name);
    }
    world_.note(name_, format("submitted: {}", response->status));
    if (accepted && !settling_ && world_.chance().happens(habits_.same_key)) submit_by_key(submission->key);
  });
}

void Client::submit_by_key(const std::string& key) {
  auto submission = std::make_shared<Submission>();
  const std::string name = format("{}-by-{}", name_, key);
  submission->key = key;
  submission->body = body_of(name, "default", "medium", false, 3);
  submission->operations.push_back(history_.operations.size());
  history_.operations.push_back({Kind::submit,
                                 Outcome::unknown,
                                 name_,
                                 name,
                                 world_.now(),
                                 {},
                                 0,
                                 {},
                                 wanted_text("default", "medium", false, 3)});
  ++unanswered_;
  ++open_submissions_;
  send(submission);
}

void Client::change(Kind kind, const std::string& name) {
  if (name.empty() || ids_.count(name) == 0) return;
  ++unanswered_;
  if (kind == Kind::pause) ever_paused_.insert(name);
  const std::size_t place = history_.operations.size();
  history_.operations.push_back({kind, Outcome::unknown, name_, name, world_.now(), {}, 0, {}});
  net::Call call{.url = "/jobs/" + ids_[name], .timeout = units::Seconds(10)};
  if (kind != Kind::look) {
    call.method = net::Method::post;
    call.url += "/" + std::string(simulation::name(kind));
    call.body = "{}";
  }
  network_.ask_once(name_, life_, master(), std::move(call),
                    [this, place, kind, name](base::Result<net::Response> response) {
                      --unanswered_;
                      auto& operation = history_.operations[place];
                      if (!response || response->status >= 500 || response->status == 429) {
                        ++next_master_;
                        // Whether a job sleeps is not known: it is woken up to be sure.
                        if (kind == Kind::pause) to_resume_.push_back(name);
                        if ((kind == Kind::resume || kind == Kind::pause) && settling_)
                          world_.after(units::Seconds(1), life_, [this, name] { change(Kind::resume, name); });
                        return;
                      }
                      operation.answered = world_.now();
                      operation.status = response->status;
                      operation.outcome = response->status < 300 ? Outcome::done : Outcome::refused;
                      const auto body = json::parse(response->body);
                      if (operation.outcome == Outcome::done && body)
                        if (const auto job = wire::decode_job(*body)) operation.state = job->state;
                      world_.note(name_, format("{} {}: {} {}", simulation::name(kind), name, response->status,
                                                operation.state ? jobs::name(*operation.state) : "-"));
                      if (kind == Kind::pause && operation.outcome == Outcome::done) {
                        to_resume_.push_back(name);
                        if (settling_) change(Kind::resume, name);
                      }
                      if (kind == Kind::resume) std::erase(to_resume_, name);
                    });
}

}  // namespace simulation
