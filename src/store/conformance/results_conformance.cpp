// GET /results as every store must answer it: filters, orders, pages.
#include <algorithm>

#include "json/json.h"
#include "store/conformance/store_fixture.h"
#include "wire/encode.h"
#include "wire/result_facts.h"

namespace store::conformance {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ResultsTest : public StoreTest {
 protected:
  struct Run {
    std::string id;
    double started = 0;
    std::optional<double> joules{};
    std::string scenario = "1080p30-h264", node = "worker-1";
    jobs::End end = jobs::End::completed;
    std::map<std::string, std::string> tags{};
  };

  jobs::Report report(const Run& run) const {
    jobs::Report report;
    report.id = run.id, report.kind = "job", report.node = run.node, report.tags = run.tags;
    report.outcome.end = run.end;
    report.timings.started = report.timings.ended = at(run.started);
    report.spec.emplace().scenario = run.scenario;
    if (run.joules)
      report.energy = {{jobs::Part::total,
                        units::Measured<units::Joules>::of(units::Joules(*run.joules), units::Joules(*run.joules - 1),
                                                           units::Joules(*run.joules + 1), units::Quality::measured,
                                                           "perf", units::Scope::package)}};
    else
      report.energy = {
          {jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, "none")}};
    return report;
  }
  void keep(const std::vector<Run>& runs) {
    committed([&] {
      for (const auto& run : runs) ASSERT_TRUE(store().add_report(report(run))) << run.id;
    });
  }

  using Words = std::vector<std::pair<std::string, std::string>>;
  static wire::ResultQuery query(const Words& words) {
    const auto query = wire::read_result_query(words, wire::most_results);
    EXPECT_TRUE(query) << query.error().text();
    return query.value_or({});
  }
  wire::ResultPage page(const wire::ResultQuery& query) {
    const auto page = store().results(query);
    EXPECT_TRUE(page) << page.error().text();
    return page.value_or({});
  }
  static std::vector<std::string> ids_of(const wire::ResultPage& page) {
    std::vector<std::string> ids;
    for (const auto& row : page.rows) ids.push_back(json::parse(row)->at("id").as_string());
    return ids;
  }
  std::vector<std::string> ids(const Words& words) { return ids_of(page(query(words))); }
  // All pages of `limit` rows, one after the other.
  std::vector<std::string> walk(Words words, int limit) {
    auto question = query(words);
    question.limit = limit;
    std::vector<std::string> all;
    do {
      const auto next = page(question);
      for (auto& id : ids_of(next)) all.push_back(std::move(id));
      question.cursor = next.next;
      if (all.size() > 1000) return ADD_FAILURE() << "the pages do not end", all;
    } while (!question.cursor.empty());
    return all;
  }
};

TEST_P(ResultsTest, ComeNewestFirstWhereNothingElseIsAsked) {
  keep({{.id = "aaa", .started = 1}, {.id = "ccc", .started = 3}, {.id = "bbb", .started = 2}});
  EXPECT_THAT(ids({}), ElementsAre("ccc", "bbb", "aaa"));
  EXPECT_THAT(ids({{"order", "asc"}}), ElementsAre("aaa", "bbb", "ccc"));
  EXPECT_THAT(ids({{"limit", "2"}}), ElementsAre("ccc", "bbb"));
}

TEST_P(ResultsTest, AreWholeReportsOrTheirFactsAlone) {
  keep({{.id = "aaa", .joules = 412.6}});
  auto question = query({});
  EXPECT_THAT(page(question).rows, ElementsAre(json::write(wire::encode(report({.id = "aaa", .joules = 412.6})))));
  question.wanted = wire::ResultQuery::Wanted::facts;
  const auto rows = page(question).rows;
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(*json::parse(rows[0]), wire::encode_facts(report({.id = "aaa", .joules = 412.6})));
}

TEST_P(ResultsTest, RefuseAZeroThatIsNoMeasurement) {
  committed([&] {
    for (const double joules : {0.0, -0.5}) {
      const auto kept = store().add_report(report({.id = "aaa", .joules = joules}));
      ASSERT_FALSE(kept) << joules;
      EXPECT_EQ(kept.error().kind(), ErrorKind::invalid);
    }
    auto still = report({.id = "bbb", .joules = 3});
    still.power = units::Measured<units::Watts>::of(units::Watts(0), units::Watts(0), units::Watts(0),
                                                    units::Quality::measured, "perf", units::Scope::package);
    EXPECT_FALSE(store().add_report(still));
  });
  EXPECT_THAT(ids({}), IsEmpty());
}

