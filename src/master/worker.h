// Worker: one thread for what would take too long on the server's threads or the core's: unfolding megabytes for one
// asker. Any thread may add. Destroying it ends it after the task in hand; what waits is dropped.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace master {

class Worker {
 public:
  explicit Worker(std::size_t most_waiting);
  ~Worker();
  enum class Taken { yes, no };
  // no: too many wait already.
  Taken add(std::function<void()> task);

 private:
  void loop(std::stop_token stop);

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> waiting_;
  std::jthread thread_;
};

}  // namespace master
