#include "json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace json {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const auto result = parse(text, limits);
  if (result) return "parsed: " + write(*result);
  EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  return result.error().text();
}

TEST(Json, WhatWasWrittenReadsBackTheSameInTheSameOrder) {
  for (const char* text : {
           R"({"z":1,"a":[true,false,null],"m":{"x":"y"}})",
           R"([])",
           R"({})",
           R"("")",
           R"("\"\\\n\r\t\u0001é€😀")",
           R"([0,-1,9223372036854775807,-9223372036854775808])",
           R"([412.6,0.1,1e-05,1e+300,5e-324,0.00012])",
       }) {
    const auto value = parse(text);
    ASSERT_TRUE(value) << text << ": " << value.error().text();
    const auto again = parse(write(*value, Layout::indented));
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(*again, *value) << text;
    EXPECT_EQ(write(*again), write(*value));
  }
  EXPECT_EQ(write(*parse(R"({"z":1,"a":[true,null],"m":{}})")), R"({"z":1,"a":[true,null],"m":{}})");
}

TEST(Json, NumbersAreWrittenShortestAndWithoutExponentWherePeopleWouldNotUseOne) {
  const std::pair<Value, const char*> cases[] = {
      {412.6, "412.6"},
      {5.0, "5"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1e14, "100000000000000"},
      {1e15, "1e+15"},
      {0.00001, "0.00001"},
      {0.000001, "1e-06"},
      {-0.5, "-0.5"},
      {0.0, "0"},
      {-0.0, "0"},
      {1e21, "1e+21"},
      {std::int64_t{1} << 60, "1152921504606846976"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(write(value), text);
}

TEST(Json, ANumberThatIsNotFiniteBecomesNull) {
  EXPECT_EQ(write(Value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_TRUE(Value(std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(Json, TheNearestDoubleIsReadFromTheText) {
  for (const char* text :
       {"0.1", "2.2250738585072014e-308", "1.7976931348623157e+308", "9007199254740993.0", "412.6"}) {
    EXPECT_EQ(parse(text)->as_number(), std::stod(text)) << text;
  }
  EXPECT_TRUE(parse("9223372036854775807")->is_integer());
  EXPECT_FALSE(parse("9223372036854775808")->is_integer());
  EXPECT_EQ(parse("18446744073709551616")->as_number(), 18446744073709551616.0);
  EXPECT_EQ(parse("1e-400")->as_number(), 0.0);
}

TEST(Json, EveryFaultNamesItsLineAndColumn) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "1:1: the text is empty"},
      {"{\"a\": 1,\n  \"b\": }", "2:8: unexpected '}'"},
      {"[1, 2", "1:6: the text ends in the middle"},
      {"[1] x", "1:5: something follows after the end of the value"},
      {"{\"a\":1,\"a\":2}", "1:10: the key \"a\" comes twice in one object"},
      {"[1e999]", "1:7: the number 1e999 is too large"},
      {"\"a\x01\"", "1:3: unexpected control character 0x01"},
      {"\"\xff\"", "1:2: unexpected character, or text that is not UTF-8"},
      {"[\"é\", nope]", "1:7: unexpected 'n'"},
  };
  for (const auto& [text, wanted] : cases) EXPECT_EQ(error_of(text), wanted) << text;
}

TEST(Json, TextThatIsNotStrictJsonIsRefused) {
  for (const char* text :
       {"[1,]",         "{'a':1}", "NaN",        "Infinity",      "-",           "01",      "1.",    ".5",
        "+1",           "// c\n1", "{\"a\":1,}", "{1:2}",         "\"\\ud800\"", "\"\\x\"", "[1 2]", "\"\xed\xa0\x80\"",
        "\"\xc0\xaf\"", "tru",     "\"abc",      "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
}

TEST(Json, HostileTextStopsAtEachLimit) {
  Limits limits;
  limits.bytes = 100, limits.depth = 3, limits.nodes = 5;
  EXPECT_THAT(error_of(std::string(101, ' '), limits), HasSubstr("at most 100"));
  EXPECT_EQ(error_of("[[[[]]]]", limits), "1:4: nested more than 3 deep");
  EXPECT_TRUE(parse("[[[]]]", limits));
  EXPECT_THAT(error_of("[1,2,3,4,5]", limits), HasSubstr("more than 5 values"));
  EXPECT_TRUE(parse("[1,2,3,4]", limits));
  EXPECT_THAT(error_of(std::string(100'000, '[')), HasSubstr("nested more than 32 deep"));
}

TEST(Json, ADuplicateIsFoundAmongManyKeysToo) {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse(text + "\"x\":0}"));
  EXPECT_THAT(error_of(text + "\"k7\":0}"), HasSubstr("the key \"k7\" comes twice"));
  EXPECT_THAT(error_of(text + "\"k49999\":0}"), HasSubstr("the key \"k49999\" comes twice"));
}

TEST(Json, WrittenTextIsValidEvenWhereAStringIsNotUtf8) {
  EXPECT_EQ(write(Value("film\xff.mp4")), "\"film\xEF\xBF\xBD.mp4\"");
  for (const char* bad : {"\x80", "\xc3", "\xe2\x82", "\xf4\x90\x80\x80", "\xed\xa0\x80"}) {
    EXPECT_TRUE(parse(write(Value(bad)))) << write(Value(bad));
  }
}

TEST(Json, IndentedLayoutIsReadable) {
  const auto value = Value::object({{"a", 1}, {"b", Value::array({1, "x"})}, {"c", Value::object()}});
  EXPECT_EQ(write(value, Layout::indented), "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    \"x\"\n  ],\n  \"c\": {}\n}");
}

TEST(Json, SettingAMemberAgainReplacesItInPlace) {
  auto value = Value::object({{"a", 1}, {"b", 2}});
  value.set("a", 3).set("c", 4);
  EXPECT_EQ(write(value), R"({"a":3,"b":2,"c":4})");
  EXPECT_TRUE(value.at("x").at("y").is_null());
  Value list;
  list.push_back(1);
  EXPECT_EQ(write(list), "[1]");
}

TEST(Toml, ValuesCarryTheirPositionAndTheOrderOfTheFile) {
  const auto value =
      parse_toml("zebra = 1\n\n[table]\n  y = \"s\"\n  b = [1, 2.5]\n\n[[list]]\nx = true\n", "ffwatt.toml");
  ASSERT_TRUE(value) << value.error().text();
  EXPECT_EQ(write(*value), R"({"zebra":1,"table":{"y":"s","b":[1,2.5]},"list":[{"x":true}]})");
  EXPECT_EQ(value->at("table").at("y").position(), (Position{4, 7}));
  EXPECT_EQ(value->at("table").at("b").items()[1].position(), (Position{5, 11}));
  EXPECT_EQ(value->at("table").position().line, 3);
}

TEST(Toml, FaultsNameFileLineAndColumn) {
  const std::pair<const char*, const char*> cases[] = {
      {"a = 1\nb = \n", "ffwatt.toml:2:"},
      {"a = 1\na = 2\n", "ffwatt.toml:2:"},
      {"a = 1\n  d = 2026-01-31\n", "ffwatt.toml:2:7: dates and times are not taken"},
      {"x = inf\n", "ffwatt.toml:1:5: inf and nan are not taken"},
      {"x = \"\xff\"\n", "ffwatt.toml:1:"},
  };
  for (const auto& [text, wanted] : cases) {
    const auto result = parse_toml(text, "ffwatt.toml");
    ASSERT_FALSE(result) << text;
    EXPECT_THAT(result.error().text(), StartsWith(wanted));
    EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  }
}

TEST(Toml, DeepNestingIsRefusedInsteadOfExhaustingTheStack) {
  for (const std::size_t depth : {40u, 100'000u}) {
    EXPECT_FALSE(parse_toml("a = " + std::string(depth, '[') + std::string(depth, ']'), "x.toml")) << depth;
  }
  std::string dotted = "a";
  for (int i = 0; i < 5'000; ++i) dotted += ".a";
  EXPECT_FALSE(parse_toml(dotted + " = 1", "x.toml"));
}

}  // namespace
}  // namespace json
