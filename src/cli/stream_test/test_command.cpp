#include "cli/stream_test/test_command.h"

#include <ostream>

#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/stream_test/test_run.h"

namespace cli::stream_test {

using Type = options::Option::Type;

options::Shape TestCommand::with_common_options(options::Shape shape) {
  for (auto& option : common_options()) shape.options.push_back(std::move(option));
  shape.options.push_back({.flag = "json", .type = Type::toggle, .help = "Print the results file, on stdout"});
  shape.options.push_back({.flag = "quiet", .short_flag = 'q', .type = Type::toggle, .help = "Print errors only"});
  // No key: ./ffwatt.toml of a folder must not choose what is executed.
  shape.options.push_back({.flag = "ffmpeg",
                           .variable = "FFWATT_FFMPEG",
                           .type = Type::path,
                           .value_name = "PROGRAM",
                           .help = "Which ffmpeg to use",
                           .standard = "ffmpeg"});
  for (auto& option : metering_options()) shape.options.push_back(std::move(option));
  return shape;
}

int TestCommand::run(Context& context, const options::Values& values) {
  auto made = plan(context, values);
  if (!made) return complain(context, program(), made.error());
  if (values.toggle("dry-run")) {
    context.out << plan_table(*made, context.out_terminal);
    return ok;
  }
  auto bench = open_workbench(context, values, *made, program());
  if (!bench) return complain(context, program(), bench.error());
  const Telling telling{program(), values.toggle("quiet"), values.toggle("json")};
  if (made->course != Plan::Course::once && !telling.quiet) context.err << plan_table(*made, context.err_terminal);
  return TestRun(context, telling, *std::move(made), *std::move(bench))();
}

}  // namespace cli::stream_test
