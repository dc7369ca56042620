#include "relay/address_policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/format.h"
#include "base/text.h"

namespace relay {
namespace {

constexpr std::array<std::uint16_t, 4> kUsualPorts{80, 443, 1935, 8080};
bool usual(std::uint16_t port) { return std::find(kUsualPorts.begin(), kUsualPorts.end(), port) != kUsualPorts.end(); }

// IANA's special-purpose registries of IPv4 and IPv6 (RFC 6890 and what followed it), as far as they are not public.
struct Range {
  std::string_view first;
  int bits;  // of IPv6; an IPv4 range has 96 more than people write
  std::string_view what;
};
constexpr std::array kRanges{
    Range{"0.0.0.0", 96 + 8, "an address of this network (0.0.0.0/8)"},
    Range{"10.0.0.0", 96 + 8, "a private address (10.0.0.0/8)"},
    Range{"100.64.0.0", 96 + 10, "a carrier's private address (100.64.0.0/10)"},
    Range{"127.0.0.0", 96 + 8, "a loopback address (127.0.0.0/8)"},
    Range{"169.254.0.0", 96 + 16, "a link-local address (169.254.0.0/16)"},
    Range{"172.16.0.0", 96 + 12, "a private address (172.16.0.0/12)"},
    Range{"192.0.0.0", 96 + 24, "an address of protocols (192.0.0.0/24)"},
    Range{"192.0.2.0", 96 + 24, "an address of documents (192.0.2.0/24)"},
    Range{"192.88.99.0", 96 + 24, "a 6to4 relay (192.88.99.0/24)"},
    Range{"192.168.0.0", 96 + 16, "a private address (192.168.0.0/16)"},
    Range{"198.18.0.0", 96 + 15, "an address of benchmarks (198.18.0.0/15)"},
    Range{"198.51.100.0", 96 + 24, "an address of documents (198.51.100.0/24)"},
    Range{"203.0.113.0", 96 + 24, "an address of documents (203.0.113.0/24)"},
    Range{"224.0.0.0", 96 + 4, "a multicast address (224.0.0.0/4)"},
    Range{"240.0.0.0", 96 + 4, "a reserved address (240.0.0.0/4)"},
    Range{"::", 96, "an unspecified or loopback address (::/96)"},
    Range{"64:ff9b::", 96, "IPv4 behind NAT64 (64:ff9b::/96)"},
    Range{"64:ff9b:1::", 48, "IPv4 behind NAT64 (64:ff9b:1::/48)"},
    Range{"100::", 64, "an address that discards (100::/64)"},
    Range{"2001::", 23, "an address of protocols, Teredo among them (2001::/23)"},
    Range{"2001:db8::", 32, "an address of documents (2001:db8::/32)"},
    Range{"2002::", 16, "IPv4 in 6to4 (2002::/16)"},
    Range{"fc00::", 7, "a private address (fc00::/7)"},
    Range{"fe80::", 10, "a link-local address (fe80::/10)"},
    Range{"fec0::", 10, "a site-local address (fec0::/10)"},
    Range{"ff00::", 8, "a multicast address (ff00::/8)"},
};

bool in_range(const Address& address, const Address& first, int bits) {
  for (int bit = 0; bit < bits; bit += 8) {
    const auto i = static_cast<std::size_t>(bit / 8);
    const int left = std::min(8, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
    if ((address.bytes[i] & mask) != (first.bytes[i] & mask)) return false;
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

base::Error no_destination(std::string_view text) {
  return base::Error::invalid(
      base::format("'{}' is no destination; write HOST:PORT such as nginx-rtmp:1935, or a range such as 10.1.0.0/16",
                   text.substr(0, 80)));
}

}  // namespace

bool Address::is_ipv4() const {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

std::optional<Address> parse_address(std::string_view given) {
  if (given.size() > 2 && given.front() == '[' && given.back() == ']') given = given.substr(1, given.size() - 2);
  const std::string text(given);
  Address out;
  if (::inet_pton(AF_INET6, text.c_str(), out.bytes.data()) == 1) return out;
  if (::inet_pton(AF_INET, text.c_str(), out.bytes.data() + 12) != 1) return std::nullopt;
  std::fill_n(out.bytes.begin(), 10, std::uint8_t{0});
  out.bytes[10] = out.bytes[11] = 0xff;
  return out;
}

std::string text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (address.is_ipv4())
    ::inet_ntop(AF_INET, address.bytes.data() + 12, out.data(), out.size());
  else
    ::inet_ntop(AF_INET6, address.bytes.data(), out.data(), out.size());
  return out.data();
}

std::optional<std::string> special_range(const Address& address) {
  for (const auto& range : kRanges)
    if (in_range(address, parse_address(range.first).value_or(Address{}), range.bits)) return std::string(range.what);
  return std::nullopt;
}

base::Result<void> AddressPolicy::allow(std::string_view given) {
  Allowed allowed;
  auto host = base::trim(given);
  // A colon ends the host where there is one only; IPv6 has more, or brackets.
  const auto colon = host.rfind(':');
  const bool has_port = colon != host.npos && (host.find(':') == colon || host[colon == 0 ? 0 : colon - 1] == ']' ||
                                               host.substr(0, colon).find("]/") != host.npos);
  if (has_port) {
    const auto port = base::to_int(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return no_destination(given);
    allowed.port = static_cast<std::uint16_t>(*port);
    host = host.substr(0, colon);
  }
  const auto slash = host.find('/');
  const auto name = host.substr(0, slash);
  allowed.address = parse_address(name);
  if (slash != host.npos) {
    const auto bits = base::to_int(host.substr(slash + 1));
    if (!allowed.address || !bits || *bits < 0 || *bits > (allowed.address->is_ipv4() ? 32 : 128))
      return no_destination(given);
    allowed.bits = static_cast<int>(*bits) + (allowed.address->is_ipv4() ? 96 : 0);
  }
  if (!allowed.address) {
    const bool plain = !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
             c == '_';
    });
    if (!plain) return no_destination(given);
    allowed.host = lower(name);
  }
  texts_.emplace_back(base::trim(given));
  allowed_.push_back(std::move(allowed));
  return {};
}

void AddressPolicy::allow(std::string host, std::uint16_t port) {
  const bool brackets = host.find(':') != host.npos && !host.starts_with('[');
  // A host out of a checked URL is one that allow() takes.
  (void)allow(brackets ? base::format("[{}]:{}", host, port) : base::format("{}:{}", host, port)).ok();
}

base::Result<void> AddressPolicy::check(std::string_view host, const Address& address, std::uint16_t port) const {
  const auto named = lower(host);
  for (const auto& allowed : allowed_) {
    if (allowed.port ? *allowed.port != port : !usual(port)) continue;
    if (allowed.address ? in_range(address, *allowed.address, allowed.bits) : allowed.host == named) return {};
  }
  const auto what_to_do =
      base::format("; the operator of this node may allow it with --allow-destination {}:{}", host, port);
  if (const auto range = special_range(address))
    return base::Error::invalid(base::format("{} is {}, which is {}: jobs reach public addresses only{}", host,
                                             text(address), *range, what_to_do));
  if (!usual(port))
    return base::Error::invalid(
        base::format("port {} of {} is not one that jobs reach (80, 443, 1935, 8080){}", port, host, what_to_do));
  return {};
}

}  // namespace relay
