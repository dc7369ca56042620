// Listener: hears what other masters say and passes on what this one has to say, on a thread and a session of its own:
// a NOTIFY in the master's own transactions would hold the one lock of all that notify over each commit's sync. What is
// said while one is under way goes out with the next. Any thread may call it. Inside of `store`.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/log.h"
#include "os/processes.h"
#include "store/postgres/address.h"
#include "store/postgres/connection.h"
#include "store/postgres/notice.h"

namespace store::postgres {

class Listener {
 public:
  Listener(Address address, base::Log& log);
  ~Listener();
  void start();
  void stop();  // idempotent

  // Called on the listener's thread; never again once another was set.
  void when_changed(std::function<void()> callback);
  void announce(const Notice& notice);
  // What others said since this was asked last.
  Notice take_heard();

 private:
  void loop(std::stop_token stop);
  base::Result<void> serve(Connection& connection, std::stop_token stop);
  void wait(int other, std::stop_token stop, int milliseconds);
  void heard(const Notice& notice);
  void wake();

  Address address_;
  base::Log& log_;
  os::Descriptor woken_;  // an eventfd
  std::mutex mutex_;
  Notice to_say_, heard_;
  std::mutex callback_mutex_;  // held while it runs
  std::function<void()> callback_;
  std::jthread thread_;
};

}  // namespace store::postgres
