// containers: CPU time and memory of each container, from its control group of either version. A control group is a
// container's where its name holds an id of 64 hexadecimal digits, as Docker, Podman and Kubernetes name them. Their
// names are asked of Docker only where its socket is given: whoever may open that owns the machine.
#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "exporter/collector.h"
#include "exporter/sampler.h"
#include "exporter/series.h"
#include "json/json.h"
#include "net/http_client.h"

namespace exporter {
namespace {

constexpr units::Seconds kInterval{5};
constexpr units::Seconds kPatience{2};  // with Docker
// Two series each: what a page may grow by. Machines that run more are watched by their orchestrator.
constexpr std::size_t kMostShown = 200;
// Folders that are looked into, and how deep:
// kubepods.slice/kubepods-burstable.slice/…-podID.slice/cri-containerd-ID.scope is four deep. 4096 folders are some 50
// ms every 5 s at worst.
constexpr std::size_t kMostFolders = 4096, kDeepest = 6;

constexpr std::size_t kIdDigits = 64, kShownDigits = 12;  // as `docker ps` shows them

std::string id_in(std::string_view name) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  std::size_t run = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && hex(name[i])) {
      ++run;
      continue;
    }
    if (run == kIdDigits) return std::string(name.substr(i - run, run));
    run = 0;
  }
  return "";
}

// Files of control groups have a point in their names, folders of slices and scopes end in one of these.
bool may_be_folder(std::string_view name) {
  return name.find('.') == name.npos || name.ends_with(".slice") || name.ends_with(".scope") ||
         name.ends_with(".service");
}

