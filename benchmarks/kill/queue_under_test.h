// QueueUnderTest: a store of the master at work on a disk that is recorded, and what it has acknowledged so far. The
// only part of bench_power_loss that knows the store's interface.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "kill/recording_vfs.h"
#include "os/host.h"
#include "store/store.h"

namespace bench {

// One change of a job whose commit has returned, at a position of the recorder's log.
struct Acknowledged {
  std::size_t position = 0;
  base::Id job;
  std::int64_t version = 0;
};

class QueueUnderTest {
 public:
  QueueUnderTest(os::Host& host, Recorder& recorder, std::uint64_t seed);
  base::Result<void> open(const os::Path& file);
  // One transaction: some jobs come in, some of those that are there go on to their next state.
  base::Result<void> commit_some();
  const std::vector<Acknowledged>& acknowledged() const { return acknowledged_; }

 private:
  store::JobRecord new_job();
  base::Result<void> advance(store::JobRecord record, std::vector<Acknowledged>& changed);

  os::Host& host_;
  Recorder& recorder_;
  std::mt19937_64 random_;
  std::unique_ptr<store::Store> store_;
  std::vector<base::Id> live_;
  std::vector<Acknowledged> acknowledged_;
  units::WallTime now_;
};

// Opens the file of a disk that lost its power and looks for every change that was acknowledged by `position`. How many
// are missing; an error where it cannot be opened or read, or where its pages do not agree with each other.
base::Result<std::size_t> missing_in(os::Host& host, const os::Path& file,
                                     const std::vector<Acknowledged>& acknowledged, std::size_t position);

}  // namespace bench
