// ffwatt nodes ls
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/node_page.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class NodesLs : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt nodes ls", "ffwatt nodes ls --json"},
            .options = with_master_options(
                {{.flag = "json", .type = Type::toggle, .help = "Print JSON: {\"nodes\": [...], \"count\"}"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt nodes ls";
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    const auto nodes = master->nodes();
    if (!nodes) return complain_of_master(context, program, nodes.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode_nodes(*nodes), json::Layout::indented) << "\n";
      return ok;
    }
    context.out << nodes_table(*nodes, context.out_terminal);
    for (const auto& view : *nodes)
      if (view.node.intent == jobs::Intent::quarantined)
        context.err << base::format("{} is quarantined: {}\n", view.node.facts.name, view.node.intent_reason);
    if (nodes->empty())
      context.err << "No node yet. On a machine with ffmpeg: agent --register --master " << values.text("master")
                  << "\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::nodes_ls() { return std::make_unique<NodesLs>(); }

}  // namespace cli
