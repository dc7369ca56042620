// ffwatt jobs results
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/result_table.h"
#include "cli/result_words.h"
#include "json/json.h"
#include "wire/listings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class JobsResults : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt jobs results --where state=completed --sort energy_joules",
                         "ffwatt jobs results --since 2026-01-31 --csv"},
            .options = with_master_options(with_result_options(
                {{.flag = "limit",
                  .short_flag = 'n',
                  .type = Type::integer,
                  .help = "At most so many [default 20; with --csv all]",
                  .least = 1,
                  .most = 1'000'000},
                 {.flag = "csv", .type = Type::toggle, .help = "Print CSV: one column for each fact"},
                 {.flag = "json",
                  .type = Type::toggle,
                  .help = "Print JSON: {\"results\": [...], \"count\", \"next\"}"}}))};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    auto words = result_words(values);
    if (!words) return complain(context, program, words.error());
    if (values.toggle("csv") && values.toggle("json"))
      return complain(context, program, base::Error::invalid("choose one of --csv and --json"));
    if (values.has("limit"))
      words->emplace_back("limit", std::to_string(values.integer("limit")));
    else if (!values.toggle("csv"))
      words->emplace_back("limit", usual_limit);
    return values.toggle("csv") ? csv(context, *master, *words) : list(context, *master, *words, values);
  }

 private:
  static constexpr std::string_view program = "ffwatt jobs results";
  static constexpr const char* usual_limit = "20";

  static int csv(Context& context, client::MasterClient& master, const Words& words) {
    const auto text = master.results_csv(words);
    if (!text) return complain_of_master(context, program, text.error());
    context.out << *text;
    return ok;
  }

  static int list(Context& context, client::MasterClient& master, const Words& words, const options::Values& values) {
    const auto answer = master.results(words);
    if (!answer) return complain_of_master(context, program, answer.error());
    if (values.toggle("json")) {
      context.out << json::write(*answer, json::Layout::indented) << "\n";
      return ok;
    }
    const auto reports = wire::decode_results(*answer);
    if (!reports) return complain(context, program, reports.error());
    context.out << result_table(*reports, context.out_terminal);
    if (reports->empty())
      context.err << "No result matches. All of them: ffwatt jobs results\n";
    else if (answer->at("next").is_string())
      context.err << base::format("The first {}; --limit shows more\n", reports->size());
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::jobs_results() { return std::make_unique<JobsResults>(); }

}  // namespace cli
