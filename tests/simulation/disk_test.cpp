#include "simulation/disk.h"

#include <errno.h>
#include <gmock/gmock.h>

#include <set>

#include "os_testing/manual_clock.h"
#include "os_testing/seeded_random.h"

namespace simulation {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr auto sector = DiskContent::sector;

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
  int sync(std::string_view path) { return disk_.sync(*found(path)); }

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
std::string content(Disk& disk, std::string_view path) {
  const auto found = disk.find(path);
  return found.error == 0 ? std::string(found.node->content.bytes()) : "(absent)";
}
auto content_of(std::string_view path) {
  return [path](Disk& disk) { return content(disk, path); };
}

TEST_F(DiskTest, IsATreeOfFilesAndFolders) {
  EXPECT_EQ(disk_.make_folder("/a", 0700), 0);
  EXPECT_EQ(disk_.make_folder("/a", 0700), EEXIST);
  EXPECT_EQ(disk_.make_folder("/none/b", 0700), ENOENT);
  const auto file = made("/a/b");
  EXPECT_EQ(disk_.write(*file, 0, "hello"), 0);
  EXPECT_EQ(disk_.write(*file, 7, "there"), 0);
  EXPECT_EQ(text("/a/b"), std::string("hello\0\0there", 12));
  EXPECT_EQ(disk_.truncate(*file, 3), 0);
  EXPECT_EQ(text("//a/./../a/b"), "hel");
  EXPECT_EQ(disk_.create("/a/b", Disk::Create::only_new, 0600).error, EEXIST);
  EXPECT_EQ(disk_.create("/a", Disk::Create::if_absent, 0600).error, EISDIR);
  EXPECT_EQ(disk_.create("/a/b/c", Disk::Create::if_absent, 0600).error, ENOTDIR);
  EXPECT_EQ(disk_.create("/a/" + std::string(256, 'n'), Disk::Create::if_absent, 0600).error, ENAMETOOLONG);
  EXPECT_EQ(disk_.find("/a/b/").error, ENOTDIR);
  EXPECT_EQ(disk_.remove("/a"), ENOTEMPTY);
  EXPECT_EQ(disk_.remove("/a/b"), 0);
  EXPECT_EQ(disk_.remove("/a/b"), ENOENT);
  EXPECT_EQ(disk_.write(*file, 3, "p"), 0) << "whoever has it open goes on";
  EXPECT_EQ(file->content.bytes(), "help");
  EXPECT_EQ(disk_.remove("/a"), 0);
  EXPECT_THAT(names("/"), IsEmpty());
}

TEST_F(DiskTest, MovesAsRenameDoes) {
  disk_.put("/a/file", "1");
  disk_.put("/b/other", "2");
  disk_.put("/c/d/e", "3");
  EXPECT_EQ(disk_.rename("/a/none", "/a/x"), ENOENT);
  EXPECT_EQ(disk_.rename("/a/file", "/b"), EISDIR);
  EXPECT_EQ(disk_.rename("/a", "/b/other"), ENOTDIR);
  EXPECT_EQ(disk_.rename("/a", "/b"), ENOTEMPTY);
  EXPECT_EQ(disk_.rename("/c", "/c/d/c"), EINVAL);
  EXPECT_EQ(disk_.rename("/a/file", "/a/file"), 0);
  EXPECT_EQ(disk_.rename("/a/file", "/b/other"), 0);
  EXPECT_EQ(text("/b/other"), "1");
  EXPECT_THAT(names("/a"), IsEmpty());
  EXPECT_EQ(disk_.rename("/c", "/a"), 0) << "an empty folder may be replaced";
  EXPECT_EQ(text("/a/d/e"), "3");
}

TEST_F(DiskTest, TellsWhenAFileWasChanged) {
  const auto file = made("/a");
  clock_.advance(units::Seconds(5));
  disk_.write(*file, 0, "x");
  EXPECT_EQ(file->changed, clock_.wall());
}

TEST_F(DiskTest, KeepsWhatWasSyncedWithItsName) {
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

TEST_F(DiskTest, MayLoseANameWhoseFolderWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        const auto file = disk.create("/a", Disk::Create::only_new, 0600).node;
        disk.write(*file, 0, "x");
        disk.sync(*file);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("(absent)", "x"));
}

TEST_F(DiskTest, MayLoseWhatIsBelowAFolderWhoseNameWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.make_folder("/a", 0700);
        disk.create("/a/b", Disk::Create::only_new, 0600);
        disk.sync(*disk.find("/a").node);
      },
      content_of("/a/b"));
  EXPECT_THAT(kept, ElementsAre("", "(absent)"));
}

TEST_F(DiskTest, MayLoseBytesThatWereNotSyncedThoughTheNameWas) {
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

TEST_F(DiskTest, TearsAWriteBetweenSectors) {
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

TEST_F(DiskTest, KeepsAnyOfSeveralWritesToOneSector) {
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

TEST_F(DiskTest, KeepsAnyLengthThatAFileHadSinceItsSync) {
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

TEST_F(DiskTest, BringsBackWhatWasCutOffWhereTheCutIsLost) {
  const std::string before(3 * sector, 'a');
  const auto kept = outcomes(
      [&](Disk& disk) {
        disk.put("/a", before);
        disk.truncate(*disk.find("/a").node, 0);
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("", before));
}

TEST_F(DiskTest, ForgetsMostOfWhatIsWrittenAgainAndAgainButNotWhatWasDurable) {
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

TEST_F(DiskTest, MovesWithinAFolderAtOnce) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/a", "new");
        disk.put("/b", "old");
        disk.rename("/a", "/b");
      },
      [](Disk& disk) { return content(disk, "/a") + " " + content(disk, "/b"); });
  EXPECT_THAT(kept, ElementsAre("(absent) new", "new old"));
}

TEST_F(DiskTest, MovesBetweenFoldersInTwoHalves) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/from/a", "x");
        disk.put("/to/other", "");
        disk.rename("/from/a", "/to/a");
      },
      [](Disk& disk) { return content(disk, "/from/a") + " " + content(disk, "/to/a"); });
  EXPECT_THAT(kept, UnorderedElementsAre("(absent) (absent)", "(absent) x", "x (absent)", "x x"));
}