TEST_P(ResultsTest, AnswerWhichWasTheMostEfficient) {
  keep({{.id = "aaa", .joules = 90.5}, {.id = "bbb", .joules = 412.6}, {.id = "ccc", .joules = 9}});
  EXPECT_THAT(ids({{"sort", "energy_joules"}, {"limit", "1"}}), ElementsAre("ccc"));
  EXPECT_THAT(ids({{"sort", "energy_joules"}}), ElementsAre("ccc", "aaa", "bbb")) << "as numbers, not as texts";
  EXPECT_THAT(ids({{"sort", "energy_joules"}, {"order", "desc"}}), ElementsAre("bbb", "aaa", "ccc"));
}

TEST_P(ResultsTest, WithoutTheValueComeLastInEitherOrder) {
  keep({{.id = "aaa"}, {.id = "bbb", .joules = 2}, {.id = "ccc", .joules = 1}, {.id = "ddd"}});
  for (const auto* order : {"asc", "desc"}) {
    auto found = ids({{"sort", "energy_joules"}, {"order", order}});
    ASSERT_THAT(found, SizeIs(4));
    std::sort(found.begin() + 2, found.end());
    const bool up = std::string(order) == "asc";
    EXPECT_THAT(found, ElementsAre(up ? "ccc" : "bbb", up ? "bbb" : "ccc", "aaa", "ddd"));
  }
}

TEST_P(ResultsTest, AreFilteredByAnyFact) {
  keep({{.id = "aaa", .started = 1, .joules = 0.1, .node = "worker-2", .tags = {{"rack", "b7"}, {"k'", "x"}}},
        {.id = "bbb", .started = 2, .joules = 3, .scenario = "720p30-h265", .end = jobs::End::failed},
        {.id = "ccc", .started = 3, .tags = {{"rack", "b8"}}}});
  EXPECT_THAT(ids({{"scenario", "720p30-h265"}}), ElementsAre("bbb"));
  EXPECT_THAT(ids({{"node", "worker-1"}}), ElementsAre("ccc", "bbb"));
  EXPECT_THAT(ids({{"state", "completed"}, {"node", "worker-1"}}), ElementsAre("ccc"));
  EXPECT_THAT(ids({{"quality", "unmeasurable"}}), ElementsAre("ccc"));
  EXPECT_THAT(ids({{"codec", "h264"}}), SizeIs(3));
  EXPECT_THAT(ids({{"kind", "run"}}), IsEmpty());
  EXPECT_THAT(ids({{"tags.rack", "b7"}}), ElementsAre("aaa"));
  EXPECT_THAT(ids({{"id", "bbb"}}), ElementsAre("bbb"));
  EXPECT_THAT(ids({{"scenario", "720p30-h265' OR 'a'='a"}}), IsEmpty());
  EXPECT_THAT(ids({{"node", "worker"}}), IsEmpty()) << "the whole value";
}

TEST_P(ResultsTest, ANumberIsTheSameToItsLastBit) {
  keep({{.id = "aaa", .joules = 0.1 + 0.2}, {.id = "bbb", .joules = 3}, {.id = "ccc", .joules = 1e22 / 3}});
  EXPECT_THAT(ids({{"energy_joules", "0.30000000000000004"}}), ElementsAre("aaa"));
  EXPECT_THAT(ids({{"energy_joules", "0.3"}}), IsEmpty());
  EXPECT_THAT(ids({{"energy_joules", "3"}}), ElementsAre("bbb"));
  EXPECT_THAT(ids({{"energy_joules", "3.0"}}), ElementsAre("bbb"));
  EXPECT_THAT(ids({{"energy_joules", json::write(1e22 / 3)}}), ElementsAre("ccc"));
}

TEST_P(ResultsTest, AreOfATime) {
  keep({{.id = "aaa", .started = 1}, {.id = "bbb", .started = 2}, {.id = "ccc", .started = 3}});
  EXPECT_THAT(ids({{"since", units::rfc3339(at(2))}}), ElementsAre("ccc", "bbb"));
  EXPECT_THAT(ids({{"until", units::rfc3339(at(2))}}), ElementsAre("aaa"));
  EXPECT_THAT(ids({{"since", units::rfc3339(at(2))}, {"until", units::rfc3339(at(3))}}), ElementsAre("bbb"));
}

