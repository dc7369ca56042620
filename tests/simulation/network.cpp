#include "simulation/network.h"

#include "base/format.h"
#include "net/target.h"

namespace simulation {

using base::Error;

class Network::Question {
 public:
  Machine from, to;
  std::weak_ptr<const void> asker;
  net::Call call;
  std::function<void(base::Result<net::Response>)> then;
  bool ended = false;          // the asker has its answer, or has given up
  Life life = new_life();      // of what is under way for it
  std::function<void()> gone;  // the server's, once it parks
  // The asker's side is closed, as far as the server can see.
  bool closed = false;
};

// The server's end of one delivery. Dropped without an answer, it resets the connection.
class Network::Channel final : public net::Responder::Channel {
 public:
  Channel(Network& network, std::shared_ptr<Question> question, std::weak_ptr<const void> server, bool first)
      : network_(network), question_(std::move(question)), server_(std::move(server)), first_(first) {}
  ~Channel() override { reset(); }
  void send(net::Response response) override {
    if (server_.expired()) return reset();  // a program that was killed says no last words
    answer(std::move(response), true);
  }
  bool peer_gone() const override { return !first_ || question_->closed; }
  void when_gone(std::function<void()> callback) override {
    if (!first_) return;
    if (question_->closed) return callback();
    question_->gone = std::move(callback);
  }

 private:
  void reset() { answer(Error::retry("the connection was reset"), false); }
  void answer(base::Result<net::Response> response, bool may_be_lost) {
    if (std::exchange(answered_, true) || !first_) return;
    question_->gone = {};
    auto& network = network_;
    if (!network.reaches(question_->to, question_->from)) return;  // the asker waits until its patience ends
    if (may_be_lost && network.world_.chance().happens(network.faults_.lose_answer)) {
      network.world_.mark(Mark::answer_lost);
      network.world_.note(question_->from, "answer lost");
      if (network.world_.chance().happens(0.5)) return;
      response = Error::retry("the connection was reset");
    }
    network.finish(question_, network.delay(), std::move(response));
  }
  Network& network_;
  std::shared_ptr<Question> question_;
  std::weak_ptr<const void> server_;
  bool first_, answered_ = false;
};

units::Seconds Network::delay() {
  auto& chance = world_.chance();
  if (chance.happens(faults_.straggler)) return chance.between(units::Seconds(0.1), units::Seconds(20));
  return faults_.usual + chance.waiting(faults_.usual);
}

void Network::serve(const Machine& machine, const Life& life, Receive receive) {
  servers_[machine] = {life, std::move(receive)};
}

std::shared_ptr<Network::Question> Network::ask(const Machine& from, const Life& asker, const Machine& to,
                                                net::Call call, std::function<void(base::Result<net::Response>)> then) {
  auto question = ask_once(from, asker, to, std::move(call), std::move(then));
  if (world_.chance().happens(faults_.twice)) {
    world_.after(delay(), forever_, [this, question] { deliver(question, false); });
  }
  return question;
}

std::shared_ptr<Network::Question> Network::ask_once(const Machine& from, const Life& asker, const Machine& to,
                                                     net::Call call,
                                                     std::function<void(base::Result<net::Response>)> then) {
  auto question = std::make_shared<Question>();
  question->from = from;
  question->to = to;
  question->asker = asker;
  question->call = std::move(call);
  question->then = std::move(then);
  if (open_.size() > 256) std::erase_if(open_, [](const auto& one) { return one.expired() || one.lock()->closed; });
  open_.push_back(question);
  world_.after(question->call.timeout, question->life,
               [this, question] { finish(question, units::Seconds(0), Error::retry("nobody answered in time")); });
  if (!reaches(from, to)) return question;
  if (world_.chance().happens(faults_.lose_question)) {
    world_.mark(Mark::question_lost);
    world_.note(from, "question lost");
    if (world_.chance().happens(0.5)) finish(question, delay(), Error::retry("the connection was reset"));
    return question;
  }
  // What has left arrives, whatever the asker does meanwhile.
  world_.after(delay(), forever_, [this, question] { deliver(question, true); });
  return question;
}

void Network::deliver(const std::shared_ptr<Question>& question, bool first) {
  if (!reaches(question->from, question->to)) return;
  const auto server = servers_.find(question->to);
  if (server == servers_.end() || server->second.life.expired()) {
    world_.mark(Mark::connection_refused);
    if (first && reaches(question->to, question->from))
      finish(question, delay(), Error::retry(base::format("{} refused the connection", question->to)));
    return;
  }
  if (!first) world_.mark(Mark::question_doubled);
  const auto& call = question->call;
  const auto target = net::parse_target(call.url);
  if (!target) throw std::logic_error("a question that no server reads: " + call.url);
  net::Request request;
  request.method = call.method;
  request.path = target->path;
  request.query = target->query;
  request.headers = call.headers;
  request.body = call.body;
  request.peer = question->from;
  server->second.receive(std::move(request),
                         net::Responder(std::make_shared<Channel>(*this, question, server->second.life, first)));
}

void Network::finish(const std::shared_ptr<Question>& question, units::Seconds after,
                     base::Result<net::Response> answer) {
  world_.after(after, question->asker.lock(), [question, answer = std::move(answer)] {
    if (std::exchange(question->ended, true)) return;
    question->life.reset();
    question->closed = true;
    question->gone = {};
    question->then(answer);
  });
}

void Network::interrupt(const std::shared_ptr<Question>& question) {
  if (!question || question->ended) return;
  question->ended = true;
  question->life.reset();
  const auto then = question->then;
  world_.after(units::Seconds(0), question->asker.lock(), [then] { then(Error::retry("stopped")); });
  close(question);
}

void Network::close(const std::shared_ptr<Question>& question) {
  if (!reaches(question->from, question->to)) return;  // a connection that nobody closed, for all the server knows
  world_.after(delay(), forever_, [this, question] {
    question->closed = true;
    if (const auto gone = std::exchange(question->gone, {})) {
      world_.mark(Mark::peer_gone);
      gone();
    }
  });
}

void Network::died(const Machine& machine) {
  std::erase_if(open_, [&](const std::weak_ptr<Question>& one) {
    const auto question = one.lock();
    if (!question || question->closed) return true;
    if (question->from != machine || !question->asker.expired()) return false;
    question->ended = true;
    question->life.reset();
    close(question);
    return true;
  });
}

}  // namespace simulation
