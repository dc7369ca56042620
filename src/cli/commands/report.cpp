// ffwatt report
#include "report/report.h"

#include <ostream>

#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class ReportCommand : public Command {
 public:
  options::Shape shape() const override {
    return {
        .examples = {"ffwatt report last --out report.html", "ffwatt report 7f3k2q 8h2m1x --out compare.md",
                     "ffwatt report last --format csv"},
        .options = {{.flag = "out",
                     .type = Type::path,
                     .help = "Write to this file; the end of its name says the format. Without it: to the terminal"},
                    {.flag = "format",
                     .value_name = "NAME",
                     .help = "What to write, whatever the file is called [default md]",
                     .choices = report::format_names()}},
        .arguments = {{.name = "RUN",
                       .help = "Ids of runs, their first three characters, or 'last' (the default)",
                       .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto done = write(context, values);
    return done ? ok : complain(context, "ffwatt report", done.error());
  }

 private:
  base::Result<void> write(Context& context, const options::Values& values) {
    FFWATT_TRY(const auto format, wanted_format(values));
    FFWATT_TRY(const auto reports, find_runs(context, values.arguments));
    FFWATT_TRY(const auto text, report::render(format, reports));
    if (!values.has("out")) {
      context.out << text;
      return {};
    }
    FFWATT_CHECK(save_text(context.host.files, values.text("out"), text));
    context.err << "wrote " << values.text("out") << "\n";
    return {};
  }

  static base::Result<std::string> wanted_format(const options::Values& values) {
    if (values.has("format")) return values.text("format");
    if (values.has("out")) return format_of(values.text("out"));
    return std::string("md");
  }
};

}  // namespace

std::unique_ptr<Command> make::report() { return std::make_unique<ReportCommand>(); }

}  // namespace cli
