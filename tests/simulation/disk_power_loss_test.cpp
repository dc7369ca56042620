// What a loss of power leaves, also on disks that fail or lie.
#include <errno.h>

#include "simulation/disk_for_tests.h"

namespace simulation {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSubsetOf;
using testing::SizeIs;
using testing::UnorderedElementsAre;

using PowerLoss = DiskTest;
constexpr auto sector = DiskContent::sector;

TEST_F(PowerLoss, KeepsWhatWasSyncedWithItsName) {
  const auto kept = outcomes(
      [](Disk& disk) {
        const auto file = disk.create("/a", Disk::Create::only_new, 0600).node;
        disk.write(*file, 0, std::string(5000, 'x'));
        disk.sync(*file);
        disk.sync(*disk.find("/").node);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre(std::string(5000, 'x')));
}

TEST_F(PowerLoss, MayLoseANameWhoseFolderWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        const auto file = disk.create("/a", Disk::Create::only_new, 0600).node;
        disk.write(*file, 0, "x");
        disk.sync(*file);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("(absent)", "x"));
}

TEST_F(PowerLoss, MayLoseWhatIsBelowAFolderWhoseNameWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.make_folder("/a", 0700);
        disk.create("/a/b", Disk::Create::only_new, 0600);
        disk.sync(*disk.find("/a").node);
      },
      content_of("/a/b"));
  EXPECT_THAT(kept, ElementsAre("", "(absent)"));
}

TEST_F(PowerLoss, MayLoseBytesThatWereNotSyncedThoughTheNameWas) {
  const auto kept = outcomes(
      [](Disk& disk) {
        const auto file = disk.create("/a", Disk::Create::only_new, 0600).node;
        disk.write(*file, 0, "xx");
        disk.sync(*disk.find("/").node);
      },
      content_of("/a"));
  EXPECT_THAT(kept, Contains(""));
  EXPECT_THAT(kept, Contains("xx"));
  EXPECT_THAT(kept, Contains(std::string(2, '\0'))) << "the length alone was there";
}

TEST_F(PowerLoss, TearsAWriteBetweenSectors) {
  const std::string before(4 * sector, '-'), after(4 * sector, '+');
  const auto kept = outcomes(
      [&](Disk& disk) {
        disk.put("/a", before);
        disk.write(*disk.find("/a").node, 0, after);
      },
      content_of("/a"));
  EXPECT_THAT(kept, SizeIs(16)) << "each of four sectors is there or not";
  for (const auto& text : kept) {
    ASSERT_EQ(text.size(), before.size());
    for (std::size_t at = 0; at < text.size(); ++at) EXPECT_EQ(text[at], text[at / sector * sector]) << at;
  }
}

TEST_F(PowerLoss, KeepsAnyOfSeveralWritesToOneSector) {
  const auto kept = outcomes(
      [&](Disk& disk) {
        disk.put("/a", "one");
        const auto file = disk.find("/a").node;
        disk.write(*file, 0, "two");
        disk.write(*file, 0, "six");
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("one", "six", "two"));
}

TEST_F(PowerLoss, KeepsAnyLengthThatAFileHadSinceItsSync) {
  const auto kept = outcomes(
      [&](Disk& disk) {
        disk.put("/a", std::string(2 * sector, 'a'));
        const auto file = disk.find("/a").node;
        disk.truncate(*file, 1);
        disk.write(*file, 1, "b");
      },
      [](Disk& disk) { return content(disk, "/a").size(); });
  EXPECT_THAT(kept, ElementsAre(1, 2, 2 * sector));
}

TEST_F(PowerLoss, BringsBackWhatWasCutOffWhereTheCutIsLost) {
  const std::string before(3 * sector, 'a');
  const auto kept = outcomes(
      [&](Disk& disk) {
        disk.put("/a", before);
        disk.truncate(*disk.find("/a").node, 0);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("", before));
}

TEST_F(PowerLoss, ForgetsMostOfWhatIsWrittenAgainAndAgainButNotWhatWasDurable) {
  const auto file = durable("/a", std::string(sector, 'a'));
  for (int i = 0; i < 100'000; ++i) disk_.write(*file, 0, i % 2 ? "b" : "c");
  for (int i = 0; i < 5000; ++i) disk_.write(*file, file->content.bytes().size(), "d");
  std::set<char> first;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    os_testing::SeededRandom random(seed);
    first.insert(file->content.after_power_loss(random).front());
  }
  EXPECT_THAT(first, IsSubsetOf({'a', 'b', 'c'}));
  EXPECT_THAT(first, Contains('b'));
  EXPECT_LT(file->content.remembered_bytes(), 20u << 20);
}

TEST_F(PowerLoss, MovesWithinAFolderAtOnce) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/a", "new");
        disk.put("/b", "old");
        disk.rename("/a", "/b");
      },
      [](Disk& disk) { return content(disk, "/a") + " " + content(disk, "/b"); });
  EXPECT_THAT(kept, ElementsAre("(absent) new", "new old"));
}

