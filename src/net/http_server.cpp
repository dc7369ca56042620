#include "net/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/format.h"
#include "net/connection.h"
#include "net/listening.h"
#include "net/loop.h"
#include "net/response_text.h"

namespace net {
namespace {

// Beyond the limit this many more are held at a time, only to be told 503; the rest are closed without a word.
constexpr std::size_t most_refusals = 64;

std::string peer_name(const os::Descriptor& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  char text[INET6_ADDRSTRLEN] = {};
  if (storage.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(&storage)->sin_addr, text, sizeof text);
  } else if (storage.ss_family == AF_INET6) {
    const auto& address = reinterpret_cast<sockaddr_in6*>(&storage)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address))
      ::inet_ntop(AF_INET, address.s6_addr + 12, text, sizeof text);
    else
      ::inet_ntop(AF_INET6, &address, text, sizeof text);
  }
  return text;
}

void tune(const os::Descriptor& socket) {
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(socket.get(), level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  // A peer whose machine has died sends no FIN. A parked request notices it after 30 + 3 × 10 s of silence.
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

// How many connections are open on all loops, and a way to wait for none.
class Count {
 public:
  std::size_t add() { return ++open_; }
  void remove() {
    if (--open_ > 0) return;
    const std::lock_guard lock(mutex_);
    none_.notify_all();
  }
  void wait_for_none(units::Seconds limit) {
    std::unique_lock lock(mutex_);
    none_.wait_for(lock, std::chrono::duration<double>(std::min(limit.value(), 1e6)), [this] { return open_ == 0; });
  }

 private:
  std::atomic<std::size_t> open_ = 0;
  std::mutex mutex_;
  std::condition_variable none_;
};

// The connections of one loop. Lives on the loop's thread once it runs.
class Shard : public Connection::Owner {
 public:
  Shard(const ServerSettings& settings, const Handler& handler, base::Log& log, Count& count,
        std::atomic<std::uint64_t>& requests)
      : settings_(settings), handler_(handler), log_(log), count_(count), requests_(requests), loop_(Loop::make()) {}

  Loop& loop() { return *loop_; }

  void adopt(os::Descriptor socket, Connection::Admission admission) {
    tune(socket);
    auto connection = std::make_shared<Connection>(loop_, *this, peer_name(socket));
    connections_.emplace(connection.get(), connection);
    if (draining_) admission = Connection::Admission::refuse;
    connection->start(std::move(socket), admission);
  }
  void drain() {
    draining_ = true;
    for (const auto& connection : all()) connection->drain();
  }
  void close_all() {
    for (const auto& connection : all()) connection->close();
  }

  const ServerSettings& settings() const override { return settings_; }
  const Handler& handler() const override { return handler_; }
  base::Log& log() const override { return log_; }
  const std::string& date() override {
    if (!settings_.clock) return date_;
    const std::int64_t now = settings_.clock->wall().nanoseconds() / 1'000'000'000;
    if (now != date_second_) date_ = http_date(date_second_ = now);
    return date_;
  }
  std::string next_request_id() override {
    return settings_.life.empty() ? std::string() : base::format("{}-{}", settings_.life, ++requests_);
  }
  void closed(Connection& connection) override {
    loop_->post([this, key = &connection] { connections_.erase(key); });  // it is still on the stack
    count_.remove();
  }

 private:
  std::vector<std::shared_ptr<Connection>> all() const {
    std::vector<std::shared_ptr<Connection>> out;
    for (const auto& [key, connection] : connections_) out.push_back(connection);
    return out;
  }

  const ServerSettings& settings_;
  const Handler& handler_;
  base::Log& log_;
  Count& count_;
  std::atomic<std::uint64_t>& requests_;
  std::shared_ptr<Loop> loop_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  bool draining_ = false;
  std::int64_t date_second_ = -1;
  std::string date_;
};

// One loop a thread and no shared state between them: the first accepts and deals connections out in turn.
class Server : public HttpServer {
 public:
  Server(ServerSettings settings, Handler handler, base::Log& log, std::uint16_t port)
      : settings_(std::move(settings)), handler_(std::move(handler)), log_(log), port_(port) {
    for (int i = 0; i < std::max(1, settings_.threads); ++i)
      shards_.push_back(std::make_unique<Shard>(settings_, handler_, log_, count_, requests_));
  }
  ~Server() override { stop(units::Seconds(0)); }

  void run(Listening listening) {
    for (auto& socket : listening.sockets)
      shards_.front()->loop().listen(
          std::move(socket), [this](os::Descriptor accepted) { deal(std::move(accepted)); }, log_);
    for (auto& shard : shards_) threads_.emplace_back([&loop = shard->loop()] { loop.run(); });
  }

  std::uint16_t port() const override { return port_; }

  void stop(units::Seconds grace) override {
    const std::lock_guard lock(stopping_);
    if (threads_.empty()) return;
    shards_.front()->loop().post([loop = &shards_.front()->loop()] { loop->stop_listening(); });
    for (auto& shard : shards_) shard->loop().post([&shard = *shard] { shard.drain(); });
    if (grace > units::Seconds(0)) count_.wait_for_none(grace);
    for (auto& shard : shards_)
      shard->loop().post([&shard = *shard] {
        shard.close_all();
        shard.loop().stop();
      });
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  // On the first loop's thread.
  void deal(os::Descriptor socket) {
    const std::size_t open = count_.add();
    if (open > settings_.most_connections + most_refusals) return count_.remove();
    const auto admission =
        open > settings_.most_connections ? Connection::Admission::refuse : Connection::Admission::serve;
    if (admission == Connection::Admission::refuse && !full_)
      log_.warning("as many connections as allowed are open; new ones are answered 503",
                   {{"limit", std::to_string(settings_.most_connections)}});
    full_ = admission == Connection::Admission::refuse;
    Shard& shard = *shards_[next_++ % shards_.size()];
    if (&shard == shards_.front().get()) return shard.adopt(std::move(socket), admission);
    // In a shared pointer, since a task must be copyable and a dropped one must still close the socket.
    auto held = std::make_shared<os::Descriptor>(std::move(socket));
    shard.loop().post([&shard, held, admission] { shard.adopt(std::move(*held), admission); });
  }

  const ServerSettings settings_;
  const Handler handler_;
  base::Log& log_;
  const std::uint16_t port_;
  Count count_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::thread> threads_;
  std::mutex stopping_;
  std::size_t next_ = 0;
  bool full_ = false;
};

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerSettings settings, Handler handler, base::Log& log,
                                                            std::function<std::string(int port)> port_owner) {
  FFWATT_TRY(auto listening, listen_on(settings.address, settings.port, port_owner));
  auto server = std::make_unique<Server>(std::move(settings), std::move(handler), log, listening.port);
  server->run(std::move(listening));
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace net
