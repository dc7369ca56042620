// ffwatt jobs show, history, watch, logs: one job, named by its number or id.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/job_page.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class OneJob : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {base::format("{} 42", program()), base::format("{} 42 --json", program())},
            .options = with_master_options({{.flag = "json", .type = Type::toggle, .help = "Print it as JSON"}}),
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

  static void print_json(Context& context, const json::Value& value) {
    context.out << json::write(value, json::Layout::indented) << "\n";
  }
};

class JobsShow : public OneJob {
  std::string program() const override { return "ffwatt jobs show"; }
  Signals signals() const override { return Signals::end_us; }
  int act(Context& context, const options::Values& values, client::MasterClient& master,
          const std::string& id) override {
    const auto job = master.job(id);
    if (!job) return complain_of_master(context, program(), job.error());
    if (values.toggle("json"))
      print_json(context, wire::encode(*job));
    else
      context.out << job_page(*job, context.host.clock.wall(), context.out_terminal);
    return ok;
  }
};

class JobsHistory : public OneJob {
  std::string program() const override { return "ffwatt jobs history"; }
  Signals signals() const override { return Signals::end_us; }
  int act(Context& context, const options::Values& values, client::MasterClient& master,
          const std::string& id) override {
    const auto history = master.history(id);
    if (!history) return complain_of_master(context, program(), history.error());
    if (values.toggle("json"))
      print_json(context, wire::encode_history(*history));
    else
      context.out << history_page(*history, context.host.clock.wall(), context.out_terminal);
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
    print_json(context, wire::encode(*job));
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

}  // namespace

std::unique_ptr<Command> make::jobs_show() { return std::make_unique<JobsShow>(); }
std::unique_ptr<Command> make::jobs_history() { return std::make_unique<JobsHistory>(); }
std::unique_ptr<Command> make::jobs_watch() { return std::make_unique<JobsWatch>(); }
std::unique_ptr<Command> make::jobs_logs() { return std::make_unique<JobsLogs>(); }

}  // namespace cli
