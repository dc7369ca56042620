// ffwatt nodes ls
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "units/format.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;

std::string working_encoders(const jobs::NodeFacts& facts) {
  std::vector<std::string> names;
  for (const auto& encoder : facts.encoders)
    if (encoder.works == media::EncoderState::Works::yes) names.push_back(encoder.name);
  return names.empty() ? "none" : base::join(names, " ");
}

std::string energy_source(const jobs::NodeFacts& facts) {
  for (const auto& source : facts.energy_sources)
    if (source.in_use == jobs::EnergySourceState::InUse::yes) return source.source;
  return "none";
}

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
    std::vector<Row> rows{{"node", "liveness", "intent", "heard", "jobs", "threads", "energy", "encoders"}};
    for (const auto& view : *nodes) {
      const auto& facts = view.node.facts;
      rows.push_back({facts.name, std::string(jobs::name(view.liveness)), std::string(jobs::name(view.node.intent)),
                      units::text(view.heartbeat_age) + " ago", base::format("{}/{}", view.running.size(), facts.slots),
                      base::format("{}", facts.threads), energy_source(facts), working_encoders(facts)});
    }
    context.out << grid(rows, context.out_terminal);
    if (nodes->empty())
      context.err << "No node yet. On a machine with ffmpeg: agent --register --master " << values.text("master")
                  << "\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::nodes_ls() { return std::make_unique<NodesLs>(); }

}  // namespace cli
