// ffwatt jobs submit
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "media/picture_quality.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

// "duration=10" as a member; what reads as a number is sent as one, and what begins like a list as one.
base::Result<std::pair<std::string, json::Value>> parameter(const std::string& text) {
  const auto at = text.find('=');
  if (at == std::string::npos || at == 0)
    return base::Error::invalid(base::format("--set {}: write NAME=VALUE, for example duration=10", text));
  const auto value = text.substr(at + 1);
  if (const auto whole = base::to_int(value)) return std::pair{text.substr(0, at), json::Value(*whole)};
  if (const auto number = base::to_double(value)) return std::pair{text.substr(0, at), json::Value(*number)};
  if (value.starts_with('[')) {
    FFWATT_TRY(auto list, json::parse(value).in(base::format("--set {}", text.substr(0, at))));
    return std::pair{text.substr(0, at), std::move(list)};
  }
  return std::pair{text.substr(0, at), json::Value(value)};
}

class JobsSubmit : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt jobs submit 720p30-h264 --set duration=10 --wait",
                     "ffwatt jobs submit 1080p30-h265 --set input=/in/a.mp4 --set output=/out/a.mp4",
                     "ffwatt jobs submit 720p30-h264 --exclusive --label node.rack=b7",
                     "ffwatt jobs submit 720p30-h264 --confidence until:2%",
                     "ffwatt jobs submit 720p-h264 --set input=/in/a.mp4 --quality psnr,ssim",
                     "ffwatt jobs submit --file job.json"},
        .options = with_master_options(
            {{.flag = "set",
              .short_flag = 's',
              .type = Type::list,
              .value_name = "NAME=VALUE",
              .help = "A parameter of the job; may come more than once",
              .items = options::Option::Items::lines},
             {.flag = "name", .value_name = "NAME", .help = "What to call the job"},
             {.flag = "queue", .value_name = "QUEUE", .help = "Which queue", .choices = {"live", "default", "batch"}},
             {.flag = "priority", .value_name = "PRIORITY", .help = "How urgent", .choices = {"high", "medium", "low"}},
             {.flag = "confidence",
              .value_name = "HOW",
              .help = "auto: one run; repeat:5; until:2%: as many as make its energy sure to 2 %"},
             {.flag = "quality",
              .type = Type::list,
              .value_name = "LIST",
              .help = "Score the picture against its input, once it is made",
              .choices = media::metric_names()},
             {.flag = "exclusive", .type = Type::toggle, .help = "It gets a node to itself"},
             {.flag = "label",
              .type = Type::list,
              .value_name = "NAME=VALUE",
              .help = "A label; node.rack=b7 wants a node with the label rack=b7. May come more than once",
              .items = options::Option::Items::lines},
             {.flag = "file",
              .short_flag = 'f',
              .type = Type::path,
              .help = "The whole job as JSON, instead of SCENARIO"},
             {.flag = "wait",
              .short_flag = 'w',
              .type = Type::toggle,
              .help = "Wait for its end; exit code 1 if it is not completed"},
             {.flag = "json", .type = Type::toggle, .help = "Print the job as JSON"}}),
        .arguments = {{.name = "SCENARIO",
                       .help = "Which recipe; see `ffwatt scenarios`",
                       .count = options::Shape::Argument::Count::optional}}};
  }

  int run(Context& context, const options::Values& values) override {
    const auto body = body_from(context, values);
    if (!body) return complain(context, program, body.error());
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    const auto accepted = master->submit(*body);
    if (!accepted) return complain_of_master(context, program, accepted.error());
    for (const auto& one : *accepted)
      if (!one.warning.empty()) context.err << base::format("job #{}: {}\n", one.job.number, one.warning);
    if (!values.toggle("wait")) {
      for (const auto& one : *accepted) {
        const auto& job = one.job;
        if (values.toggle("json"))
          context.out << json::write(wire::encode(one), json::Layout::indented) << "\n";
        else
          context.out << base::format("job #{} ({}) is {}; follow it: ffwatt jobs watch {}\n", job.number,
                                      job.id.text(), jobs::name(job.state), job.number);
      }
      return ok;
    }
    int code = ok;
    for (const auto& one : *accepted) {
      const auto job = watch_job(context, *master, one.job.id.text());
      if (!job) return complain_of_master(context, program, job.error());
      if (values.toggle("json")) {
        context.out << json::write(wire::encode(*job), json::Layout::indented) << "\n";
        if (job->state != jobs::JobState::completed) code = failed;
      } else if (const int shown = show_finished(context, *job); shown != ok) {
        code = shown;
      }
    }
    return code;
  }

 private:
  static constexpr std::string_view program = "ffwatt jobs submit";

  static base::Result<json::Value> body_from(Context& context, const options::Values& values) {
    if (values.has("file")) {
      if (!values.arguments.empty()) return base::Error::invalid("give either SCENARIO or --file, not both");
      for (const auto* flag : {"set", "name", "queue", "priority", "confidence", "quality", "exclusive", "label"})
        if (values.has(flag))
          return base::Error::invalid(
              base::format("--{} goes with SCENARIO; with --file write it into {}", flag, values.text("file")));
      FFWATT_TRY(const auto text, context.host.files.read(values.text("file")));
      return json::parse(text).in(values.text("file"));
    }
    if (values.arguments.empty()) return base::Error::invalid("which SCENARIO? `ffwatt scenarios` lists them");
    wire::JobWish wish;
    wish.scenario = values.arguments.front();
    for (const auto* flag : {"name", "queue", "priority", "confidence"})
      if (values.has(flag)) wish.fields.emplace_back(flag, values.text(flag));
    if (values.toggle("exclusive")) wish.alone = jobs::Alone::yes;
    for (const auto& text : values.list("label")) {
      const auto at = text.find('=');
      if (at == std::string::npos || at == 0)
        return base::Error::invalid(base::format("--label {}: write NAME=VALUE, for example node.rack=b7", text));
      if (!wish.labels.emplace(text.substr(0, at), text.substr(at + 1)).second)
        return base::Error::invalid(base::format("--label {}: this label has a value already", text));
    }
    if (values.has("quality")) {
      auto metrics = json::Value(json::Array{});
      for (auto& metric : values.list("quality")) metrics.push_back(std::move(metric));
      wish.parameters.emplace_back("quality", std::move(metrics));
    }
    if (values.has("set"))
      for (const auto& text : values.list("set")) {
        FFWATT_TRY(auto one, parameter(text));
        wish.parameters.push_back(std::move(one));
      }
    return wire::encode(wish);
  }
};

}  // namespace

std::unique_ptr<Command> make::jobs_submit() { return std::make_unique<JobsSubmit>(); }

}  // namespace cli
