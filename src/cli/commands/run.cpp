// ffwatt run: measures one command that keeps its terminal, its output and its exit code, as if we were not there.
// Nothing is looked up before the command starts that is not needed to start and measure it: no ffmpeg is probed and no
// database opened, so that all of it together costs tens of milliseconds at most.
#include <signal.h>

#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "media/command_line.h"
#include "pricing/rates.h"
#include "runner/run_workload.h"
#include "wire/encode.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt run";

// In place of one that is there already: a run may be started by a run.
void set_variable(os::Environment& environment, const std::string& name, const std::string& value) {
  std::erase_if(environment, [&](const auto& variable) { return variable.first == name; });
  environment.emplace_back(name, value);
}

// What --require asks for, as the worst quality that will do.
std::optional<units::Quality> required(const options::Values& values) {
  if (!values.has("require")) return std::nullopt;
  return values.text("require") == "measured" ? units::Quality::measured : units::Quality::estimated;
}

bool good_enough(units::Quality quality, units::Quality least) {
  // Made-up energy is no energy, however good it looks.
  return quality <= least && quality != units::Quality::simulated;
}

// Looked at before the command starts: three hours of encoding are not spent on a number that cannot be had.
std::optional<std::string> cannot_be_met(units::Quality least, const Metering& metering) {
  for (const auto quality : metering.qualities())
    if (good_enough(quality, least)) return std::nullopt;
  std::string text = format("no source here gives {} energy, so the command was not started", units::name(least));
  for (const auto& rung : metering.ladder())
    if (rung.in_use == power_sources::Rung::InUse::no && !rung.fix.empty())
      text += format("\n  {}: {}\n    fix: {}", rung.source, rung.detail, rung.fix);
  return text + "\n'ffwatt doctor' says more.";
}

int exit_code_of(const jobs::Report& report, const os::SignalSet& signals) {
  const auto& outcome = report.outcome;
  if (outcome.end == jobs::End::timeout) return timed_out;
  // Also after Ctrl-C: a command that handles it says itself how it ended, ffmpeg with 255.
  if (outcome.exit_code) return *outcome.exit_code;
  // The SIGKILL that ends an interrupted command is ours; what counts for a script is the signal that asked for it.
  const bool ours = outcome.end == jobs::End::interrupted && outcome.signal.value_or(SIGKILL) == SIGKILL;
  if (ours) return 128 + (signals.first() ? signals.first()->number : SIGINT);
  return outcome.signal ? 128 + *outcome.signal : run_failed;
}

// Why a name names no program, as a shell tells it apart: something that is there but cannot be run is "denied" (126).
Error why_no_program(const os::Files& files, const std::string& name, const Error& error) {
  if (name.empty())
    return Error::absent("the command's name is empty; such as: ffwatt run -- ffmpeg -i in.mp4 out.mp4");
  if (error.kind() != base::ErrorKind::absent || name.find('/') == std::string::npos) return error;
  const auto status = files.status(name);
  if (!status) return status.error().kind() == base::ErrorKind::denied ? status.error() : error;
  const bool folder = status->kind == os::FileStatus::Kind::folder;
  return Error::denied(format("{} is {}, not a program", name, folder ? "a folder" : "no regular file"));
}

