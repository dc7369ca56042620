// Which addresses a job may reach: public ones at the ports of the web and of RTMP, and what the operator allows. A job
// names a host; that host's owner decides what the name resolves to. So names prove nothing, and every address is
// looked at before it is connected to. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace relay {

// IPv4 as ::ffff:a.b.c.d, so that there is one kind of range.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  bool is_ipv4() const;
  bool operator==(const Address&) const = default;
};
std::optional<Address> parse_address(std::string_view text);  // "10.0.0.1", "::1", "[::1]"
std::string text(const Address& address);

// The range of special addresses that this one is in, "a private address (10.0.0.0/8)"; nothing for a public one.
// IPv4 that is wrapped in IPv6 (mapped, NAT64, 6to4) is refused as such: it could lead to any of the others.
std::optional<std::string> special_range(const Address& address);

class AddressPolicy {
 public:
  // "HOST", "HOST:PORT", "ADDRESS", "ADDRESS/BITS", each with ":PORT" (IPv6 in brackets then); without a port the usual
  // ones (80, 443, 1935, 8080) are meant. invalid with the form.
  base::Result<void> allow(std::string_view destination);
  // That very host and port, as a URL has them.
  void allow(std::string host, std::uint16_t port);

  // May a job connect to `address`, to which its URL's `host` resolved? invalid with the reason, and what to allow.
  base::Result<void> check(std::string_view host, const Address& address, std::uint16_t port) const;

  const std::vector<std::string>& destinations() const { return texts_; }

 private:
  struct Allowed {
    std::string host;                // lower case; empty where it is a range
    std::optional<Address> address;  // of a range
    int bits = 128;
    std::optional<std::uint16_t> port;  // absent: the usual ones
  };
  std::vector<Allowed> allowed_;
  std::vector<std::string> texts_;
};

}  // namespace relay
