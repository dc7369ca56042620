// Certificates of a private authority: for a farm that has none of its own. P-256 keys, X.509 v3 (RFC 5280). Pure but
// for OpenSSL's random numbers; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "units/time.h"

namespace net {

struct Certified {
  std::string certificate, key;  // PEM
};

// Of an authority that can only say who servers are; valid for ten years from a day before now, since clocks differ.
base::Result<Certified> make_authority(const std::string& name, units::WallTime now);
// Of a server by these names and addresses; for a year, and no longer than its authority.
base::Result<Certified> make_server_certificate(const Certified& authority, const std::vector<std::string>& names,
                                                units::WallTime now);
// Of the first certificate in a PEM text. invalid: there is none.
base::Result<units::WallTime> expiry_of(const std::string& certificate);
// The one certificate of a PEM text, written anew: what else stood there is not in it. invalid: none, or several.
base::Result<std::string> only_certificate(const std::string& pem);
// SHA-256 of the first certificate itself (DER), 64 hex digits: what people compare.
base::Result<std::string> fingerprint_of(const std::string& certificate);

}  // namespace net
