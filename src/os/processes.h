// Processes: starting children and learning how they ended. Never a shell. A child's descriptors are exactly those
// asked for; everything else is close-on-exec. Signals of the child are reset to their defaults.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "units/quantity.h"
#include "units/time.h"

namespace os {

// Names and values, in the order in which the child gets them.
using Environment = std::vector<std::pair<std::string, std::string>>;
const std::string* find(const Environment& environment, std::string_view name);

// An owned file descriptor; -1 when empty.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read, write;  // close-on-exec both
};

// One step of a child between fork and exec, after its descriptors are arranged: how a sandbox narrows what the program
// may do. Prepared by the parent, which may have threads; so apply() makes system calls and nothing else (no memory, no
// lock, no exception). Its own descriptors lie out of the way (below), else the child's numbers would cover them.
class ChildStep {
 public:
  virtual ~ChildStep() = default;
  virtual std::string_view name() const = 0;  // for the error text: "dropping capabilities"
  virtual int apply() const noexcept = 0;     // 0 or errno; other than 0 ends the child before it became the program
};

// A copy with a number above those that children get; the given one is closed. Empty where there is none left.
Descriptor out_of_the_way(Descriptor descriptor);

struct SpawnSpec {
  Path program;                        // a path with a slash; find_program() resolves names
  std::optional<std::string> name;     // argv[0]; the program's path where absent
  std::vector<std::string> arguments;  // without argv[0]
  Environment environment;
  std::optional<Path> folder;                              // working folder; ours where absent
  std::map<int, int> descriptors{{0, 0}, {1, 1}, {2, 2}};  // child's number → ours; a value of -1 is /dev/null
  std::vector<Path>
      join_files;  // control-group files ("…/cgroup.procs", v1 "…/tasks") that the child enters before exec
  std::vector<std::shared_ptr<const ChildStep>> steps;  // in this order, the last before exec
  enum class Group { ours, own } group = Group::ours;   // own: leads a process group of its own
  enum class WhenWeDie {
    live_on,
    killed
  } when_we_die = WhenWeDie::live_on;  // killed: SIGKILL when the spawning thread ends
};

struct ExitStatus {
  int code = 0;                             // exit code; meaningless where signal is set
  std::optional<int> signal;                // the signal that ended it
  units::Seconds user_cpu{}, system_cpu{};  // of the child and the descendants it waited for
  units::Bytes peak_memory{};
  units::Instant ended;
  units::Seconds cpu() const { return user_cpu + system_cpu; }
  bool success() const { return !signal && code == 0; }
};

// One child. Owned by the starter, used from one thread at a time (signal() from any). Destroying it neither kills nor
// waits.
class Process {
 public:
  virtual ~Process() = default;
  virtual pid_t pid() const = 0;
  virtual units::Instant started() const = 0;  // just before fork
  // Ended within the deadline? Nothing on deadline or stop request. Reaps the child; later calls answer the same.
  virtual base::Result<std::optional<ExitStatus>> wait_until(units::BootTime deadline, std::stop_token stop = {}) = 0;
  base::Result<ExitStatus> wait();
  virtual base::Result<void> signal(int number) = 0;        // absent where it has ended
  virtual base::Result<void> signal_group(int number) = 0;  // only with Group::own
  // Readable (poll) once the child has ended.
  virtual int ready_descriptor() const = 0;
};

class Processes {
 public:
  virtual ~Processes() = default;
  // Errors: absent (no such program), denied (not executable), invalid (join file or folder refused), failed.
  virtual base::Result<std::unique_ptr<Process>> spawn(const SpawnSpec& spec) = 0;
  virtual base::Result<Pipe> pipe() = 0;
  virtual pid_t own_pid() const = 0;
  // Kills or probes (number 0) a process that is no child of ours, if it is still the one started at `start_ticks`.
  virtual base::Result<void> signal(pid_t pid, std::uint64_t start_ticks, int number) = 0;
  // Waits until a process that is no child of ours has ended. A process that is not there (any more) has ended.
  enum class Awaited { ended, deadline, stopped };
  virtual base::Result<Awaited> await_end(pid_t pid, std::uint64_t start_ticks, units::BootTime deadline,
                                          std::stop_token stop) = 0;
  // Field 22 of /proc/PID/stat: with the pid, a name for a process that is never reused within a boot.
  virtual base::Result<std::uint64_t> start_ticks(pid_t pid) const = 0;
};

// A name without a slash is looked up in PATH of `environment`; the answer is a path to an executable file.
// absent: "ffmpeg is not installed or not in PATH; install it: apt install ffmpeg".
base::Result<Path> find_program(std::string_view name, const Environment& environment);

// Runs a short command to its end and collects its output. For probes (ffprobe, ffmpeg -encoders); not for workloads.
struct Output {
  ExitStatus status;
  std::string out, err;  // each cut at the limit
};
base::Result<Output> run_and_collect(Processes& processes, const class Clock& clock, SpawnSpec spec,
                                     units::Seconds limit, std::size_t most_bytes = 4u << 20);

}  // namespace os
