#include "master/worker.h"

namespace master {

Worker::Worker(std::size_t most_waiting)
    : most_waiting_(most_waiting), thread_([this](std::stop_token stop) { loop(stop); }) {}

Worker::~Worker() {
  thread_.request_stop();
  thread_.join();
}

Worker::Taken Worker::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_waiting_) return Taken::no;
    waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return Taken::yes;
}

void Worker::loop(std::stop_token stop) {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !waiting_.empty(); }) || stop.stop_requested()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace master
