// ffwatt runs show
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "report/report.h"
#include "wire/encode.h"

namespace cli {
namespace {

constexpr std::string_view me = "ffwatt runs show";

class RunsShow : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt runs show last", "ffwatt runs show 7f3k2q --json",
                     "ffwatt runs show last --trace-csv power.csv"},
        .options = {{.flag = "json", .type = options::Option::Type::toggle, .help = "Print the whole record as JSON"},
                    {.flag = "trace-csv",
                     .type = options::Option::Type::path,
                     .value_name = "FILE",
                     .help = "Write what every sensor said while it ran, sample by sample, as CSV; - is stdout"}},
        .arguments = {{.name = "RUN",
                       .help = "Id of a run, its first three characters, or 'last' (the default)",
                       .count = options::Shape::Argument::Count::optional}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto found = find_runs(context, values.arguments);
    if (!found) return complain(context, me, found.error());
    const auto& report = found->front();
    if (values.has("trace-csv")) return write_trace(context, values.text("trace-csv"), report);
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(report), json::Layout::indented) << "\n";
      return ok;
    }
    context.out << units::rfc3339(report.timings.started) << "  " << base::shell_join(report.command) << "\n";
    context.out << report::summary(report, style_for(context.out_terminal));
    return ok;
  }

 private:
  static int write_trace(Context& context, const std::string& file, const jobs::Report& report) {
    const auto csv = power_csv_of(context, report);
    if (!csv) return complain(context, me, csv.error());
    const auto saved = save_text(context, file, *csv);
    return saved ? ok : complain(context, me, saved.error());
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_show() { return std::make_unique<RunsShow>(); }

}  // namespace cli
