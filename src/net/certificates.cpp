#include "net/certificates.h"

#include <arpa/inet.h>
#include <openssl/rand.h>

#include <ctime>

#include "base/text.h"
#include "net/openssl.h"
#include "net/sha256.h"

namespace net {
namespace {

constexpr std::int64_t day = 86400;

std::time_t seconds_of(units::WallTime time) { return static_cast<std::time_t>(time.nanoseconds() / 1'000'000'000); }

std::string text_of(BIO* out) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

base::Result<void> add(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return openssl_error("a certificate's " + value);
  return {};
}

bool is_address(const std::string& name) {
  in6_addr ignored;
  return ::inet_pton(AF_INET, name.c_str(), &ignored) == 1 || ::inet_pton(AF_INET6, name.c_str(), &ignored) == 1;
}

struct Draft {
  Owned<X509> certificate;
  Owned<EVP_PKEY> key;
};

base::Result<Draft> draft(const std::string& name, std::int64_t from, std::int64_t until) {
  Draft made{Owned<X509>(X509_new()), Owned<EVP_PKEY>(EVP_EC_gen("P-256"))};
  if (!made.certificate || !made.key) return openssl_error("a new key");
  X509* const it = made.certificate.get();
  X509_set_version(it, 2);  // v3
  // 127 random bits: positive, and never the same twice (RFC 5280 4.1.2.2).
  unsigned char serial[16];
  if (RAND_bytes(serial, sizeof serial) != 1) return openssl_error("random numbers");
  serial[0] &= 0x7f;
  const Owned<BIGNUM> number(BN_bin2bn(serial, sizeof serial, nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(it));
  ASN1_TIME_set(X509_getm_notBefore(it), from);
  ASN1_TIME_set(X509_getm_notAfter(it), until);
  const auto common = name.substr(0, 64);  // ub-common-name
  X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common.data()), static_cast<int>(common.size()), -1,
                             0);
  if (X509_set_pubkey(it, made.key.get()) != 1) return openssl_error("a new certificate");
  return made;
}

base::Result<Certified> signed_by(const Draft& made, EVP_PKEY* authority) {
  if (X509_sign(made.certificate.get(), authority, EVP_sha256()) == 0) return openssl_error("signing a certificate");
  const Owned<BIO> certificate(BIO_new(BIO_s_mem())), key(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate.get(), made.certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("writing a certificate");
  return Certified{text_of(certificate.get()), text_of(key.get())};
}

}  // namespace

base::Result<Certified> make_authority(const std::string& name, units::WallTime now) {
  const auto start = seconds_of(now);
  FFWATT_TRY(const auto made, draft(name, start - day, start + 3650 * day));
  X509* const it = made.certificate.get();
  X509_set_issuer_name(it, X509_get_subject_name(it));
  FFWATT_CHECK(add(it, it, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  FFWATT_CHECK(add(it, it, NID_key_usage, "critical,keyCertSign,cRLSign"));
  FFWATT_CHECK(add(it, it, NID_subject_key_identifier, "hash"));
  return signed_by(made, made.key.get());
}

base::Result<Certified> make_server_certificate(const Certified& authority, const std::vector<std::string>& names,
                                                units::WallTime now) {
  FFWATT_TRY(const auto issuers, read_certificates(authority.certificate));
  FFWATT_TRY(const auto issuer_key, read_key(authority.key));
  X509* const issuer = issuers.front().get();
  FFWATT_TRY(const auto issuer_ends, expiry_of(authority.certificate));
  const auto start = seconds_of(now);
  if (names.empty()) return base::Error::invalid("a server's certificate needs a name");
  FFWATT_TRY(const auto made,
             draft(names.front(), start - day, std::min<std::int64_t>(start + 365 * day, seconds_of(issuer_ends))));
  X509* const it = made.certificate.get();
  X509_set_issuer_name(it, X509_get_subject_name(issuer));
  std::string alternatives;
  for (const auto& name : names) {
    // A comma or a colon would begin another entry.
    const bool address = is_address(name);
    if (!address && (name.empty() || name.find_first_of(",:\n ") != std::string::npos))
      return base::Error::invalid(base::format("'{}' is no name of a machine", name));
    alternatives += (alternatives.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  FFWATT_CHECK(add(it, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  FFWATT_CHECK(add(it, issuer, NID_key_usage, "critical,digitalSignature"));
  FFWATT_CHECK(add(it, issuer, NID_ext_key_usage, "serverAuth"));
  FFWATT_CHECK(add(it, issuer, NID_subject_key_identifier, "hash"));
  FFWATT_CHECK(add(it, issuer, NID_authority_key_identifier, "keyid"));
  FFWATT_CHECK(add(it, issuer, NID_subject_alt_name, alternatives));
  return signed_by(made, issuer_key.get());
}

base::Result<units::WallTime> expiry_of(const std::string& certificate) {
  FFWATT_TRY(const auto all, read_certificates(certificate));
  std::tm utc{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(all.front().get()), &utc) != 1) return openssl_error("the certificate's end");
  return units::WallTime::from_nanoseconds(static_cast<std::int64_t>(::timegm(&utc)) * 1'000'000'000);
}

base::Result<std::string> only_certificate(const std::string& pem) {
  FFWATT_TRY(const auto all, read_certificates(pem));
  if (all.size() != 1)
    return base::Error::invalid(base::format("there are {} certificates in it where one is expected", all.size()));
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), all.front().get()) != 1) return openssl_error("writing a certificate");
  return text_of(out.get());
}

base::Result<std::string> fingerprint_of(const std::string& certificate) {
  FFWATT_TRY(const auto all, read_certificates(certificate));
  unsigned char* der = nullptr;
  const int size = i2d_X509(all.front().get(), &der);
  if (size <= 0) return openssl_error("the certificate");
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return sha256_hex(bytes);
}

}  // namespace net
