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

class RunsShow : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt runs show last", "ffwatt runs show 7f3k2q --json"},
        .options = {{.flag = "json", .type = options::Option::Type::toggle, .help = "Print the whole record as JSON"}},
        .arguments = {{.name = "RUN",
                       .help = "Id of a run, its first three characters, or 'last' (the default)",
                       .count = options::Shape::Argument::Count::optional}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto found = find_runs(context, values.arguments);
    if (!found) return complain(context, "ffwatt runs show", found.error());
    const auto& report = found->front();
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(report), json::Layout::indented) << "\n";
      return ok;
    }
    context.out << units::rfc3339(report.timings.started) << "  " << base::shell_join(report.command) << "\n";
    context.out << report::summary(report, style_for(context.out_terminal));
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_show() { return std::make_unique<RunsShow>(); }

}  // namespace cli
