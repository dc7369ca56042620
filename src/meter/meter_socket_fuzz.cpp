// Bytes on the meter's socket, from any program of the machine: every line gets one answer, the same however the bytes
// come apart; a client has what it began itself, of its own groups alone, and leaves nothing behind.
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "meter/client.h"
#include "os_testing/fuzz_target.h"
#include "os_testing/manual_clock.h"
#include "os_testing/memory_files.h"
#include "wire/meter_messages.h"

namespace os_testing {
namespace {

constexpr std::string_view kGroups = "/sys/fs/cgroup/cpuacct/ffwatt/";

// Counts in a made-up way what is asked of it.
class StrictMeter final : public meter::Meter {
 public:
  std::vector<units::Quality> qualities() override { return {units::Quality::measured}; }
  Handle begin(const meter::Workload& workload) override {
    promise(!workload.control_group || workload.control_group->string().starts_with(kGroups), "a group of others");
    promise(workload.reserved >= 0 && workload.reserved <= 1, "more than the machine");
    if (workload.control_group) promise(groups.insert(*workload.control_group).second, "a group that is metered twice");
    running[++last] = workload.control_group;
    return last;
  }
  void follow(Handle handle, pid_t process) override {
    promise(running.contains(handle) && process > 0, "following for nobody");
  }
  meter::LiveReading live(Handle handle) override {
    promise(running.contains(handle), "a look at what is not there");
    return meter::nothing_live("made up");
  }
  meter::WorkloadEnergy end(Handle handle, std::optional<units::Seconds> cpu_time) override {
    const auto node = running.extract(handle);
    promise(!node.empty(), "the end of what is not there");
    promise(!cpu_time || cpu_time->value() >= 0, "a CPU time below zero");
    if (node.mapped()) groups.erase(*node.mapped());
    return meter::nothing_measured("made up");
  }

  std::map<Handle, std::optional<os::Path>> running;
  std::set<os::Path> groups;
  Handle last = 0;
};

struct World {
  World()
      : files(
            "@/sys/fs/cgroup/cpuacct/ffwatt/run-1/cpuacct.usage\n0\n"
            "@/sys/fs/cgroup/cpuacct/ffwatt/run-1/deep/cpuacct.usage\n0\n"
            "@/sys/fs/cgroup/cpuacct/ffwatt/run-2/cpuacct.usage\n0\n@/sys/fs/cgroup/cpuacct/system/cpuacct.usage\n0\n"
            "@/elsewhere/ffwatt/run-1/cpuacct.usage\n0\n@/proc/77/stat\n") {}

  static os::Host& parts() {
    static os::RealHost real;  // for the parts that are never asked
    return real.host();
  }
  ManualClock clock;
  MemoryFiles files;
  os::Host host{clock, parts().random, os::Root(), files, parts().processes, parts().cgroups};
  StrictMeter meter;
  meter::Claimed claimed;
};

// What a client is answered whose bytes come in pieces of this size; and whether it is dropped in the end.
struct Answers {
  std::string text;
  bool kept = true;
  bool operator==(const Answers&) const = default;
};
Answers answers(std::string_view bytes, std::size_t piece) {
  World world;
  Answers out;
  {
    meter::Client client(world.host, world.meter, world.claimed, {.pid = 7, .user = 1000, .group = 1000});
    while (out.kept && !bytes.empty()) {
      const auto size = std::min(piece, bytes.size());
      out.kept = client.take(bytes.substr(0, size));
      bytes.remove_prefix(size);
      out.text += client.output();
      client.output().clear();
    }
  }
  promise(world.meter.running.empty(), "a workload that outlives its client");
  promise(world.claimed.empty(), "a group that stays claimed");
  return out;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const auto begin = [](const std::string& group) {
    return R"({"op":"begin","name":"j","control_group":")" + group + "\"}\n";
  };
  const std::string ours(kGroups), live = "{\"op\":\"watch\",\"handle\":1}\n",
                                   end = "{\"op\":\"end\",\"handle\":1,\"cpu_seconds\":1.5}\n";
  return {"{\"op\":\"describe\"}\n{\"op\":\"begin\",\"name\":\"j\",\"reserved\":0.5,\"cpus\":[0,1]}\n" + live +
              "{\"op\":\"follow\",\"handle\":1,\"process\":77}\n{\"op\":\"follow\",\"handle\":1,\"process\":78}\n" +
              end,
          begin(ours + "run-1") + begin(ours + "run-1/deep") + begin(ours + "run-2") + end + begin(ours + "run-1/deep"),
          begin("/sys/fs/cgroup/cpuacct/system") + begin("/elsewhere/ffwatt/run-1") + begin(ours) + begin(""),
          "x\n\n[]\n{\"op\":\"steal\"}\n{\"op\":\"end\",\"handle\":18446744073709551615}\n{\"op\":\"begin\""};
}

void fuzz_one(std::string_view text) {
  const auto whole = answers(text, std::max<std::size_t>(text.size(), 1));
  std::size_t lines = 0;
  for (const auto line : base::split(whole.text, '\n')) {
    if (line.empty()) continue;
    ++lines;
    const auto value = json::parse(line);
    promise(value.ok() && wire::decode_meter_reply(*value).ok(), "an answer that no client understands");
  }
  const auto asked = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  promise(whole.kept ? lines == asked : lines <= asked, "not one answer for each line");
  // A request that is too long is known by its end, or as soon as that much has come without one.
  for (const std::size_t piece : {1, 7}) promise(answers(text, piece) == whole, "pieces that mean something else");
}

}  // namespace os_testing
