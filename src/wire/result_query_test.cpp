#include "wire/result_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<std::pair<std::string, std::string>>;
using Order = ResultQuery::Order;

ResultQuery read(const Words& words) {
  const auto query = read_result_query(words, 500);
  EXPECT_TRUE(query) << query.error().text();
  return query.value_or({});
}

void refused(const Words& words, const std::string& says) {
  const auto query = read_result_query(words, 500);
  ASSERT_FALSE(query) << says;
  EXPECT_EQ(query.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(query.error().text(), HasSubstr(says));
}

TEST(ResultQuery, ReadsEveryWord) {
  const auto query = read({{"scenario", "1080p30-h264"},
                           {"codec", "hevc"},
                           {"quality", "measured"},
                           {"height", "1080"},
                           {"fps", "29.97"},
                           {"tags.rack", "b7"},
                           {"since", "2026-01-31"},
                           {"until", "2026-02-01T12:30:00Z"},
                           {"sort", "energy_per_frame_joules"},
                           {"limit", "7"},
                           {"cursor", "abc"}});
  using Filter = ResultQuery::Filter;
  EXPECT_THAT(query.filters,
              ElementsAre(Filter{"codec", "h265"}, Filter{"energy_quality", "measured"}, Filter{"fps", 29.97},
                          Filter{"height", 1080}, Filter{"scenario", "1080p30-h264"}, Filter{"tags.rack", "b7"}));
  EXPECT_EQ(units::rfc3339(*query.since), "2026-01-31T00:00:00.000Z");
  EXPECT_EQ(units::rfc3339(*query.until), "2026-02-01T12:30:00.000Z");
  EXPECT_EQ(query.sort, "energy_per_frame_joules");
  EXPECT_EQ(query.limit, 7);
  EXPECT_EQ(query.cursor, "abc");
}

TEST(ResultQuery, TimesBeginWithTheNewestAndAllElseWithTheLeast) {
  EXPECT_EQ(read({}).order, Order::descending);
  EXPECT_EQ(read({{"sort", "ended"}}).order, Order::descending);
  EXPECT_EQ(read({{"sort", "energy_joules"}}).order, Order::ascending);
  EXPECT_EQ(read({{"sort", "tags.rack"}}).order, Order::ascending);
  EXPECT_EQ(read({{"order", "desc"}, {"sort", "energy_joules"}}).order, Order::descending);
}

TEST(ResultQuery, NamesTheNearestOfWhatItDoesNotKnow) {
  refused({{"scenari", "x"}}, "unknown filter 'scenari'. Did you mean 'scenario'?");
  refused({{"sinc", "x"}}, "Did you mean 'since' or 'kind'?");
  refused({{"sort", "energy"}}, "cannot sort by 'energy'.");
  refused({{"sort", "energy_joule"}}, "Did you mean 'energy_joules', ");
  refused({{"tags.", "x"}}, "unknown filter 'tags.'.");
  refused({{"state", "complete"}}, "Did you mean 'completed'?");
  refused({{"quality", "mesured"}}, "'mesured' is not a quality; one of measured");
}

TEST(ResultQuery, RefusesWhatCannotBeMeant) {
  refused({{"node", ""}}, "node is empty");
  refused({{"node", "a"}, {"node", "b"}}, "'node' comes twice");
  refused({{"quality", "measured"}, {"energy_quality", "estimated"}}, "comes twice");
  refused({{"height", "tall"}}, "height is 'tall'; write a number");
  refused({{"started", "2026-01-31"}}, "ask with since and until");
  refused({{"since", "yesterday"}}, "2026-01-31T09:05:07Z");
  refused({{"order", "up"}}, "write asc");
  for (const auto* limit : {"0", "501", "-1", "many", ""}) refused({{"limit", limit}}, "from 1 to 500");
  for (const auto* tag : {"tags.a\"b", "tags.a'b", "tags.a\\b", "tags.a\nb"}) refused({{tag, "x"}}, "One of");
}

TEST(ResultCursor, ComesBackAsItWasWritten) {
  for (const auto& value : {json::Value(), json::Value(412.6), json::Value(0.1 + 0.2), json::Value(17),
                            json::Value("Zürich \"a\""), json::Value(std::string(100, '\xff'))}) {
    auto query = read({{"scenario", "a"}});
    query.cursor = write_cursor(query, {value, 42});
    EXPECT_EQ(query.cursor.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
              std::string::npos);
    const auto place = read_cursor(query);
    ASSERT_TRUE(place) << place.error().text();
    EXPECT_EQ((*place)->row, 42);
    // What is no UTF-8 is escaped.
    EXPECT_EQ((*place)->value.is_string(), value.is_string());
    EXPECT_TRUE(value.is_string() || (*place)->value == value);
  }
  EXPECT_FALSE(*read_cursor(read({})));
}

TEST(ResultCursor, AnyChangeOfItIsRefused) {
  auto query = read({{"scenario", "a"}});
  const auto cursor = write_cursor(query, {412.6, 42});
  for (std::size_t i = 0; i < cursor.size(); ++i)
    for (const char other : {'A', 'b', '7', '-', '_', '=', '.', '%'}) {
      if (cursor[i] == other) continue;
      query.cursor = cursor;
      query.cursor[i] = other;
      const auto place = read_cursor(query);
      ASSERT_FALSE(place) << query.cursor;
      EXPECT_EQ(place.error().kind(), base::ErrorKind::invalid);
      EXPECT_THAT(place.error().text(), HasSubstr("use `next` of the page before"));
    }
  for (const auto& changed : {cursor + "A", cursor + "=", cursor.substr(1), cursor.substr(0, cursor.size() - 1),
                              "A" + cursor, std::string("17"), std::string(5000, 'A')}) {
    query.cursor = changed;
    EXPECT_FALSE(read_cursor(query)) << changed;
  }
}

TEST(ResultCursor, IsOfItsQuestionAlone) {
  const Words asked{{"scenario", "a"}, {"node", "n"}, {"sort", "energy_joules"}, {"since", "2026-01-31"}};
  const auto cursor = write_cursor(read(asked), {412.6, 42});
  const auto fits = [&](const Words& words) {
    auto query = read(words);
    query.cursor = cursor;
    return read_cursor(query).ok();
  };
  EXPECT_TRUE(fits(asked));
  EXPECT_TRUE(fits({{"since", "2026-01-31"}, {"sort", "energy_joules"}, {"node", "n"}, {"scenario", "a"}}));
  EXPECT_TRUE(
      fits({{"scenario", "a"}, {"node", "n"}, {"sort", "energy_joules"}, {"since", "2026-01-31"}, {"limit", "3"}}))
      << "pages may differ in length";
  EXPECT_FALSE(fits({{"scenario", "b"}, {"node", "n"}, {"sort", "energy_joules"}, {"since", "2026-01-31"}}));
  EXPECT_FALSE(fits({{"node", "a"}, {"scenario", "n"}, {"sort", "energy_joules"}, {"since", "2026-01-31"}}));
  EXPECT_FALSE(fits({{"scenario", "a"}, {"node", "n"}, {"sort", "power_watts"}, {"since", "2026-01-31"}}));
  EXPECT_FALSE(fits({{"scenario", "a"}, {"node", "n"}, {"sort", "energy_joules"}, {"until", "2026-01-31"}}));
  EXPECT_FALSE(
      fits({{"scenario", "a"}, {"node", "n"}, {"sort", "energy_joules"}, {"since", "2026-01-31"}, {"order", "desc"}}));
}

}  // namespace
}  // namespace wire
