// seccomp: system calls that decoders, encoders and the C library make, and no others. Whatever is not listed fails
// with EPERM, as if the rights were missing. The list was found by following ffmpeg 5.1 with every encoder of the table
// (docs/decisions/0120); a call that a newer library wants shows as "Operation not permitted" in a job's log.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "sandbox/interpreter.h"
#include "sandbox/layer.h"

namespace sandbox {
namespace {

// By name, since libseccomp knows which of them an architecture has. Grouped by what they are for.
constexpr std::string_view kAllowed =
    // The program's start and end. execve is needed once, for the program itself: no second process can be made, and
    // no rights are gained by it.
    "execve exit exit_group arch_prctl set_tid_address set_robust_list rseq "
    // Memory.
    "brk mmap munmap mremap mprotect madvise get_mempolicy set_mempolicy mbind membarrier "
    // Open files. Which ones is Landlock's to say.
    "read write readv writev pread64 pwrite64 preadv pwritev lseek close fstat stat lstat newfstatat statx fstatfs "
    "statfs "
    "access faccessat faccessat2 readlink readlinkat getdents64 getcwd dup dup2 dup3 fcntl pipe2 ftruncate fallocate "
    "fsync fdatasync fadvise64 unlink unlinkat rename renameat renameat2 umask sendfile copy_file_range "
    // Threads and waiting.
    "futex sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_get_priority_max "
    "sched_get_priority_min getpriority poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait "
    "eventfd2 nanosleep clock_nanosleep restart_syscall "
    // Time, identity, random numbers.
    "clock_gettime clock_getres gettimeofday time times getpid gettid getppid getuid geteuid getgid getegid getrusage "
    "getrandom uname sysinfo getcpu "
    // Signals to itself.
    "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack tgkill setitimer getitimer alarm";

// With a relay: streams to 127.0.0.1, which is all that there is in its network.
constexpr std::string_view kAllowedWithRelay =
    "connect getsockopt setsockopt getsockname getpeername sendto recvfrom sendmsg recvmsg shutdown";

// Of the relay itself: it looks up names and accepts.
constexpr std::string_view kAllowedOfRelay = "socket bind accept accept4 sendmmsg recvmmsg socketpair";

// What drivers of GPUs do in the name of an encoder.
constexpr std::string_view kAllowedWithGpu = "mlock munlock sched_setscheduler prlimit64 openat2 memfd_create mknodat";

// Asked for by libraries that have another way where the kernel is too old for this one; EPERM would be an error there.
constexpr std::string_view kNotThere = "clone3 openat2 io_uring_setup memfd_secret";

class Filter {
 public:
  static base::Result<Filter> make() {
    Filter out;
    out.context_.reset(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (!out.context_) return base::Error::failed("libseccomp makes no filter");
    // no_new_privs is promised by the step itself.
    ::seccomp_attr_set(out.context_.get(), SCMP_FLTATR_CTL_NNP, 0);
    // A tree in place of a chain: the filter is asked on every call.
    ::seccomp_attr_set(out.context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return out;
  }

  void all_of(std::string_view names, std::uint32_t action) {
    for (const auto name : base::words(names)) add(action, std::string(name).c_str(), {});
  }
  template <class... Conditions>
  void allow(const char* name, Conditions... conditions) {
    add(SCMP_ACT_ALLOW, name, {conditions...});
  }

  base::Result<std::vector<sock_filter>> program() {
    if (failure_ != 0)
      return base::Error::from_errno(-failure_, base::format("a rule for the system call {}", failed_));
    const os::Descriptor file(::memfd_create("filter", MFD_CLOEXEC));
    if (!file) return base::Error::from_errno(errno, "a place for the filter of system calls");
    if (const int failure = ::seccomp_export_bpf(context_.get(), file.get()); failure != 0)
      return base::Error::from_errno(-failure, "writing the filter of system calls");
    const auto size = ::lseek(file.get(), 0, SEEK_END);
    std::vector<sock_filter> out(static_cast<std::size_t>(size) / sizeof(sock_filter));
    if (::pread(file.get(), out.data(), static_cast<std::size_t>(size), 0) != size)
      return base::Error::from_errno(errno, "reading the filter of system calls");
    return out;
  }

 private:
  void add(std::uint32_t action, const char* name, const std::vector<scmp_arg_cmp>& conditions) {
    const int number = ::seccomp_syscall_resolve_name(name);
    // Not one of this architecture's (arm64 has no open), or too new for this libseccomp.
    if (number == __NR_SCMP_ERROR || number < 0) return;
    const int failure = ::seccomp_rule_add_array(context_.get(), action, number,
                                                 static_cast<unsigned>(conditions.size()), conditions.data());
    if (failure != 0 && failure_ == 0) failure_ = failure, failed_ = name;
  }

  struct Release {
    void operator()(scmp_filter_ctx context) const { ::seccomp_release(context); }
  };
  std::unique_ptr<void, Release> context_;
  int failure_ = 0;
  std::string failed_;
};

// Before ABI 3 Landlock lets O_TRUNC through for whoever may read: a file that is opened for reading may not be
// emptied.
void allow_opening(Filter& filter) {
  const auto for_argument = [&](const char* name, unsigned argument) {
    filter.allow(name, SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, O_TRUNC, 0));
    for (const scmp_datum_t access : {O_WRONLY, O_RDWR})
      filter.allow(name, SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, O_TRUNC | O_ACCMODE, O_TRUNC | access));
  };
  for_argument("open", 1);
  for_argument("openat", 2);
}

base::Result<std::vector<sock_filter>> filter_for(const Bounds& bounds) {
  FFWATT_TRY(auto filter, Filter::make());
  const bool gpu = bounds.gpu == Bounds::Gpu::yes;
  filter.all_of(kAllowed, SCMP_ACT_ALLOW);
  if (gpu) filter.all_of(kAllowedWithGpu, SCMP_ACT_ALLOW);
  for (const auto name : base::words(kNotThere))
    if (!gpu || name != "openat2") filter.all_of(name, SCMP_ACT_ERRNO(ENOSYS));
  allow_opening(filter);
  // A new thread of this process, never a process.
  filter.allow("clone", SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  // Names of threads.
  filter.allow("prctl", SCMP_CMP(0, SCMP_CMP_EQ, PR_SET_NAME));
  filter.allow("prctl", SCMP_CMP(0, SCMP_CMP_EQ, PR_GET_NAME));
  // Its own limits may be read.
  if (!gpu) filter.allow("prlimit64", SCMP_CMP(0, SCMP_CMP_EQ, 0), SCMP_CMP(2, SCMP_CMP_EQ, 0));
  if (gpu) {
    filter.all_of("ioctl", SCMP_ACT_ALLOW);
  } else {
    for (const scmp_datum_t request : {TCGETS, TIOCGWINSZ, FIONBIO, FIONREAD, FIOCLEX})
      filter.allow("ioctl", SCMP_CMP(1, SCMP_CMP_EQ, request));
  }
  if (bounds.reach == Bounds::Reach::anywhere) {
    filter.all_of(kAllowedWithRelay, SCMP_ACT_ALLOW);
    filter.all_of(kAllowedOfRelay, SCMP_ACT_ALLOW);
  } else if (!bounds.ports.empty()) {
    filter.all_of(kAllowedWithRelay, SCMP_ACT_ALLOW);
    // The type holds flags such as SOCK_CLOEXEC above its four bits.
    filter.allow("socket", SCMP_CMP(0, SCMP_CMP_EQ, AF_INET), SCMP_CMP(1, SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));
  }
  return filter.program();
}

}  // namespace

base::Result<Prepared> layers::system_calls(os::Host& host, const Bounds& bounds) {
  // Also of a script it is not known what it would need: it starts programs.
  FFWATT_CHECK([&]() -> base::Result<void> {
    FFWATT_TRY(const auto interpreter, interpreter_of(host.files, bounds.program));
    (void)interpreter;
    return {};
  }());
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0)
    return base::Error::absent(base::format("the kernel has no filters of system calls ({})",
                                            base::Error::from_errno(errno, "seccomp").text()));
  FFWATT_TRY(auto made, filter_for(bounds));
  const auto count = made.size();
  auto code = std::make_shared<std::vector<sock_filter>>(std::move(made));
  return Prepared{step("filtering system calls",
                       [code] {
                         if (const int failure = promise_no_new_rights()) return failure;
                         const sock_fprog program{static_cast<unsigned short>(code->size()), code->data()};
                         return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
                       }),
                  base::format("seccomp, {} instructions", count)};
}

}  // namespace sandbox
