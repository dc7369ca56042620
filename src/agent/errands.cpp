#include "agent/errands.h"

namespace agent {

Errands::Errands(const std::string& url, const Credentials& credentials, const os::Clock& clock,
                 const std::string& ca_file, Trust* trust)
    : lanes_{One(*client::MasterClient::at(url, credentials.bearer, ca_file), credentials.enrolment, clock, trust),
             One(*client::MasterClient::at(url, credentials.bearer, ca_file), credentials.enrolment, clock, trust),
             One(*client::MasterClient::at(url, credentials.bearer, ca_file), credentials.enrolment, clock, trust)} {}

Errands::~Errands() { stop(); }

void Errands::stop() {
  for (auto& lane : lanes_) lane.stop();
}

Errands::One::One(client::MasterClient client, std::string enrolment, const os::Clock& clock, Trust* trust)
    : client_(std::move(client)),
      enrolment_(std::move(enrolment)),
      trust_(trust),
      clock_(clock),
      thread_([this](std::stop_token stop) { loop(stop); }) {}

void Errands::One::add(Errand errand) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(errand), {}});
  }
  wake_.notify_one();
}

void Errands::One::interrupt() {
  const std::lock_guard lock(mutex_);
  current_.request_stop();
  for (auto& one : waiting_) one.stop.request_stop();
}

void Errands::One::stop() {
  thread_.request_stop();
  interrupt();
  if (thread_.joinable()) thread_.join();
}

void Errands::One::loop(std::stop_token stop) {
  for (;;) {
    Errand errand;
    std::stop_token token;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !waiting_.empty(); }) || stop.stop_requested()) return;
      errand = std::move(waiting_.front().errand);
      current_ = std::move(waiting_.front().stop);
      waiting_.pop_front();
      token = current_.get_token();
    }
    auto question = errand.make();
    if (const auto trusted = trust_ ? trust_->ensure(token) : base::Result<void>(); question && !trusted)
      question = trusted.error();
    if (question && !enrolment_.empty() && question->url == "/nodes/register")
      question->headers.emplace_back("X-Enrolment", enrolment_);
    const auto sent = clock_.boot();
    errand.then({question ? client_.send(*std::move(question), token) : question.error(), client_.url(), sent});
  }
}

}  // namespace agent
