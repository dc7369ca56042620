// The least that a meter can cost: wakes ten times a second for so many seconds, reads the first files named each time
// and those after `--` every tenth time, does nothing with them, and prints the CPU time of that in per cent of a core.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

constexpr long kPeriod = 100'000'000, kSecond = 1'000'000'000;
constexpr int kPassesPerSecond = 10;
// The meter looks at workloads once a second.
constexpr int kSeldom = 10;

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

bool read_all(const std::vector<int>& files) {
  char buffer[512];
  for (const int file : files)
    if (::pread(file, buffer, sizeof buffer, 0) < 0) return false;
  return true;
}

}  // namespace

int main(int count, char** words) {
  const int seconds = count > 1 ? std::atoi(words[1]) : 0;
  if (seconds < 1) {
    std::cerr << "usage: bench_reads SECONDS [FILE...] [-- FILE...]\n";
    return 2;
  }
  std::vector<int> always, seldom;
  auto* files = &always;
  for (int i = 2; i < count; ++i) {
    if (std::string_view(words[i]) == "--") {
      files = &seldom;
      continue;
    }
    files->push_back(::open(words[i], O_RDONLY | O_CLOEXEC));
    if (files->back() < 0) {
      std::cerr << words[i] << " cannot be opened\n";
      return 1;
    }
  }
  timespec due{};
  ::clock_gettime(CLOCK_MONOTONIC, &due);
  const double before = cpu_seconds();
  for (int pass = 0; pass < seconds * kPassesPerSecond; ++pass) {
    due.tv_nsec += kPeriod;
    if (due.tv_nsec >= kSecond) due.tv_nsec -= kSecond, ++due.tv_sec;
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
    if (!read_all(always) || (pass % kSeldom == 0 && !read_all(seldom))) return 1;
  }
  std::cout << 100 * (cpu_seconds() - before) / seconds << '\n';
}
