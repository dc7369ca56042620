#include "agent/node_id.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "agent/spool_for_tests.h"
#include "os_testing/seeded_random.h"

namespace agent {
namespace {

class NodeIdTest : public testing::Test {
 protected:
  base::Result<NodeId> begin(double seconds = 1.7e9) {
    return begin_life(world.host.files, folder.path(), random, units::WallTime::from_seconds(seconds));
  }
  os_testing::TemporaryFolder folder;
  TestHost world;
  os_testing::SeededRandom random;
};

TEST_F(NodeIdTest, TheFirstLifeMakesOneAndLaterOnesFindIt) {
  const auto first = begin();
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_FALSE(first->id.is_nil());
  EXPECT_EQ(first->life, 1'700'000'000);
  const auto again = begin(1.7e9 + 60);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->life, 1'700'000'060);
}

TEST_F(NodeIdTest, AnotherLifeIsALaterOneThoughTheClockWasSetBack) {
  ASSERT_TRUE(begin());
  EXPECT_EQ(begin(1.6e9)->life, 1'700'000'001);
  EXPECT_EQ(begin(1.6e9)->life, 1'700'000'002);
}

TEST_F(NodeIdTest, AMasterThatKnowsItByAnotherIdIsRemembered) {
  const auto other = base::Id::make(1, 2, 3);
  ASSERT_TRUE(keep_node_id(world.host.files, folder.path(), {other, 5}));
  EXPECT_EQ(begin()->id, other);
}

TEST_F(NodeIdTest, AFileOfBeforeThereWereLivesIsRead) {
  const auto id = base::Id::make(1, 2, 3);
  ASSERT_TRUE(world.host.files.write_durably(folder / "node_id", id.text() + "\n"));
  EXPECT_EQ(begin()->id, id);
}

TEST_F(NodeIdTest, AFileThatHoldsNoIdIsReplaced) {
  ASSERT_TRUE(world.host.files.write_durably(folder / "node_id", "half an i"));
  const auto made = begin();
  ASSERT_TRUE(made);
  EXPECT_EQ(begin()->id, made->id);
}

TEST_F(NodeIdTest, AFileThatCannotBeReadIsNoReasonForASecondNode) {
  std::filesystem::create_directories(folder / "node_id");
  const auto refused = begin();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), testing::HasSubstr("node_id"));
}

}  // namespace
}  // namespace agent
