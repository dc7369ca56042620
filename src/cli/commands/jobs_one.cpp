// ffwatt jobs show, watch, logs, cancel: one job, named by its number or id.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "units/format.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class OneJob : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {base::format("{} 42", program()), base::format("{} 42 --json", program())},
            .options = with_master_options({{.flag = "json", .type = Type::toggle, .help = "Print the job as JSON"}}),
            .arguments = {{.name = "JOB", .help = "Its number, with or without #, or its id"}}};
  }

  int run(Context& context, const options::Values& values) override {
    auto master = open_master(context, values);
    if (!master) return complain(context, program(), master.error());
    return act(context, values, *master, values.arguments.front());
  }

 protected:
  virtual std::string program() const = 0;
  virtual int act(Context& context, const options::Values& values, client::MasterClient& master,
                  const std::string& id) = 0;

  static void print_json(Context& context, const jobs::Job& job) {
    context.out << json::write(wire::encode(job), json::Layout::indented) << "\n";
  }
};

class JobsShow : public OneJob {
  std::string program() const override { return "ffwatt jobs show"; }
  Signals signals() const override { return Signals::end_us; }
  int act(Context& context, const options::Values& values, client::MasterClient& master,
          const std::string& id) override {
    const auto job = master.job(id);
    if (!job) return complain_of_master(context, program(), job.error());
    if (values.toggle("json")) return print_json(context, *job), ok;
    const auto now = context.host.clock.wall();
    context.out << grid({job_header(), job_row(*job, now)}, context.out_terminal);
    std::vector<Row> rows{{"attempt", "node", "started", "took", "outcome"}};
    for (const auto& attempt : job->attempts)
      rows.push_back({base::format("{}", attempt.number), attempt.node_name, ago(attempt.started, now),
                      attempt.ended ? units::text(*attempt.ended - attempt.started) : "-",
                      attempt.outcome.empty() ? "running" : attempt.outcome});
    if (rows.size() > 1) context.out << "\n" << grid(rows, context.out_terminal);
    if (const auto& last = job->report) context.out << "\n" << report::summary(*last, style_for(context.out_terminal));
    return ok;
  }
};

class JobsWatch : public OneJob {
  std::string program() const override { return "ffwatt jobs watch"; }
  int act(Context& context, const options::Values& values, client::MasterClient& master,
          const std::string& id) override {
    const auto job = watch_job(context, master, id);
    if (!job) return complain_of_master(context, program(), job.error());
    if (!values.toggle("json")) return show_finished(context, *job);
    print_json(context, *job);
    return job->state == jobs::JobState::completed ? ok : failed;
  }
};

class JobsLogs : public OneJob {
  std::string program() const override { return "ffwatt jobs logs"; }
  Signals signals() const override { return Signals::end_us; }
  int act(Context& context, const options::Values&, client::MasterClient& master, const std::string& id) override {
    const auto log = master.logs(id);
    if (!log) return complain_of_master(context, program(), log.error());
    context.out << *log;
    return ok;
  }
};

class JobsCancel : public OneJob {
  std::string program() const override { return "ffwatt jobs cancel"; }
  Signals signals() const override { return Signals::end_us; }
  int act(Context& context, const options::Values& values, client::MasterClient& master,
          const std::string& id) override {
    const auto job = master.cancel(id);
    if (!job) return complain_of_master(context, program(), job.error());
    if (values.toggle("json"))
      print_json(context, *job);
    else
      context.out << base::format("job #{} is {}\n", job->number, jobs::name(job->state));
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::jobs_show() { return std::make_unique<JobsShow>(); }
std::unique_ptr<Command> make::jobs_watch() { return std::make_unique<JobsWatch>(); }
std::unique_ptr<Command> make::jobs_logs() { return std::make_unique<JobsLogs>(); }
std::unique_ptr<Command> make::jobs_cancel() { return std::make_unique<JobsCancel>(); }

}  // namespace cli