TEST_P(ResultsTest, SortByATextOrATagAsWell) {
  keep({{.id = "aaa", .node = "n2", .tags = {{"rack", "b10"}}},
        {.id = "bbb", .node = "n10", .tags = {{"rack", "b9"}}},
        {.id = "ccc", .node = "N1"}});
  EXPECT_THAT(ids({{"sort", "node"}}), ElementsAre("ccc", "bbb", "aaa")) << "by bytes, in no language";
  EXPECT_THAT(ids({{"sort", "tags.rack"}, {"order", "desc"}}), ElementsAre("bbb", "aaa", "ccc"));
}

// Every order, with equal values, with values that are absent, and by pages of every size: each row once, and in the
// order of one page.
TEST_P(ResultsTest, PagesNeitherOverlapNorMissOne) {
  std::vector<Run> runs;
  for (int i = 0; i < 23; ++i)
    runs.push_back({.id = "run" + std::to_string(100 + i),
                    .started = static_cast<double>(i / 3),
                    .joules = i % 4 == 0 ? std::nullopt : std::optional<double>(i % 5 + 0.1),
                    .node = "worker-" + std::to_string(i % 3)});
  keep(runs);
  for (const auto* sort : {"started", "energy_joules", "node", "frames"})
    for (const auto* order : {"asc", "desc"})
      for (const Words& filter : {Words{}, Words{{"node", "worker-1"}}}) {
        Words words = filter;
        words.insert(words.end(), {{"sort", sort}, {"order", order}});
        const auto whole = ids(words);
        EXPECT_THAT(whole, SizeIs(filter.empty() ? 23 : 8)) << sort << order;
        for (const int limit : {1, 2, 5, 7, 22, 23, 24}) EXPECT_EQ(walk(words, limit), whole) << sort << order << limit;
      }
}

TEST_P(ResultsTest, APageStaysInItsPlaceWhenMoreIsKept) {
  keep({{.id = "aaa", .started = 1, .joules = 1}, {.id = "bbb", .started = 2, .joules = 3}});
  auto question = query({{"sort", "energy_joules"}, {"limit", "1"}});
  const auto first = page(question);
  keep({{.id = "ccc", .started = 3, .joules = 0.5}, {.id = "ddd", .started = 4, .joules = 2}});
  question.limit = 10, question.cursor = first.next;
  EXPECT_THAT(ids_of(page(question)), ElementsAre("ddd", "bbb"));
}

TEST_P(ResultsTest, TheLastPageSaysSo) {
  keep({{.id = "aaa"}, {.id = "bbb"}});
  EXPECT_NE(page(query({{"limit", "1"}})).next, "");
  EXPECT_EQ(page(query({{"limit", "2"}})).next, "");
  EXPECT_EQ(page(query({{"kind", "none such"}})).next, "");
}

TEST_P(ResultsTest, RefuseACursorOfAnotherQuestionAndALimitBeyondAPage) {
  keep({{.id = "aaa"}, {.id = "bbb"}});
  auto question = query({{"limit", "1"}});
  question.cursor = page(question).next;
  EXPECT_THAT(page(question).rows, SizeIs(1));
  auto other = question;
  other.order = wire::ResultQuery::Order::ascending;
  EXPECT_EQ(store().results(other).error().kind(), ErrorKind::invalid);
  other = question, other.cursor = "before-17";
  EXPECT_EQ(store().results(other).error().kind(), ErrorKind::invalid);
  for (const int limit : {0, -1, wire::most_results + 1}) {
    other = query({}), other.limit = limit;
    EXPECT_EQ(store().results(other).error().kind(), ErrorKind::invalid);
  }
}

TEST_P(ResultsTest, AreReadBesideTheWriterAndAfterItWasOpenedAgain) {
  keep({{.id = "aaa", .joules = 1}});
  {
    const auto reader = store().open_reader();
    ASSERT_TRUE(reader);
    const auto found = (*reader)->results(query({{"sort", "energy_joules"}}));
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_THAT(ids_of(*found), ElementsAre("aaa"));
  }
  reopen();
  EXPECT_THAT(ids({{"sort", "energy_joules"}}), ElementsAre("aaa"));
}

TEST_P(ResultsTest, ThatWereRolledBackAreNowhere) {
  ASSERT_TRUE(store().begin());
  ASSERT_TRUE(store().add_report(report({.id = "aaa", .joules = 1})));
  store().rollback();
  EXPECT_THAT(ids({}), IsEmpty());
  EXPECT_THAT(ids({{"sort", "energy_joules"}}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Every, ResultsTest, testing::ValuesIn(all_backends()), name_of);

}  // namespace
}  // namespace store::conformance