TEST_F(PowerLoss, MovesBetweenFoldersInTwoHalves) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/from/a", "x");
        disk.put("/to/other", "");
        disk.rename("/from/a", "/to/a");
      },
      [](Disk& disk) { return content(disk, "/from/a") + " " + content(disk, "/to/a"); });
  EXPECT_THAT(kept, UnorderedElementsAre("(absent) x", "x (absent)", "x x")) << "it is never nowhere";
}

TEST_F(PowerLoss, HasMovedWhatLeftAFolderThatWasSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/from/a", "x");
        disk.put("/to/other", "");
        disk.rename("/from/a", "/to/a");
        disk.sync(*disk.find("/from").node);
      },
      [](Disk& disk) { return content(disk, "/from/a") + " " + content(disk, "/to/a"); });
  EXPECT_THAT(kept, ElementsAre("(absent) x"));
}

TEST_F(PowerLoss, BringsBackAFileWhoseRemovalWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/a", "x");
        disk.remove("/a");
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("(absent)", "x"));
}

TEST_F(PowerLoss, LosesNothingOfASecondPowerLoss) {
  durable("/a", "x");
  os_testing::SeededRandom random;
  disk_.write(*found("/a"), 0, "yyyy");
  disk_.lose_power(random);
  const auto after = text("/a");
  for (int i = 0; i < 20; ++i) {
    disk_.lose_power(random);
    EXPECT_EQ(text("/a"), after);
  }
}

TEST_F(PowerLoss, IsTheSameAfterTheSameSeed) {
  const auto run = [&](std::uint64_t seed) {
    Disk disk(clock_);
    for (const auto* name : {"/c", "/a", "/b"}) {
      const auto file = disk.create(name, Disk::Create::only_new, 0600).node;
      disk.write(*file, 0, std::string(4000, *name));
    }
    os_testing::SeededRandom random(seed);
    disk.lose_power(random);
    return content(disk, "/a") + "|" + content(disk, "/b") + "|" + content(disk, "/c");
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST_F(PowerLoss, MakesStaleWhatWasOpenWhenThePowerWasLost) {
  const auto file = durable("/a", "x");
  os_testing::SeededRandom random;
  disk_.lose_power(random);
  char buffer[1];
  std::size_t got = 0;
  EXPECT_EQ(disk_.read(*file, 0, buffer, 1, got), ESTALE);
  EXPECT_EQ(disk_.write(*file, 0, "y"), ESTALE);
  EXPECT_EQ(disk_.sync(*file), ESTALE);
  EXPECT_EQ(text("/a"), "x");
}

TEST_F(PowerLoss, NeverWritesWhatASyncHasFailedOn) {
  const std::string after(3 * sector, '+');
  const auto work = [&](Disk& disk) {
    disk.put("/a", std::string(3 * sector, '-'));
    const auto file = disk.find("/a").node;
    disk.write(*file, 0, after);
    disk.fail(Disk::Step::sync, 1, EIO);
    EXPECT_EQ(disk.sync(*file), EIO);
    EXPECT_EQ(disk.sync(*file), 0) << "it says";
    EXPECT_EQ(file->content.bytes(), after) << "and shows";
    disk.write(*file, 0, "+");
    disk.sync(*file);
  };
  const auto kept = outcomes(work, content_of("/a"));
  EXPECT_THAT(kept, SizeIs(4)) << "one sector was written again, two are there or not";
  for (const auto& text : kept) EXPECT_EQ(text.substr(0, sector), after.substr(0, sector));
}

TEST_F(PowerLoss, LeavesTheNamesThatASyncHasFailedOnToTheNext) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.create("/a", Disk::Create::only_new, 0600);
        disk.fail(Disk::Step::sync, 1, EIO);
        EXPECT_EQ(disk.sync(*disk.find("/").node), EIO);
        disk.create("/b", Disk::Create::only_new, 0600);
        EXPECT_EQ(disk.sync(*disk.find("/").node), 0);
      },
      [](Disk& disk) { return content(disk, "/a") + "," + content(disk, "/b"); });
  EXPECT_THAT(kept, ElementsAre(","));
}

TEST_F(PowerLoss, MayLoseEverythingWhereItsSyncsLie) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.set_syncs(Disk::Syncs::ignored);
        disk.sync(*disk.create("/a", Disk::Create::only_new, 0600).node);
        disk.sync(*disk.find("/").node);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("", "(absent)"));
}

}  // namespace
}  // namespace simulation
