// DiskImage: what a disk may hold after a loss of power. What was written to a file before its last sync is there; of
// what came after it, any part may be there: each write whole, not at all, or in some of its sectors.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "kill/recording_vfs.h"

namespace bench {

class DiskImage {
 public:
  // Believed: a sync makes a file durable. Ignored: of a disk that only says so; with it jobs are lost, which shows
  // that a loss would be seen.
  enum class Syncs { believed, ignored };
  explicit DiskImage(Syncs syncs) : syncs_(syncs) {}

  void apply(const DiskStep& step);
  // Files of a disk that lost its power now, as chance will have it.
  std::map<std::string, std::string> after_power_loss(std::mt19937_64& random) const;

 private:
  struct Held {
    bool durable = false;  // its name is in its folder
    std::string synced;
    std::vector<DiskStep> pending;
  };
  Syncs syncs_;
  std::map<std::string, Held> files_;
};

}  // namespace bench
