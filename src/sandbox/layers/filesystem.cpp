// Landlock: the program reads its inputs and the libraries, writes its outputs, and every other file is closed to it,
// whatever its user id may. The rules hold files, not names: a path that is swapped for a link afterwards leads
// nowhere. Linux 5.13 and later. TCP ports (6.7), device ioctls (6.10) and signals (6.12) are taken in where the kernel
// can.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "os/file_error.h"
#include "sandbox/interpreter.h"
#include "sandbox/layer.h"
#include "sandbox/layers/landlock_abi.h"

namespace sandbox {
namespace {

// What every dynamic program needs, and what encoders look at to count CPUs. No user's data lie there.
constexpr std::array<std::string_view, 15> kReadable{"/usr/lib",
                                                     "/usr/lib32",
                                                     "/usr/lib64",
                                                     "/usr/local/lib",
                                                     "/lib",
                                                     "/lib64",
                                                     "/etc/ld.so.cache",
                                                     "/dev/urandom",
                                                     "/dev/null",
                                                     "/dev/zero",
                                                     "/dev/random",
                                                     "/proc/cpuinfo",
                                                     "/proc/meminfo",
                                                     "/sys/devices/system/cpu",
                                                     "/sys/devices/system/node"};
constexpr std::array<std::string_view, 5> kGpuReadable{"/sys", "/proc/driver", "/usr/share", "/etc/OpenCL",
                                                       "/etc/vulkan"};

class Ruleset {
 public:
  static base::Result<Ruleset> make(Bounds::Reach reach) {
    const long abi = landlock::create_ruleset(nullptr, 0, landlock::create_ruleset_version);
    if (abi < 0)
      return base::Error::absent(errno == EOPNOTSUPP
                                     ? "Landlock is built into the kernel but not started; add landlock to lsm= of its "
                                       "command line"
                                     : "the kernel has no Landlock; Linux 5.13 and later do");
    Ruleset out;
    out.abi_ = static_cast<int>(abi);
    landlock::RulesetAttr attr{landlock::all_of_abi_1, 0, 0};
    if (abi >= 2) attr.handled_access_fs |= landlock::refer;
    if (abi >= 3) attr.handled_access_fs |= landlock::truncate;
    if (abi >= 5) attr.handled_access_fs |= landlock::ioctl_dev;
    if (abi >= 4 && reach == Bounds::Reach::ports) attr.handled_access_net = landlock::bind_tcp | landlock::connect_tcp;
    if (abi >= 6) attr.scoped = landlock::scope_abstract_socket | landlock::scope_signal;
    out.handled_ = attr.handled_access_fs;
    out.ports_ = attr.handled_access_net != 0;
    const long made = landlock::create_ruleset(&attr, landlock::attr_size(out.abi_), 0);
    if (made < 0) return base::Error::from_errno(errno, "making a Landlock ruleset");
    out.set_ = os::out_of_the_way(os::Descriptor(static_cast<int>(made)));
    if (!out.set_) return base::Error::from_errno(errno, "keeping a Landlock ruleset");
    return out;
  }

  int abi() const { return abi_; }
  bool handles_ports() const { return ports_; }
  os::Descriptor take() { return std::move(set_); }

  base::Result<void> allow(const os::Descriptor& file, const os::Path& path, std::uint64_t rights) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return os::file_error(errno, "looking at", path);
    // What only folders have may not be said of a file.
    constexpr std::uint64_t of_files =
        landlock::execute | landlock::write_file | landlock::read_file | landlock::truncate | landlock::ioctl_dev;
    if (!S_ISDIR(status.st_mode)) rights &= of_files;
    const landlock::PathBeneathAttr rule{rights & handled_, file.get()};
    if (landlock::add_rule(set_.get(), landlock::rule_path_beneath, &rule) != 0)
      return base::Error::from_errno(errno, base::format("a Landlock rule for {}", path.string()));
    return {};
  }
  // A path that is there; links are followed now, and never again.
  base::Result<void> allow(const os::Path& path, std::uint64_t rights) {
    const os::Descriptor file(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!file) return os::file_error(errno, "opening", path);
    return allow(file, path, rights);
  }
  base::Result<void> allow_if_there(const os::Path& path, std::uint64_t rights) {
    auto done = allow(path, rights);
    if (done || done.error().kind() == base::ErrorKind::absent) return {};
    return done;
  }
  base::Result<void> allow_port(std::uint16_t port) {
    const landlock::NetPortAttr rule{landlock::connect_tcp, port};
    if (landlock::add_rule(set_.get(), landlock::rule_net_port, &rule) != 0)
      return base::Error::from_errno(errno, base::format("a Landlock rule for port {}", port));
    return {};
  }

