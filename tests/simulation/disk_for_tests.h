// A disk under test, and what losses of power leave of one. For tests only.
#pragma once

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os_testing/manual_clock.h"
#include "os_testing/seeded_random.h"
#include "simulation/disk.h"

namespace simulation {

class DiskTest : public testing::Test {
 protected:
  Disk::Node made(std::string_view path) { return disk_.create(path, Disk::Create::if_absent, 0644).node; }
  Disk::Node found(std::string_view path) { return disk_.find(path).node; }
  // A file with this content of which everything is durable, and its handle.
  Disk::Node durable(std::string_view path, std::string_view content) {
    disk_.put(path, content);
    return found(path);
  }
  std::string text(std::string_view path) {
    const auto node = found(path);
    return node ? std::string(node->content.bytes()) : "(absent)";
  }
  std::vector<std::string> names(std::string_view folder) {
    std::vector<std::string> names;
    for (const auto& [name, node] : found(folder)->folder.names()) names.push_back(name);
    return names;
  }

  os_testing::ManualClock clock_;
  Disk disk_{clock_};
};

// What `look` finds after losses of power with many seeds, each on a disk of its own that `work` was done on.
template <class Work, class Look>
auto outcomes(Work work, Look look) {
  std::set<decltype(look(std::declval<Disk&>()))> found;
  os_testing::ManualClock clock;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Disk disk(clock);
    work(disk);
    os_testing::SeededRandom random(seed);
    disk.lose_power(random);
    found.insert(look(disk));
  }
  return found;
}
inline std::string content(Disk& disk, std::string_view path) {
  const auto found = disk.find(path);
  return found.error == 0 ? std::string(found.node->content.bytes()) : "(absent)";
}
inline auto content_of(std::string_view path) {
  return [path](Disk& disk) { return content(disk, path); };
}

}  // namespace simulation
