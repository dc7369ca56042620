#include "store/postgres/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/postgres/notice.h"
#include "store/postgres/parameters.h"

namespace store::postgres {
namespace {

using testing::ElementsAre;
using Entry = Queue::Entry;
using Behind = Queue::Behind;

const std::vector<std::string> both{"a", "b"}, only_a{"a"};

class QueueOfMasterTest : public testing::Test {
 protected:
  QueueOfMasterTest() { queue_.scanned(both, {}); }
  std::vector<std::int64_t> drained(std::span<const std::string> classes) {
    std::vector<std::int64_t> numbers;
    while (const auto head = queue_.first(classes)) {
      numbers.push_back(head->entry.number);
      queue_.drop(*head);
    }
    return numbers;
  }
  void fill(const std::string& name, const std::vector<Entry>& entries, Behind behind) {
    queue_.fill(name, entries, entries.empty() ? std::nullopt : std::optional(entries.back()), behind);
  }
  Queue queue_;
};

TEST_F(QueueOfMasterTest, ProposesTheFirstOfAllClasses) {
  fill("a", {{10, 1}, {30, 2}}, Behind::nothing);
  fill("b", {{20, 3}}, Behind::nothing);
  EXPECT_THAT(drained(both), ElementsAre(1, 3, 2));
}

TEST_F(QueueOfMasterTest, LooksBehindWhatItHasSeenOnly) {
  ASSERT_EQ(queue_.gaps(only_a, 1).size(), 1u);
  fill("a", {{10, 1}, {30, 2}}, Behind::more);
  EXPECT_TRUE(queue_.gaps(only_a, 2).empty());
  drained(only_a);
  const auto gaps = queue_.gaps(only_a, 1);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps.front().behind, (Entry{30, 2}));
  fill("a", {}, Behind::nothing);
  EXPECT_TRUE(queue_.gaps(only_a, 1).empty());
}

TEST_F(QueueOfMasterTest, LooksAgainWhereOthersQueuedSomethingBeforeTheMark) {
  fill("a", {{10, 1}, {30, 2}}, Behind::nothing);
  queue_.look_again(only_a, 20);
  const auto gaps = queue_.gaps(only_a, 2);
  ASSERT_EQ(gaps.size(), 1u) << "what stands behind the mark may not be the next any more";
  EXPECT_LT(gaps.front().behind, (Entry{20, 1}));
  EXPECT_TRUE(queue_.gaps(only_a, 1).empty()) << "what stands before it is";
}

TEST_F(QueueOfMasterTest, LeavesToTheTableWhatItWillFindThere) {
  fill("a", {{10, 1}}, Behind::more);
  queue_.add("a", {50, 5});
  queue_.add("a", {5, 6});
  EXPECT_THAT(drained(only_a), ElementsAre(6, 1));
}

TEST_F(QueueOfMasterTest, KeepsNoMoreOfOneClassThanItNeeds) {
  fill("a", {}, Behind::nothing);
  for (std::int64_t i = 1; i <= 10'000; ++i) queue_.add("a", {i, i});
  const auto numbers = drained(only_a);
  EXPECT_LT(numbers.size(), 5'000u);
  const auto gaps = queue_.gaps(only_a, 1);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps.front().behind.number, numbers.back()) << "the rest is in the table";
}

TEST_F(QueueOfMasterTest, ForgetsAClassOfWhichNothingIsLeft) {
  fill("a", {}, Behind::nothing);
  queue_.drop_if_empty("a");
  queue_.drop_if_empty("b");
  EXPECT_THAT(queue_.classes(), ElementsAre("b")) << "of which the table may have more";
}

TEST(PostgresNotice, SaysTheSameAfterItsJourney) {
  Notice notice;
  notice.add_queued("libx264;threads=8", 42);
  notice.add_queued("av1", 7);
  const auto read = Notice::parse(notice.text());
  EXPECT_EQ(read.about, Notice::About::queue);
  EXPECT_THAT(read.classes, ElementsAre("av1", "libx264;threads=8"));
  EXPECT_EQ(read.lowest_ns, 7);
  EXPECT_EQ(Notice::parse("").about, Notice::About::something);
  for (int i = 0; i < 1000; ++i) notice.add_queued("a class with a long name " + std::to_string(i), 1);
  EXPECT_EQ(Notice::parse(notice.text()).about, Notice::About::everything) << "more than a notice can hold";
  EXPECT_EQ(Notice::parse("{\"v\":2}").about, Notice::About::everything) << "of a newer master";
}

TEST(PostgresText, HasNoBytesThatTheServerWouldRefuse) {
  const struct {
    std::string text, cleaned;
  } cases[] = {
      {"Nachtlauf ü 漢 🎬", "Nachtlauf ü 漢 🎬"},
      {std::string("a\0b", 3),
       "a\xef\xbf\xbd"
       "b"},
      {"\xff", "\xef\xbf\xbd"},
      {"\xc3", "\xef\xbf\xbd"},
      {"\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
  };
  for (const auto& c : cases) EXPECT_EQ(clean(c.text), c.cleaned);
}

}  // namespace
}  // namespace store::postgres
