// The sandbox of a job: layers that keep a program which reads hostile media within the files, the system calls and the
// network that its work needs. Read this header first; a layer's own words are in layers/, their list in layers.def.
//
// plan() prepares in this process what the child then does to itself between fork and exec (os::ChildStep). No layer
// needs root, and what a kernel or a container does not allow is told with its reason, never passed over in silence.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "options/options.h"
#include "os/host.h"
#include "units/quantity.h"

namespace sandbox {

// strict: every layer, or the job is refused. best: what there is. off: none.
enum class Mode { strict, best, off };
std::string_view name(Mode mode);
base::Result<Mode> parse_mode(std::string_view text);

// What a program may touch. Paths are absolute.
struct Bounds {
  os::Path program;
  std::vector<os::Path> readable{};  // files, or folders with all that is below
  // Files, which are made empty where they are not there; folders, in which it may make, rename and remove what it
  // likes.
  std::vector<os::Path> writable{};
  enum class Gpu { no, yes } gpu = Gpu::no;

  // anywhere is for the relay itself, which looks at addresses; it keeps this machine's network.
  enum class Reach { ports, anywhere } reach = Reach::ports;
  // Ports of 127.0.0.1 that it may connect to; none: no network at all. With a network of its own it finds there what
  // listens within: see `listeners`.
  std::vector<std::uint16_t> ports{};
  // A unix socket of ours (not owned): over it the listening sockets of `ports`, opened within the program's own
  // network, are handed to whoever serves them. -1: nobody does.
  int listeners = -1;

  units::Bytes memory{0};       // most of it; 0: a share of this machine's
  units::Bytes file_size{0};    // of one file it writes; 0: no limit but the disk
  units::Seconds cpu_time{0};   // over all its threads; 0: no limit
  os::Cgroup* group = nullptr;  // made for it and empty (not owned); absent: it gets none
};

// How a layer stands: in force for this program, missing for a reason, or not asked for.
struct LayerState {
  std::string name;
  enum class State { on, missing } state = State::on;
  std::string detail;  // on: how, "Landlock ABI 7"; missing: why
  bool operator==(const LayerState&) const = default;
};

struct Plan {
  std::vector<LayerState> layers;                           // all of layers.def, none with Mode::off
  std::vector<std::shared_ptr<const os::ChildStep>> steps;  // for os::SpawnSpec
  std::optional<units::Bytes> memory_limit;                 // of the control group, as the kernel has it
};

// Names of layers.def: the only ones to put on, or those to leave out. For probes of files (which get no control group)
// and for tests that try a layer alone.
struct Choice {
  std::vector<std::string_view> only{}, without{};
};
// Errors: failed where the mode is strict and a layer is missing (all of them are named), or where the bounds cannot be
// kept: a writable file that is a link, a readable one that is not there.
base::Result<Plan> plan(os::Host& host, Mode mode, const Bounds& bounds, const Choice& choice = {});

// Whether a layer can be put on here; its reason where not.
base::Result<void> available(os::Host& host, std::string_view layer);
// Every layer, tried on a program that does nothing. Takes some milliseconds.
std::vector<LayerState> probe(os::Host& host);
// What a layer keeps a job from, as in layers.def.
std::string_view purpose(std::string_view layer);

// --sandbox, for every program that runs jobs.
options::Option option();
base::Result<Mode> mode_from(const options::Values& values);

// Starts every program within `bounds` (but for the program itself, which is the spawned one's).
class ContainedProcesses final : public os::Processes {
 public:
  ContainedProcesses(os::Host& host, Mode mode, Bounds bounds, Choice choice)
      : host_(host), mode_(mode), bounds_(std::move(bounds)), choice_(std::move(choice)) {}
  base::Result<std::unique_ptr<os::Process>> spawn(const os::SpawnSpec& spec) override;
  base::Result<os::Pipe> pipe() override { return host_.processes.pipe(); }
  pid_t own_pid() const override { return host_.processes.own_pid(); }
  base::Result<void> signal(pid_t pid, std::uint64_t ticks, int number) override {
    return host_.processes.signal(pid, ticks, number);
  }
  base::Result<Awaited> await_end(pid_t pid, std::uint64_t ticks, units::BootTime deadline,
                                  std::stop_token stop) override {
    return host_.processes.await_end(pid, ticks, deadline, std::move(stop));
  }
  base::Result<std::uint64_t> start_ticks(pid_t pid) const override { return host_.processes.start_ticks(pid); }

 private:
  os::Host& host_;
  Mode mode_;
  Bounds bounds_;
  Choice choice_;
};

}  // namespace sandbox
