// bench_power_loss: the master's store on disks that lose their power. A store works on a recorded disk; the record is
// cut at chance positions, the disk that each cut may leave is made, opened and searched for every change that was
// acknowledged before it. Exit code 1 where one is missing or a disk cannot be read.
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <set>

#include "kill/disk_image.h"
#include "kill/queue_under_test.h"

namespace {

constexpr const char* usage =
    "usage: bench_power_loss FOLDER [--cuts N] [--runs N] [--commits N] [--seed N] [--ignore-syncs]\n"
    "  FOLDER          where the disks are made; in memory (/dev/shm) is fine: nothing is synced in earnest\n"
    "  --ignore-syncs  disks that only say that they synced: jobs have to be missing, or this program sees nothing\n";

struct Options {
  std::uint64_t cuts = 200, runs = 4, commits = 400, seed = 1;
  bench::DiskImage::Syncs syncs = bench::DiskImage::Syncs::believed;
};

struct Tally {
  std::uint64_t disks = 0, changes = 0, missing = 0, unreadable = 0;
};

bool read_options(int count, char** words, Options& options) {
  const std::map<std::string, std::uint64_t*> numbers{
      {"--cuts", &options.cuts}, {"--runs", &options.runs}, {"--commits", &options.commits}, {"--seed", &options.seed}};
  for (int i = 2; i < count; ++i) {
    if (std::string(words[i]) == "--ignore-syncs") {
      options.syncs = bench::DiskImage::Syncs::ignored;
      continue;
    }
    const auto number = numbers.find(words[i]);
    if (number == numbers.end() || ++i == count) return false;
    const char* end = words[i] + std::strlen(words[i]);
    if (std::from_chars(words[i], end, *number->second).ptr != end) return false;
  }
  return options.runs > 0;
}

void make_disk(const std::filesystem::path& folder, const std::map<std::string, std::string>& files) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : files) {
    std::ofstream file(folder / name, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) throw std::runtime_error((folder / name).string() + " cannot be written");
  }
}

void look(os::Host& host, const std::filesystem::path& folder, const std::vector<bench::Acknowledged>& acknowledged,
          std::size_t position, Tally& tally) {
  ++tally.disks;
  const auto missing = bench::missing_in(host, folder / "master.sqlite", acknowledged, position);
  if (!missing) {
    ++tally.unreadable;
    std::cout << "after step " << position << ": " << missing.error().text() << '\n';
  } else {
    tally.missing += *missing;
    if (*missing > 0)
      std::cout << "after step " << position << ": " << *missing << " acknowledged changes are missing\n";
  }
}

bool run(os::Host& host, bench::Recorder& recorder, const std::filesystem::path& folder, const Options& options,
         std::uint64_t number, Tally& tally) {
  std::mt19937_64 random(options.seed * 1000 + number);
  std::vector<bench::Acknowledged> acknowledged;
  std::vector<bench::DiskStep> steps;
  {
    const auto at_work = folder / "work";
    std::filesystem::remove_all(at_work);
    bench::QueueUnderTest queue(host, recorder, random());
    recorder.start();
    auto done = queue.open(at_work / "master.sqlite");
    for (std::uint64_t i = 0; done && i < options.commits; ++i) done = queue.commit_some();
    steps = recorder.stop();  // before it closes: a disk that loses its power does so while it works
    if (!done) {
      std::cerr << "bench_power_loss: " << done.error().text() << '\n';
      return false;
    }
    acknowledged = queue.acknowledged();
  }
  tally.changes += acknowledged.size();
  std::set<std::size_t> cuts;
  const auto wanted = std::min<std::size_t>(options.cuts / options.runs, steps.size());
  while (cuts.size() < wanted) cuts.insert(1 + random() % steps.size());
  bench::DiskImage image(options.syncs);
  std::size_t position = 0;
  for (const auto cut : cuts) {
    for (; position < cut; ++position) image.apply(steps[position]);
    make_disk(folder / "disk", image.after_power_loss(random));
    look(host, folder / "disk", acknowledged, cut, tally);
  }
  return true;
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (count < 2 || !read_options(count, words, options)) return std::cerr << usage, 2;
  const auto folder = std::filesystem::path(words[1]) / ("ffwatt-power-loss-" + std::to_string(options.seed));
  static bench::Recorder recorder;
  os::RealHost real;
  Tally tally;
  bool done = true;
  try {
    bench::record_sqlite(recorder);
    for (std::uint64_t i = 0; done && i < options.runs; ++i)
      done = run(real.host(), recorder, folder, options, i, tally);
  } catch (const std::exception& e) {
    std::cerr << "bench_power_loss: " << e.what() << '\n';
    done = false;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!done) return 1;
  std::cout << tally.disks << " disks that lost their power, " << tally.changes
            << " acknowledged changes written: " << tally.missing << " missing, " << tally.unreadable
            << " disks unreadable\n";
  return tally.missing + tally.unreadable > 0 ? 1 : 0;
}
