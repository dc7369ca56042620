// Tls: HTTPS for a server: TLS 1.2 and 1.3 with authenticated encryption only (RFC 9325), over any Transport, so that
// the protocol code does not know of it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"

namespace net {

// What a server shows: its certificate and the key to it. Any thread.
class Tls {
 public:
  // PEM: the certificate first, then those up to its authority. invalid: what is wrong with them; never the key's text.
  static base::Result<std::shared_ptr<const Tls>> server(const std::string& chain, const std::string& key);
  virtual ~Tls() = default;
  // A stream that speaks TLS on a connected socket. As Loop::adopt: on the loop's thread; null where it cannot be had.
  virtual std::shared_ptr<Transport> adopt(const std::shared_ptr<Loop>& loop, os::Descriptor socket,
                                           TransportEvents& events) const = 0;
};

}  // namespace net
