// beanstalkd's protocol (its doc/protocol.txt): put, reserve-with-timeout, delete, stats. A batch is pipelined.
#include "queue/connection.h"
#include "queue/system.h"

namespace bench {
namespace {

void expect_word(const std::string& line, std::string_view word, std::string_view asked) {
  if (!line.starts_with(word))
    throw Trouble("beanstalkd answered '" + line.substr(0, 200) + "' to " + std::string(asked));
}

class BeanstalkdClient : public Client {
 public:
  explicit BeanstalkdClient(const Target& target) : connection_(target.loop, target.port) {
    // Priority, delay and time to run.
    put_ = "put 1000 0 600 " + std::to_string(target.payload) + "\r\n" + std::string(target.payload, 'x') + "\r\n";
  }

  Task<void> put(int jobs) override {
    if (jobs == 1) {
      co_await connection_.write(put_);
    } else {
      std::string all;
      for (int i = 0; i < jobs; ++i) all += put_;
      co_await connection_.write(all);
    }
    for (int i = 0; i < jobs; ++i) expect_word(co_await connection_.line(), "INSERTED", "put");
  }

  Task<Batch> take(int most) override { return reserve(most, "reserve-with-timeout 0\r\n"); }
  Task<Batch> wait() override { return reserve(1, "reserve-with-timeout 30\r\n"); }

  Task<void> finish(Batch batch) override {
    std::string all;
    for (const auto& job : batch) all += "delete " + job.id + "\r\n";
    co_await connection_.write(all);
    for (std::size_t i = 0; i < batch.size(); ++i) expect_word(co_await connection_.line(), "DELETED", "delete");
  }

  Task<void> read_counts(Counts& counts) {
    co_await connection_.write("stats\r\n");
    const auto head = co_await connection_.line();
    expect_word(head, "OK ", "stats");
    const auto text = co_await connection_.bytes(std::stoul(head.substr(3)) + 2);
    counts.waiting = field(text, "current-jobs-ready");
    counts.taken = field(text, "current-jobs-reserved");
  }

 private:
  Task<Batch> reserve(int most, std::string_view request) {
    std::string all;
    for (int i = 0; i < most; ++i) all += request;
    co_await connection_.write(all);
    Batch batch;
    for (int i = 0; i < most; ++i) {
      const auto line = co_await connection_.line();
      if (line == "TIMED_OUT") continue;
      expect_word(line, "RESERVED ", "reserve");
      const auto space = line.find(' ', 9);
      co_await connection_.bytes(std::stoul(line.substr(space + 1)) + 2);
      batch.push_back({line.substr(9, space - 9), {}});
    }
    co_return batch;
  }

  static std::int64_t field(const std::string& text, const std::string& name) {
    const auto at = text.find("\n" + name + ": ");
    if (at == std::string::npos) throw Trouble("beanstalkd's stats have no " + name);
    return std::stoll(text.substr(at + name.size() + 3));
  }

  Connection connection_;
  std::string put_;
};

class Beanstalkd : public System {
 public:
  explicit Beanstalkd(const Target& target) : target_(target) {}
  std::unique_ptr<Client> client() override { return std::make_unique<BeanstalkdClient>(target_); }
  std::unique_ptr<Client> worker(int) override { return client(); }
  Counts counts() override {
    Counts counts;
    BeanstalkdClient client(target_);
    target_.loop.spawn(client.read_counts(counts));
    target_.loop.run();
    return counts;
  }

 private:
  Target target_;
};

}  // namespace

std::unique_ptr<System> beanstalkd(const Target& target) { return std::make_unique<Beanstalkd>(target); }

}  // namespace bench
