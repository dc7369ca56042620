// ffwatt runs tag: what a run is called by in filters, changed afterwards.
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/output.h"

namespace cli {
namespace {

using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt runs tag";

class RunsTag : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt runs tag last --set codec=h264 --set place=lab",
                         "ffwatt runs tag 7f3 91c --unset place", "ffwatt runs ls --where tags.codec=h264"},
            .options = {{.flag = "set",
                         .type = Type::list,
                         .value_name = "KEY=VALUE",
                         .help = "A tag and its value; may come more than once",
                         .items = options::Option::Items::lines},
                        {.flag = "unset",
                         .type = Type::list,
                         .value_name = "KEY",
                         .help = "Take this tag away; may come more than once",
                         .items = options::Option::Items::lines}},
            .arguments = {{.name = "RUN",
                           .help = "Ids of runs, their first three characters, or 'last'",
                           .count = options::Shape::Argument::Count::many}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto set = parse_tags(values.has("set") ? values.list("set") : std::vector<std::string>(), "set");
    if (!set) return complain(context, me, set.error());
    const auto unset = values.has("unset") ? values.list("unset") : std::vector<std::string>();
    if (set->empty() && unset.empty())
      return complain(context, me, base::Error::invalid("give --set KEY=VALUE or --unset KEY"));
    auto found = find_runs(context, values.arguments);
    if (!found) return complain(context, me, found.error());
    for (auto& report : *found) {
      for (const auto& [key, value] : *set) report.tags[key] = value;
      for (const auto& key : unset) report.tags.erase(key);
      if (const auto done = tag_run(context, report); !done) return complain(context, me, done.error());
      std::vector<std::string> tags;
      for (const auto& [key, value] : report.tags) tags.push_back(key + "=" + value);
      context.out << base::format("run {}: {}\n", report.id, tags.empty() ? "no tags" : base::join(tags, " "));
    }
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::runs_tag() { return std::make_unique<RunsTag>(); }

}  // namespace cli
