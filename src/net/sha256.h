// SHA-256 (FIPS 180-4), by OpenSSL. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace net {

std::string sha256(std::string_view bytes);      // 32 bytes
std::string sha256_hex(std::string_view bytes);  // 64 lower case digits
// Whether two texts are the same, in a time that tells nothing of how far they agree.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace net
