#include "master/https.h"

#include <algorithm>

#include "base/format.h"
#include "net/certificates.h"

namespace master {
namespace {

base::Result<std::string> read_private(os::Files& files, const os::Path& file) {
  FFWATT_TRY(const auto status, files.status(file));
  if ((status.mode & 077u) != 0)
    return base::Error::denied(
        base::format("{}: others than its owner may read this key; chmod 600 {}", file.string(), file.string()));
  return files.read(file);
}

// Made once: whoever trusts it goes on trusting it.
base::Result<net::Certified> authority_of(os::Files& files, const os::Path& folder, const std::string& host_name,
                                          units::WallTime now) {
  const auto certificate = folder / "ca.pem", key = folder / "ca.key";
  if (files.exists(certificate) && files.exists(key)) {
    net::Certified kept;
    FFWATT_TRY(kept.certificate, files.read(certificate));
    FFWATT_TRY(kept.key, read_private(files, key));
    return kept;
  }
  FFWATT_TRY(auto made, net::make_authority("ffwatt farm of " + host_name, now));
  FFWATT_CHECK(files.make_folders(folder, 0700));
  // The key first: a certificate without its key is made anew, a key without its certificate as well.
  FFWATT_CHECK(files.write_durably(key, made.key, 0600));
  FFWATT_CHECK(files.write_durably(certificate, made.certificate, 0644));
  return made;
}

}  // namespace

base::Result<Https> https_of(os::Files& files, const TlsSettings& settings, const os::Path& state_folder,
                             const std::string& host_name, units::WallTime now) {
  Https https;
  if (settings.from == TlsSettings::From::nothing) return https;
  if (settings.from == TlsSettings::From::files) {
    FFWATT_TRY(const auto chain, files.read(settings.certificate));
    FFWATT_TRY(const auto key, read_private(files, settings.key));
    FFWATT_TRY(https.tls, net::Tls::server(chain, key).in(settings.certificate.string()));
    FFWATT_TRY(https.expires, net::expiry_of(chain));
    if (https.expires <= now)
      return base::Error::invalid(base::format("{}: the certificate ended at {}", settings.certificate.string(),
                                               units::rfc3339(https.expires)));
    return https;
  }
  FFWATT_TRY(const auto authority, authority_of(files, state_folder / "tls", host_name, now));
  std::vector<std::string> names{host_name, "localhost", "127.0.0.1", "::1"};
  for (const auto& name : settings.names)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  FFWATT_TRY(const auto server, net::make_server_certificate(authority, names, now).in("--tls-name"));
  FFWATT_TRY(https.tls, net::Tls::server(server.certificate, server.key));
  FFWATT_TRY(https.expires, net::expiry_of(server.certificate));
  https.authority = authority.certificate;
  return https;
}

}  // namespace master
