// One block of a power trace: some samples, column by column, compressed with zstd. Blocks stand for themselves, so
// that two can be made one without touching the rest. Inside of `power`; docs/developer/power-trace.md has the format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "power/power_trace.h"

namespace power {

inline constexpr std::size_t kTraceBlock = 1024;  // samples of a full block: 1.7 min at 10 Hz
// A block that thinning has made may be one sample longer than half of two.
inline constexpr std::size_t kLongestTraceBlock = 2 * kTraceBlock;

// Precondition: the columns have as many values as there are times, at least one and at most kLongestTraceBlock.
std::string pack_block(const PowerTrace& samples);
// Appends to `trace`, whose columns are there. invalid where the block is damaged, or where time or steps would fall.
base::Result<void> unpack_block(std::string_view block, PowerTrace& trace);
// The same of a block's numbers, once they are decompressed. Where it fails, what it appended stays.
[[nodiscard]] bool take_samples(std::string_view numbers, PowerTrace& trace);

// Numbers of any size in 7 bits a byte, the lowest first (as in protocol buffers and DWARF: LEB128).
void put_number(std::string& out, std::uint64_t number);
// Takes a number from the front; nothing where `bytes` ends before it does, or where it has more than 64 bits.
std::optional<std::uint64_t> take_number(std::string_view& bytes);

}  // namespace power
