#include "master/https.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/certificates.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace master {
namespace {

using testing::HasSubstr;
using From = TlsSettings::From;

class HttpsTest : public testing::Test {
 protected:
  base::Result<Https> ask(const TlsSettings& settings, units::Seconds later = units::Seconds(0)) {
    return https_of(real.host().files, settings, folder.path(), "box", now + later);
  }
  os::RealHost real;
  os_testing::TemporaryFolder folder;
  const units::WallTime now = real.host().clock.wall();
};

TEST_F(HttpsTest, APrivateAuthorityIsMadeOnceAndItsKeyIsKeptFromOthers) {
  const auto first = ask({.from = From::private_authority});
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_TRUE(first->tls);
  const auto later = ask({.from = From::private_authority}, units::Seconds(300 * 86400.0));
  ASSERT_TRUE(later);
  EXPECT_EQ(first->authority, later->authority) << "who trusted it goes on";
  EXPECT_GT(later->expires, first->expires) << "a start renews the server's";
  EXPECT_EQ(real.host().files.status(folder.path() / "tls/ca.key")->mode & 0777u, 0600u);
  EXPECT_FALSE(real.host().files.exists(folder.path() / "tls/server.key"));
}

TEST_F(HttpsTest, AKeyThatOthersCanReadIsRefusedWithWhatToDo) {
  const auto authority = *net::make_authority("a", now);
  const auto server = *net::make_server_certificate(authority, {"box"}, now);
  const auto certificate = folder / "cert.pem", key = folder / "cert.key";
  auto& files = real.host().files;
  ASSERT_TRUE(files.write_durably(certificate, server.certificate) && files.write_durably(key, server.key, 0644));
  const TlsSettings own{.from = From::files, .certificate = certificate, .key = key};
  const auto refused = ask(own);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("chmod 600 " + key.string()));
  ASSERT_TRUE(files.remove(key) && files.write_durably(key, server.key, 0600));
  EXPECT_TRUE(ask(own));
  EXPECT_THAT(ask(own, units::Seconds(366 * 86400.0)).error().text(), HasSubstr("the certificate ended at"));
  EXPECT_FALSE(ask({.from = From::files, .certificate = key, .key = key}));
  EXPECT_FALSE(ask({.from = From::private_authority, .names = {"no name"}}));
}

TEST_F(HttpsTest, WithoutBeingAskedThereIsNone) { EXPECT_FALSE(ask({})->tls); }

}  // namespace
}  // namespace master
