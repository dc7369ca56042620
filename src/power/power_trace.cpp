#include "power/power_trace.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/format.h"
#include "power/trace_block.h"
#include "units/parse.h"

namespace power {
namespace {

using base::Error;
using base::format;

// docs/developer/power-trace.md. A change of the format is a new version; old versions stay readable.
constexpr std::string_view magic = "FWPT";
constexpr char version = 1;
constexpr std::size_t checksum_size = 8;
constexpr std::size_t longest_name = 512;
// Counters step by a kilowatt hour (3.6e6 J) at most. So that no table of a trace says that energy or power is
// infinite.
constexpr double most_joules_per_unit = 1e12;

// Room for the first minutes, in which an hour's share is nothing yet.
constexpr double bytes_at_begin = 64 << 10, bytes_per_hour = 1e6;

// FNV-1a with 64 bits (Fowler, Noll, Vo). Each byte is a one-to-one step, so any change of one byte is noticed.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return hash;
}

void put_fixed(std::string& out, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) out += static_cast<char>(number >> (8 * i));
}
std::uint64_t fixed(std::string_view eight_bytes) {
  std::uint64_t number = 0;
  for (int i = 7; i >= 0; --i)
    number = number << 8 | static_cast<std::uint8_t>(eight_bytes[static_cast<std::size_t>(i)]);
  return number;
}

void put_text(std::string& out, std::string_view text) {
  const auto kept = text.substr(0, longest_name);
  put_number(out, kept.size());
  out += kept;
}

void put_zone(std::string& out, const TraceZone& zone) {
  put_text(out, zone.path);
  put_text(out, zone.name);
  put_text(out, units::name(zone.scope));
  put_text(out, zone.source);
  put_text(out, units::name(zone.quality));
  put_text(out, zone.part_of);
  put_fixed(out, std::bit_cast<std::uint64_t>(zone.joules_per_unit));
}

base::Result<std::string> take_text(std::string_view& bytes) {
  const auto size = take_number(bytes);
  if (!size || *size > longest_name || *size > bytes.size())
    return Error::invalid("a name of a zone is cut or too long");
  std::string text(bytes.substr(0, *size));
  bytes.remove_prefix(*size);
  return text;
}

base::Result<TraceZone> take_zone(std::string_view& bytes) {
  TraceZone zone;
  FFWATT_TRY(zone.path, take_text(bytes));
  FFWATT_TRY(zone.name, take_text(bytes));
  FFWATT_TRY(const auto scope, take_text(bytes));
  FFWATT_TRY(zone.scope, units::parse_scope(scope));
  FFWATT_TRY(zone.source, take_text(bytes));
  FFWATT_TRY(const auto quality, take_text(bytes));
  FFWATT_TRY(zone.quality, units::parse_quality(quality));
  FFWATT_TRY(zone.part_of, take_text(bytes));
  if (bytes.size() < 8) return Error::invalid("the unit of a zone is cut");
  zone.joules_per_unit = std::bit_cast<double>(fixed(bytes.substr(0, 8)));
  bytes.remove_prefix(8);
  if (!(zone.joules_per_unit > 0 && zone.joules_per_unit <= most_joules_per_unit))
    return Error::invalid("the unit of a zone is no number of joules that a counter steps by");
  return zone;
}

std::size_t most_samples(std::size_t zones) {
  return std::min(kMostTraceSamples, kMostTraceValues / std::max<std::size_t>(zones, 1));
}

PowerTrace without_samples(const std::vector<TraceZone>& zones) {
  PowerTrace trace;
  for (const auto& zone : zones) trace.columns.push_back({zone, {}, {}});
  return trace;
}

void clear_samples(PowerTrace& trace) {
  trace.nanoseconds.clear();
  for (auto& column : trace.columns) column.steps.clear(), column.marks.clear();
}

void add_sample(PowerTrace& trace, std::int64_t nanoseconds, const std::vector<TraceValue>& values) {
  trace.nanoseconds.push_back(nanoseconds);
  for (std::size_t i = 0; i < values.size(); ++i) {
    trace.columns[i].steps.push_back(values[i].steps);
    trace.columns[i].marks.push_back(values[i].mark);
  }
}

// Of two intervals that become one.
Mark both(Mark a, Mark b) {
  if (a == Mark::gap || b == Mark::gap) return Mark::gap;
  return a == Mark::fresh || b == Mark::fresh ? Mark::fresh : Mark::held;
}

base::Result<PowerTrace> decode(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return Error::invalid("it does not begin like one");
  if (bytes.size() < magic.size() + 1 + checksum_size) return Error::invalid("it is cut");
  if (bytes[magic.size()] != version)
    return Error::invalid(format("it has version {}, and this program reads version {}; use the ffwatt that wrote it",
                                 static_cast<int>(static_cast<std::uint8_t>(bytes[magic.size()])), int{version}));
  const auto end = bytes.size() - checksum_size;
  if (fixed(bytes.substr(end)) != checksum(bytes.substr(0, end)))
    return Error::invalid("it is cut or was changed: its checksum differs");
  bytes = bytes.substr(0, end).substr(magic.size() + 1);

  const auto zones = take_number(bytes);
  if (!zones || *zones > kMostTraceZones) return Error::invalid("it has no zones or more than a trace can have");
  PowerTrace trace;
  for (std::uint64_t i = 0; i < *zones; ++i) {
    FFWATT_TRY(auto zone, take_zone(bytes));
    trace.columns.push_back({std::move(zone), {}, {}});
  }
  // A builder stops a block or two after its limit.
  const std::size_t most = most_samples(trace.columns.size()) + 4 * kLongestTraceBlock;
  while (!bytes.empty()) {
    const auto size = take_number(bytes);
    if (!size || *size > bytes.size()) return Error::invalid("a block is cut");
    FFWATT_CHECK(unpack_block(bytes.substr(0, *size), trace));
    bytes.remove_prefix(*size);
    if (trace.nanoseconds.size() > most) return Error::invalid("it has more samples than a trace can have");
  }
  return trace;
}

}  // namespace

