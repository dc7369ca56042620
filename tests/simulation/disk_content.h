// DiskContent: the bytes of one file of a simulated disk, and what a loss of power would leave of them. One thread.
//
// A sector of 512 bytes reaches the disk whole or not at all, each by itself and in any order: of a write that was not
// synced some sectors may be there and others not, and of several writes to one sector any. The length is a fact of its
// own: where it survived and the sectors did not, zeros or leavings of other files stand there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "os/random.h"

namespace simulation {

class DiskContent {
 public:
  static constexpr std::size_t sector = 512;
  // fleeting: of a file without a name, which no loss of power leaves.
  enum class Keep { durably, fleeting };

  DiskContent() = default;
  explicit DiskContent(std::string durable) : live_(std::move(durable)) {}
  explicit DiskContent(Keep keep) : keep_(keep) {}

  std::string_view bytes() const { return live_; }
  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);  // zeros where it becomes longer
  // All of it is durable now.
  void sync();
  // As Linux has it: the pages count as clean, so that a later sync does not write them, and reads show them.
  void fail_sync();
  // Beside the bytes themselves; what it takes is bounded by the length of the file and a few MiB.
  std::size_t remembered_bytes() const { return older_.size(); }
  bool is_durable() const { return versions_.empty() && lengths_.empty() && doubtful_.empty(); }

  std::string after_power_loss(os::Random& random) const;

 private:
  // What stood in these sectors before they were written: at this place of older_, sector after sector.
  struct Version {
    std::uint64_t first, count;
    std::size_t at;
  };
  static constexpr std::size_t beyond_the_end = SIZE_MAX;
  using Choices = std::map<std::uint64_t, std::vector<std::string>>;  // of each sector, oldest first; empty: none

  void remember(std::uint64_t begin, std::uint64_t end);
  void remember_length();
  void forget_middle_versions();
  // The versions and what is there now.
  void add_choices(Choices& choices) const;
  bool has_sector(std::uint64_t number) const { return number * sector < live_.size(); }
  std::string live_sector(std::uint64_t number) const;

  std::string live_;
  Keep keep_ = Keep::durably;
  // Since the last sync, oldest first.
  std::vector<Version> versions_;
  std::string older_;
  std::vector<std::uint64_t> lengths_;
  std::size_t most_remembered_ = 8u << 20;
  Choices doubtful_;  // since a sync that failed, until the sector is written and synced again
};

}  // namespace simulation
