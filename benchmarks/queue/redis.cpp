// Redis streams in RESP: XADD, one consumer group read by XREADGROUP, and XACK with XDEL in one MULTI/EXEC. A batch of
// puts is pipelined.
#include <charconv>

#include "queue/connection.h"
#include "queue/system.h"

namespace bench {
namespace {

struct Reply {
  char type = 0;            // + - : $ *
  std::int64_t number = 0;  // of ':'; -1 of '$' and '*': there is none
  std::string text;
  std::vector<Reply> items;
};

// Reads one reply from `at` on; false where it has not come whole.
bool parse(std::string_view bytes, std::size_t& at, Reply& reply) {
  const auto end = bytes.find("\r\n", at);
  if (end == std::string_view::npos) return false;
  reply.type = bytes[at];
  const auto line = bytes.substr(at + 1, end - at - 1);
  at = end + 2;
  if (reply.type == '+' || reply.type == '-') return reply.text = line, true;
  std::from_chars(line.data(), line.data() + line.size(), reply.number);
  if (reply.type == ':' || reply.number < 0) return true;
  const auto size = static_cast<std::size_t>(reply.number);
  if (reply.type == '$') {
    if (bytes.size() < at + size + 2) return false;
    reply.text = bytes.substr(at, size);
    at += size + 2;
    return true;
  }
  if (reply.type != '*') throw Trouble("Redis answered what is no RESP: " + std::string(line.substr(0, 80)));
  reply.items.resize(size);
  for (auto& item : reply.items)
    if (!parse(bytes, at, item)) return false;
  return true;
}

std::string command(const std::vector<std::string>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return text;
}

// Requests are made outside of the coroutines: g++ 12 does not compile braced lists of texts inside of one.
std::string read_request(const std::string& consumer, int most) {
  return command({"XREADGROUP", "GROUP", "g", consumer, "COUNT", std::to_string(most), "STREAMS", "q", ">"});
}
std::string wait_request(const std::string& consumer) {
  return command({"XREADGROUP", "GROUP", "g", consumer, "COUNT", "1", "BLOCK", "30000", "STREAMS", "q", ">"});
}
std::string finish_request(const Batch& batch) {
  std::vector<std::string> acknowledge{"XACK", "q", "g"}, remove{"XDEL", "q"};
  for (const auto& job : batch) acknowledge.push_back(job.id), remove.push_back(job.id);
  return command({"MULTI"}) + command(acknowledge) + command(remove) + command({"EXEC"});
}
std::string group_request() { return command({"XGROUP", "CREATE", "q", "g", "0", "MKSTREAM"}); }
std::string counts_request() { return command({"XLEN", "q"}) + command({"XPENDING", "q", "g"}); }

class RedisClient : public Client {
 public:
  RedisClient(const Target& target, std::string consumer)
      : connection_(target.loop, target.port), consumer_(std::move(consumer)) {
    add_ = command({"XADD", "q", "*", "p", std::string(target.payload, 'x')});
  }

  Task<void> put(int jobs) override {
    if (jobs == 1) {
      co_await connection_.write(add_);
    } else {
      std::string all;
      for (int i = 0; i < jobs; ++i) all += add_;
      co_await connection_.write(all);
    }
    for (int i = 0; i < jobs; ++i) expect_type(co_await reply(), '$', "XADD");
  }

  Task<Batch> take(int most) override { return read(read_request(consumer_, most)); }
  Task<Batch> wait() override { return read(wait_request(consumer_)); }

  Task<void> finish(Batch batch) override {
    co_await connection_.write(finish_request(batch));
    for (int i = 0; i < 3; ++i) expect_type(co_await reply(), '+', "MULTI … EXEC");
    const auto done = co_await reply();
    const auto count = static_cast<std::int64_t>(batch.size());
    if (done.items.size() != 2 || done.items[0].number != count || done.items[1].number != count)
      throw Trouble("Redis did not acknowledge all of " + std::to_string(count));
  }

  Task<void> make_group() {
    co_await connection_.write(group_request());
    const auto made = co_await reply();
    if (made.type == '-' && !made.text.starts_with("BUSYGROUP")) throw Trouble("Redis: " + made.text);
  }

  Task<void> read_counts(Counts& counts) {
    co_await connection_.write(counts_request());
    const auto length = co_await reply();
    const auto pending = co_await reply();
    expect_type(length, ':', "XLEN");
    expect_type(pending, '*', "XPENDING");
    counts.taken = pending.items.at(0).number;
    counts.waiting = length.number - counts.taken;
  }

 private:
  Task<Reply> reply() {
    for (;;) {
      Reply reply;
      std::size_t at = 0;
      if (parse(connection_.unread(), at, reply)) {
        connection_.consume(at);
        co_return reply;
      }
      co_await connection_.fill();
    }
  }

  static void expect_type(const Reply& reply, char type, std::string_view asked) {
    if (reply.type != type) throw Trouble("Redis answered '" + reply.text + "' to " + std::string(asked));
  }

  Task<Batch> read(std::string request) {
    co_await connection_.write(request);
    const auto streams = co_await reply();
    expect_type(streams, '*', "XREADGROUP");
    Batch batch;
    if (streams.number < 0) co_return batch;  // nothing is there
    for (const auto& entry : streams.items.at(0).items.at(1).items) batch.push_back({entry.items.at(0).text, {}});
    co_return batch;
  }

  Connection connection_;
  std::string consumer_, add_;
};

class Redis : public System {
 public:
  explicit Redis(const Target& target) : target_(target) {
    RedisClient client(target, "");
    target.loop.spawn(client.make_group());
    target.loop.run();
  }
  std::unique_ptr<Client> client() override { return worker(1); }
  std::unique_ptr<Client> worker(int) override {
    return std::make_unique<RedisClient>(target_, "w" + std::to_string(++workers_));
  }
  Counts counts() override {
    Counts counts;
    RedisClient client(target_, "");
    target_.loop.spawn(client.read_counts(counts));
    target_.loop.run();
    return counts;
  }

 private:
  Target target_;
  int workers_ = 0;
};

}  // namespace

std::unique_ptr<System> redis(const Target& target) { return std::make_unique<Redis>(target); }

}  // namespace bench
