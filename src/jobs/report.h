// Report: what one run of a workload made, took and cost. Written by the runner for `ffwatt run`, `ffwatt test` and a
// farm's agents alike; kept by the store; shown by report/. Values: copyable, thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "jobs/energy.h"
#include "jobs/rates.h"
#include "media/picture_quality.h"
#include "media/probe.h"
#include "media/progress.h"
#include "media/transcode_spec.h"
#include "units/measured.h"
#include "units/time.h"

namespace jobs {

enum class End { completed, failed, canceled, interrupted, timeout };
std::string_view name(End end);
base::Result<End> parse_end(std::string_view text);

// Who has to act on a failure; decides about another attempt (retry.h).
enum class FailureClass { none, input, parameters, node, transient, interruption, timeout, canceled, internal };
std::string_view name(FailureClass failure);
base::Result<FailureClass> parse_failure_class(std::string_view text);

struct Outcome {
  End end = End::completed;
  FailureClass failure = FailureClass::none;
  std::string error;  // for people, with ffmpeg's own last lines; empty where completed
  std::optional<int> exit_code, signal;
  bool operator==(const Outcome&) const = default;
};

struct Timings {
  std::optional<units::WallTime> queued;    // farm only
  units::WallTime started;                  // the runner took it up
  std::optional<units::WallTime> encoding;  // ffmpeg was started
  units::WallTime ended;
  units::Seconds elapsed{};  // of the command itself, on the boot clock
  bool operator==(const Timings&) const = default;
};

// How what ran was contained: the mode that was asked for, and every layer as it stood for this very program.
struct Sandbox {
  std::string mode;  // "strict", "best", "off"
  struct Layer {
    std::string name;
    enum class State { on, missing } state = State::on;
    std::string detail;  // on: how; missing: why
    bool operator==(const Layer&) const = default;
  };
  std::vector<Layer> layers;  // none where the mode is off
  bool operator==(const Sandbox&) const;
};

// One of several things that a run was: a rendition of its ladder, one of its streams, one of its repetitions.
struct Piece {
  enum class Kind { rendition, stream, repetition } kind = Kind::rendition;
  int number = 1;
  End end = End::completed;
  std::string error{}, output{};  // why it is not completed; final path or URL
  std::optional<media::MediaFacts> made{};
  std::optional<units::Seconds> elapsed{};
  std::optional<std::int64_t> frames{};
  // Of its own headline. Absent of renditions: one process makes them all.
  std::optional<units::Measured<units::Joules>> energy{};
  bool operator==(const Piece&) const = default;
};
std::string_view name(Piece::Kind kind);
base::Result<Piece::Kind> parse_piece_kind(std::string_view text);

// How near the picture is to its source: scored after the encode, and no part of its time or energy.
struct Scoring {
  media::PictureQuality quality{};
  std::string reason{};                                  // why nothing was scored; empty where something was
  std::optional<units::Measured<units::Joules>> energy;  // what scoring took: the headline's total
  bool operator==(const Scoring&) const;
};

// More bytes of power trace than this are no trace: a builder stops well before (power/power_trace.h).
inline constexpr std::size_t most_power_trace = 5u << 20;

struct Report {
  std::string id;    // short id (local) or UUID (farm)
  std::string name;  // what the user called it; may be empty
  std::string kind;  // "run", "test" or "job"
  std::string node;  // host name
  std::map<std::string, std::string> tags;

  std::vector<std::string> command;          // exactly as executed
  std::optional<media::TranscodeSpec> spec;  // where ffwatt built the command
  Outcome outcome;
  Timings timings;
  std::optional<Sandbox> sandbox;  // absent: the user's own command, which ffwatt does not contain
  std::optional<units::Seconds> cpu_time;
  std::optional<units::Bytes> peak_memory;

  std::vector<EnergyLine> energy;
  std::optional<Rates> rates;  // what its kilowatt-hours were worth (cost.h); absent: nobody said
  // power: of the run itself, its headline energy ÷ elapsed. peak_power: of the headline's whole scope, other work on
  // it included, as is the trace.
  std::optional<units::Measured<units::Watts>> power, peak_power;
  std::vector<PowerPoint> trace;  // at most 2 000 points
  // What every zone counted at every sample: bytes of power/power_trace.h, unopened here. Empty: there is none, or it
  // is kept elsewhere (store::Results::power_trace).
  std::string power_trace;
  std::vector<std::string> caveats;  // "other work used 31 % of the CPU", "stopped by Ctrl-C" …

  std::optional<media::Progress> progress;  // ffmpeg's last block
  std::optional<media::MediaFacts> made;    // ffprobe of the output or of the played stream
  std::optional<Scoring> scoring;           // absent: not asked for, or there was nothing to score
  std::string output;                       // final path or URL
  std::string log_tail;                     // last 40 lines, at most 16 KiB
  // Where it was several things; `made` is then that of one of them if they are alike, else absent. Of repetitions the
  // report's own energy, power and times are means of one run, and of streams their sums.
  std::vector<Piece> pieces;
  bool operator==(const Report&) const;
};

// Joules per frame by the headline's energy; nothing where there is no headline, no progress or no frame. Where the
// energy is unmeasurable, so is this, for the same reason.
std::optional<units::Measured<units::Joules>> energy_per_frame(const Report& report);

// invalid where the energy or the power of the report cannot be (plausible() in energy.h): such a report is not kept.
base::Result<void> check_energy(const Report& report);

// Leaves out a power trace that is too long to be kept or sent, with a caveat that says so.
void limit_power_trace(Report& report);

}  // namespace jobs
