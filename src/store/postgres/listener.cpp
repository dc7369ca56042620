#include "store/postgres/listener.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace store::postgres {
namespace {

constexpr int pause_milliseconds = 1000;    // between two attempts to connect
constexpr int longest_silence_ms = 30'000;  // then the session is asked whether it is still there

}  // namespace

Listener::Listener(Address address, base::Log& log)
    : address_(std::move(address)), log_(log), woken_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Listener::~Listener() { stop(); }

void Listener::start() {
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
}

void Listener::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wake();
  thread_.join();
}

void Listener::when_changed(std::function<void()> callback) {
  const std::lock_guard lock(callback_mutex_);
  callback_ = std::move(callback);
}

void Listener::announce(const Notice& notice) {
  if (notice.about == Notice::About::nothing) return;
  {
    const std::lock_guard lock(mutex_);
    to_say_.add(notice);
  }
  wake();
}

Notice Listener::take_heard() {
  const std::lock_guard lock(mutex_);
  return std::exchange(heard_, {});
}

void Listener::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(woken_.get(), &one, sizeof one);
}

void Listener::heard(const Notice& notice) {
  {
    const std::lock_guard lock(mutex_);
    heard_.add(notice);
  }
  const std::lock_guard lock(callback_mutex_);
  if (callback_) callback_();
}

void Listener::wait(int other, std::stop_token stop, int milliseconds) {
  if (stop.stop_requested()) return;
  std::array<pollfd, 2> descriptors{{{woken_.get(), POLLIN, 0}, {other, POLLIN, 0}}};  // -1 is left out
  ::poll(descriptors.data(), descriptors.size(), milliseconds);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(woken_.get(), &count, sizeof count);
}

void Listener::loop(std::stop_token stop) {
  bool lost = false;
  while (!stop.stop_requested()) {
    const auto served = [&]() -> base::Result<void> {
      FFWATT_TRY(const auto connection, Connection::open(address_, Connection::Role::plain));
      FFWATT_CHECK(connection->execute("listening to", "LISTEN ffwatt"));
      if (std::exchange(lost, false)) log_.info("hearing other masters again", {{"database", address_.text()}});
      // What was said before this was not heard.
      Notice missed;
      missed.add_everything();
      heard(missed);
      return serve(*connection, stop);
    }();
    if (served) continue;
    if (!std::exchange(lost, true))
      log_.warning("not hearing other masters; what they do is found once a second meanwhile",
                   {{"why", served.error().text()}});
    wait(-1, stop, pause_milliseconds);
  }
}

base::Result<void> Listener::serve(Connection& connection, std::stop_token stop) {
  while (!stop.stop_requested()) {
    wait(PQsocket(connection.handle()), stop, longest_silence_ms);
    Notice say;
    {
      const std::lock_guard lock(mutex_);
      say = std::exchange(to_say_, {});
    }
    // Also where there is nothing to say: a session that is gone shows it when it is used.
    if (say.about != Notice::About::nothing) {
      FFWATT_TRY(const auto said, connection.ask("telling the masters of", "SELECT pg_notify('ffwatt', $1::text)",
                                                 Parameters().add(say.text())));
    } else if (PQconsumeInput(connection.handle()) != 1 || PQstatus(connection.handle()) != CONNECTION_OK) {
      return base::Error::retry("the connection is gone");
    }
    while (auto* notification = PQnotifies(connection.handle())) {
      const bool ours = notification->be_pid == PQbackendPID(connection.handle());
      const auto notice = Notice::parse(notification->extra);
      PQfreemem(notification);
      if (!ours) heard(notice);
    }
  }
  return {};
}

}  // namespace store::postgres
