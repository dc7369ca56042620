#include "agent/capabilities.h"

#include "base/format.h"
#include "json/json.h"
#include "media/encoders.h"
#include "os/machine.h"
#include "power_sources/sources.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace agent {
namespace {

// The cache is a node's facts as they travel; ffmpeg_version holds the build that they were found with.
std::optional<std::vector<media::EncoderState>> cached(const os::Files& files, const os::Path& cache,
                                                       const std::string& build) {
  const auto text = files.read(cache);
  if (!text) return std::nullopt;
  const auto value = json::parse(*text);
  if (!value) return std::nullopt;
  auto facts = wire::decode_node_facts(*value);
  if (!facts || facts->ffmpeg_version != build) return std::nullopt;
  return std::move(facts->encoders);
}

}  // namespace

jobs::NodeFacts capabilities(os::Host& host, const os::Environment& environment, const CapabilitySettings& settings) {
  jobs::NodeFacts facts;
  if (const auto machine = os::machine_facts(host.files, host.root)) {
    facts.name = machine->host_name;
    facts.cpu_model = machine->cpu_model;
    facts.threads = machine->threads;
    facts.sockets = machine->sockets;
    facts.memory = machine->memory;
    facts.kernel = machine->kernel;
    facts.boot_id = machine->boot_id;
  }
  if (!settings.name.empty()) facts.name = settings.name;
  facts.slots = settings.slots;
  facts.device_slots = settings.device_slots;
  facts.labels = settings.labels;
  facts.agent_version = settings.version;

  for (auto& rung : power_sources::open_all(host, settings.energy).ladder)
    facts.energy_sources.push_back({rung.source,
                                    rung.in_use == power_sources::Rung::InUse::yes ? jobs::EnergySourceState::InUse::yes
                                                                                   : jobs::EnergySourceState::InUse::no,
                                    rung.detail});

  const auto ffmpeg = media::find_ffmpeg(host, "ffmpeg", environment);
  if (!ffmpeg) {
    facts.encoders = media::known_encoders();
    for (auto& encoder : facts.encoders) encoder.reason = ffmpeg.error().text();
    return facts;
  }
  facts.ffmpeg_version = ffmpeg->version;
  if (auto known = cached(host.files, settings.cache, ffmpeg->build)) {
    facts.encoders = std::move(*known);
    return facts;
  }
  facts.encoders = media::probe_encoders(host, *ffmpeg, environment);
  jobs::NodeFacts keep = facts;
  keep.ffmpeg_version = ffmpeg->build;
  (void)host.files.write_durably(settings.cache, json::write(wire::encode(keep), json::Layout::indented) + "\n", 0600);
  return facts;
}

}  // namespace agent
