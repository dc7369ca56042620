// Node: a machine that an agent registered. Two things are known of it: its intent, which somebody set and which is
// stored, and its liveness, which is always derived from its heartbeat's age. Values; thread-compatible.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "jobs/job.h"
#include "media/encoders.h"
#include "units/quantity.h"
#include "units/time.h"

namespace jobs {

enum class Intent { active, draining, quarantined };
std::string_view name(Intent intent);
base::Result<Intent> parse_intent(std::string_view text);

enum class Liveness { up, late, lost };  // late > 45 s, lost > 90 s without a heartbeat
std::string_view name(Liveness liveness);
base::Result<Liveness> parse_liveness(std::string_view text);
Liveness liveness(units::Seconds since_heartbeat);

struct EnergySourceState {
  std::string source;  // "powercap", "model", …
  enum class InUse { yes, no } in_use = InUse::no;
  std::string reason;  // why not, with what would mend it
  bool operator==(const EnergySourceState&) const = default;
};

// A graphics processor as its driver names it.
struct Gpu {
  std::string name, uuid, driver;
  units::Bytes memory{};  // 0: not told
  bool operator==(const Gpu&) const = default;
};

// The file system on which a node writes its outputs. 0: not told.
struct Disk {
  std::string folder;
  units::Bytes size{}, free{};
  bool operator==(const Disk&) const = default;
};

struct NodeFacts {
  std::string name;  // host name unless --name
  std::string cpu_model;
  int threads = 0, sockets = 0;  // 0: not told
  units::Bytes memory{};         // 0: not told
  std::string ffmpeg_version, agent_version, kernel, boot_id;
  // Of the agent: a later one has a greater number. 0: not told.
  std::int64_t life = 0;
  int slots = 1;                            // jobs at the same time
  std::map<std::string, int> device_slots;  // of devices that carry more: {"nvenc": 8}
  std::map<std::string, std::string> labels;
  std::vector<std::string> roots;  // names of folders that jobs may read and write, sorted; empty: jobs name any path
  std::vector<Gpu> gpus;
  std::string gpu_reason;                 // why none is told
  std::vector<std::string> render_nodes;  // "/dev/dri/renderD128": what VAAPI and QSV encode on
  Disk disk;
  std::vector<media::EncoderState> encoders;
  std::vector<EnergySourceState> energy_sources;
  bool operator==(const NodeFacts&) const;
};

struct Node {
  base::Id id;
  NodeFacts facts;
  Intent intent = Intent::active;
  std::string intent_reason;  // who set it, or what it did
  // Draining: what it runs then is given back. By the wall clock, since it outlives masters; absent: its jobs end
  // first.
  std::optional<units::WallTime> give_back_at;
  units::WallTime registered, last_heartbeat;
  bool operator==(const Node&) const;
};

}  // namespace jobs
