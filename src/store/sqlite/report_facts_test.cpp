// Facts of reports that were kept before there were facts, or by another list of them.
#include "store/sqlite/report_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "json/json.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "store/sqlite/migrate.h"
#include "store/store.h"
#include "wire/encode.h"

namespace store::sqlite {
namespace {

jobs::Report report_of(std::string id, double joules) {
  jobs::Report report;
  report.id = std::move(id), report.kind = "run", report.name = "night run";
  report.energy = {{jobs::Part::total, units::Measured<units::Joules>::of(
                                           units::Joules(joules), units::Joules(joules), units::Joules(joules),
                                           units::Quality::measured, "perf", units::Scope::package)}};
  return report;
}

class ReportFactsTest : public testing::Test {
 protected:
  os::Path file() const { return folder_ / "runs.db"; }
  std::unique_ptr<Connection> connect() const { return *Connection::open(file(), Connection::Journal::rollback); }

  // As the third schema kept it.
  static void keep_as_before(Connection& connection, const jobs::Report& report, const std::string& document) {
    ASSERT_TRUE(connection.run("keeping", [&]() -> base::Result<void> {
      Query(connection, "INSERT INTO reports (id, kind, name, started_ns, document) VALUES (?, ?, ?, ?, ?)")
          .bind(report.id)
          .bind(report.kind)
          .bind(report.name)
          .bind(report.timings.started.nanoseconds())
          .bind(document)
          .execute();
      return {};
    }));
  }
  static std::vector<std::string> cheapest_first(store::ReportReader& runs) {
    wire::ResultQuery query;
    query.sort = "energy_joules", query.order = wire::ResultQuery::Order::ascending;
    query.wanted = wire::ResultQuery::Wanted::facts;
    const auto page = runs.results(query);
    EXPECT_TRUE(page) << page.error().text();
    return page ? page->rows : std::vector<std::string>{};
  }
  static std::string id_of(const std::string& facts) { return json::parse(facts)->at("id").as_string(); }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_F(ReportFactsTest, OfAnOlderFileAreFoundInItsDocumentsAlsoBesideADamagedOne) {
  for (const bool local : {true, false}) {
    std::filesystem::remove(file());
    {
      const auto connection = connect();
      const auto steps = migrations();
      ASSERT_TRUE(migrate(*connection, std::span(steps).first(3)));
      for (const auto& report : {report_of("aaa111", 90), report_of("bbb222", 9)})
        keep_as_before(*connection, report, json::write(wire::encode(report)));
      keep_as_before(*connection, report_of("ccc333", 1), "{torn");
    }
    std::vector<std::string> rows;
    if (local)
      rows = cheapest_first(**open_local(real_.host(), file()));
    else
      rows = cheapest_first(**open_sqlite(real_.host(), file()));
    ASSERT_EQ(rows.size(), 3u) << local;
    EXPECT_EQ(id_of(rows[0]), "bbb222");
    EXPECT_EQ(id_of(rows[1]), "aaa111");
    EXPECT_EQ(rows[2], R"({"id":"ccc333","name":"night run","kind":"run","started":"1970-01-01T00:00:00.000Z"})");
  }
}

TEST_F(ReportFactsTest, OfAnotherListAreMadeAnewAndThoseOfThisOneAreLeft) {
  ASSERT_TRUE((*open_local(real_.host(), file()))->add_report(report_of("aaa111", 90)));
  const auto set = [&](const std::string& sql) { connect()->database().exec(sql); };
  set("UPDATE report_facts SET id = 'mark'");
  EXPECT_EQ(id_of(cheapest_first(**open_local(real_.host(), file())).at(0)), "mark") << "nothing was outdated";
  set("UPDATE facts_edition SET edition = '0 id name'");
  EXPECT_EQ(id_of(cheapest_first(**open_local(real_.host(), file())).at(0)), "aaa111");
  set("UPDATE report_facts SET id = 'mark'");
  EXPECT_EQ(id_of(cheapest_first(**open_sqlite(real_.host(), file())).at(0)), "mark");
  set("UPDATE facts_edition SET edition = '0 id name'");
  EXPECT_EQ(id_of(cheapest_first(**open_sqlite(real_.host(), file())).at(0)), "aaa111");
}

// The orders of everyday walk an index from where the page begins, instead of sorting all that is kept.
TEST_F(ReportFactsTest, TheNewestAndTheMostEfficientAreFoundByAnIndex) {
  const auto connection = connect();
  ASSERT_TRUE(migrate(*connection));
  ASSERT_TRUE(refresh_facts(*connection));
  for (const auto* fact : {"energy_joules", "energy_per_frame_joules", "started"}) {
    const auto order = column_of(fact);
    auto plan =
        Query::once(*connection, "EXPLAIN QUERY PLAN SELECT report, " + order + " FROM report_facts WHERE true AND " +
                                     order + " IS NOT NULL AND (" + order + ", report) > (1, 1) ORDER BY " + order +
                                     " ASC, report ASC LIMIT 5");
    std::string text;
    while (plan.step()) text += plan.text(3) + "\n";
    EXPECT_THAT(text, testing::HasSubstr("INDEX report_facts_by_"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("TEMP B-TREE"))) << text;
  }
}

}  // namespace
}  // namespace store::sqlite
