// Loop: the one thread of the load generator. Tasks wait on it for sockets and for times, by epoll: it has to cost
// little, since it shares the cores with the server that it measures.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "queue/task.h"

namespace bench {

using Clock = std::chrono::steady_clock;

// What ends a measurement: a server that is not there, or that answers what it must not.
class Trouble : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Begins a task at once. run() ends when all of them have, or throws what one of them threw.
  void spawn(Task<void> task);
  void run();

  void watch(int file);  // before its first wait
  void forget(int file);

  enum class Side { read, write };
  struct Ready {
    Loop& loop;
    int file;
    Side side;
    bool await_ready() const noexcept { return loop.files_[static_cast<std::size_t>(file)].spoke; }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() const noexcept {}
  };
  Ready readable(int file) { return {*this, file, Side::read}; }
  Ready writable(int file) { return {*this, file, Side::write}; }

  struct Sleep {
    Loop& loop;
    Clock::time_point until;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { loop.sleeping_.emplace(until, waiting); }
    void await_resume() const noexcept {}
  };
  Sleep sleep_until(Clock::time_point until) { return {*this, until}; }

  // All of them at once; goes on when the last has ended.
  Task<void> all(std::vector<Task<void>> tasks);

 private:
  struct Detached;
  struct Waiting {
    std::coroutine_handle<> reader, writer;
    bool spoke = false;  // unasked: most likely the server has hung up; whoever reads next finds out
  };
  static Detached detach(Loop& loop, Task<void> task);
  static Detached member(Task<void> task, std::size_t& left, std::coroutine_handle<>& joined,
                         std::exception_ptr& thrown);
  void wake_sleepers();

  int epoll_;
  std::size_t running_ = 0;
  std::exception_ptr thrown_;
  std::vector<Waiting> files_;  // by descriptor
  std::multimap<Clock::time_point, std::coroutine_handle<>> sleeping_;
};

}  // namespace bench
