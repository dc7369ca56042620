// ffwatt runs ls
#include <ostream>

#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/result_words.h"
#include "json/json.h"
#include "report/report.h"
#include "wire/listings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

// The id is what every other command takes, so it leads the row's name, where the table cuts last.
std::vector<jobs::Report> with_ids(std::vector<jobs::Report> reports) {
  for (auto& report : reports) {
    if (report.name.empty() && !report.command.empty()) report.name = os::Path(report.command[0]).filename().string();
    report.name = report.id + " " + report.name;
  }
  return reports;
}

class RunsLs : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt runs ls", "ffwatt runs ls --codec h264 --sort energy_joules --limit 1",
                         "ffwatt runs ls --limit 100 --json"},
            .options =
                with_result_options({{.flag = "limit",
                                      .short_flag = 'n',
                                      .type = Type::integer,
                                      .help = "At most so many",
                                      .standard = "20",
                                      .least = 1,
                                      .most = 10'000},
                                     {.flag = "json", .type = Type::toggle, .help = "Print JSON: {\"runs\": [...]}"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt runs ls";
    const auto words = result_words(values);
    if (!words) return complain(context, program, words.error());
    const auto query = wire::read_result_query(*words, wire::most_results);
    if (!query) return complain(context, program, query.error());
    const auto reports = matching_runs(context, *query, static_cast<int>(values.integer("limit")));
    if (!reports) return complain(context, program, reports.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode_runs(*reports), json::Layout::indented) << "\n";
    } else if (reports->empty() && !words->empty()) {
      context.err << "No run matches. The newest of all: ffwatt runs ls\n";
    } else if (reports->empty()) {
      context.err << "No run is kept yet. Make one: ffwatt run -- ffmpeg -i in.mp4 out.mp4\n";
    } else {
      context.out << report::energy_table(with_ids(*reports), style_for(context.out_terminal));
    }
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_ls() { return std::make_unique<RunsLs>(); }

}  // namespace cli
