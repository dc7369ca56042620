#include "meter/server.h"

#include <poll.h>

#include <array>
#include <list>
#include <mutex>
#include <thread>

#include "base/format.h"
#include "meter/client.h"
#include "os/read_some.h"
#include "os/unix_socket.h"
#include "os/wait.h"

namespace meter {
namespace {

constexpr std::size_t kMostClients = 512;

struct Connection {
  Connection(os::Descriptor s, os::Host& host, Meter& meter, Claimed& claimed, os::Peer peer)
      : socket(std::move(s)), client(host, meter, claimed, peer) {}
  os::Descriptor socket;
  Client client;
};

}  // namespace

struct Server::State {
  State(os::Host& h, Meter& m, base::Log& l) : host(h), meter(m), log(l) {}

  void loop(const std::stop_token& stop);
  void accept_all();
  bool serve(Connection& connection, short events);

  os::Host& host;
  Meter& meter;
  base::Log& log;
  os::Path socket;
  std::size_t most_unread = 0;
  std::unique_ptr<os::FileLock> lock;
  os::Descriptor listener;
  Claimed claimed;
  std::list<Connection> connections;
  mutable std::mutex mutex;  // guards `alone`
  std::optional<units::BootTime> alone;
  std::jthread thread;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

base::Result<std::unique_ptr<Server>> Server::start(os::Host& host, Meter& meter, const ServerSettings& settings,
                                                    base::Log& log) {
  auto state = std::make_unique<State>(host, meter, log);
  state->socket = settings.socket;
  state->most_unread = settings.most_unread;
  FFWATT_CHECK(host.files.make_folders(settings.socket.parent_path()));
  const auto lock_file = settings.socket.string() + ".lock";
  auto lock = host.files.lock(lock_file, os::Files::Wait::no);
  if (!lock) {
    if (lock.error().kind() != base::ErrorKind::retry) return lock.error();
    return base::Error::retry(base::format(
        "a meter of this machine runs already: it holds {}; there can be one, and every program may use it",
        lock_file));
  }
  state->lock = *std::move(lock);
  FFWATT_TRY(state->listener, os::listen_unix(settings.socket, settings.mode));
  state->alone = host.clock.boot();
  state->thread = std::jthread([raw = state.get()](const std::stop_token& stop) { raw->loop(stop); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() { stop(); }

void Server::stop() {
  auto& state = *state_;
  if (!state.thread.joinable()) return;
  state.thread.request_stop();
  state.thread.join();
  state.connections.clear();
  state.listener.reset();
  (void)state.host.files.remove(state.socket).ok();
  state.lock.reset();
}

std::optional<units::BootTime> Server::alone_since() const {
  const std::lock_guard guard(state_->mutex);
  return state_->alone;
}

void Server::State::loop(const std::stop_token& stop) {
  std::vector<pollfd> polled;
  while (!stop.stop_requested()) {
    polled.clear();
    polled.push_back({listener.get(), POLLIN, 0});
    for (auto& connection : connections) {
      const bool owed = !connection.client.output().empty();
      polled.push_back({connection.socket.get(), static_cast<short>(owed ? POLLIN | POLLOUT : POLLIN), 0});
    }
    if (os::wait_readable(polled, units::BootTime::from_nanoseconds(INT64_MAX), stop) != os::WaitEnd::readable)
      continue;
    std::size_t i = 1;
    for (auto it = connections.begin(); it != connections.end();) {
      const auto events = polled[i++].revents;
      it = events == 0 || serve(*it, events) ? std::next(it) : connections.erase(it);
    }
    if (polled[0].revents != 0) accept_all();
    const std::lock_guard guard(mutex);
    if (!connections.empty())
      alone.reset();
    else if (!alone)
      alone = host.clock.boot();
  }
}

void Server::State::accept_all() {
  for (;;) {
    auto accepted = os::accept_unix(listener);
    if (!accepted) {
      log.warning("a client of the meter could not be let in", {{"why", accepted.error().text()}});
      return;
    }
    auto& client = *accepted;
    if (!client) return;
    auto& [descriptor, peer] = *client;
    if (connections.size() >= kMostClients) {
      log.warning("too many clients of the meter; one was turned away", {{"pid", base::format("{}", peer.pid)}});
      continue;
    }
    connections.emplace_back(std::move(descriptor), host, meter, claimed, peer);
  }
}

// false: the connection is over.
bool Server::State::serve(Connection& connection, short events) {
  if (events & POLLIN) {
    std::array<char, 16'384> buffer;
    const auto bytes = os::read_some(connection.socket, buffer);
    if (!bytes) return false;
    if (!connection.client.take(*bytes)) {
      log.warning("a client of the meter was dropped: its request has no end",
                  {{"pid", base::format("{}", connection.client.peer().pid)}});
      return false;
    }
  }
  auto& owed = connection.client.output();
  if (!owed.empty()) {
    const auto sent = os::send_some(connection.socket, owed);
    if (!sent) return false;
    owed.erase(0, *sent);
    if (owed.size() > most_unread) {
      log.warning("a client of the meter was dropped: it does not read its answers",
                  {{"pid", base::format("{}", connection.client.peer().pid)}});
      return false;
    }
  }
  return (events & (POLLERR | POLLNVAL)) == 0 && ((events & POLLHUP) == 0 || (events & POLLIN) != 0);
}

}  // namespace meter