class Run : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Measure one command: how many joules, watts and seconds it takes. The command keeps its terminal, "
            "its output and its exit code; the summary goes to stderr.",
        .examples = {"ffwatt run -- ffmpeg -y -i in.mp4 -c:v libx264 -preset medium out.mp4",
                     "ffwatt run --name nightly --tag codec=h264 -- ffmpeg -i in.mp4 out.mp4",
                     "ffwatt run --json --require measured -- make -j8", "ffwatt run --out run.html -- ./encode.sh"},
        .options = {{.flag = "name", .short_flag = 'n', .help = "What to call this run"},
                    {.flag = "tag",
                     .short_flag = 't',
                     .type = Type::list,
                     .value_name = "KEY=VALUE",
                     .help = "Mark this run, for finding and comparing it; may be repeated",
                     .items = options::Option::Items::lines},
                    {.flag = "timeout",
                     .type = Type::duration,
                     .help = "Stop the command after so long and exit with 124, such as 90s or 2h"},
                    {.flag = "require",
                     .key = "energy.require",
                     .variable = "FFWATT_REQUIRE",
                     .value_name = "QUALITY",
                     .help = "Exit with 5 where energy of this quality cannot be had",
                     .choices = {"measured", "estimated"}},
                    {.flag = "json", .type = Type::toggle, .help = "Print the result as one line of JSON, on stderr"},
                    {.flag = "out",
                     .type = Type::path,
                     .help = "Write the result to this file too; the end of its name says the format"},
                    {.flag = "quiet", .short_flag = 'q', .type = Type::toggle, .help = "Print no summary"},
                    {.flag = "save",
                     .type = Type::toggle,
                     .help = "Do not keep this run in the list of runs",
                     .standard = "true"}},
        .rest = options::Shape::Rest::command};
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    for (auto& option : pricing::pricing_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    if (values.command.empty()) {
      return complain(context, me, Error::invalid("which command? Such as: ffwatt run -- ffmpeg -i in.mp4 out.mp4"));
    }
    auto request = request_of(context, values);
    if (!request) return complain(context, me, request.error());
    const auto program = os::find_program(values.command[0], context.environment);
    if (!program) {
      return could_not_start(context, why_no_program(context.host.files, values.command[0], program.error()));
    }
    request->command.program = *program;

    auto rates = pricing::rates_from(values, context.host.files,
                                     pricing::usual_pricing_files(context.environment, context.host.root));
    if (!rates) return complain(context, me, rates.error());
    auto metering = Metering::open(context, values);
    if (!metering) return complain(context, me, metering.error());
    // What is read by a program says it in its one document.
    if (!values.toggle("json") && !values.toggle("quiet")) metering->warn(context, me);
    const auto least = required(values);
    if (const auto why = least ? cannot_be_met(*least, *metering) : std::nullopt) {
      context.err << me << ": " << *why << "\n";
      return not_measured;
    }
    auto report = runner::run_workload(context.host, metering->meter(), *std::move(request));
    if (!report) return could_not_start(context, report.error());
    metering->stop();
    report->rates = *std::move(rates);

    show(context, values, *report);
    const int code = exit_code_of(*report, context.signals);
    if (code != ok || !least) return code;
    const auto* line = jobs::headline(report->energy);
    if (line && line->energy.known() && good_enough(line->energy.quality(), *least)) return ok;
    context.err << me << ": the energy of this run is not " << units::name(*least) << ": "
                << (!line                  ? std::string("nothing was read")
                    : line->energy.known() ? std::string("it is ") + std::string(units::name(line->energy.quality()))
                                           : line->energy.reason())
                << "\n";
    return not_measured;
  }

 private:
  static base::Result<runner::Request> request_of(Context& context, const options::Values& values) {
    runner::Request request;
    FFWATT_TRY(request.tags, parse_tags(values.list("tag"), "tag"));
    if (values.has("out")) {
      FFWATT_TRY(const auto checked, format_of(values.text("out")));
      FFWATT_CHECK(can_be_made(context.host.files, values.text("out")));
    }
    if (values.has("timeout")) {
      request.timeout = values.duration("timeout");
      if (request.timeout->value() <= 0) return Error::invalid("--timeout: must be more than 0");
    }
    request.id = base::short_id(context.host.random.next());
    request.name = values.has("name") ? values.text("name") : "";
    request.kind = "run";
    request.command.arguments = {values.command.begin() + 1, values.command.end()};
    request.command.shown = values.command;
    request.command.environment = context.environment;
    set_variable(request.command.environment, "FFWATT_RUN_ID", request.id);
    set_variable(request.command.environment, "FFWATT_ITERATION", "1");
    request.terminal = runner::Request::Terminal::terminal;
    request.progress_pipe =
        media::is_ffmpeg(values.command[0]) ? runner::Request::ProgressPipe::yes : runner::Request::ProgressPipe::no;
    request.signals = &context.signals;
    return request;
  }

  // Before the command has run for hours, not after.
  static base::Result<void> can_be_made(const os::Files& files, const os::Path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : os::Path(".");
    if (files.exists(path) || files.writable_folder(folder)) return {};
    return Error::invalid(base::format("--out {}: no file can be made in {}", path.string(), folder.string()));
  }

  // The codes that every shell gives for the same causes.
  static int could_not_start(Context& context, const Error& error) {
    context.err << me << ": " << error.text() << "\n";
    if (error.kind() == base::ErrorKind::absent) return not_found;
    // invalid: a file that the kernel knows no way to execute.
    const bool cannot_run = error.kind() == base::ErrorKind::denied || error.kind() == base::ErrorKind::invalid;
    return cannot_run ? not_executable : run_failed;
  }

  // Everything from here on is for people and files: it can fail, but never changes what the command's exit code says.
  static void show(Context& context, const options::Values& values, const jobs::Report& report) {
    const bool quiet = values.toggle("quiet");
    if (values.toggle("json")) {
      context.err << json::write(wire::encode(report)) << "\n";
    } else if (!quiet) {
      auto unsaved = report;
      unsaved.id.clear();  // the line about saving comes below, once it is true
      context.err << report::summary(unsaved, style_for(context.err_terminal));
    }
    context.err.flush();
    if (values.has("out")) write_out(context, values.text("out"), report);
    if (!values.toggle("save")) return;
    const auto id = keep_run(context, report);
    if (!id) {
      context.err << me << ": warning: this run is not in the list of runs: " << id.error().text() << "\n";
    } else if (!quiet && !values.toggle("json")) {
      context.err << saved_words(context.err_terminal, "run " + *id, format("ffwatt report {} --out run.html", *id));
    }
  }

  static void write_out(Context& context, const std::string& path, const jobs::Report& report) {
    const auto written = [&]() -> base::Result<void> {
      FFWATT_TRY(const auto format, format_of(path));
      if (format == "json") {
        return save_text(context, path, json::write(wire::encode(report), json::Layout::indented) + "\n");
      }
      FFWATT_TRY(const auto text, report::render(format, {report}));
      return save_text(context, path, text);
    }();
    if (!written) context.err << me << ": warning: --out: " << written.error().text() << "\n";
  }
};

}  // namespace

std::unique_ptr<Command> make::run() { return std::make_unique<Run>(); }

}  // namespace cli
