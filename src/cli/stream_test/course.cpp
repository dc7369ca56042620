// Plans of several scenarios: which of them, whether to go on with them, and the suite, which is one by itself.
#include <fnmatch.h>

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/grid.h"
#include "cli/stream_test/phase_line.h"
#include "cli/stream_test/plan.h"
#include "media/streams.h"
#include "units/format.h"

namespace cli::stream_test {
namespace {

using base::format;
using Type = options::Option::Type;

std::string stream_text(const media::TranscodeSpec& one) {
  return format("{}x{}@{:g} {} {} {}", one.size ? one.size->width : 0, one.size ? one.size->height : 0,
                one.rate ? one.rate->value() : 0, one.bitrate ? units::text(*one.bitrate) : "", one.encoder,
                one.preset);
}

// "4 × 1280x720@30 2.50 Mb/s libx264 veryfast", unlike ones one after the other.
std::string streams_text(const Scenario& scenario) {
  if (scenario.type == Scenario::Type::baseline) return "no stream";
  std::vector<std::pair<std::string, int>> found;
  for (const auto& one : media::streams_of(scenario.spec)) {
    const auto text = stream_text(one);
    const auto same = std::find_if(found.begin(), found.end(), [&](const auto& known) { return known.first == text; });
    if (same == found.end())
      found.emplace_back(text, 1);
    else
      ++same->second;
  }
  std::vector<std::string> parts;
  for (const auto& [text, count] : found) parts.push_back(count == 1 ? text : format("{} times {}", count, text));
  return base::join(parts, "; ");
}

base::Result<std::vector<int>> counts_of(const options::Values& values) {
  std::vector<int> out;
  for (const auto& text : values.list("streams")) {
    const auto count = base::to_int(text);
    if (!count || *count < 1 || *count > media::most_streams)
      return base::Error::invalid(format(
          "--streams: '{}' is no number of streams from 1 to {}, such as --streams 1,2,4", text, media::most_streams));
    out.push_back(static_cast<int>(*count));
  }
  return out;
}

Scenario baseline(const std::string& name, const options::Values& values) {
  Scenario out{.type = Scenario::Type::baseline, .name = name, .description = {}, .spec = {}};
  out.spec.duration = values.duration("baseline-duration");
  out.cooldown = units::Seconds(0);
  return out;
}

}  // namespace

base::Result<std::vector<Scenario>> only(std::vector<Scenario> scenarios, const std::string& pattern) {
  std::vector<std::string> names;
  for (const auto& scenario : scenarios) names.push_back(scenario.name);
  std::erase_if(scenarios, [&](const auto& one) { return ::fnmatch(pattern.c_str(), one.name.c_str(), 0) != 0; });
  if (!scenarios.empty()) return scenarios;
  return base::Error::invalid(
      format("--only: no scenario's name matches '{}'.{}", pattern, base::did_you_mean(pattern, names)));
}

std::string plan_table(const Plan& plan, const os::TerminalFacts& terminal) {
  std::vector<Row> rows{{"#", "name", "type", "time", "streams"}};
  if (plan.baseline) rows.push_back({"", "baseline", "baseline", clock_text(*plan.baseline), "no stream"});
  int number = 0;
  for (const auto& scenario : plan.scenarios)
    rows.push_back({std::to_string(++number), scenario.name, std::string(name(scenario.type)),
                    clock_text(scenario.length()), streams_text(scenario)});
  return grid(rows, terminal, Rest::wrapped) + format("{} scenario{}, {} in all\n", plan.scenarios.size(),
                                                      plan.scenarios.size() == 1 ? "" : "s",
                                                      clock_text(length_of(plan)));
}

std::vector<options::Option> course_options() {
  return {{.flag = "only",
           .value_name = "PATTERN",
           .help = "Those scenarios alone whose names match, such as '4 streams*'"},
          {.flag = "resume",
           .type = Type::toggle,
           .help = "Go on with the newest results file of this plan; what came to an end is not run again"}};
}

base::Result<Plan> plan_of_several(const options::Values& values, std::vector<Scenario> scenarios) {
  FFWATT_TRY(auto plan, plan_without_scenarios(values));
  if (values.has("only")) {
    FFWATT_TRY(scenarios, only(std::move(scenarios), values.text("only")));
  }
  plan.scenarios = std::move(scenarios);
  plan.course = values.toggle("resume") ? Plan::Course::resumed : Plan::Course::begun;
  return plan;
}

std::vector<options::Option> suite_options() {
  return {
      {.flag = "streams",
       .type = Type::list,
       .value_name = "N,…",
       .help = "How many at the same time",
       .standard = "1,2,4"},
      {.flag = "bitrates",
       .type = Type::list,
       .value_name = "RATE,…",
       .help = "Of each stream",
       .standard = "1000k,2500k,5000k"},
      {.flag = "resolution", .type = Type::picture_size, .help = "Of the picture", .standard = "1280x720"},
      {.flag = "fps", .type = Type::number, .value_name = "RATE", .help = "Frames a second", .standard = "30"},
      {.flag = "encoder", .value_name = "NAME", .help = "Which of ffmpeg's encoders", .standard = "libx264"},
      {.flag = "preset",
       .value_name = "PRESET",
       .help = "In the encoder's own words (default: veryfast, or the encoder's usual one)"},
      {.flag = "baseline-duration",
       .type = Type::duration,
       .help = "Measure the idle machine for so long, first and last",
       .standard = "120"},
      {.flag = "scenario-duration", .type = Type::duration, .help = "Of each scenario's streams", .standard = "300"},
      {.flag = "stabilization",
       .type = Type::duration,
       .help = "Let the machine calm down for so long before each scenario",
       .standard = "30"},
      {.flag = "cooldown", .type = Type::duration, .help = "Wait for so long after each", .standard = "30"}};
}

base::Result<Plan> suite_plan(const options::Values& values) {
  FFWATT_TRY(const auto counts, counts_of(values));
  std::vector<Scenario> scenarios{baseline("baseline", values)};
  std::vector<std::string> faults;
  for (const int count : counts)
    for (const auto& text : values.list("bitrates")) {
      const auto bitrate = units::parse_bitrate(text);
      if (!bitrate) return bitrate.error().in("--bitrates");
      Scenario one;
      one.type = count == 1 ? Scenario::Type::single : Scenario::Type::multi;
      one.name = format("{} stream{} @{}", count, count == 1 ? "" : "s", text);
      one.spec = usual_stream();
      one.spec.bitrate = *bitrate, one.spec.streams = count;
      one.spec.size = values.picture_size("resolution"), one.spec.rate = units::Hertz(values.number("fps"));
      one.spec.duration = values.duration("scenario-duration");
      one.spec.encoder = values.text("encoder");
      if (values.has("preset")) one.spec.preset = values.text("preset");
      one.stabilization = values.duration("stabilization"), one.cooldown = values.duration("cooldown");
      complete(one.spec);
      scenarios.push_back(std::move(one));
    }
  scenarios.push_back(baseline("baseline after", values));
  for (const auto& scenario : scenarios)
    for (const auto& fault : faults_of(scenario)) {
      const bool idle = scenario.type == Scenario::Type::baseline;
      const auto flag = fault.field == "duration"  ? (idle ? "baseline-duration" : "scenario-duration")
                        : fault.field == "bitrate" ? "bitrates"
                                                   : fault.field;
      auto text = format("--{}: {}", flag, fault.message);
      if (std::find(faults.begin(), faults.end(), text) == faults.end()) faults.push_back(std::move(text));
    }
  if (!faults.empty()) return base::Error::invalid(base::join(faults, "\n  "));
  return plan_of_several(values, std::move(scenarios));
}

}  // namespace cli::stream_test
