// Trust: the authority by which an agent knows its master over TLS. Told only its fingerprint (--ca-pin), it fetches
// the certificate from the master itself at the first call, unverified, and keeps it if it is that one: whoever stands
// between can send another, and gets nothing. Any thread.
#pragma once

#include <mutex>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "os/files.h"

namespace agent {

class Trust {
 public:
  // `file`: PEM of the operator's own, or where the fetched one is kept. `pin`: 64 hex digits; empty: nothing is
  // fetched. `masters`: as --master has them.
  Trust(os::Files& files, os::Path file, std::string pin, std::string masters)
      : files_(files), file_(std::move(file)), pin_(std::move(pin)), masters_(std::move(masters)) {}
  // retry: no master answers yet; denied: it shows another authority, with both fingerprints.
  base::Result<void> ensure(std::stop_token stop);

 private:
  os::Files& files_;
  const os::Path file_;
  const std::string pin_, masters_;
  std::mutex mutex_;
  bool known_ = false;
};

}  // namespace agent
