#include "agent/errands.h"

namespace agent {

Errands::Errands(client::MasterClient client)
    : client_(std::move(client)), thread_([this](std::stop_token stop) { loop(stop); }) {}

Errands::~Errands() { stop(); }

void Errands::add(Errand errand) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(errand), {}});
  }
  wake_.notify_one();
}

void Errands::interrupt() {
  const std::lock_guard lock(mutex_);
  current_.request_stop();
  for (auto& one : waiting_) one.stop.request_stop();
}

void Errands::stop() {
  thread_.request_stop();
  interrupt();
  if (thread_.joinable()) thread_.join();
}

void Errands::loop(std::stop_token stop) {
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
    errand(client_, token);
  }
}

}  // namespace agent
