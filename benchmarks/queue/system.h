// System: a queue to be measured, as a load generator sees it. ours.cpp, beanstalkd.cpp, redis.cpp and postgres.cpp
// speak their protocols; workloads.h drives them all in the same way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "queue/loop.h"

namespace bench {

// A job that a worker has in hand: what its acknowledgement has to name.
struct Taken {
  std::string id, lease;
};
using Batch = std::vector<Taken>;

// One client of the queue. A call is over when the server has answered that it is done.
class Client {
 public:
  virtual ~Client() = default;
  // So many jobs, in flight together: pipelined, or in one request where the system has such a thing.
  virtual Task<void> put(int jobs) = 0;
  // At most so many, at once: none means that none is there.
  virtual Task<Batch> take(int most) = 0;
  // Waits for one.
  virtual Task<Batch> wait() = 0;
  virtual Task<void> finish(Batch batch) = 0;
  // Before the first wait(), once.
  virtual Task<void> prepare_to_wait() { co_return; }
};

struct Counts {
  std::int64_t waiting = 0, taken = 0;
  std::optional<std::int64_t> done;  // not every system remembers them
};

class System {
 public:
  virtual ~System() = default;
  virtual std::unique_ptr<Client> client() = 0;
  // One whose put() wakes up those that wait, where that is something of its own.
  virtual std::unique_ptr<Client> announcer() { return client(); }
  // A worker that takes up to so many jobs at a time; blocks while it makes itself known.
  virtual std::unique_ptr<Client> worker(int most) = 0;
  virtual Counts counts() = 0;
  // What was found out about it on the way; may be empty.
  virtual std::string notes() const { return {}; }
};

struct Target {
  Loop& loop;
  std::uint16_t port = 0;
  std::size_t payload = 200;  // bytes of a job
};
std::unique_ptr<System> ours(const Target& target);
// The body of POST /jobs for one job: the smallest that is valid, with a label that makes up its size.
std::string submission(std::size_t size);
std::unique_ptr<System> beanstalkd(const Target& target);
std::unique_ptr<System> redis(const Target& target);
// Whether a batch of jobs is put by a commit for each, or by one for all. Throws Trouble in a build without libpq.
enum class Commits { each, one };
std::unique_ptr<System> postgres(const Target& target, Commits commits);

}  // namespace bench
