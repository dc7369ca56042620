// ffwatt report
#include "report/report.h"

#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class ReportCommand : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt report last --out report.html", "ffwatt report 7f3k2q 8h2m1x --out compare.md",
                         "ffwatt report last --format csv", "ffwatt report --jobs 1 2 --out report.html"},
            .options = with_master_options(
                {{.flag = "jobs", .type = Type::toggle, .help = "The RUNs are jobs of a master, by number or id"},
                 {.flag = "out",
                  .type = Type::path,
                  .help = "Write to this file; the end of its name says the format. Without it: to the terminal"},
                 {.flag = "format",
                  .value_name = "NAME",
                  .help = "What to write, whatever the file is called [default table]",
                  .choices = formats()}}),
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
    FFWATT_TRY(const auto reports,
               values.toggle("jobs") ? reports_of_jobs(context, values) : find_runs(context, values.arguments));
    FFWATT_TRY(const auto text, rendered(context, format, reports));
    if (!values.has("out")) {
      context.out << text;
      return {};
    }
    FFWATT_CHECK(save_text(context, values.text("out"), text));
    if (!is_stdout(values.text("out"))) context.err << "wrote " << values.text("out") << "\n";
    return {};
  }

  static base::Result<std::string> wanted_format(const options::Values& values) {
    if (values.has("format")) return values.text("format");
    if (values.has("out")) return format_of(values.text("out"));
    return std::string(table);
  }

  static base::Result<std::string> rendered(Context& context, const std::string& format,
                                            const std::vector<jobs::Report>& reports) {
    if (format == table) return report::energy_table(reports, style_for(context.out_terminal));
    return report::render(format, reports);
  }

  // For eyes; the others are for files.
  static constexpr std::string_view table = "table";
  static std::vector<std::string> formats() {
    auto names = report::format_names();
    names.emplace_back(table);
    return names;
  }

  static base::Result<std::vector<jobs::Report>> reports_of_jobs(Context& context, const options::Values& values) {
    if (values.arguments.empty()) return base::Error::invalid("--jobs: which ones? `ffwatt jobs ls` lists them");
    FFWATT_TRY(auto master, open_master(context, values));
    std::vector<jobs::Report> reports;
    for (const auto& word : values.arguments) {
      FFWATT_TRY(auto shown, master.job(word));
      auto& job = shown.job;
      if (!job.report)
        return base::Error::absent(
            base::format("job #{} is {} and has no result yet", job.number, jobs::name(job.state)));
      reports.push_back(std::move(*job.report));
    }
    return reports;
  }
};

}  // namespace

std::unique_ptr<Command> make::report() { return std::make_unique<ReportCommand>(); }

}  // namespace cli
