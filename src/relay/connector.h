// Connector: from a host's name to addresses that were checked, each name resolved once in a relay's life. A name that
// answers with a harmless address first and with an internal one later (DNS rebinding) gets nowhere by it. Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "os/processes.h"
#include "relay/address_policy.h"
#include "relay/url.h"

namespace relay {

// Every address of a name, IPv4 and IPv6. Errors: retry where it does not resolve.
using Resolve = std::function<base::Result<std::vector<Address>>(const std::string& host)>;
base::Result<std::vector<Address>> resolve_by_system(const std::string& host);

class Connector {
 public:
  Connector(AddressPolicy policy, Resolve resolve) : policy_(std::move(policy)), resolve_(std::move(resolve)) {}

  // Errors: invalid where one of the addresses may not be reached: then none is. retry as Resolve.
  base::Result<std::vector<Address>> addresses(const Url& url);
  // A blocking TCP connection to the first of them that answers. Errors: as addresses(); retry where none answers.
  base::Result<os::Descriptor> connect(const Url& url);

 private:
  const AddressPolicy policy_;
  const Resolve resolve_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Address>> known_;
};

}  // namespace relay
