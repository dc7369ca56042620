#include "queue/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace bench {

// A coroutine that nobody awaits; it frees itself at its end.
struct Loop::Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
Loop::~Loop() { ::close(epoll_); }

Loop::Detached Loop::detach(Loop& loop, Task<void> task) {
  try {
    co_await task;
  } catch (...) {
    if (!loop.thrown_) loop.thrown_ = std::current_exception();
  }
  --loop.running_;
}

Loop::Detached Loop::member(Task<void> task, std::size_t& left, std::coroutine_handle<>& joined,
                            std::exception_ptr& thrown) {
  try {
    co_await task;
  } catch (...) {
    if (!thrown) thrown = std::current_exception();
  }
  if (--left == 0 && joined) joined.resume();
}

void Loop::spawn(Task<void> task) {
  ++running_;
  detach(*this, std::move(task));
}

Task<void> Loop::all(std::vector<Task<void>> tasks) {
  std::size_t left = tasks.size();
  std::coroutine_handle<> joined;
  std::exception_ptr thrown;
  for (auto& task : tasks) member(std::move(task), left, joined, thrown);
  struct Join {
    std::size_t& left;
    std::coroutine_handle<>& joined;
    bool await_ready() const noexcept { return left == 0; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { joined = waiting; }
    void await_resume() const noexcept {}
  };
  co_await Join{left, joined};
  if (thrown) std::rethrow_exception(thrown);
}

void Loop::watch(int file) {
  if (static_cast<std::size_t>(file) >= files_.size()) files_.resize(static_cast<std::size_t>(file) + 64);
  files_[static_cast<std::size_t>(file)] = {};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = file;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event) != 0)
    throw Trouble(std::string("epoll: ") + std::strerror(errno));
}

void Loop::forget(int file) { ::epoll_ctl(epoll_, EPOLL_CTL_DEL, file, nullptr); }

void Loop::Ready::await_suspend(std::coroutine_handle<> waiting) {
  auto& slot = loop.files_[static_cast<std::size_t>(file)];
  if (side == Side::read) {
    slot.reader = waiting;
    return;
  }
  // Rare: only requests that do not fit into the socket's buffer.
  slot.writer = waiting;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.fd = file;
  ::epoll_ctl(loop.epoll_, EPOLL_CTL_MOD, file, &event);
}

void Loop::wake_sleepers() {
  const auto now = Clock::now();
  while (!sleeping_.empty() && sleeping_.begin()->first <= now) {
    const auto waiting = sleeping_.begin()->second;
    sleeping_.erase(sleeping_.begin());
    waiting.resume();
  }
}

void Loop::run() {
  std::array<epoll_event, 256> events;
  while (running_ > 0 && !thrown_) {
    timespec limit{};
    if (!sleeping_.empty()) {
      const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(sleeping_.begin()->first - Clock::now());
      const auto nanoseconds = std::max<std::int64_t>(left.count(), 0);
      limit = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    }
    const int count =
        ::epoll_pwait2(epoll_, events.data(), events.size(), sleeping_.empty() ? nullptr : &limit, nullptr);
    if (count < 0 && errno != EINTR) throw Trouble(std::string("epoll: ") + std::strerror(errno));
    for (int i = 0; i < count; ++i) {
      const int file = events[static_cast<std::size_t>(i)].data.fd;
      const auto happened = events[static_cast<std::size_t>(i)].events;
      auto& slot = files_[static_cast<std::size_t>(file)];
      if ((happened & EPOLLOUT) && slot.writer) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = file;
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, file, &event);
        std::exchange(slot.writer, {}).resume();
      }
      if (happened & ~static_cast<unsigned>(EPOLLOUT)) {
        auto& now = files_[static_cast<std::size_t>(file)];
        if (!now.reader)
          forget(file), now.spoke = true;
        else
          std::exchange(now.reader, {}).resume();
      }
    }
    wake_sleepers();
  }
  if (thrown_) std::rethrow_exception(thrown_);
}

}  // namespace bench
