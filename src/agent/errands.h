// Errands: one thread that carries out blocking calls to the master in order, so that a slow one never holds up another
// kind. stop() ends the call under way. add() from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "client/master_client.h"

namespace agent {

class Errands {
 public:
  using Errand = std::function<void(client::MasterClient&, std::stop_token)>;
  explicit Errands(client::MasterClient client);
  ~Errands();
  void add(Errand errand);
  // Ends the call that is under way, and those that were added but not begun; their error is `retry`.
  void interrupt();
  void stop();  // idempotent

 private:
  void loop(std::stop_token stop);
  client::MasterClient client_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  struct Waiting {
    Errand errand;
    std::stop_source stop;
  };
  std::deque<Waiting> waiting_;
  std::stop_source current_;
  std::jthread thread_;
};

}  // namespace agent
