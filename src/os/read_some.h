// read_some(): what a descriptor holds at the moment when wait_readable() found it readable. One read(2), so that it
// never waits. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "os/processes.h"

namespace os {

// The bytes, within `buffer`; nothing at the end of the stream (and on an error, after which there is no more either).
std::optional<std::string_view> read_some(const Descriptor& descriptor, std::span<char> buffer);

}  // namespace os
