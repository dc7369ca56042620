// ffwatt jobs ls
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

class JobsLs : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt jobs ls", "ffwatt jobs ls --state failed", "ffwatt jobs ls --state running --json"},
        .options = with_master_options(
            {{.flag = "state",
              .value_name = "STATE",
              .help = "Only jobs in this state",
              .choices = {"queued", "running", "canceling", "paused", "completed", "failed", "canceled"}},
             {.flag = "scenario", .value_name = "NAME", .help = "Only jobs of this scenario"},
             {.flag = "limit",
              .short_flag = 'n',
              .type = Type::integer,
              .help = "At most so many",
              .standard = "50",
              .least = 1,
              .most = 500},
             {.flag = "json", .type = Type::toggle, .help = "Print JSON: {\"jobs\": [...], \"count\", \"next\"}"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt jobs ls";
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    wire::JobQuery query;
    if (values.has("state")) query.state = jobs::parse_job_state(values.text("state")).value();  // one of the choices
    if (values.has("scenario")) query.scenario = values.text("scenario");
    query.limit = static_cast<int>(values.integer("limit"));
    const auto page = master->jobs(query);
    if (!page) return complain_of_master(context, program, page.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(*page), json::Layout::indented) << "\n";
      return ok;
    }
    const auto now = context.host.clock.wall();
    const bool failures = query.state == jobs::JobState::failed;
    std::vector<Row> rows{failures ? failed_job_header() : job_header()};
    for (const auto& job : page->jobs) rows.push_back(failures ? failed_job_row(job, now) : job_row(job, now));
    context.out << grid(rows, context.out_terminal);
    if (page->jobs.empty())
      context.err << "No job matches. Submit one: ffwatt jobs submit 720p30-h264 --set duration=10\n";
    else if (!page->next.empty())
      context.err << base::format("{} of {} jobs; --limit shows more\n", page->jobs.size(), page->count);
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::jobs_ls() { return std::make_unique<JobsLs>(); }

}  // namespace cli
