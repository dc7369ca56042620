// ffwatt nodes drain, activate: whether a node gets jobs.
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/farm.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "wire/encode.h"

namespace cli {
namespace {

class NodesIntent : public Command {
 public:
  explicit NodesIntent(jobs::Intent intent)
      : intent_(intent), program_(intent == jobs::Intent::active ? "ffwatt nodes activate" : "ffwatt nodes drain") {}

  options::Shape shape() const override {
    std::vector<options::Option> own{
        {.flag = "json", .type = options::Option::Type::toggle, .help = "Print the node as JSON"}};
    std::vector<std::string> examples{program_ + " worker-1", program_ + " worker-1 --json"};
    if (intent_ == jobs::Intent::draining) {
      own.push_back({.flag = "deadline",
                     .type = options::Option::Type::duration,
                     .value_name = "TIME",
                     .help = "Give back to the queue what it has not ended within so long; else it ends all it has"});
      examples[1] = program_ + " worker-1 --deadline 10m";
    }
    return {.examples = examples,
            .options = with_master_options(std::move(own)),
            .arguments = {{.name = "NODE", .help = "Its name or its id; `ffwatt nodes ls` lists them"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    auto master = open_master(context, values, As::admin);
    if (!master) return complain(context, program_, master.error());
    const bool drains = intent_ == jobs::Intent::draining;
    const auto within = drains && values.has("deadline") ? std::optional(values.duration("deadline")) : std::nullopt;
    const auto view = master->set_intent(values.arguments.front(), intent_, within);
    if (!view) return complain_of_master(context, program_, view.error());
    if (values.toggle("json"))
      context.out << json::write(wire::encode(*view), json::Layout::indented) << "\n";
    else
      context.out << said(*view) << "\n";
    return ok;
  }

 private:
  static std::string said(const wire::NodeView& view) {
    const auto& name = view.node.facts.name;
    if (view.node.intent == jobs::Intent::active) return base::format("node {} is active and gets jobs", name);
    return base::format("node {} is {}: it gets no new job{}", name, jobs::name(view.node.intent),
                        view.running.empty() ? " and runs none" : " and ends " + base::join(view.running, " ")) +
           (view.node.give_back_at && !view.running.empty()
                ? base::format("; what is not ended at {} goes back to the queue",
                               units::rfc3339(*view.node.give_back_at))
                : std::string());
  }

  jobs::Intent intent_;
  std::string program_;
};

}  // namespace

std::unique_ptr<Command> make::nodes_drain() { return std::make_unique<NodesIntent>(jobs::Intent::draining); }
std::unique_ptr<Command> make::nodes_activate() { return std::make_unique<NodesIntent>(jobs::Intent::active); }

}  // namespace cli
