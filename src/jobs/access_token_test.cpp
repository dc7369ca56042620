#include "jobs/access_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jobs {
namespace {

const std::string random(40, '\xfb');

TEST(AccessToken, TheTextSaysWhatItOpensAndIsReadBack) {
  for (const auto scope : {Scope::read, Scope::submit, Scope::enrol, Scope::worker, Scope::admin}) {
    const auto made = make_token(scope, random);
    EXPECT_THAT(made.text, testing::StartsWith("ffw_" + std::string(name(scope)) + "_" + made.id + "_"));
    const auto read = parse_token(made.text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->scope, scope);
    EXPECT_EQ(read->id, made.id);
    EXPECT_EQ(read->text, made.text);
  }
  EXPECT_NE(make_token(Scope::read, random).text, make_token(Scope::read, std::string(40, 'a')).text);
}

TEST(AccessToken, WhatIsNoTokenIsNotRepeatedInTheError) {
  const auto good = make_token(Scope::submit, random).text;
  for (const std::string& bad :
       {std::string(), std::string("ffw_"), good.substr(1), good.substr(0, good.size() - 1), good + "A",
        "ffw_root_" + good.substr(11), good.substr(0, good.size() - 1) + "+", std::string("ffw_submit__"),
        good.substr(0, 11) + "ILOU1234" + good.substr(19), std::string(1 << 20, 'x')}) {
    const auto refused = parse_token(bad);
    ASSERT_FALSE(refused) << bad.substr(0, 80);
    EXPECT_LT(refused.error().text().size(), 200u);
    EXPECT_EQ(refused.error().text().find("_" + good.substr(20)), std::string::npos);
  }
}

TEST(Scope, EachOpensWhatItIsForAndAdminEverything) {
  using enum Scope;
  for (const auto has : {read, submit, enrol, worker, admin})
    for (const auto needed : {read, submit, enrol, worker, admin})
      EXPECT_EQ(covers(has, needed), has == needed || has == admin || (has == submit && needed == read))
          << name(has) << " for " << name(needed);
  EXPECT_TRUE(parse_scope("worker"));
  EXPECT_THAT(parse_scope("wroker").error().text(), testing::HasSubstr("Did you mean 'worker'?"));
}

}  // namespace
}  // namespace jobs
