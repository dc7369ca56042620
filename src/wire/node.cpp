// Nodes: what an agent tells about its machine, and what the master knows of it besides.
#include "base/format.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

constexpr std::size_t most_encoders = 256;
constexpr std::size_t most_sources = 64;
// More than the largest machines have, and the agent's slots by the jobs that a GPU's encoders carry.
constexpr int most_threads = 65'536;
constexpr int most_slots = 256;

// The name stands in logs, metrics and tables.
std::string read_node_name(json::Reader& reader) {
  const auto name = reader.required_string("name", longest_name);
  const bool given = !reader.value().at("name").is_null();
  if (given && name.empty()) reader.fault("name", "is empty; give the host's name");
  if (has_control_character(name)) reader.fault("name", "holds a control character; give the host's name");
  return name;
}

json::Value encode_encoder(const media::EncoderState& encoder) {
  auto value = json::Value::object({{"name", encoder.name},
                                    {"codec", media::name(encoder.codec)},
                                    {"works", encoder.works == media::EncoderState::Works::yes}});
  set_text(value, "reason", encoder.reason);
  set_text(value, "device", encoder.device);
  return value;
}

media::EncoderState read_encoder(json::Reader& reader) {
  using Works = media::EncoderState::Works;
  media::EncoderState encoder;
  encoder.name = reader.required_string("name", longest_name);
  encoder.codec = read_named(reader, "codec", media::parse_codec);
  require(reader, "works", "true or false");
  encoder.works = reader.boolean("works").value_or(false) ? Works::yes : Works::no;
  encoder.reason = read_text(reader, "reason", longest_text);
  encoder.device = read_text(reader, "device");
  return encoder;
}

// The devices whose encoders are counted; others have none of ffwatt's.
std::map<std::string, int> read_device_slots(json::Reader& reader) {
  std::map<std::string, int> slots;
  for (const auto& device : jobs::slot_devices())
    if (const auto count = reader.integer(device, 0, most_slots)) slots[device] = static_cast<int>(*count);
  return slots;
}

json::Value encode_source(const jobs::EnergySourceState& state) {
  auto value =
      json::Value::object({{"source", state.source}, {"in_use", state.in_use == jobs::EnergySourceState::InUse::yes}});
  set_text(value, "reason", state.reason);
  return value;
}

jobs::EnergySourceState read_source(json::Reader& reader) {
  using InUse = jobs::EnergySourceState::InUse;
  jobs::EnergySourceState state;
  state.source = reader.required_string("source", longest_name);
  require(reader, "in_use", "true or false");
  state.in_use = reader.boolean("in_use").value_or(false) ? InUse::yes : InUse::no;
  state.reason = read_text(reader, "reason", longest_text);
  return state;
}

constexpr std::size_t most_gpus = 64, most_render_nodes = 64, most_roots = 64;

json::Value encode_gpu(const jobs::Gpu& gpu) {
  auto value = json::Value::object({{"name", gpu.name}});
  set_text(value, "uuid", gpu.uuid);
  set_text(value, "driver", gpu.driver);
  set_unsure(value, "memory_bytes", gpu.memory);
  return value;
}

jobs::Gpu read_gpu(json::Reader& reader) {
  jobs::Gpu gpu;
  gpu.name = reader.required_string("name", longest_name);
  gpu.uuid = read_text(reader, "uuid");
  gpu.driver = read_text(reader, "driver");
  gpu.memory = read_quantity<units::Bytes>(reader, "memory_bytes");
  return gpu;
}

json::Value encode_disk(const jobs::Disk& disk) {
  auto value = json::Value::object({{"folder", disk.folder}});
  set_unsure(value, "size_bytes", disk.size);
  set_unsure(value, "free_bytes", disk.free);
  return value;
}

jobs::Disk read_disk(json::Reader& reader) {
  jobs::Disk disk;
  disk.folder = reader.required_string("folder");
  disk.size = read_quantity<units::Bytes>(reader, "size_bytes");
  disk.free = read_quantity<units::Bytes>(reader, "free_bytes");
  return disk;
}

}  // namespace

