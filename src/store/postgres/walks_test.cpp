// That a walk through results in an order without an index is looked for once, whoever reads its pages.
#include "store/postgres/walks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "json/json.h"
#include "store/postgres/report_table.h"
#include "store/postgres/server_for_tests.h"
#include "store/store.h"

namespace store::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Walks, AreKnownByTheirCursorOnce) {
  Walks walks;
  walks.keep("a", {{1, 2}, Walks::Ahead::More::yes});
  walks.keep("b", {{3}, Walks::Ahead::More::no});
  const auto a = walks.take("a");
  ASSERT_TRUE(a);
  EXPECT_THAT(a->rows, ElementsAre(1, 2));
  EXPECT_EQ(a->more, Walks::Ahead::More::yes);
  EXPECT_FALSE(walks.take("a"));
  EXPECT_TRUE(walks.take("b"));
}

TEST(Walks, AreForgottenWhereThereAreManyTheOldestFirst) {
  Walks walks;
  for (std::size_t i = 0; i <= Walks::most_walks; ++i) walks.keep(std::to_string(i), {});
  EXPECT_FALSE(walks.take("0"));
  for (std::size_t i = 1; i <= Walks::most_walks; ++i) EXPECT_TRUE(walks.take(std::to_string(i))) << i;
}

class WalksOnADatabase : public testing::Test {
 protected:
  WalksOnADatabase() : store_(open_postgres(host_.host(), database_.url(), *log_).value()) {
    for (int i = 0; i < 10; ++i) keep(base::format("run{}", 100 + i), i);
  }
  void keep(const std::string& id, int elapsed) {
    jobs::Report report;
    report.id = id, report.kind = "job";
    report.timings.elapsed = units::Seconds(elapsed + 1);  // nothing at all is no fact
    report.energy = {{jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "none")}};
    EXPECT_TRUE(store_->add_report(report));
  }
  std::unique_ptr<Session> session() {
    return std::make_unique<Session>(
        Connection::open(Address::parse(database_.url()).value(), Connection::Role::reader).value());
  }
  std::vector<std::string> page(Session& session) {
    const auto page = find_results(session, query_, walks_);
    EXPECT_TRUE(page) << page.error().text();
    query_.cursor = page->next;
    std::vector<std::string> ids;
    for (const auto& row : page->rows) ids.push_back(json::parse(row)->at("id").as_string());
    return ids;
  }

  TestDatabase database_;
  os::RealHost host_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
  std::unique_ptr<Store> store_;
  Walks walks_;
  wire::ResultQuery query_{.sort = "elapsed_seconds", .order = wire::ResultQuery::Order::ascending, .limit = 3};
};

TEST_F(WalksOnADatabase, TheSecondPageFindsAllThatFollowForAnyReader) {
  const auto one = session(), two = session();
  EXPECT_THAT(page(*one), ElementsAre("run100", "run101", "run102"));
  EXPECT_FALSE(walks_.take(query_.cursor)) << "one page is no walk";
  EXPECT_THAT(page(*one), ElementsAre("run103", "run104", "run105"));
  keep("late", 7);  // in no page that was found before it
  EXPECT_THAT(page(*two), ElementsAre("run106", "run107", "run108"));
  auto ahead = walks_.take(query_.cursor);
  ASSERT_TRUE(ahead);
  EXPECT_THAT(ahead->rows, SizeIs(1));
  walks_.keep(query_.cursor, *ahead);
  EXPECT_THAT(page(*two), ElementsAre("run109"));
  EXPECT_THAT(query_.cursor, IsEmpty());
}

TEST_F(WalksOnADatabase, WhatWasForgottenIsLookedForAgain) {
  const auto one = session();
  page(*one), page(*one);
  ASSERT_TRUE(walks_.take(query_.cursor));
  EXPECT_THAT(page(*one), ElementsAre("run106", "run107", "run108"));
  EXPECT_THAT(page(*one), ElementsAre("run109"));
}

TEST_F(WalksOnADatabase, WhereMoreFollowsThanWasFoundAheadTheWalkGoesOn) {
  const auto one = session();
  page(*one), page(*one);
  auto ahead = walks_.take(query_.cursor);
  ASSERT_TRUE(ahead);
  ahead->rows.resize(3), ahead->more = Walks::Ahead::More::yes;
  walks_.keep(query_.cursor, *ahead);
  EXPECT_THAT(page(*one), ElementsAre("run106", "run107", "run108"));
  EXPECT_FALSE(walks_.take(query_.cursor));
  EXPECT_THAT(page(*one), ElementsAre("run109"));
}

}  // namespace
}  // namespace store::postgres
