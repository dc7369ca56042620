// OpenSSL's objects with an owner, and its errors as ours. Inside of `net`, in .cpp files only.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/result.h"

namespace net {

struct FreesOpenSsl {
  void operator()(SSL_CTX* it) const { SSL_CTX_free(it); }
  void operator()(SSL* it) const { SSL_free(it); }
  void operator()(BIO* it) const { BIO_free_all(it); }
  void operator()(X509* it) const { X509_free(it); }
  void operator()(X509_EXTENSION* it) const { X509_EXTENSION_free(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(BIGNUM* it) const { BN_free(it); }
};
template <class T>
using Owned = std::unique_ptr<T, FreesOpenSsl>;

// The last of its errors; the others of this thread are dropped.
inline base::Error openssl_error(const std::string& what) {
  char text[256] = "unknown";
  if (const auto code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return base::Error::invalid(base::format("{}: {}", what, text));
}

inline base::Result<std::vector<Owned<X509>>> read_certificates(const std::string& pem) {
  Owned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Owned<X509>> all;
  while (auto* one = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  ERR_clear_error();  // of the end
  if (all.empty()) return base::Error::invalid("there is no certificate in it (PEM, -----BEGIN CERTIFICATE-----)");
  return all;
}

inline base::Result<Owned<EVP_PKEY>> read_key(const std::string& pem) {
  Owned<BIO> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No question at a terminal for one that is encrypted.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key) return base::Error::invalid("there is no key in it (PEM, -----BEGIN PRIVATE KEY-----, without a password)");
  return key;
}

}  // namespace net
