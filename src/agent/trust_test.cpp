#include "agent/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "net/certificates.h"
#include "net/http_server.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace agent {
namespace {

using testing::HasSubstr;

class TrustTest : public testing::Test {
 protected:
  // A master that shows this at /ca.pem.
  base::Result<void> ask(const std::string& shown, const std::string& wanted) {
    net::ServerSettings settings;
    settings.address = "127.0.0.1";
    auto started = net::HttpServer::start(
        settings, [&](net::Request, net::Responder to) { to.send(net::Response::text(200, shown)); }, *log);
    EXPECT_TRUE(started);
    auto& files = real.host().files;
    auto result =
        Trust(files, folder / "ca.pem", wanted, base::format("http://127.0.0.1:{}", (*started)->port())).ensure({});
    (*started)->stop(units::Seconds(1));
    return result;
  }
  os::RealHost real;
  os_testing::TemporaryFolder folder;
  std::unique_ptr<base::Log> log = base::silent_log();
  const std::string own = net::make_authority("own", real.host().clock.wall())->certificate;
  const std::string other = net::make_authority("other", real.host().clock.wall())->certificate;
  const std::string pin = *net::fingerprint_of(own);
};

TEST_F(TrustTest, TheAuthorityOfThePinIsKept) {
  ASSERT_TRUE(ask(own, pin));
  EXPECT_EQ(*real.host().files.read(folder / "ca.pem"), own);
  EXPECT_TRUE(Trust(real.host().files, folder / "ca.pem", pin, "http://127.0.0.1:1").ensure({}))
      << "without asking again";
}

TEST_F(TrustTest, AnotherOneIsRefusedWithBothFingerprints) {
  const auto refused = ask(other, pin);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), testing::AllOf(HasSubstr(pin), HasSubstr(*net::fingerprint_of(other))));
  EXPECT_FALSE(real.host().files.exists(folder / "ca.pem"));
}

TEST_F(TrustTest, WhatComesBehindThePinnedOneIsNotTrustedWithIt) {
  EXPECT_FALSE(ask(own + other, pin));
  EXPECT_FALSE(real.host().files.exists(folder / "ca.pem"));
  ASSERT_TRUE(real.host().files.write_durably(folder / "ca.pem", own + other));
  ASSERT_TRUE(ask(own, pin)) << "what was kept so is fetched anew";
  EXPECT_EQ(*real.host().files.read(folder / "ca.pem"), own);
}

}  // namespace
}  // namespace agent
