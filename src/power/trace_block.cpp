#include "power/trace_block.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <span>

namespace power {
namespace {

using base::Error;

// Measured on an hour of five noisy counters: levels above 3 gain less than 1 %, and the noise is not compressible.
constexpr int zstd_level = 3;
constexpr std::size_t longest_number = 10;

// Small numbers of either sign become small numbers.
std::uint64_t zigzag(std::uint64_t difference) {
  const auto sign = static_cast<std::uint64_t>(static_cast<std::int64_t>(difference) >> 63);
  return difference << 1 ^ sign;
}
std::uint64_t unzigzag(std::uint64_t number) { return number >> 1 ^ (~(number & 1) + 1); }

// Counters rise at a nearly steady rate: what is kept of each step is its difference to the mean step, and of perf's
// counters, whose low bits are always zero, only what stands above those bits. Arithmetic modulo 2^64: exact whatever
// the values are.
template <class T>
void put_column(std::string& out, std::span<const T> values) {
  const auto value = [&](std::size_t i) { return static_cast<std::uint64_t>(values[i]); };
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < values.size(); ++i) all |= value(i) - value(i - 1);
  const int shift = all == 0 ? 0 : std::countr_zero(all);
  const std::uint64_t mean =
      values.size() < 2 ? 0 : ((value(values.size() - 1) - value(0)) >> shift) / (values.size() - 1);
  put_number(out, value(0));
  put_number(out, static_cast<std::uint64_t>(shift));
  put_number(out, mean);
  for (std::size_t i = 1; i < values.size(); ++i) put_number(out, zigzag(((value(i) - value(i - 1)) >> shift) - mean));
}

template <class T>
bool take_column(std::string_view& bytes, std::size_t size, std::uint64_t most, std::vector<T>& into) {
  const auto first = take_number(bytes), shift = take_number(bytes), mean = take_number(bytes);
  if (!first || !shift || !mean || *shift > 63 || *first > most) return false;
  if (!into.empty() && *first < static_cast<std::uint64_t>(into.back())) return false;
  auto value = *first;
  into.push_back(static_cast<T>(value));
  for (std::size_t i = 1; i < size; ++i) {
    const auto number = take_number(bytes);
    if (!number) return false;
    const auto step = unzigzag(*number) + *mean;
    if (step << *shift >> *shift != step || (step << *shift) > most - value) return false;
    value += step << *shift;
    into.push_back(static_cast<T>(value));
  }
  return true;
}

// Nearly all are fresh: the others, by how many fresh ones stand before each. Lowest bit: 0 held, 1 gap.
void put_marks(std::string& out, const std::vector<Mark>& marks) {
  put_number(out, static_cast<std::uint64_t>(std::ranges::count_if(marks, [](Mark m) { return m != Mark::fresh; })));
  std::size_t from = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i] == Mark::fresh) continue;
    put_number(out, (i - from) << 1 | (marks[i] == Mark::gap ? 1 : 0));
    from = i + 1;
  }
}

bool take_marks(std::string_view& bytes, std::size_t size, std::vector<Mark>& into) {
  const auto count = take_number(bytes);
  if (!count || *count > size) return false;
  const std::size_t start = into.size();
  into.resize(start + size, Mark::fresh);
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < *count; ++i, ++at) {
    const auto number = take_number(bytes);
    if (!number || *number >> 1 >= size - at) return false;
    at += *number >> 1;
    into[start + at] = (*number & 1) != 0 ? Mark::gap : Mark::held;
  }
  return true;
}

}  // namespace

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size() && i < longest_number; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    if (i == longest_number - 1 && byte > 1) return std::nullopt;
    number |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return number;
    }
  }
  return std::nullopt;
}

std::string pack_block(const PowerTrace& samples) {
  std::string plain;
  put_number(plain, samples.nanoseconds.size());
  put_column(plain, std::span(samples.nanoseconds));
  for (const auto& column : samples.columns) {
    put_column(plain, std::span(column.steps));
    put_marks(plain, column.marks);
  }
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  // Fails only where the space is less than the bound or memory is out; then the frame is empty and says so on reading.
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), zstd_level);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

bool take_samples(std::string_view numbers, PowerTrace& trace) {
  const auto size = take_number(numbers);
  if (!size || *size == 0 || *size > kLongestTraceBlock) return false;
  if (!take_column(numbers, *size, INT64_MAX, trace.nanoseconds)) return false;
  for (auto& column : trace.columns)
    if (!take_column(numbers, *size, UINT64_MAX, column.steps) || !take_marks(numbers, *size, column.marks))
      return false;
  return numbers.empty();
}

base::Result<void> unpack_block(std::string_view block, PowerTrace& trace) {
  // The most that the numbers of a block can take: refused before any room is made for more.
  const std::size_t most = longest_number * (kLongestTraceBlock + 4) * (1 + 2 * trace.columns.size());
  const auto size = ZSTD_getFrameContentSize(block.data(), block.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most)
    return Error::invalid("a block has no size or one that no block can have");
  std::string plain(size, '\0');
  const std::size_t read = ZSTD_decompress(plain.data(), plain.size(), block.data(), block.size());
  if (ZSTD_isError(read) != 0 || read != plain.size()) return Error::invalid("a block cannot be decompressed");
  if (!take_samples(plain, trace))
    return Error::invalid("a block holds no samples, or time or energy goes backwards in it");
  return {};
}

}  // namespace power
