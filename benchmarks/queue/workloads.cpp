#include "queue/workloads.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>

namespace bench {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;
constexpr int fill_batch = 1000, fill_clients = 4;
constexpr std::chrono::milliseconds idle_pause{4};

Clock::time_point after(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

void agree(const char* what, std::int64_t counted, std::int64_t expected) {
  if (counted != expected)
    throw Trouble(std::string(what) + ": the queue counts " + std::to_string(counted) + ", but " +
                  std::to_string(expected) + " were answered for");
}

Task<void> put_until(Client& client, int batch, Clock::time_point end, Figures& figures) {
  for (;;) {
    const auto start = Clock::now();
    if (start >= end) co_return;
    co_await client.put(batch);
    figures.milliseconds.push_back(milliseconds_since(start));
    figures.jobs += batch;
  }
}

Task<void> put_number(Client& client, std::int64_t& left) {
  while (left > 0) {
    const int batch = static_cast<int>(std::min<std::int64_t>(left, fill_batch));
    left -= batch;
    co_await client.put(batch);
  }
}

Task<void> work_until(Client& worker, int batch, Clock::time_point end, Figures& figures,
                      std::unordered_set<std::string>& seen) {
  while (Clock::now() < end) {
    const auto start = Clock::now();
    auto taken = co_await worker.take(batch);
    if (taken.empty()) co_return;
    for (const auto& job : taken)
      if (!seen.insert(job.id).second) throw Trouble("job " + job.id + " was given away twice");
    const auto count = static_cast<std::int64_t>(taken.size());
    co_await worker.finish(std::move(taken));
    figures.milliseconds.push_back(milliseconds_since(start));
    figures.jobs += count;
  }
}

// Between the two tasks of idle(): when the last job was sent, and how many the worker is through with.
struct Way {
  Clock::time_point sent;
  int done = 0;
};

// A job is sent when the worker has waited for it for a while: what it takes must not pile up.
Task<void> put_slowly(Loop& loop, Client& client, int jobs, Way& way) {
  for (int i = 0; i < jobs; ++i) {
    while (way.done < i) co_await loop.sleep_until(Clock::now() + idle_pause / 4);
    co_await loop.sleep_until(Clock::now() + idle_pause);
    way.sent = Clock::now();
    co_await client.put(1);
  }
}

Task<void> serve_slowly(Client& worker, int jobs, Way& way, Figures& figures) {
  while (way.done < jobs) {
    auto taken = co_await worker.wait();
    if (taken.empty()) continue;
    figures.in_hand.push_back(milliseconds_since(way.sent));
    const auto count = static_cast<int>(taken.size());
    co_await worker.finish(std::move(taken));
    figures.milliseconds.push_back(milliseconds_since(way.sent));
    way.done += count;
    figures.jobs += count;
  }
}

}  // namespace

Figures enqueue(Loop& loop, System& system, int clients, int batch, double seconds, Others others) {
  Figures figures;
  const auto before = system.counts();
  std::vector<std::unique_ptr<Client>> made;
  for (int i = 0; i < clients; ++i) made.push_back(system.client());
  const auto start = Clock::now();
  const auto end = after(seconds);
  for (auto& client : made) loop.spawn(put_until(*client, batch, end, figures));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  if (others == Others::none)
    agree("waiting jobs after putting them", system.counts().waiting, before.waiting + figures.jobs);
  return figures;
}

Figures fill(Loop& loop, System& system, std::int64_t jobs) {
  Figures figures;
  const auto before = system.counts();
  std::vector<std::unique_ptr<Client>> made;
  for (int i = 0; i < fill_clients; ++i) made.push_back(system.client());
  const auto start = Clock::now();
  std::int64_t left = jobs;
  for (auto& client : made) loop.spawn(put_number(*client, left));
  loop.run();
  figures.jobs = jobs;
  figures.seconds = milliseconds_since(start) / 1e3;
  agree("waiting jobs after filling it", system.counts().waiting, before.waiting + jobs);
  return figures;
}

Figures claim(Loop& loop, System& system, int workers, int batch, double seconds, Others others) {
  Figures figures;
  const auto before = system.counts();
  std::vector<std::unique_ptr<Client>> made;
  for (int i = 0; i < workers; ++i) made.push_back(system.worker(batch));
  std::unordered_set<std::string> seen;
  seen.reserve(static_cast<std::size_t>(std::min<std::int64_t>(before.waiting, 1'000'000)));
  const auto start = Clock::now();
  const auto end = after(seconds);
  for (auto& worker : made) loop.spawn(work_until(*worker, batch, end, figures, seen));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  if (others == Others::beside) return figures;
  const auto counted = system.counts();
  agree("waiting jobs after some were acknowledged", counted.waiting, before.waiting - figures.jobs);
  agree("jobs in hand after all were acknowledged", counted.taken, 0);
  if (counted.done && before.done) agree("jobs done", *counted.done, *before.done + figures.jobs);
  return figures;
}

Figures idle(Loop& loop, System& system, int jobs) {
  Figures figures;
  const auto before = system.counts();
  agree("waiting jobs before the worker waits", before.waiting, 0);
  const auto client = system.announcer();
  const auto worker = system.worker(1);
  loop.spawn(worker->prepare_to_wait());
  loop.run();
  Way way;
  const auto start = Clock::now();
  loop.spawn(serve_slowly(*worker, jobs, way, figures));
  loop.spawn(put_slowly(loop, *client, jobs, way));
  loop.run();
  figures.seconds = milliseconds_since(start) / 1e3;
  const auto counted = system.counts();
  agree("waiting jobs after all were acknowledged", counted.waiting, 0);
  if (counted.done && before.done) agree("jobs done", *counted.done, *before.done + figures.jobs);
  return figures;
}

double quantile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, values.size()) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace bench
