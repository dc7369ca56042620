#include "cli/bench/printed.h"

#include <ostream>

#include "cli/output.h"
#include "json/json.h"
#include "report/experiment.h"

namespace cli::bench {

std::vector<options::Option> format_options() {
  return {{.flag = "format",
           .short_flag = 'o',
           .help = "What to print",
           .standard = "table",
           .choices = {"table", "json", "csv"}},
          {.flag = "json", .type = options::Option::Type::toggle, .help = "The same as --format json"}};
}

void print(Context& context, const options::Values& values, const wire::Experiment& experiment) {
  if (values.toggle("json") || values.text("format") == "json")
    context.out << json::write(wire::encode(experiment), json::Layout::indented) << "\n";
  else if (values.text("format") == "csv")
    context.out << report::experiment_csv(experiment);
  else
    context.out << report::experiment_table(experiment, style_for(context.out_terminal));
  context.out.flush();
}

}  // namespace cli::bench
