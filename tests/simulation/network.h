// Network: questions between the processes of a simulated farm, and what becomes of them: late, twice, in another
// order, lost on the way there or back, cut off. HTTP's bytes are not simulated, its messages are the real ones.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "simulation/world.h"

namespace simulation {

struct NetworkFaults {
  double lose_question = 0, lose_answer = 0, twice = 0;
  units::Seconds usual{0.0005};  // one way
  double straggler = 0;          // the part of messages that takes up to 20 s
};

class Network {
 public:
  Network(World& world, NetworkFaults faults) : world_(world), faults_(faults) {}

  using Receive = std::function<void(net::Request, net::Responder)>;
  // A server process on its machine, until its life ends. Whoever waits for its answer then is cut off.
  void serve(const Machine& machine, const Life& life, Receive receive);

  // `then` is called once while the asker lives. The call's url is path and query.
  class Question;
  std::shared_ptr<Question> ask(const Machine& from, const Life& asker, const Machine& to, net::Call call,
                                std::function<void(base::Result<net::Response>)> then);
  // The same, of which nothing on the way makes two: a question that means something else the second time.
  std::shared_ptr<Question> ask_once(const Machine& from, const Life& asker, const Machine& to, net::Call call,
                                     std::function<void(base::Result<net::Response>)> then);
  // The asker ends it; it hears `retry` at once.
  void interrupt(const std::shared_ptr<Question>& question);
  // A process of this machine has ended, with its life; its connections close.
  void died(const Machine& machine);

  // One way. heal() ends the cuts between two, both ways; heal_all() every one.
  void cut(const Machine& from, const Machine& to) { cuts_.insert({from, to}); }
  void heal(const Machine& one, const Machine& other) {
    cuts_.erase({one, other});
    cuts_.erase({other, one});
  }
  void heal_all() { cuts_.clear(); }
  void end_faults() { faults_ = {.usual = faults_.usual}; }
  bool reaches(const Machine& from, const Machine& to) const { return cuts_.count({from, to}) == 0; }

 private:
  class Channel;
  units::Seconds delay();
  void deliver(const std::shared_ptr<Question>& question, bool first);
  void finish(const std::shared_ptr<Question>& question, units::Seconds after, base::Result<net::Response> answer);
  void close(const std::shared_ptr<Question>& question);

  World& world_;
  NetworkFaults faults_;
  const Life forever_ = new_life();
  std::vector<std::weak_ptr<Question>> open_;
  struct Server {
    std::weak_ptr<const void> life;
    Receive receive;
  };
  std::map<Machine, Server> servers_;
  std::set<std::pair<Machine, Machine>> cuts_;
};

}  // namespace simulation
