#include "agent/capabilities.h"

#include "base/format.h"
#include "json/json.h"
#include "media/encoders.h"
#include "os/machine.h"
#include "power_sources/gpus.h"
#include "power_sources/sources.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace agent {
namespace {

// The cache is a node's facts as they travel; ffmpeg_version holds the build that they were found with.
std::optional<jobs::NodeFacts> kept(const os::Files& files, const os::Path& cache, const std::string& build) {
  const auto text = files.read(cache);
  if (!text) return std::nullopt;
  const auto value = json::parse(*text);
  if (!value) return std::nullopt;
  auto facts = wire::decode_node_facts(*value);
  if (!facts || facts->ffmpeg_version != build) return std::nullopt;
  return *std::move(facts);
}

// Whether an encoder works hangs on these as well.
bool same_devices(const jobs::NodeFacts& a, const jobs::NodeFacts& b) {
  return a.kernel == b.kernel && a.gpus == b.gpus && a.render_nodes == b.render_nodes;
}

}  // namespace

os::Path encoders_file(const os::Path& state_folder) { return state_folder / "encoders.json"; }

std::optional<std::vector<media::EncoderState>> kept_encoders(const os::Files& files, const os::Path& cache,
                                                              const std::string& build) {
  auto facts = kept(files, cache, build);
  return facts ? std::optional(std::move(facts->encoders)) : std::nullopt;
}

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
  facts.roots = settings.roots;
  facts.render_nodes = media::render_nodes(host);
  if (auto gpus = power_sources::gpus(settings.energy.nvml_library))
    for (auto& gpu : *gpus) facts.gpus.push_back({gpu.name, gpu.uuid, gpu.driver, gpu.memory});
  else
    facts.gpu_reason = gpus.error().text();
  facts.disk.folder = settings.output_folder.string();
  if (const auto space = host.files.space(settings.output_folder))
    facts.disk.size = space->size, facts.disk.free = space->free;

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
  if (auto known = kept(host.files, settings.cache, ffmpeg->build); known && same_devices(*known, facts)) {
    facts.encoders = std::move(known->encoders);
    return facts;
  }
  facts.encoders = media::probe_encoders(host, *ffmpeg, environment);
  jobs::NodeFacts keep = facts;
  keep.ffmpeg_version = ffmpeg->build;
  (void)host.files.write_durably(settings.cache, json::write(wire::encode(keep), json::Layout::indented) + "\n", 0600);
  return facts;
}

}  // namespace agent
