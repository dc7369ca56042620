// What a test of streams is to do, scenario by scenario, checked in full before anything is started. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "media/transcode_spec.h"
#include "options/options.h"
#include "os/files.h"
#include "os/terminal.h"
#include "sandbox/sandbox.h"

namespace cli::stream_test {

struct Scenario {
  // baseline: the machine's power without a stream, for spec.duration. single and multi: streams in real time.
  enum class Type { baseline, single, multi } type = Type::single;
  std::string name, description{};
  media::TranscodeSpec spec{};  // rtmp; without a URL where the server is to be ours. baseline: its duration alone
  units::Seconds stabilization{}, cooldown{};
  std::map<media::Metric, double> quality_target{};  // of the picture, at least
  units::Seconds length() const { return stabilization + spec.duration.value_or(units::Seconds(0)) + cooldown; }
};
std::string_view name(Scenario::Type type);
base::Result<Scenario::Type> parse_type(std::string_view text);

struct Plan {
  std::vector<Scenario> scenarios;         // at least one
  std::optional<units::Seconds> baseline;  // measure the idle machine for so long first
  os::Path output_folder;
  std::string rtmp_url;  // of the user's server; empty: one of the test's own
  bool compute_quality = false;
  // once: a command of one scenario, after which there is nothing to go on with.
  enum class Course { once, begun, resumed } course = Course::once;
  sandbox::Mode sandbox = sandbox::Mode::best;
};
units::Seconds length_of(const Plan& plan);
// A results file carries it, so that a test that was stopped is known again: the same for the same scenarios.
std::string fingerprint(const std::vector<Scenario>& scenarios);
constexpr std::size_t most_scenarios = 10'000;

// What can be wrong of one scenario, as media::check() names it; "stabilization", "cooldown", "name" and "count" too.
std::vector<media::SpecFault> faults_of(const Scenario& scenario);
// What a stream has that nobody has said otherwise of: documented defaults.
media::TranscodeSpec usual_stream();
// The preset, the codec and the distance of key frames, as they follow from the rest.
void complete(media::TranscodeSpec& spec);
// Several bitrates or unlike outputs become a ladder, each a stream of its own; alike ones a number of streams.
void set_streams(media::TranscodeSpec& spec, std::vector<media::Rendition> streams);

// Those whose names match the pattern (of a shell; without * and ? the name itself). invalid: none does, with the
// nearest name.
base::Result<std::vector<Scenario>> only(std::vector<Scenario> scenarios, const std::string& pattern);
// Numbers, names, what is streamed and for how long, as a table with the whole time below.
std::string plan_table(const Plan& plan, const os::TerminalFacts& terminal);

// The options of all four commands, and those of one stream or several of them (single and multi).
std::vector<options::Option> common_options();
std::vector<options::Option> stream_options();
// Where the results go and what contains the streams: the part of a plan that common_options() say.
base::Result<Plan> plan_without_scenarios(const options::Values& values);
// invalid, with every fault named by its flag.
base::Result<Plan> single_plan(const options::Values& values);
base::Result<Plan> multi_plan(const options::Values& values);  // --count, --bitrates too

// The options of a plan of several (batch, suite), and what they say.
std::vector<options::Option> course_options();
base::Result<Plan> plan_of_several(const options::Values& values, std::vector<Scenario> scenarios);
std::vector<options::Option> suite_options();
// A baseline, every number of streams with every bitrate, and a baseline again: whether the machine has drifted.
base::Result<Plan> suite_plan(const options::Values& values);

}  // namespace cli::stream_test
