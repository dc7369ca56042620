// ffwatt nodes show
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

base::Result<wire::NodeView> find_node(std::vector<wire::NodeView> nodes, const std::string& name) {
  std::erase_if(nodes, [&](const auto& view) { return view.node.id.text() != name && view.node.facts.name != name; });
  if (nodes.empty())
    return base::Error::absent(base::format("there is no node '{}'; list them with `ffwatt nodes ls`", name));
  if (nodes.size() == 1) return std::move(nodes.front());
  std::string ids;
  for (const auto& view : nodes) ids += "\n  " + view.node.id.text();
  return base::Error::invalid(base::format("{} nodes are named '{}'; give the id of one:{}", nodes.size(), name, ids));
}

class NodesShow : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt nodes show worker-1", "ffwatt nodes show worker-1 --json"},
            .options = with_master_options(
                {{.flag = "json", .type = options::Option::Type::toggle, .help = "Print the node as JSON"}}),
            .arguments = {{.name = "NODE", .help = "Its name or its id; `ffwatt nodes ls` lists them"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt nodes show";
    auto master = open_master(context, values);
    if (!master) return complain(context, program, master.error());
    auto nodes = master->nodes();
    if (!nodes) return complain_of_master(context, program, nodes.error());
    const auto view = find_node(*std::move(nodes), values.arguments.front());
    if (!view) return complain(context, program, view.error());
    if (values.toggle("json"))
      context.out << json::write(wire::encode(*view), json::Layout::indented) << "\n";
    else
      context.out << node_page(*view, context.host.clock.wall(), context.out_terminal);
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::nodes_show() { return std::make_unique<NodesShow>(); }

}  // namespace cli
