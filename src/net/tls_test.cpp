// HTTPS from outside: libcurl and OpenSSL's own client against the server, with certificates of a private authority.
#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "net/certificates.h"
#include "net/http_client.h"
#include "net/openssl.h"
#include "net/raw_peer.h"
#include "net/server_test_support.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace net {
namespace {

using namespace units::literals;
using testing::HasSubstr;

// Whole seconds of now: the client looks at the clock.
const units::WallTime now =
    units::WallTime::from_nanoseconds(os::RealHost().host().clock.wall().nanoseconds() / 1'000'000'000 * 1'000'000'000);

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    authority = *make_authority("ffwatt farm", now);
    server = *make_server_certificate(authority, {"localhost", "127.0.0.1"}, now);
    std::ofstream(folder / "ca.pem") << authority.certificate;
    settings.tls = *Tls::server(server.certificate, server.key);
  }
  Call call_of(int port, const std::string& path) const {
    Call call;
    call.url = base::format("https://127.0.0.1:{}{}", port, path);
    call.ca_file = (folder / "ca.pem").string();
    return call;
  }

  os_testing::TemporaryFolder folder;
  Certified authority, server;
  ServerSettings settings;
};

TEST_F(TlsTest, RequestsGoThroughOneAfterAnotherAndLargeOnesToo) {
  settings.most_body = 8u << 20;
  Server https(echo, settings);
  HttpClient client;
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send(call_of(https.port(), "/a"));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "GET /a ");
  }
  auto large = call_of(https.port(), "/b");
  large.method = Method::post;
  large.body.assign(5u << 20, 'x');  // the answer is as long: neither fits into a socket's buffer
  const auto answer = client.send(large);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body, "POST /b " + large.body);
}

TEST_F(TlsTest, ACertificateThatIsNotTrustedOrOfAnotherNameIsRefusedByTheClient) {
  Server https(echo, settings);
  auto stranger = call_of(https.port(), "/");
  stranger.ca_file.clear();
  const auto untrusted = HttpClient().send(stranger);
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().kind(), base::ErrorKind::failed);
  const auto other = *make_server_certificate(authority, {"elsewhere.example"}, now);
  settings.tls = *Tls::server(other.certificate, other.key);
  Server elsewhere(echo, settings);
  EXPECT_FALSE(HttpClient().send(call_of(elsewhere.port(), "/")));
}

TEST_F(TlsTest, WhoSpeaksNoTlsOrGoesInTheHandshakeCostsNobodyElse) {
  Server https(echo, settings);
  {
    RawPeer plain(https.port());
    plain.send(get("/a"));
    EXPECT_TRUE(plain.closed());
    RawPeer goes(https.port());
    goes.send("\x16\x03\x01\x02\x00");
  }
  RawPeer waits(https.port());
  EXPECT_TRUE(HttpClient().send(call_of(https.port(), "/a")));
}

TEST_F(TlsTest, OldVersionsAreNotSpoken) {
  Server https(echo, settings);
  for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    Owned<BIO> peer(BIO_new_ssl_connect(context.get()));
    BIO_set_conn_hostname(peer.get(), base::format("127.0.0.1:{}", https.port()).c_str());
    EXPECT_EQ(BIO_do_connect(peer.get()) == 1 && BIO_do_handshake(peer.get()) == 1, version != TLS1_1_VERSION)
        << version;
    ERR_clear_error();
  }
}

TEST_F(TlsTest, PipelinedRequestsInOneRecordAreAllAnswered) {
  Server https(echo, settings);
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  Owned<BIO> peer(BIO_new_ssl_connect(context.get()));
  BIO_set_conn_hostname(peer.get(), base::format("127.0.0.1:{}", https.port()).c_str());
  ASSERT_EQ(BIO_do_connect(peer.get()), 1);
  const auto both = get("/one") + get("/two", "Connection: close\r\n");
  ASSERT_EQ(BIO_write(peer.get(), both.data(), static_cast<int>(both.size())), static_cast<int>(both.size()));
  std::string all;
  char buffer[4096];
  for (int size = 0; (size = BIO_read(peer.get(), buffer, sizeof buffer)) > 0;)
    all.append(buffer, static_cast<std::size_t>(size));
  EXPECT_THAT(all, testing::AllOf(HasSubstr("GET /one "), HasSubstr("GET /two ")));
  ERR_clear_error();
}

TEST_F(TlsTest, WhatDoesNotBelongTogetherIsRefusedWithoutShowingTheKey) {
  const auto other = *make_server_certificate(authority, {"localhost"}, now);
  for (const auto& [chain, key] :
       std::vector<std::pair<std::string, std::string>>{{server.certificate, other.key},
                                                        {server.certificate, "nonsense"},
                                                        {"", server.key},
                                                        {server.key, server.key},
                                                        {server.certificate.substr(0, 200), server.key}}) {
    const auto refused = Tls::server(chain, key);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text().find(server.key.substr(30, 20)), std::string::npos);
  }
}

TEST_F(TlsTest, OfSeveralCertificatesNoneIsTheOnlyOne) {
  EXPECT_EQ(*only_certificate("behind this text\n" + authority.certificate + "and before that"), authority.certificate);
  EXPECT_FALSE(only_certificate(authority.certificate + server.certificate)) << "the second one would be trusted too";
  EXPECT_FALSE(only_certificate(""));
}

TEST_F(TlsTest, CertificatesLastAsLongAsTheySayAndHaveAFingerprint) {
  EXPECT_EQ(expiry_of(server.certificate)->nanoseconds(), (now + units::Seconds(365 * 86400.0)).nanoseconds());
  EXPECT_EQ(expiry_of(authority.certificate)->nanoseconds(), (now + units::Seconds(3650 * 86400.0)).nanoseconds());
  EXPECT_EQ(fingerprint_of(authority.certificate)->size(), 64u);
  EXPECT_NE(*fingerprint_of(authority.certificate), *fingerprint_of(server.certificate));
  EXPECT_FALSE(expiry_of("nonsense"));
  for (const char* name : {"", "a,DNS:b", "a b"}) EXPECT_FALSE(make_server_certificate(authority, {name}, now)) << name;
}

}  // namespace
}  // namespace net
