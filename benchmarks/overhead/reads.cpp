// The least that a meter can cost: reads the files named, ten times a second for so many seconds, does nothing with
// them, and prints the CPU time of that in per cent of a core.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <vector>

namespace {

constexpr long kPeriod = 100'000'000, kSecond = 1'000'000'000;
constexpr int kPassesPerSecond = 10;

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

}  // namespace

int main(int count, char** words) {
  const int seconds = count > 1 ? std::atoi(words[1]) : 0;
  if (seconds < 1 || count < 3) {
    std::cerr << "usage: bench_reads SECONDS FILE...\n";
    return 2;
  }
  std::vector<int> files;
  for (int i = 2; i < count; ++i) {
    files.push_back(::open(words[i], O_RDONLY | O_CLOEXEC));
    if (files.back() < 0) {
      std::cerr << words[i] << " cannot be opened\n";
      return 1;
    }
  }
  char buffer[512];
  timespec due{};
  ::clock_gettime(CLOCK_MONOTONIC, &due);
  const double before = cpu_seconds();
  for (int pass = 0; pass < seconds * kPassesPerSecond; ++pass) {
    due.tv_nsec += kPeriod;
    if (due.tv_nsec >= kSecond) due.tv_nsec -= kSecond, ++due.tv_sec;
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
    for (const int file : files)
      if (::pread(file, buffer, sizeof buffer, 0) < 0) return 1;
  }
  std::cout << 100 * (cpu_seconds() - before) / seconds << '\n';
}
