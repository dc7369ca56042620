#include "agent/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "jobs/access_token.h"
#include "os/host.h"
#include "os_testing/seeded_random.h"
#include "os_testing/temporary_folder.h"

namespace agent {
namespace {

class CredentialsTest : public testing::Test {
 protected:
  base::Result<Credentials> ask(const std::string& given = {}) {
    return credentials(real.host().files, folder.path(), random, given);
  }
  os_testing::TemporaryFolder folder;
  os_testing::SeededRandom random{7};
  os::RealHost real;
};

TEST_F(CredentialsTest, AreMadeOnceAndKeptFromOthers) {
  const auto first = ask(), second = ask("the key");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->bearer, second->bearer);
  EXPECT_EQ(second->enrolment, "the key");
  EXPECT_EQ(jobs::parse_token(first->bearer)->scope, jobs::Scope::worker);
  struct stat about {};
  ASSERT_EQ(::stat((folder.path() / "token").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
}

TEST_F(CredentialsTest, AWorkerTokenIsUsedAsItIs) {
  const auto token = jobs::make_token(jobs::Scope::worker, std::string(40, 'x')).text;
  const auto given = ask(token);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->bearer, token);
  EXPECT_EQ(given->enrolment, "");
}

TEST_F(CredentialsTest, ATokenThatLetsNobodyInIsRefusedAtTheStart) {
  const auto token = jobs::make_token(jobs::Scope::read, std::string(40, 'x')).text;
  const auto refused = ask(token);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), testing::HasSubstr("a read token lets in no node"));
  EXPECT_EQ(refused.error().text().find(token), std::string::npos);
  EXPECT_FALSE(ask(token.substr(0, 30)));
}

TEST_F(CredentialsTest, WhatIsLeftOfABrokenFileIsReplaced) {
  ASSERT_TRUE(real.host().files.write_durably(folder.path() / "token", "ffw_worker_half", 0600));
  EXPECT_TRUE(jobs::parse_token(ask()->bearer));
  EXPECT_EQ(ask()->bearer, ask()->bearer);
}

}  // namespace
}  // namespace agent