void write_facts(const jobs::NodeFacts& facts, json::Value& into) {
  into.set("name", facts.name);
  set_text(into, "cpu_model", facts.cpu_model);
  if (facts.threads > 0) into.set("threads", facts.threads);
  if (facts.sockets > 0) into.set("sockets", facts.sockets);
  set_unsure(into, "memory_bytes", facts.memory);
  set_text(into, "ffmpeg_version", facts.ffmpeg_version);
  set_text(into, "agent_version", facts.agent_version);
  set_text(into, "kernel", facts.kernel);
  set_text(into, "boot_id", facts.boot_id);
  if (facts.life > 0) into.set("life", facts.life);
  into.set("slots", facts.slots);
  if (!facts.device_slots.empty()) {
    auto devices = json::Value::object();
    for (const auto& [device, slots] : facts.device_slots) devices.set(device, slots);
    into.set("device_slots", std::move(devices));
  }
  if (!facts.labels.empty()) set_texts(into, "labels", facts.labels);
  if (!facts.roots.empty()) into.set("roots", array_of(facts.roots));
  if (!facts.gpus.empty()) into.set("gpus", array_of(facts.gpus, encode_gpu));
  set_text(into, "gpu_reason", facts.gpu_reason);
  if (!facts.render_nodes.empty()) into.set("render_nodes", array_of(facts.render_nodes));
  if (!facts.disk.folder.empty()) into.set("disk", encode_disk(facts.disk));
  into.set("encoders", array_of(facts.encoders, encode_encoder));
  into.set("energy_sources", array_of(facts.energy_sources, encode_source));
}

jobs::NodeFacts read_facts(json::Reader& reader) {
  jobs::NodeFacts facts;
  facts.name = read_node_name(reader);
  facts.cpu_model = read_text(reader, "cpu_model");
  facts.threads = read_int(reader, "threads", 0, most_threads);
  facts.sockets = read_int(reader, "sockets", 0, most_threads);
  facts.memory = read_quantity<units::Bytes>(reader, "memory_bytes");
  facts.ffmpeg_version = read_text(reader, "ffmpeg_version");
  facts.agent_version = read_text(reader, "agent_version");
  facts.kernel = read_text(reader, "kernel");
  facts.boot_id = read_text(reader, "boot_id");
  facts.life = read_count(reader, "life");
  facts.slots = read_int(reader, "slots", 1, most_slots);
  facts.device_slots = read_member(reader, "device_slots", read_device_slots).value_or(facts.device_slots);
  facts.labels = read_texts(reader, "labels", most_labels);
  facts.roots = reader.strings("roots", most_roots);
  facts.gpus = read_members(reader, "gpus", most_gpus, read_gpu);
  facts.gpu_reason = read_text(reader, "gpu_reason", longest_text);
  facts.render_nodes = reader.strings("render_nodes", most_render_nodes);
  facts.disk = read_member(reader, "disk", read_disk).value_or(facts.disk);
  facts.encoders = read_members(reader, "encoders", most_encoders, read_encoder);
  facts.energy_sources = read_members(reader, "energy_sources", most_sources, read_source);
  return facts;
}

json::Value encode(const jobs::NodeFacts& facts) {
  auto value = json::Value::object();
  write_facts(facts, value);
  return value;
}

json::Value encode(const NodeView& view) {
  auto value = json::Value::object({{"id", view.node.id.text()},
                                    {"intent", jobs::name(view.node.intent)},
                                    {"intent_reason", view.node.intent_reason},
                                    {"liveness", jobs::name(view.liveness)},
                                    {"heartbeat_age_seconds", view.heartbeat_age.value()},
                                    {"running", array_of(view.running)}});
  set_time(value, "give_back_at", view.node.give_back_at);
  set_time(value, "registered_at", view.node.registered);
  set_time(value, "last_heartbeat_at", view.node.last_heartbeat);
  write_facts(view.node.facts, value);
  return value;
}

NodeView read_node(json::Reader& reader) {
  NodeView view;
  view.node.id = read_id(reader, "id");
  view.node.intent = read_named(reader, "intent", jobs::parse_intent);
  view.node.intent_reason = read_text(reader, "intent_reason", longest_text);
  view.node.give_back_at = read_optional_time(reader, "give_back_at");
  view.liveness = read_named(reader, "liveness", jobs::parse_liveness);
  view.heartbeat_age = read_quantity<units::Seconds>(reader, "heartbeat_age_seconds");
  view.running = reader.strings("running", 4096);
  view.node.registered = read_time(reader, "registered_at");
  view.node.last_heartbeat = read_time(reader, "last_heartbeat_at");
  view.node.facts = read_facts(reader);
  return view;
}

base::Result<jobs::NodeFacts> decode_node_facts(const json::Value& value) {
  return whole(value, From::ourselves, read_facts);
}
base::Result<NodeView> decode_node(const json::Value& value) { return whole(value, From::ourselves, read_node); }

json::Value encode_nodes(const std::vector<NodeView>& nodes) {
  return json::Value::object({{"nodes", array_of(nodes, [](const NodeView& node) { return encode(node); })},
                              {"count", static_cast<std::int64_t>(nodes.size())}});
}

base::Result<std::vector<NodeView>> decode_nodes(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    require(reader, "nodes", "an array of nodes");
    read_count(reader, "count");
    return read_members(reader, "nodes", 100'000, read_node);
  });
}

}  // namespace wire