std::optional<double> number(std::string_view text) {
  text = base::trim(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<double>(value);
}

struct Container {
  std::string label;
  std::optional<double> cpu_seconds, memory_bytes;
};

class Containers final : public Collector {
 public:
  explicit Containers(const World& world) : world_(world) {
    sampler_.emplace(world.host.clock, kInterval, [this](std::stop_token stop) { take(stop); });
  }

  base::Result<void> collect(metrics::Registry& registry) override {
    const std::lock_guard lock(mutex_);
    if (found_)
      registry.set(metrics::Name::containers, {}, static_cast<double>(*found_));
    else
      registry.forget(metrics::Name::containers, {});
    for (const auto& c : shown_) {
      if (c.cpu_seconds) cpu_.follow(registry, {c.label}, *c.cpu_seconds);
      if (c.memory_bytes) memory_.set(registry, {c.label}, *c.memory_bytes);
    }
    cpu_.sweep(registry);
    memory_.sweep(registry);
    if (!fault_.empty()) return base::Error::failed(fault_);
    return {};
  }

 private:
  struct Hierarchy {
    os::Path cpu, memory;
    enum class Version { v1, v2 } version = Version::v2;
  };

  std::optional<Hierarchy> hierarchy() const {
    const auto top = world_.host.root.path("/sys/fs/cgroup");
    const auto& files = world_.host.files;
    using Version = Hierarchy::Version;
    if (files.exists(top / "cgroup.controllers")) return Hierarchy{top, top, Version::v2};
    for (const auto* cpu : {"cpu,cpuacct", "cpuacct"})
      if (files.exists(top / cpu)) return Hierarchy{top / cpu, top / "memory", Version::v1};
    return std::nullopt;
  }

  // Paths below the hierarchy, by id, so that one container is told once.
  std::map<std::string, os::Path> find(const Hierarchy& hierarchy, const std::stop_token& stop) const {
    std::map<std::string, os::Path> found;
    std::vector<std::pair<os::Path, std::size_t>> open{{{}, 0}};
    for (std::size_t next = 0; next < open.size() && next < kMostFolders && !stop.stop_requested(); ++next) {
      const auto [folder, depth] = open[next];
      const auto names = world_.host.files.list(hierarchy.cpu / folder);
      if (!names) continue;  // a file, or gone meanwhile
      for (const auto& name : *names) {
        if (auto id = id_in(name); !id.empty())
          found.try_emplace(std::move(id), folder / name);
        else if (depth < kDeepest && may_be_folder(name))
          open.emplace_back(folder / name, depth + 1);
      }
    }
    return found;
  }

  // Absent where the container ended meanwhile; a fault where the file does not say a number.
  std::optional<double> read(const os::Path& path, std::string_view key, std::string& fault) const {
    const auto text = world_.host.files.read(path);
    if (!text) return std::nullopt;
    auto digits = std::string_view(*text);
    if (!key.empty()) {
      digits = {};
      for (const auto line : base::split(*text, '\n'))
        if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ' ')
          digits = line.substr(key.size() + 1);
    }
    const auto value = number(digits);
    if (!value) fault = base::format("{} does not say {}", path.string(), key.empty() ? "a number" : key);
    return value;
  }

  void take(const std::stop_token& stop) {
    const auto where = hierarchy();
    std::string fault;
    std::vector<Container> shown;
    std::optional<std::size_t> count;
    if (where) {
      const auto found = find(*where, stop);
      count = found.size();
      const auto names = found.empty() ? std::map<std::string, std::string>() : docker_names(stop, fault);
      std::set<std::string> labels;
      for (const auto& [id, path] : found) {
        if (shown.size() == kMostShown || stop.stop_requested()) break;
        const auto name = names.find(id);
        Container c{name != names.end() ? name->second : id.substr(0, kShownDigits), {}, {}};
        if (!labels.insert(c.label).second) c.label = id;  // two ids that begin alike
        const bool v2 = where->version == Hierarchy::Version::v2;
        c.cpu_seconds = v2 ? read(where->cpu / path / "cpu.stat", "usage_usec", fault)
                           : read(where->cpu / path / "cpuacct.usage", "", fault);
        if (c.cpu_seconds) *c.cpu_seconds /= v2 ? 1e6 : 1e9;
        c.memory_bytes = read(where->memory / path / (v2 ? "memory.current" : "memory.usage_in_bytes"), "", fault);
        shown.push_back(std::move(c));
      }
    }
    const std::lock_guard lock(mutex_);
    found_ = count;
    shown_ = std::move(shown);
    fault_ = std::move(fault);
  }

  std::map<std::string, std::string> docker_names(const std::stop_token& stop, std::string& fault) {
    std::map<std::string, std::string> names;
    if (world_.subjects.docker_socket.empty()) return names;
    net::Call call;
    call.url = "http://localhost/containers/json";
    call.unix_socket = world_.subjects.docker_socket.string();
    call.timeout = call.connect_timeout = kPatience;
    const auto refuse = [&](std::string_view why) {
      fault = base::format("{}: {}; containers are called by their ids until Docker answers", call.unix_socket, why);
    };
    const auto answer = docker_.send(call, stop);
    if (!answer) return refuse(answer.error().text()), names;
    if (answer->status != 200) return refuse(base::format("Docker answered {}", answer->status)), names;
    const auto list = json::parse(answer->body);
    if (!list || !list->is_array()) return refuse("the answer is no list of containers"), names;
    for (const auto& container : list->items()) {
      const auto& id = container.at("Id");
      const auto& called = container.at("Names");
      if (!id.is_string() || !called.is_array() || called.items().empty() || !called.items()[0].is_string()) continue;
      const std::string_view name = called.items()[0].as_string();
      names[id.as_string()] = name.starts_with('/') ? name.substr(1) : name;
    }
    return names;
  }

  const World world_;
  Series<1> cpu_{metrics::Name::container_cpu, {"container"}}, memory_{metrics::Name::container_memory, {"container"}};
  net::HttpClient docker_;  // of the sampler's thread
  std::mutex mutex_;
  std::optional<std::size_t> found_;
  std::vector<Container> shown_;
  std::string fault_;
  std::optional<Sampler> sampler_;  // last: ends before what it writes
};

}  // namespace

std::unique_ptr<Collector> open_containers(const World& world) { return std::make_unique<Containers>(world); }

}  // namespace exporter
