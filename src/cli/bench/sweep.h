// Sweep: runs every setting of a plan again and again, each run measured and kept at once, until the intervals are
// narrow or the runs are enough. One thread, which it blocks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/stopping.h"
#include "cli/bench/plan.h"
#include "cli/command.h"
#include "cli/metering.h"
#include "cli/stream_test/phase_line.h"
#include "report/experiment.h"

namespace cli::bench {

// Tags by which the runs of a sweep are known again: its id, its settings' fingerprint, the number of the block (0: a
// warm-up), the seed, and the frames that --frames told of. Persisted, do not rename.
inline constexpr const char *kSweep = "bench", *kPlan = "bench.plan", *kBlock = "bench.block", *kSeed = "bench.seed",
                            *kFrames = "frames";

// Between two runs: nothing, a time, or until the CPU is as cool as it was at the start.
struct Cooldown {
  units::Seconds time{};
  bool by_temperature = false;
};
base::Result<Cooldown> parse_cooldown(std::string_view text);

struct SweepPlan {
  std::vector<Setting> settings;
  analysis::StoppingRule rule;
  int warmup = 1;
  enum class Order { random, sequential } order = Order::random;
  std::uint32_t seed = 0;
  Cooldown cooldown;
  std::optional<units::Seconds> timeout;
  std::optional<std::int64_t> frames;  // that each run makes, where the program is not ffmpeg
  std::map<std::string, std::string> tags;
  std::string id;
  // What an earlier try at the same sweep has left, one for each setting.
  std::vector<report::SettingRuns> done;
};

// The runs that the newest sweep over the same settings has kept, and what it was called. absent: there is none.
struct Begun {
  std::string id;
  std::uint32_t seed = 0;
  std::vector<report::SettingRuns> runs;
};
base::Result<Begun> find_begun(Context& context, const std::vector<Setting>& settings);

class Sweep {
 public:
  // Errors, before anything runs: a program that is not there, a temperature that cannot be read.
  static base::Result<Sweep> prepare(Context& context, Metering& metering, SweepPlan plan);

  enum class Ended { finished, interrupted, not_kept };
  Ended operator()(stream_test::PhaseLine& line);
  const std::vector<report::SettingRuns>& runs() const { return runs_; }
  const SweepPlan& plan() const { return plan_; }
  // What a reader must know of the whole: targets that were not reached, settings that were given up.
  std::vector<std::string> caveats() const;
  const std::string& why_not_kept() const { return why_not_kept_; }

 private:
  Sweep(Context& context, Metering& metering, SweepPlan plan);
  Ended in_blocks();
  Ended one_by_one();
  std::optional<Ended> warm_up(std::size_t setting);
  // Nothing where the sweep goes on. Block 0 is a warm-up.
  std::optional<Ended> run_one(std::size_t setting, int block);
  bool cool_down();
  bool has(std::size_t setting, int block) const;
  bool given_up(std::size_t setting) const;
  analysis::Stop stop(std::size_t setting) const;

  Context& context_;
  Metering& metering_;
  SweepPlan plan_;
  std::vector<os::Path> programs_;  // one for each setting
  std::vector<report::SettingRuns> runs_;
  std::optional<units::Celsius> cool_;
  stream_test::PhaseLine* line_ = nullptr;
  bool first_ = true;  // nothing ran before that could have warmed the machine
  std::string why_not_kept_;
};

}  // namespace cli::bench
