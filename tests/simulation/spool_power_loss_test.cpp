// The spool of an agent that is killed between any two steps, goes on, and then loses its power: what was kept is
// there, and what was removed does not come back in parts.
#include <gmock/gmock.h>

#include <algorithm>

#include "agent/run_one.h"
#include "agent/spool.h"
#include "base/format.h"
#include "runner/run_transcode.h"
#include "simulation/machine_for_tests.h"

namespace simulation {
namespace {

using agent::Spool;

const os::Path state = "/var/lib/ffwatt/agent";

wire::Offer offer(std::uint64_t n) {
  wire::Offer offer;
  offer.job.id = base::Id::make(1'700'000'000'000 + n, n, n);
  offer.job.number = static_cast<std::int64_t>(n);
  offer.job.submission.spec.scenario = "720p30-h264";
  offer.job.submission.spec.output_mode = media::OutputMode::null;
  offer.lease = {offer.job.id, 1, "00112233445566778899aabbccddeeff"};
  return offer;
}

jobs::Report report(const wire::Offer& offer) {
  auto made = agent::nothing_ran(offer, jobs::FailureClass::input, "why", units::WallTime::from_seconds(1e9));
  made.power_trace = std::string(2000, 'p');
  return made;
}

// What an agent was told that it did.
struct Kept {
  bool offered = false, reported = false, leaving = false, removed = false, aside = false;
};

// The life of two attempts, as far as it was not lived yet. The first ends well, the second is set aside.
void live(DiskFiles& files, Kept& first, Kept& second) {
  Spool spool(files, state);
  if (!spool.prepare()) return;
  [[maybe_unused]] const auto found = spool.find_all();
  for (auto* kept : {&first, &second}) {
    if (kept->leaving) continue;
    const auto own = offer(kept == &first ? 1 : 2);
    if (!kept->offered && !spool.put_offer(own)) return;
    kept->offered = true;
    if (!kept->reported && !Spool::put_report(files, spool.folder(own.lease), report(own))) return;
    kept->reported = true;
  }
  first.leaving = true;  // the master has the report
  if (!spool.remove(offer(1).lease)) return;
  first.removed = true;
  if (second.leaving) return;
  second.leaving = true;
  if (spool.set_aside(offer(2).lease)) second.aside = true;
}

void look(Disk& disk, const Kept& kept, std::uint64_t n, const std::string& when) {
  DiskFiles files(disk);
  Spool spool(files, state);
  ASSERT_TRUE(spool.prepare()) << when;
  const auto own = offer(n);
  const auto found = spool.find_all();
  ASSERT_TRUE(found.unreadable.empty()) << found.unreadable.front() << " " << when;
  const bool there = std::find(found.offers.begin(), found.offers.end(), own) != found.offers.end();
  const bool aside = files.exists(state / "rejected" / spool.folder(own.lease).filename() / "report.json");
  if (kept.offered && !kept.leaving) {
    ASSERT_TRUE(there) << when;
  }
  if (n == 2 && kept.leaving) {
    ASSERT_TRUE(aside || there) << when;
  }
  if (kept.removed || kept.aside) {
    ASSERT_FALSE(there) << when;
  }
  if (kept.aside) {
    ASSERT_TRUE(aside) << when;
  }
  if (there && kept.reported) {
    const auto back = spool.report(own.lease);
    ASSERT_TRUE(back) << back.error().text() << " " << when;
    ASSERT_EQ(*back, report(own)) << when;
  }
  const auto names = files.list(state / "jobs");
  ASSERT_TRUE(names) << when;
  ASSERT_EQ(names->size(), found.offers.size()) << "nothing else remains; " << when;
}

TEST(SpoolAndPowerLoss, KeepWhatWasKeptAndNothingInParts) {
  int cuts = 0;
  for (bool finished = false; !finished; ++cuts) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto when = base::format("killed before step {}, seed {}", cuts + 1, seed);
      Machine machine(seed * 1009 + static_cast<std::uint64_t>(cuts));
      Kept first, second;
      const auto run = [&](int killed_before) {
        DiskFiles files(machine.disk);
        files.before = at_step(killed_before);
        try {
          live(files, first, second);
        } catch (const Killed&) {
          return false;
        }
        return true;
      };
      finished = run(cuts + 1);
      // A second agent goes on before the power is lost.
      if (seed % 2 == 0) run(1 + static_cast<int>(machine.random.next() % 40));
      machine.disk.lose_power(machine.random);
      look(machine.disk, first, 1, when);
      look(machine.disk, second, 2, when);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(cuts, 30);
}

// The agent that renames it is killed before the name is durable; the next one finds it with its name.
TEST(OutputAndPowerLoss, APublishedOutputKeepsItsName) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Machine machine(seed);
    DiskFiles files(machine.disk);
    const os::Path film = "/outputs/film.mp4";
    ASSERT_TRUE(files.make_folders("/outputs"));
    ASSERT_TRUE(files.write_durably(runner::temporary_output(film, "t1"), "frames"));
    ASSERT_TRUE(files.rename(runner::temporary_output(film, "t1"), film));
    ASSERT_TRUE(runner::publish(files, film, "t1"));
    machine.disk.lose_power(machine.random);
    ASSERT_TRUE(DiskFiles(machine.disk).exists(film)) << seed;
  }
}

}  // namespace
}  // namespace simulation
