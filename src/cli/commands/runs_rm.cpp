// ffwatt runs rm: runs of this machine are forgotten, by their ids or by what they have in common.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/result_words.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt runs rm";
constexpr int most_removed = 100'000;

class RunsRm : public Command {
 public:
  options::Shape shape() const override {
    return {
        .description = "Forget runs and their power traces. By id at once; by --where and --since after a question.",
        .examples = {"ffwatt runs rm 7f3k2q 91c", "ffwatt runs rm --where tags.import=old.json",
                     "ffwatt runs rm --where kind=test --yes"},
        .options = with_result_options(
            {{.flag = "yes", .type = Type::toggle, .help = "Ask nothing about what --where and --since mean"}}),
        .arguments = {{.name = "RUN",
                       .help = "Ids of runs, their first three characters, or 'last'",
                       .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto words = result_words(values);
    if (!words) return complain(context, me, words.error());
    if (values.arguments.empty() == words->empty())
      return complain(
          context, me,
          Error::invalid("say which runs: their ids, or --where FACT=VALUE (not both); `ffwatt runs ls` lists them"));
    auto found = values.arguments.empty() ? meant(context, *words) : find_runs(context, values.arguments);
    if (!found) return complain(context, me, found.error());
    const auto counted = format("{} run{}", found->size(), found->size() == 1 ? "" : "s");
    if (values.arguments.empty() && !found->empty() && !values.toggle("yes")) {
      if (!context.answers)
        return complain(
            context, me,
            Error::invalid(format("{} would be removed, and nobody can be asked here, since standard input is "
                                  "no terminal; nothing was changed. Give --yes",
                                  counted)));
      if (!agreed(context, format("remove {}?", counted))) {
        context.err << "nothing was changed\n";
        return ok;
      }
    }
    for (const auto& report : *found)
      if (const auto done = remove_run(context, report.id); !done) return complain(context, me, done.error());
    context.out << counted << " removed\n";
    return ok;
  }

 private:
  static base::Result<std::vector<jobs::Report>> meant(Context& context, const Words& words) {
    FFWATT_TRY(const auto query, wire::read_result_query(words, wire::most_results));
    return matching_runs(context, query, most_removed);
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_rm() { return std::make_unique<RunsRm>(); }

}  // namespace cli