TEST_F(DiskTest, BringsBackAFileWhoseRemovalWasNotSynced) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.put("/a", "x");
        disk.remove("/a");
      },
      content_of("/a"));
  EXPECT_THAT(kept, ElementsAre("(absent)", "x"));
}

TEST_F(DiskTest, LosesNothingOfASecondPowerLoss) {
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

TEST_F(DiskTest, IsTheSameAfterTheSameSeed) {
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

TEST_F(DiskTest, MakesStaleWhatWasOpenWhenThePowerWasLost) {
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

TEST_F(DiskTest, HasNoRoomForWhatGrowsWhenItIsFull) {
  const auto file = durable("/a", "x");
  disk_.set_capacity(0);
  EXPECT_EQ(disk_.write(*file, 0, "y"), 0) << "in place";
  EXPECT_EQ(disk_.write(*file, 1, "y"), 0) << "within a block that it has";
  EXPECT_EQ(disk_.write(*file, Disk::block, "y"), ENOSPC);
  EXPECT_EQ(disk_.create("/b", Disk::Create::if_absent, 0600).error, ENOSPC);
  EXPECT_EQ(disk_.make_folder("/b", 0700), ENOSPC);
  EXPECT_EQ(disk_.write(*disk_.create_nameless(), 0, "y"), ENOSPC);
  EXPECT_EQ(disk_.rename("/a", "/c"), 0);
  EXPECT_EQ(disk_.sync(*file), 0);
  EXPECT_EQ(disk_.truncate(*file, 0), 0);
  EXPECT_EQ(disk_.remove("/c"), 0);
  disk_.set_capacity(Disk::unlimited);
  EXPECT_EQ(disk_.make_folder("/b", 0700), 0);
}

TEST_F(DiskTest, WritesAPartWhereTheRoomEndsWithin) {
  const auto file = durable("/a", "x");
  disk_.set_capacity(disk_.used() + Disk::block);
  EXPECT_EQ(disk_.write(*file, 0, std::string(5 * Disk::block, 'y')), ENOSPC);
  EXPECT_EQ(text("/a"), std::string(2 * Disk::block, 'y'));
  EXPECT_FALSE(disk_.has_room(1));
}

TEST_F(DiskTest, CountsWhatIsUsedAgainAfterALossOfPower) {
  const auto empty = disk_.used();
  disk_.put("/a/b", std::string(Disk::block + 1, 'x'));
  EXPECT_EQ(disk_.used(), empty + 4 * Disk::block) << "a folder, a file and its two blocks";
  disk_.put("/a/b", "x");
  EXPECT_EQ(disk_.used(), empty + 3 * Disk::block);
  os_testing::SeededRandom random;
  disk_.rename("/a/b", "/b");
  disk_.lose_power(random);
  disk_.remove("/b");
  disk_.remove("/a/b");
  disk_.remove("/a");
  EXPECT_EQ(disk_.used(), empty);
}

TEST_F(DiskTest, FailsTheNthStepOfItsKind) {
  const auto file = made("/a");
  disk_.fail(Disk::Step::write, 2, EIO);
  EXPECT_EQ(disk_.write(*file, 0, "1"), 0);
  EXPECT_EQ(disk_.write(*file, 0, "2"), EIO);
  EXPECT_EQ(text("/a"), "1");
  EXPECT_EQ(disk_.write(*file, 0, "3"), 0);
  disk_.fail(Disk::Step::read, 1, EIO, Disk::forever);
  char buffer[1];
  std::size_t got = 0;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(disk_.read(*file, 0, buffer, 1, got), EIO);
  disk_.heal();
  EXPECT_EQ(disk_.read(*file, 0, buffer, 1, got), 0);
  disk_.fail(Disk::Step::name, 1, EROFS, 3);
  EXPECT_EQ(disk_.make_folder("/f", 0700), EROFS);
  EXPECT_EQ(disk_.rename("/a", "/b"), EROFS);
  EXPECT_EQ(disk_.remove("/a"), EROFS);
  EXPECT_EQ(disk_.remove("/a"), 0);
}

TEST_F(DiskTest, NeverWritesWhatASyncHasFailedOn) {
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

TEST_F(DiskTest, NeverWritesTheNamesThatASyncHasFailedOn) {
  const auto kept = outcomes(
      [](Disk& disk) {
        disk.create("/a", Disk::Create::only_new, 0600);
        disk.fail(Disk::Step::sync, 1, EIO);
        EXPECT_EQ(disk.sync(*disk.find("/").node), EIO);
        disk.create("/b", Disk::Create::only_new, 0600);
        EXPECT_EQ(disk.sync(*disk.find("/").node), 0);
      },
      [](Disk& disk) { return content(disk, "/a") + "," + content(disk, "/b"); });
  EXPECT_THAT(kept, ElementsAre("(absent),", ","));
}

TEST_F(DiskTest, MayLoseEverythingWhereItsSyncsLie) {
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