 private:
  os::Descriptor set_;
  int abi_ = 0;
  std::uint64_t handled_ = 0;
  bool ports_ = false;
};

constexpr std::uint64_t kRead = landlock::read_file | landlock::read_dir;

// The folders of libraries beside the usual ones: those of the linker's configuration, and of the program's own build.
base::Result<void> allow_libraries(os::Host& host, Ruleset& rules, const os::Path& program) {
  const os::Path listed = "/etc/ld.so.conf.d";
  for (const auto& name : host.files.list(listed).value_or({})) {
    const auto text = host.files.read(listed / name);
    if (!text) continue;
    for (const auto line : base::split(*text, '\n'))
      if (const auto folder = base::trim(line); folder.starts_with('/'))
        FFWATT_CHECK(rules.allow_if_there(folder, kRead));
  }
  // /opt/ffmpeg/bin/ffmpeg has its libraries in /opt/ffmpeg/lib.
  const auto folder = host.files.real_path(program).value_or(program).parent_path();
  return rules.allow_if_there(folder.parent_path() / "lib", kRead);
}

base::Result<void> allow_gpu(os::Host& host, Ruleset& rules) {
  for (const auto path : kGpuReadable) FFWATT_CHECK(rules.allow_if_there(path, kRead));
  constexpr std::uint64_t device =
      landlock::read_file | landlock::write_file | landlock::read_dir | landlock::ioctl_dev;
  FFWATT_CHECK(rules.allow_if_there("/dev/dri", device));
  for (const auto& name : host.files.list("/dev").value_or({}))
    if (name.starts_with("nvidia")) FFWATT_CHECK(rules.allow_if_there(os::Path("/dev") / name, device));
  return {};
}

// A file is made here and now, so that the program needs no right over the folder: others' files in it stay closed.
// Links are refused: a temporary name can be guessed, and a link there would lead the output elsewhere.
base::Result<void> allow_writing(Ruleset& rules, const os::Path& path) {
  constexpr std::uint64_t file = landlock::read_file | landlock::write_file | landlock::truncate;
  constexpr std::uint64_t folder =
      file | landlock::read_dir | landlock::make_reg | landlock::remove_file | landlock::refer;
  if (const os::Descriptor open(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)); open)
    return rules.allow(open, path, folder);
  const os::Descriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
  if (!made && errno == ELOOP)
    return base::Error::invalid(base::format("{} is a link; it must be a file of its own", path.string()));
  if (!made) return os::file_error(errno, "making", path);
  return rules.allow(made, path, file);
}

}  // namespace

base::Result<Prepared> layers::filesystem(os::Host& host, const Bounds& bounds) {
  FFWATT_TRY(const auto interpreter, interpreter_of(host.files, bounds.program));
  FFWATT_TRY(auto rules, Ruleset::make(bounds.reach));
  constexpr std::uint64_t run = landlock::execute | landlock::read_file;
  FFWATT_CHECK(rules.allow(bounds.program, run));
  if (interpreter) FFWATT_CHECK(rules.allow(*interpreter, run));
  for (const auto path : kReadable)
    FFWATT_CHECK(rules.allow_if_there(path, path == "/dev/null" ? kRead | landlock::write_file : kRead));
  FFWATT_CHECK(allow_libraries(host, rules, bounds.program));
  if (bounds.gpu == Bounds::Gpu::yes) FFWATT_CHECK(allow_gpu(host, rules));
  for (const auto& path : bounds.readable) FFWATT_CHECK(rules.allow(path, kRead));
  for (const auto& path : bounds.writable) FFWATT_CHECK(allow_writing(rules, path));
  if (rules.handles_ports())
    for (const auto port : bounds.ports) FFWATT_CHECK(rules.allow_port(port));

  auto detail = base::format("Landlock ABI {}{}{}", rules.abi(), rules.handles_ports() ? ", with ports" : "",
                             rules.abi() >= 6 ? ", with signals" : "");
  // Shared, since a function object that is copied cannot own a descriptor.
  auto set = std::make_shared<os::Descriptor>(rules.take());
  return Prepared{step("closing the file system",
                       [set] {
                         if (const int failure = promise_no_new_rights()) return failure;
                         return landlock::restrict_self(set->get()) == 0 ? 0 : errno;
                       }),
                  std::move(detail)};
}

}  // namespace sandbox
