// PowerTrace: what every zone counted at every sample of one run, at the sampling rate, and its encoding: a string of
// bytes that the rest of the program carries unopened. Encoding loses nothing: decode(encode) gives the same integers.
// docs/developer/power-trace.md describes the bytes, trace_block.h the part between header and end.
//
// Length: at most kMostTraceBytes for a whole run and 1 MB for each hour of it (plus 64 KiB and one block). Two
// packages with their DRAM and the machine take about 0.7 MB an hour at 10 Hz; whatever would take more, or go on for
// more than kMostTraceSamples, is thinned: every second sample of what is there is left out and the rate halves from
// there on. Steps are totals, so what is left out costs resolution and no energy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "power/zone.h"

namespace power {

inline constexpr std::size_t kMostTraceBytes = 4u << 20;
inline constexpr std::size_t kMostTraceSamples = 1u << 18;  // 7 h at 10 Hz
inline constexpr std::size_t kMostTraceValues = 1u << 21;   // samples × zones: what a reader has to find room for
inline constexpr std::size_t kMostTraceZones = 256;

struct TraceZone {
  std::string path{}, name{};  // as in Zone
  units::Scope scope = units::Scope::package;
  std::string source{};
  units::Quality quality = units::Quality::measured;
  std::string part_of{};       // path of the zone that contains this one's energy; empty: none
  double joules_per_unit = 1;  // of one step
  bool operator==(const TraceZone&) const = default;
};

// What a zone had to say at a sample.
enum class Mark : std::uint8_t {
  fresh,  // a new reading
  held,   // none since the last sample: a slow source, or a read that failed; the next fresh one counts over both
  gap,    // the energy since the last sample is not known (a counter was reset)
};
std::string_view name(Mark mark);

// One zone at one sample.
struct TraceValue {
  std::uint64_t steps = 0;  // since the run's begin
  Mark mark = Mark::fresh;
};

struct PowerTrace {
  struct Column {
    TraceZone zone;
    std::vector<std::uint64_t> steps;  // one a sample; never fall
    std::vector<Mark> marks;           // one a sample
    bool operator==(const Column&) const = default;
  };
  std::vector<std::int64_t> nanoseconds;  // of each sample since the run's begin, on the boot clock; never fall
  std::vector<Column> columns;
  bool operator==(const PowerTrace&) const = default;
};

// invalid for every string that is no encoding of a trace: cut, changed, of a newer version, or too long to be one.
// Allocates no more than a trace of the largest size needs.
base::Result<PowerTrace> decode_power_trace(std::string_view bytes);

// One row for each sample and zone: time_s,path,zone,scope,part_of,source,quality,energy_J,power_W,reading. Energy
// since the begin; power since the zone's last fresh reading, empty where `reading` is not fresh and at the begin. RFC
// 4180 with '\n' as line end.
std::string power_trace_csv(const PowerTrace& trace);

// Builds the encoding while a run goes on. Guarded by its owner. append() compresses a block of 1 024 samples now and
// then (about a millisecond); between those it allocates nothing.
class PowerTraceBuilder {
 public:
  // Zones beyond kMostTraceZones are left out.
  PowerTraceBuilder(std::vector<TraceZone> zones, units::BootTime begin);

  // One value a zone, in their order. Time and steps never fall: what is less than before is taken as what was before,
  // and marked as a gap.
  void append(units::BootTime at, std::span<const TraceValue> values);
  // The trace up to now; the last sample is in it, whatever was thinned.
  std::string encoded() const;
  unsigned thinned() const { return stride_; }  // of the samples offered, one in so many is kept from here on

 private:
  struct Sample {
    std::int64_t nanoseconds = 0;
    std::vector<TraceValue> values;
  };
  void keep();
  void close_block();
  bool too_long() const;
  void thin_one_pair();

  std::vector<TraceZone> zones_;
  units::BootTime begin_;
  std::size_t most_samples_;
  Sample newest_;  // its marks stand for every sample since the last that was kept
  enum class Newest { none, kept, pending } state_ = Newest::none;
  unsigned stride_ = 1, since_kept_ = 0;

  PowerTrace open_;  // the block that fills
  std::vector<std::string> blocks_;
  std::size_t bytes_ = 0, samples_ = 0;       // of blocks_
  std::size_t thin_next_ = 0, thin_end_ = 0;  // blocks that are still to be thinned
};

}  // namespace power
