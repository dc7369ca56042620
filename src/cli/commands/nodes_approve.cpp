// ffwatt nodes approve, join-command: how a machine comes to work for a master.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/grid.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "net/certificates.h"
#include "os/machine.h"
#include "units/format.h"
#include "wire/tokens.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class NodesApprove : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt nodes approve", "ffwatt nodes approve K7F3-22QM"},
            .options = with_master_options({{.flag = "json", .type = Type::toggle, .help = "Print JSON"}}),
            .arguments = {{.name = "CODE",
                           .help = "As the agent shows it; without one, all that wait are listed",
                           .count = options::Shape::Argument::Count::optional}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt nodes approve";
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    if (values.arguments.empty()) return list(context, values, *master);
    const auto node = master->approve(values.arguments.front());
    if (!node) return complain_of_master(context, program, node.error());
    if (values.toggle("json"))
      context.out << json::write(wire::encode(*node), json::Layout::indented) << "\n";
    else
      context.out << base::format("{} at {} is let in; its agent's next try, within half a minute, will succeed\n",
                                  node->name, node->peer);
    return ok;
  }

 private:
  static int list(Context& context, const options::Values& values, client::MasterClient& master) {
    const auto nodes = master.waiting_nodes();
    if (!nodes) return complain_of_master(context, "ffwatt nodes approve", nodes.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode_waiting(*nodes), json::Layout::indented) << "\n";
      return ok;
    }
    std::vector<Row> rows{{"code", "address", "waits", "node"}};
    for (const auto& node : *nodes) rows.push_back({node.code, node.peer, units::text(node.age), node.name});
    context.out << grid(rows, context.out_terminal);
    if (nodes->empty()) context.err << "No node waits here. Start one on its machine: agent --register --master URL\n";
    return ok;
  }
};

class NodesJoinCommand : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt nodes join-command", "ffwatt nodes join-command --as http://10.0.0.1:8080"},
            .options = with_master_options(
                {{.flag = "as",
                  .value_name = "URL",
                  .help = "How that machine reaches the master; this machine's name where --master says localhost"}})};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt nodes join-command";
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program, master.error());
    const auto facts = os::machine_facts(context.host.files, context.host.root);
    std::string url = values.has("as") ? values.text("as") : values.text("master");
    for (const std::string_view here : {"://localhost", "://127.0.0.1", "://[::1]"})
      if (const auto at = url.find(here); at != std::string::npos && facts && !values.has("as"))
        url.replace(at, here.size(), "://" + facts->host_name);
    if (const auto checked = client::MasterClient::at(url); !checked)
      return complain(context, program, checked.error().in("--as"));
    std::string pin;
    if (url.starts_with("https"))
      if (const auto authority = master->authority())
        if (const auto fingerprint = net::fingerprint_of(*authority)) pin = " --ca-pin " + *fingerprint;
    const auto made = master->create_token({.scope = jobs::Scope::enrol, .name = "join-command"});
    if (!made) return complain_of_master(context, program, made.error());
    const auto& token = *made;
    context.out << base::format(
        "(umask 077; echo {} > ffwatt-enrol) && agent --register --master {} --key-file "
        "ffwatt-enrol{}\n",
        token.text, url, pin);
    context.err << base::format("Paste this line on the machine that is to join. It lets in one node, until {}.\n",
                                token.expires ? units::rfc3339(*token.expires) : "it is revoked");
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::nodes_approve() { return std::make_unique<NodesApprove>(); }
std::unique_ptr<Command> make::nodes_join_command() { return std::make_unique<NodesJoinCommand>(); }

}  // namespace cli