std::string_view name(Mark mark) {
  switch (mark) {
    case Mark::fresh:
      return "fresh";
    case Mark::held:
      return "held";
    case Mark::gap:
      return "gap";
  }
  return "gap";
}

base::Result<PowerTrace> decode_power_trace(std::string_view bytes) {
  if (bytes.size() > 2 * kMostTraceBytes) return Error::invalid("this is no power trace: it is longer than one can be");
  return decode(bytes).in("this is no power trace that can be read");
}

PowerTraceBuilder::PowerTraceBuilder(std::vector<TraceZone> zones, units::BootTime begin)
    : zones_(std::move(zones)), begin_(begin) {
  zones_.resize(std::min(zones_.size(), kMostTraceZones));
  for (auto& zone : zones_)
    for (auto* text : {&zone.path, &zone.name, &zone.source, &zone.part_of})
      text->resize(std::min(text->size(), longest_name));
  most_samples_ = most_samples(zones_.size());
  newest_.values.resize(zones_.size());
  open_ = without_samples(zones_);
  open_.nanoseconds.reserve(kTraceBlock);
  for (auto& column : open_.columns) column.steps.reserve(kTraceBlock), column.marks.reserve(kTraceBlock);
}

void PowerTraceBuilder::append(units::BootTime at, std::span<const TraceValue> values) {
  newest_.nanoseconds = std::max(newest_.nanoseconds, at.nanoseconds() - begin_.nanoseconds());
  for (std::size_t i = 0; i < newest_.values.size(); ++i) {
    auto& value = newest_.values[i];
    const bool sane = i < values.size() && values[i].steps >= value.steps;
    const Mark mark = sane ? values[i].mark : Mark::gap;
    value.mark = state_ == Newest::pending ? both(value.mark, mark) : mark;
    if (sane) value.steps = values[i].steps;
  }
  const bool first = state_ == Newest::none;
  state_ = Newest::pending;
  if (++since_kept_ >= stride_ || first) keep();
}

void PowerTraceBuilder::keep() {
  add_sample(open_, newest_.nanoseconds, newest_.values);
  state_ = Newest::kept;
  since_kept_ = 0;
  if (open_.nanoseconds.size() >= kTraceBlock) close_block();
}

void PowerTraceBuilder::close_block() {
  blocks_.push_back(pack_block(open_));
  bytes_ += blocks_.back().size();
  samples_ += open_.nanoseconds.size();
  clear_samples(open_);
  if (thin_next_ == thin_end_ && blocks_.size() > 1 && too_long()) {
    stride_ *= 2;
    thin_next_ = 0, thin_end_ = blocks_.size() / 2 * 2;
  }
  // One pair for each new block: what is there shrinks as fast as the new grows, and no append() takes long.
  if (thin_next_ < thin_end_) thin_one_pair();
}

bool PowerTraceBuilder::too_long() const {
  const double hours = static_cast<double>(newest_.nanoseconds) / 3.6e12;
  return static_cast<double>(bytes_) > std::min<double>(kMostTraceBytes, bytes_at_begin + bytes_per_hour * hours) ||
         samples_ > most_samples_;
}

void PowerTraceBuilder::thin_one_pair() {
  auto whole = without_samples(zones_), half = whole;
  for (std::size_t i = thin_next_; i < thin_next_ + 2; ++i) {
    const auto& block = blocks_[i];
    bytes_ -= block.size();
    (void)unpack_block(block, whole).ok();  // packed by ourselves
  }
  const std::size_t size = whole.nanoseconds.size();
  bool merged = false;  // the sample before was left out
  std::vector<TraceValue> values(zones_.size());
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t z = 0; z < values.size(); ++z) {
      const auto& column = whole.columns[z];
      values[z] = {column.steps[i], merged ? both(values[z].mark, column.marks[i]) : column.marks[i]};
    }
    // The second of each two, and where the run began.
    merged = i % 2 == 0 && i + 1 != size && !(thin_next_ == 0 && i == 0);
    if (!merged) add_sample(half, whole.nanoseconds[i], values);
  }
  blocks_[thin_next_] = pack_block(half);
  bytes_ += blocks_[thin_next_].size();
  samples_ -= size - half.nanoseconds.size();
  blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(thin_next_) + 1);
  --thin_end_, ++thin_next_;
}

std::string PowerTraceBuilder::encoded() const {
  std::string out(magic);
  out += version;
  put_number(out, zones_.size());
  for (const auto& zone : zones_) put_zone(out, zone);
  const auto put_block = [&](const std::string& block) {
    put_number(out, block.size());
    out += block;
  };
  for (const auto& block : blocks_) put_block(block);
  auto rest = open_;
  if (state_ == Newest::pending) add_sample(rest, newest_.nanoseconds, newest_.values);
  if (!rest.nanoseconds.empty()) put_block(pack_block(rest));
  put_fixed(out, checksum(out));
  return out;
}

}  // namespace power
