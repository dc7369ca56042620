#include "master/settings.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "os/host.h"

namespace master {
namespace {

using testing::HasSubstr;

base::Result<Settings> settings(std::vector<std::string> words, os::Environment environment = {{"HOME", "/home/ada"}}) {
  os::RealHost real;
  options::Inputs inputs;
  inputs.words = std::move(words);
  inputs.environment = environment;
  const auto parsed = options::parse(shape(), inputs, real.host().files);
  if (!parsed) return parsed.error();
  return settings_from(parsed->values, environment, "1.2.3");
}

TEST(MasterSettings, MakePathsAbsoluteForTextsThatAreReadElsewhere) {
  const auto here = std::filesystem::current_path();
  const auto s = settings({"--state-dir", "./near"});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->state_folder, here / "near");
  EXPECT_EQ(s->key_file, here / "near/key");
  EXPECT_EQ(settings({"--key-file", "a/../key"})->key_file, here / "key");
  EXPECT_EQ(settings({})->state_folder, "/home/ada/.local/state/ffwatt/master");
}

TEST(MasterSettings, TakeCertificatesOfOneKind) {
  EXPECT_EQ(settings({})->tls.from, TlsSettings::From::nothing);
  EXPECT_EQ(settings({"--tls", "--tls-name", "a.example,10.0.0.1"})->tls.names.size(), 2u);
  EXPECT_EQ(settings({"--cert", "/c.pem", "--cert-key", "/c.key"})->tls.from, TlsSettings::From::files);
  EXPECT_THAT(settings({"--cert", "/c.pem"}).error().text(), HasSubstr("belong together"));
  EXPECT_THAT(settings({"--tls", "--cert", "/c.pem", "--cert-key", "/c.key"}).error().text(),
              HasSubstr("leave out one"));
}

TEST(MasterSettings, RefuseALeaseThatOneLostHeartbeatWouldEnd) {
  EXPECT_THAT(settings({"--heartbeat", "10s", "--lease", "29s"}).error().text(), HasSubstr("three times --heartbeat"));
  EXPECT_TRUE(settings({"--heartbeat", "10s", "--lease", "30s"}));
}

TEST(MasterSettings, TakeTheDatabaseFromTheEnvironmentWhereNobodyElseReadsIt) {
  EXPECT_EQ(settings({})->database, "");
  EXPECT_EQ(settings({"--db", "postgres://a@b/c"})->database, "postgres://a@b/c");
  const auto s = settings({}, {{"HOME", "/home/ada"}, {"FFWATT_DB", "postgres://a:secret@b/c"}});
  EXPECT_EQ(s->database, "postgres://a:secret@b/c");
  EXPECT_EQ(s->key_file, "/home/ada/.local/state/ffwatt/master/key") << "the key is each master's own";
}

}  // namespace
}  // namespace master
