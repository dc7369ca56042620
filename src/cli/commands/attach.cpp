// ffwatt attach: measures a process tree that runs already, until it ends or Ctrl-C.
#include <csignal>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "cli/watching.h"
#include "json/json.h"
#include "wire/encode.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt attach";

class Attach : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Measure a process that runs already, with everything it has started, until it ends. Ctrl-C ends the "
            "measuring and leaves the process alone.",
        .examples = {"ffwatt attach --pid 4711", "ffwatt attach --pid 4711 --name live --duration 10m"},
        .options = {{.flag = "pid",
                     .short_flag = 'p',
                     .type = Type::integer,
                     .value_name = "PID",
                     .help = "The process",
                     .least = 1,
                     .most = 1 << 22},
                    {.flag = "duration", .type = Type::duration, .help = "Stop measuring after so long"},
                    {.flag = "name", .short_flag = 'n', .help = "What to call this run"},
                    {.flag = "json", .type = Type::toggle, .help = "Print the result as JSON, on stdout"},
                    {.flag = "save",
                     .type = Type::toggle,
                     .help = "Do not keep this run in the list of runs",
                     .standard = "true"}}};
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    if (!values.has("pid"))
      return complain(context, me, Error::invalid("which process? Such as: ffwatt attach --pid 4711"));
    const auto pid = static_cast<pid_t>(values.integer("pid"));
    auto& host = context.host;
    const auto born = host.processes.start_ticks(pid);
    if (!born)
      return complain(
          context, me,
          Error::absent(format("there is no process {} that this user can see: {}", pid, born.error().text())));
    auto metering = Metering::open(context, values);
    if (!metering) return complain(context, me, metering.error());
    metering->warn(context, me);

    auto report = begin(context, values, pid);
    const auto handle = metering->meter().begin({.name = report.id, .control_group = {}});
    metering->meter().follow(handle, pid);
    const auto began = host.clock.boot();
    const auto waited = wait(context, values, pid, *born);
    if (!waited) return complain(context, me, waited.error());
    auto energy = metering->meter().end(handle);
    report.timings.ended = host.clock.wall();
    report.timings.elapsed = host.clock.boot() - began;
    metering->stop();
    take(report, std::move(energy), *waited);
    show(context, values, report);
    return ok;
  }

 private:
  using Awaited = os::Processes::Awaited;

  static jobs::Report begin(Context& context, const options::Values& values, pid_t pid) {
    auto& host = context.host;
    jobs::Report report;
    report.id = base::short_id(host.random.next());
    report.kind = "attach";
    const auto words = host.files.read(host.root.path(format("/proc/{}/cmdline", pid))).value_or("");
    for (const auto word : base::split(words, '\0'))
      if (!word.empty()) report.command.emplace_back(word);
    report.name = values.has("name") ? values.text("name") : format("pid {}", pid);
    report.timings.started = report.timings.encoding.emplace(host.clock.wall());
    return report;
  }

  static base::Result<Awaited> wait(Context& context, const options::Values& values, pid_t pid, std::uint64_t born) {
    auto& host = context.host;
    const auto deadline = values.has("duration") ? host.clock.boot() + values.duration("duration")
                                                 : units::BootTime::from_nanoseconds(INT64_MAX);
    base::Result<Awaited> awaited = Awaited::stopped;
    until_signalled(context, [&](std::stop_token stop) {
      awaited = host.processes.await_end(pid, born, deadline, std::move(stop));
    });
    return awaited;
  }

  static void take(jobs::Report& report, meter::WorkloadEnergy energy, Awaited waited) {
    report.energy = std::move(energy.energy);
    const auto* top = jobs::headline(report.energy);
    const auto elapsed = report.timings.elapsed;
    report.power = top && elapsed > units::Seconds(0)
                       ? top->energy.map<units::Watts>([&](units::Joules q) { return q / elapsed; })
                       : std::move(energy.power);
    report.peak_power = std::move(energy.peak);
    report.trace = std::move(energy.trace);
    report.power_trace = std::move(energy.power_trace);
    report.caveats = std::move(energy.caveats);
    jobs::limit_power_trace(report);
    report.caveats.push_back("measured from when ffwatt attached: what the process took before is not in it");
    if (waited != Awaited::ended)
      report.caveats.push_back("the process still runs; what it takes from now on is not in it");
    // How it ended only its parent is told.
    report.outcome.end = jobs::End::completed;
  }

  static void show(Context& context, const options::Values& values, const jobs::Report& report) {
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(report)) << "\n";
    } else {
      auto unsaved = report;
      unsaved.id.clear();
      context.err << report::summary(unsaved, style_for(context.err_terminal));
    }
    if (!values.toggle("save")) return;
    const auto id = keep_run(context, report);
    if (!id)
      context.err << me << ": warning: this run is not in the list of runs: " << id.error().text() << "\n";
    else if (!values.toggle("json"))
      context.err << saved_words(context.err_terminal, "run " + *id, format("ffwatt report {} --out run.html", *id));
  }
};

}  // namespace

std::unique_ptr<Command> make::attach() { return std::make_unique<Attach>(); }

}  // namespace cli
