#include "json/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/json.h"

namespace json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(const Faults& faults) {
  std::vector<std::string> lines;
  for (const auto& fault : faults.list()) lines.push_back(fault.pointer + ": " + fault.message);
  return lines;
}

TEST(Reader, GivesWhatIsThereAndNothingForWhatIsNot) {
  const auto value =
      *parse(R"({"s":"x","b":true,"i":7,"n":2.5,"d":90,"o":{"k":1},"l":["p","q"],"os":[{"v":1},{"v":2}],"z":null})");
  Faults faults;
  Reader reader(value, faults);
  EXPECT_EQ(reader.required_string("s"), "x");
  EXPECT_EQ(reader.boolean("b"), true);
  EXPECT_EQ(reader.required_integer("i", 1, 9), 7);
  EXPECT_EQ(reader.number("n", 0, 3), 2.5);
  EXPECT_EQ(reader.text_or_number("d"), "90");
  EXPECT_THAT(reader.strings("l", 9), ElementsAre("p", "q"));
  auto inner = reader.object("o");
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->integer("k", 0, 1), 1);
  EXPECT_EQ(inner->pointer(), "/o");
  auto items = reader.objects("os", 2);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1].integer("v", 0, 9), 2);
  EXPECT_EQ(reader.string("z"), std::nullopt);
  EXPECT_EQ(reader.string("missing"), std::nullopt);
  reader.finish();
  EXPECT_THAT(texts(faults), IsEmpty());
}

TEST(Reader, CollectsEveryFaultWithItsPointer) {
  const auto value = *parse(
      R"({"s":1,"b":"yes","i":2.5,"big":99,"n":"x","o":[],"l":["a",3],"os":[{}, 4],"d":{},"a/b~c":1,"long":"12345"})");
  Faults faults;
  Reader reader(value, faults);
  EXPECT_EQ(reader.string("s"), std::nullopt);
  reader.boolean("b");
  reader.integer("i", 1, 10);
  reader.integer("big", 1, 10);
  reader.number("n", 0, 1.5);
  reader.object("o");
  reader.strings("l", 9);
  reader.objects("os", 9);
  reader.text_or_number("d");
  reader.string("a/b~c");
  reader.string("long", 4);
  reader.required_string("gone");
  reader.required_integer("lost", 1, 2);
  EXPECT_THAT(texts(faults), ElementsAre("/s: must be a string, not a whole number",           //
                                         "/b: must be true or false, not a string",            //
                                         "/i: must be a whole number from 1 to 10, not 2.5",   //
                                         "/big: must be a whole number from 1 to 10, not 99",  //
                                         "/n: must be a number from 0 to 1.5, not a string",   //
                                         "/o: must be an object, not an array",                //
                                         "/l/1: must be a string, not a whole number",         //
                                         "/os/1: must be an object, not a whole number",       //
                                         "/d: must be a string or a number, not an object",    //
                                         "/a~1b~0c: must be a string, not a whole number",     //
                                         "/long: is 5 bytes long; at most 4 are taken",        //
                                         "/gone: is required: give a string",                  //
                                         "/lost: is required: give a whole number from 1 to 2"));
  EXPECT_EQ(faults.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(faults.error().text(), HasSubstr("/s: must be a string, not a whole number\n/b: must"));
}

TEST(Reader, AnUnknownFieldIsAFaultThatNamesTheNearestKnownOne) {
  const auto value = *parse(R"({"durration":"9s","zzzzzz":1})");
  Faults faults;
  Reader reader(value, faults);
  reader.text_or_number("duration");
  reader.finish();
  EXPECT_THAT(texts(faults), ElementsAre("/durration: unknown field 'durration'. Did you mean 'duration'?",
                                         "/zzzzzz: unknown field 'zzzzzz'."));
}

TEST(Reader, AMillionUnknownFieldsMakeAShortError) {
  std::string text = "{";
  for (int i = 0; i < 20'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  const auto value = *parse(text + "\"x\":0}");
  Faults faults;
  Reader reader(value, faults);
  reader.finish();
  EXPECT_EQ(faults.list().size(), 21u);
  EXPECT_EQ(faults.list().back().message, "19981 more unknown fields");
}

TEST(Reader, AnUnknownFieldOfMegabytesIsNotToldAgain) {
  auto value = Value::object();
  value.set(std::string(2u << 20, 'x'), 1);
  Faults faults;
  Reader reader(value, faults);
  reader.integer("known", 0, 9);
  reader.finish();
  EXPECT_LT(faults.error().text().size(), 1000u);
  EXPECT_THAT(faults.error().text(), HasSubstr("unknown field 'x"));
}

TEST(Reader, WhatIsNoObjectIsOneFaultAndNotAnAvalanche) {
  const auto value = *parse("[1]");
  Faults faults;
  Reader reader(value, faults, "/job");
  reader.required_string("name");
  reader.required_integer("n", 0, 1);
  reader.finish();
  EXPECT_THAT(texts(faults), ElementsAre("/job: must be an object, not an array"));
}

TEST(Reader, TheParsersTextBecomesTheFault) {
  const auto value = *parse(R"({"a":"12","b":"dozen"})");
  Faults faults;
  Reader reader(value, faults);
  const auto parser = [](std::string_view text) -> base::Result<int> {
    if (text == "12") return 12;
    return base::Error::invalid("'" + std::string(text) + "' is not a number");
  };
  EXPECT_EQ(reader.parsed("a", parser), 12);
  EXPECT_EQ(reader.parsed("b", parser), std::nullopt);
  EXPECT_EQ(reader.parsed("c", parser), std::nullopt);
  EXPECT_THAT(texts(faults), ElementsAre("/b: 'dozen' is not a number"));
}

TEST(Reader, FaultsInAFileNameLineAndColumn) {
  const auto value = *parse_toml("name = 3\n[limits]\nmost = 'x'\n", "s.toml");
  Faults faults;
  Reader reader(value, faults);
  reader.string("name");
  auto limits = reader.object("limits");
  limits->required_integer("most", 1, 5);
  EXPECT_EQ(
      faults.error("s.toml").text(),
      "s.toml:1:8: must be a string, not a whole number\ns.toml:3:8: must be a whole number from 1 to 5, not a string");
}

}  // namespace
}  // namespace json
