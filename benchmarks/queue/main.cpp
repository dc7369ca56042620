// bench_queue_load: the load generator of `make bench BENCH=queue`. Does one thing to one queue on this machine and
// prints what came of it as one line of JSON. Exit code 1 and a text where it could not be measured or was not right.
#include <time.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <string>

#include "queue/disk.h"
#include "queue/record.h"
#include "queue/workloads.h"

namespace {

constexpr const char* usage =
    "usage: bench_queue_load SYSTEM WORKLOAD --port PORT [--clients N] [--batch N] [--seconds S] [--jobs N] "
    "[--payload BYTES] [--shared 1]\n"
    "       bench_queue_load disk FILE [--seconds S]\n"
    "       bench_queue_load get PATH --port PORT [--clients N] [--seconds S] [--pause MS]\n"
    "       bench_queue_load record|verify FILE --port PORT [--clients N] [--workers N]\n"
    "  SYSTEM    ours, beanstalkd, redis, postgres, postgres-one-commit (of a batch)\n"
    "  WORKLOAD  enqueue  N clients put jobs, a batch in flight each, for S seconds\n"
    "            fill     puts N jobs\n"
    "            claim    N workers take and acknowledge a batch at a time, for S seconds or until nothing is left\n"
    "            idle     N jobs, one after another, to a worker that waits\n"
    "            counts   what waits, what is in hand, what is done\n"
    "  disk      appends 4 KiB and syncs, again and again\n"
    "  get       asks our master for one thing again and again\n"
    "  record    N clients put jobs and N workers do them until our master is gone; FILE gets what it acknowledged\n"
    "  verify    asks it for each of them\n";

using Options = std::map<std::string, double>;

// False where a word is no option or no number.
bool read_options(int count, char** words, Options& options) {
  for (int i = 3; i < count; i += 2) {
    const std::string name = words[i];
    if (!name.starts_with("--") || !options.contains(name.substr(2)) || i + 1 == count) return false;
    const char* text = words[i + 1];
    const auto end = text + std::strlen(text);
    if (std::from_chars(text, end, options[name.substr(2)]).ptr != end) return false;
  }
  return true;
}

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

void print(const bench::Figures& figures, const std::string& notes) {
  const double rate = figures.seconds > 0 ? static_cast<double>(figures.jobs) / figures.seconds : 0;
  std::printf("{\"jobs\":%lld,\"seconds\":%.6f,\"per_second\":%.1f,\"requests\":%zu",
              static_cast<long long>(figures.jobs), figures.seconds, rate, figures.milliseconds.size());
  const auto spread = [](const char* prefix, const std::vector<double>& values) {
    if (values.empty()) return;
    std::printf(",\"%sp50_ms\":%.4f,\"%sp99_ms\":%.4f,\"%smax_ms\":%.4f", prefix, bench::quantile(values, 0.5), prefix,
                bench::quantile(values, 0.99), prefix, bench::quantile(values, 1));
  };
  spread("", figures.milliseconds);
  spread("in_hand_", figures.in_hand);
  // Near 1: this generator was what limited it, since it has one thread.
  if (figures.seconds > 0) std::printf(",\"client_cores\":%.3f", cpu_seconds() / figures.seconds);
  std::printf(",\"notes\":\"%s\"}\n", notes.c_str());
}

std::unique_ptr<bench::System> system_of(const std::string& name, const bench::Target& target) {
  if (name == "ours") return bench::ours(target);
  if (name == "beanstalkd") return bench::beanstalkd(target);
  if (name == "redis") return bench::redis(target);
  if (name == "postgres") return bench::postgres(target, bench::Commits::each);
  if (name == "postgres-one-commit") return bench::postgres(target, bench::Commits::one);
  return nullptr;
}

int run(const std::string& name, const std::string& workload, Options& options) {
  if (name == "disk") {
    print(bench::append_and_sync(workload, options["seconds"]), "");
    return 0;
  }
  bench::Loop loop;
  const bench::Target target{loop, static_cast<std::uint16_t>(options["port"]),
                             static_cast<std::size_t>(options["payload"])};
  const int clients = static_cast<int>(options["clients"]), batch = static_cast<int>(options["batch"]);
  if (name == "get") {
    const std::chrono::milliseconds pause(static_cast<int>(options["pause"]));
    return print(bench::get(loop, target, workload, clients, options["seconds"], pause), ""), 0;
  }
  if (name == "record")
    return print(bench::record(loop, target, clients, static_cast<int>(options["workers"]), workload), ""), 0;
  if (name == "verify") {
    const auto found = bench::verify(loop, target, workload);
    std::cout << "{\"acknowledged\":" << found.acknowledged << ",\"started\":" << found.started
              << ",\"done\":" << found.done << ",\"missing\":" << found.missing << "}\n";
    return 0;
  }
  const auto system = system_of(name, target);
  if (!system || clients < 1 || batch < 1) return std::fputs(usage, stderr), 2;
  const auto others = options["shared"] == 0 ? bench::Others::none : bench::Others::beside;
  bench::Figures figures;
  if (workload == "enqueue") {
    figures = bench::enqueue(loop, *system, clients, batch, options["seconds"], others);
  } else if (workload == "fill") {
    figures = bench::fill(loop, *system, static_cast<std::int64_t>(options["jobs"]));
  } else if (workload == "claim") {
    figures = bench::claim(loop, *system, clients, batch, options["seconds"], others);
  } else if (workload == "idle") {
    figures = bench::idle(loop, *system, static_cast<int>(options["jobs"]));
  } else if (workload == "counts") {
    const auto counts = system->counts();
    std::cout << "{\"waiting\":" << counts.waiting << ",\"taken\":" << counts.taken;
    if (counts.done) std::cout << ",\"done\":" << *counts.done;
    std::cout << "}\n";
    return 0;
  } else {
    return std::fputs(usage, stderr), 2;
  }
  print(figures, system->notes());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  Options options{{"port", 0},      {"clients", 1}, {"batch", 1},   {"seconds", 1.2}, {"jobs", 1000},
                  {"payload", 200}, {"pause", 0},   {"workers", 0}, {"shared", 0}};
  if (count < 3 || !read_options(count, words, options)) return std::fputs(usage, stderr), 2;
  try {
    return run(words[1], words[2], options);
  } catch (const std::exception& e) {
    std::cerr << "bench_queue_load: " << words[1] << ' ' << words[2] << ": " << e.what() << '\n';
    return 1;
  }
}
