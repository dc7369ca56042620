// ffwatt jobs cancel, pause, resume, retry, rm: jobs by their numbers, or all that match a filter.
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;
using base::format;
using jobs::Event;
using jobs::JobState;

struct Verb {
  std::string_view word;       // "pause"
  std::string_view done;       // "paused"
  std::optional<Event> event;  // nothing: they are removed
};

std::vector<JobState> states_for(const Verb& verb) {
  std::vector<JobState> states;
  for (const auto state : jobs::all_job_states())
    if (verb.event ? jobs::transition(state, *verb.event, jobs::Claim::none).verdict == jobs::Verdict::moved
                   : jobs::is_terminal(state))
      states.push_back(state);
  return states;
}

std::string counted(std::int64_t jobs) { return format("{} job{}", jobs, jobs == 1 ? "" : "s"); }

class JobsChange : public Command {
 public:
  explicit JobsChange(Verb verb) : verb_(verb), program_(format("ffwatt jobs {}", verb.word)) {}

  options::Shape shape() const override {
    std::vector<std::string> states;
    for (const auto state : states_for(verb_)) states.emplace_back(jobs::name(state));
    return {.examples = {format("{} 42", program_), format("{} 42 43", program_),
                         format("{} --state {} --scenario 720p30-h264", program_, usual_state())},
            .options = with_master_options(
                {{.flag = "state", .value_name = "STATE", .help = "All jobs in this state", .choices = states},
                 {.flag = "scenario",
                  .value_name = "NAME",
                  .help = verb_.event == Event::retry ? "All failed jobs of this scenario, or with --state those in it"
                                                      : "All jobs of this scenario"},
                 {.flag = "yes",
                  .short_flag = 'y',
                  .type = Type::toggle,
                  .help = "With --state or --scenario: ask nothing"},
                 {.flag = "json", .type = Type::toggle, .help = "Print the jobs, or how many were changed, as JSON"}}),
            .arguments = {{.name = "JOB",
                           .help = "Its number, with or without #, or its id",
                           .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const bool filtered = values.has("state") || values.has("scenario");
    if (filtered != values.arguments.empty())
      return complain(context, program_,
                      base::Error::invalid(filtered ? "give either JOB or --state and --scenario, not both"
                                                    : format("which jobs? Give their numbers, or all that are {} by "
                                                             "--state {}",
                                                             usual_state(), usual_state())));
    if (!filtered && values.toggle("yes"))
      return complain(context, program_, base::Error::invalid("--yes is for --state and --scenario; JOB asks nothing"));
    auto master = open_master(context, values);
    if (!master) return complain(context, program_, master.error());
    return filtered ? change_matching(context, values, *master) : change_named(context, values, *master);
  }

 private:
  // One that shows what the verb is for.
  std::string_view usual_state() const {
    if (verb_.event == Event::resume) return "paused";
    return verb_.event == Event::cancel || verb_.event == Event::pause ? "queued" : "failed";
  }

  int change_named(Context& context, const options::Values& values, client::MasterClient& master) {
    std::vector<json::Value> changed;
    int code = ok, removed = 0;
    for (const auto& name : values.arguments) {
      std::string said;
      base::Result<void> done;
      if (verb_.event) {
        const auto job = master.change(name, *verb_.event);
        if (job) {
          said = format("job #{} is {}", job->number, jobs::name(job->state));
          changed.push_back(wire::encode(*job));
        } else {
          done = job.error();
        }
      } else if (done = master.remove(name); done) {
        said = format("job {} is removed; its result stays", name);
        ++removed;
      }
      if (done) {
        if (!values.toggle("json")) context.out << said << "\n";
        continue;
      }
      const int one = complain_of_master(context, program_, done.error());
      if (code == ok) code = one;
      if (one == unavailable) break;  // nor would the others be heard
    }
    if (!values.toggle("json")) return code;
    if (!verb_.event)
      print(context, wire::encode_many(removed, false));
    else if (values.arguments.size() > 1)
      print(context, wire::encode_jobs(std::move(changed)));
    else if (!changed.empty())
      print(context, changed.front());
    return code;
  }

  int change_matching(Context& context, const options::Values& values, client::MasterClient& master) {
    const auto queries = queries_of(values);
    std::int64_t matching = 0;
    for (const auto& query : queries) {
      const auto page = master.jobs(query);
      if (!page) return complain_of_master(context, program_, page.error());
      matching += page->count;
    }
    if (matching > 0 && !values.toggle("yes")) {
      if (!context.answers)
        return complain(context, program_,
                        base::Error::invalid(format("{} would be {}, and nobody can be asked here, since standard "
                                                    "input is no terminal; nothing was changed. Give --yes",
                                                    counted(matching), verb_.done)));
      if (!agreed(context, format("{} {}?", verb_.word, counted(matching)))) {
        context.err << "nothing was changed\n";
        return ok;
      }
    }
    std::int64_t changed = 0;
    for (const auto& query : queries) {
      for (auto more = wire::Many::More::yes; more == wire::Many::More::yes;) {
        const auto many = verb_.event ? master.change_many(query, *verb_.event) : master.remove_many(query);
        if (!many) {
          if (changed > 0) context.err << format("{} {} before this:\n", counted(changed), verb_.done);
          return complain_of_master(context, program_, many.error());
        }
        changed += many->changed;
        more = many->more;
      }
    }
    if (values.toggle("json"))
      print(context, wire::encode_many(static_cast<int>(changed), false));
    else
      context.out << format("{} {}\n", counted(changed), verb_.done);
    return ok;
  }

  // One for each state: of a list that holds other states too, the first hundreds may be such as cannot be changed.
  std::vector<wire::JobQuery> queries_of(const options::Values& values) const {
    std::vector<JobState> states = states_for(verb_);
    if (verb_.event == Event::retry) states = {JobState::failed};
    if (values.has("state")) states = {jobs::parse_job_state(values.text("state")).value()};  // one of the choices
    std::vector<wire::JobQuery> queries;
    for (const auto state : states) {
      wire::JobQuery query;
      query.state = state;
      if (values.has("scenario")) query.scenario = values.text("scenario");
      query.limit = 1;
      queries.push_back(std::move(query));
    }
    return queries;
  }

  static void print(Context& context, const json::Value& value) {
    context.out << json::write(value, json::Layout::indented) << "\n";
  }

  Verb verb_;
  std::string program_;
};

std::unique_ptr<Command> changing(Verb verb) { return std::make_unique<JobsChange>(verb); }

}  // namespace

std::unique_ptr<Command> make::jobs_cancel() { return changing({"cancel", "canceled", Event::cancel}); }
std::unique_ptr<Command> make::jobs_pause() { return changing({"pause", "paused", Event::pause}); }
std::unique_ptr<Command> make::jobs_resume() { return changing({"resume", "resumed", Event::resume}); }
std::unique_ptr<Command> make::jobs_retry() { return changing({"retry", "queued again", Event::retry}); }
std::unique_ptr<Command> make::jobs_rm() { return changing({"rm", "removed", std::nullopt}); }

}  // namespace cli
