#include "cli/node_page.h"

#include "base/format.h"
#include "base/text.h"
#include "cli/job_page.h"
#include "units/format.h"

namespace cli {
namespace {

using base::format;
using media::EncoderState;

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }
std::string count_or_dash(int count) { return count > 0 ? format("{}", count) : "-"; }

std::string working_encoders(const jobs::NodeFacts& facts) {
  std::vector<std::string> names;
  for (const auto& encoder : facts.encoders)
    if (encoder.works == EncoderState::Works::yes) names.push_back(encoder.name);
  if (names.empty()) return facts.encoders.empty() ? "-" : "none";
  return base::join(names, " ");
}

std::string energy_source(const jobs::NodeFacts& facts) {
  for (const auto& source : facts.energy_sources)
    if (source.in_use == jobs::EnergySourceState::InUse::yes) return source.source;
  return facts.energy_sources.empty() ? "-" : "none";
}

// "up", "up, draining"
std::string state(const wire::NodeView& view) {
  std::string text(jobs::name(view.liveness));
  if (view.node.intent != jobs::Intent::active) text += format(", {}", jobs::name(view.node.intent));
  return text;
}

std::string slots(const jobs::NodeFacts& facts) {
  std::string text = format("{}", facts.slots);
  for (const auto& [device, count] : facts.device_slots) text += format(" {}:{}", device, count);
  return text;
}

std::string labels(const jobs::NodeFacts& facts) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : facts.labels) parts.push_back(format("{}={}", name, value));
  return base::join(parts, ", ");
}

std::string machine(const jobs::NodeFacts& facts) {
  std::vector<std::string> parts;
  if (!facts.cpu_model.empty()) parts.push_back(facts.cpu_model);
  if (facts.threads > 0) parts.push_back(format("{} threads", facts.threads));
  if (facts.sockets > 0) parts.push_back(format("{} socket{}", facts.sockets, facts.sockets == 1 ? "" : "s"));
  if (facts.memory.value() > 0) parts.push_back(units::text(facts.memory));
  return base::join(parts, ", ");
}

std::vector<std::string> gpus(const jobs::NodeFacts& facts) {
  std::vector<std::string> out;
  for (const auto& gpu : facts.gpus) {
    std::string text = gpu.name;
    if (gpu.memory.value() > 0) text += ", " + units::text(gpu.memory);
    if (!gpu.driver.empty()) text += ", driver " + gpu.driver;
    out.push_back(std::move(text));
  }
  if (out.empty()) out.push_back(facts.gpu_reason.empty() ? "-" : "none: " + facts.gpu_reason);
  return out;
}

std::string disk(const jobs::NodeFacts& facts) {
  if (facts.disk.folder.empty()) return {};
  if (facts.disk.size.value() <= 0) return facts.disk.folder;
  return format("{} free of {} at {}", units::text(facts.disk.free), units::text(facts.disk.size), facts.disk.folder);
}

std::string versions(const jobs::NodeFacts& facts) {
  std::vector<std::string> parts;
  if (!facts.agent_version.empty()) parts.push_back("agent " + facts.agent_version);
  if (!facts.ffmpeg_version.empty()) parts.push_back("ffmpeg " + facts.ffmpeg_version);
  if (!facts.kernel.empty()) parts.push_back("kernel " + facts.kernel);
  return base::join(parts, ", ");
}

}  // namespace

std::string nodes_table(const std::vector<wire::NodeView>& nodes, const os::TerminalFacts& terminal) {
  std::vector<Row> rows{{"node", "state", "heard", "jobs", "threads", "energy", "encoders"}};
  for (const auto& view : nodes) {
    const auto& facts = view.node.facts;
    rows.push_back({facts.name, state(view), units::text(view.heartbeat_age) + " ago",
                    format("{}/{}", view.running.size(), slots(facts)), count_or_dash(facts.threads),
                    energy_source(facts), working_encoders(facts)});
  }
  return grid(rows, terminal);
}

std::string node_page(const wire::NodeView& view, units::WallTime now, const os::TerminalFacts& terminal) {
  const auto& facts = view.node.facts;
  std::vector<Row> rows{{"node", facts.name},
                        {"id", view.node.id.text()},
                        {"state", format("{}, heard {} ago", state(view), units::text(view.heartbeat_age))}};
  if (!view.node.intent_reason.empty()) rows.push_back({"why", view.node.intent_reason});
  if (view.node.give_back_at) rows.push_back({"gives back at", units::rfc3339(*view.node.give_back_at)});
  rows.push_back({"running", or_dash(base::join(view.running, " "))});
  rows.push_back({"slots", slots(facts)});
  rows.push_back({"labels", or_dash(labels(facts))});
  rows.push_back({"machine", or_dash(machine(facts))});
  for (const auto& gpu : gpus(facts)) rows.push_back({"gpu", gpu});
  rows.push_back({"render nodes", or_dash(base::join(facts.render_nodes, " "))});
  rows.push_back({"disk", or_dash(disk(facts))});
  rows.push_back({"roots", facts.roots.empty() ? "any path" : base::join(facts.roots, " ")});
  rows.push_back({"versions", or_dash(versions(facts))});
  rows.push_back({"registered", ago(view.node.registered, now)});
  std::string out = facts_of(rows, terminal);

  rows = {{"encoder", "codec", "works", "where, or why not"}};
  for (const auto& encoder : facts.encoders)
    rows.push_back({encoder.name, std::string(media::name(encoder.codec)),
                    encoder.works == EncoderState::Works::yes ? "yes" : "no",
                    encoder.device.empty() ? encoder.reason : "on " + encoder.device});
  if (rows.size() > 1) out += "\n" + grid(rows, terminal, Rest::wrapped);

  rows = {{"energy source", "in use", "detail"}};
  for (const auto& source : facts.energy_sources)
    rows.push_back({source.source, source.in_use == jobs::EnergySourceState::InUse::yes ? "yes" : "no", source.reason});
  if (rows.size() > 1) out += "\n" + grid(rows, terminal, Rest::wrapped);
  return out;
}

}  // namespace cli
