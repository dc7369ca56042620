// Https: what a master shows over TLS: certificates of the operator's own, or those of a private authority that it
// makes at its first start with --tls and keeps in its state folder. A server's certificate of that authority is made
// anew at each start and kept nowhere, so that it is never about to end and its key lies in no file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/tls.h"
#include "os/files.h"
#include "units/time.h"

namespace master {

struct TlsSettings {
  enum class From { nothing, private_authority, files } from = From::nothing;
  os::Path certificate{}, key{};     // of files
  std::vector<std::string> names{};  // of this server beside its host name, for the private authority
};

struct Https {
  std::shared_ptr<const net::Tls> tls;  // null: plain HTTP
  std::string authority{};              // PEM of the private one, for who has to trust it; empty: there is none
  units::WallTime expires{};            // of the server's certificate
};

// denied: others can read the key file; invalid: what is wrong with a file, or with a name.
base::Result<Https> https_of(os::Files& files, const TlsSettings& settings, const os::Path& state_folder,
                             const std::string& host_name, units::WallTime now);

}  // namespace master
