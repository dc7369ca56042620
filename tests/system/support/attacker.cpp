// What a program does that a hostile file has taken over: one attack, by name. Ends with 0 where it succeeded; prints
// why not, and ends with 1, where it failed; with 2 for an attack that it does not know.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

int as_result(long result) { return result < 0 ? errno : 0; }
pid_t pid_of(const std::string& text) { return static_cast<pid_t>(atoi(text.c_str())); }

int read_file(const Words& w) {
  const int file = ::open(w[0].c_str(), O_RDONLY);
  char byte = 0;
  return file < 0 ? errno : as_result(::read(file, &byte, 1));
}
int open_for(const Words& w, int flags) { return as_result(::open(w[0].c_str(), flags, 0600)); }

int connect_to(const Words& w, int type) {
  const int socket = ::socket(AF_INET, type, 0);
  if (socket < 0) return errno;
  sockaddr_in to{};
  to.sin_family = AF_INET, to.sin_port = htons(static_cast<uint16_t>(atoi(w[1].c_str())));
  ::inet_pton(AF_INET, w[0].c_str(), &to.sin_addr);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return errno;
  return as_result(::send(socket, "x", 1, MSG_NOSIGNAL));
}

int unix_socket(const Words& w) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (socket < 0) return errno;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  // "@name" is abstract: no file, so no right over files guards it.
  ::strncpy(to.sun_path, w[0].c_str(), sizeof to.sun_path - 1);
  socklen_t size = sizeof to;
  if (to.sun_path[0] == '@')
    to.sun_path[0] = 0, size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + w[0].size());
  return as_result(::connect(socket, reinterpret_cast<const sockaddr*>(&to), size));
}

int make_process(const Words&) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) ::_exit(0);
  return as_result(::waitpid(child, nullptr, 0));
}

// Becomes another program; where that works it never comes back.
int become(const Words& w) {
  std::vector<char*> words;
  for (const auto& word : w) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(words[0], words.data());
  return errno;
}

// Writes to a file of the given size, MiB by MiB.
int fill_disk(const Words& w) {
  ::signal(SIGXFSZ, SIG_IGN);
  const int file = ::open(w[0].c_str(), O_WRONLY | O_CREAT, 0600);
  if (file < 0) return errno;
  const std::string block(1u << 20, 'x');
  for (int i = 0; i < atoi(w[1].c_str()); ++i)
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size())) return errno ? errno : EFBIG;
  return 0;
}

int take_memory(const Words& w) {
  for (int i = 0; i < atoi(w[0].c_str()); ++i) {
    void* block = ::mmap(nullptr, 1u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return errno;
    ::memset(block, 1, 1u << 20);
  }
  return 0;
}

int make_threads(const Words& w) {
  static char stacks[1u << 20];
  for (int i = 0; i < atoi(w[0].c_str()); ++i) {
    const auto wait = [](void*) -> int { return ::pause(); };
    char* stack = stacks + (static_cast<size_t>(i % 200) + 1) * 4096;
    if (::clone(wait, stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, nullptr) < 0)
      return errno;
  }
  return 0;
}

int read_other_memory(const Words& w) {
  char byte = 0;
  iovec mine{&byte, 1}, theirs{reinterpret_cast<void*>(0x1000), 1};
  // EFAULT means that only the guessed address was wrong.
  return ::process_vm_readv(pid_of(w[0]), &mine, 1, &theirs, 1, 0) < 0 && errno != EFAULT ? errno : 0;
}

int gain_by_setuid(const Words& w) {
  // A setuid copy of this attacker, which says by its status whether the effective user is another one now.
  return become({w[0], "is-other-user", std::to_string(::getuid())});
}

int core_dump(const Words&) {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_CORE, &limit);
  ::getrlimit(RLIMIT_CORE, &limit);
  return limit.rlim_cur > 0 ? 0 : EPERM;
}

int open_many(const Words& w) {
  for (int i = 0; i < atoi(w[0].c_str()); ++i)
    if (::dup(0) < 0) return errno;
  return 0;
}

int write_text(const Words& w) {
  const int file = ::open(w[0].c_str(), O_WRONLY);
  return file < 0 ? errno : as_result(::write(file, "0", 1));
}

int perf_counter(const Words&) {
  perf_event_attr attr{};
  attr.size = sizeof attr, attr.type = PERF_TYPE_SOFTWARE, attr.config = PERF_COUNT_SW_CPU_CLOCK;
  attr.exclude_kernel = 1;
  return as_result(::syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

using Attack = int (*)(const Words&);
const std::map<std::string, Attack> kAttacks{
    {"read", read_file},
    {"write", [](const Words& w) { return open_for(w, O_WRONLY); }},
    {"empty", [](const Words& w) { return open_for(w, O_RDONLY | O_TRUNC); }},
    {"create", [](const Words& w) { return open_for(w, O_WRONLY | O_CREAT | O_EXCL); }},
    {"truncate", [](const Words& w) { return as_result(::truncate(w[0].c_str(), 0)); }},
    {"list", [](const Words& w) { return open_for(w, O_RDONLY | O_DIRECTORY); }},
    {"remove", [](const Words& w) { return as_result(::unlink(w[0].c_str())); }},
    {"make-folder", [](const Words& w) { return as_result(::mkdir(w[0].c_str(), 0700)); }},
    {"make-fifo", [](const Words& w) { return as_result(::mkfifo(w[0].c_str(), 0600)); }},
    {"link", [](const Words& w) { return as_result(::symlink("/etc/passwd", w[0].c_str())); }},
    {"hard-link", [](const Words& w) { return as_result(::link(w[0].c_str(), w[1].c_str())); }},
    {"rename", [](const Words& w) { return as_result(::rename(w[0].c_str(), w[1].c_str())); }},
    {"change-mode", [](const Words& w) { return as_result(::chmod(w[0].c_str(), 0777)); }},
    {"change-owner", [](const Words& w) { return as_result(::chown(w[0].c_str(), ::getuid(), ::getgid())); }},
    {"set-attribute", [](const Words& w) { return as_result(::setxattr(w[0].c_str(), "user.x", "x", 1, 0)); }},
    {"tcp", [](const Words& w) { return connect_to(w, SOCK_STREAM); }},
    {"udp", [](const Words& w) { return connect_to(w, SOCK_DGRAM); }},
    {"unix", unix_socket},
    {"netlink", [](const Words&) { return as_result(::socket(AF_NETLINK, SOCK_RAW, 0)); }},
    {"raw-socket", [](const Words&) { return as_result(::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)); }},
    {"packet-socket", [](const Words&) { return as_result(::socket(AF_PACKET, SOCK_RAW, 0)); }},
    {"fork", make_process},
    {"exec", become},
    {"ptrace", [](const Words& w) { return as_result(::ptrace(PTRACE_SEIZE, pid_of(w[0]), nullptr, nullptr)); }},
    {"read-memory", read_other_memory},
    {"kill", [](const Words& w) { return as_result(::kill(pid_of(w[0]), SIGTERM)); }},
    {"mount", [](const Words& w) { return as_result(::mount("tmpfs", w[0].c_str(), "tmpfs", 0, nullptr)); }},
    {"chroot", [](const Words& w) { return as_result(::chroot(w[0].c_str())); }},
    {"new-namespace", [](const Words&) { return as_result(::unshare(CLONE_NEWUSER)); }},
    {"become-nobody", [](const Words&) { return as_result(::setresuid(65533, 65533, 65533)); }},
    {"host-name",
     [](const Words&) {
       char name[64];
       ::gethostname(name, sizeof name);
       return as_result(::sethostname(name, ::strlen(name)));
     }},
    {"perf", perf_counter},
    {"bpf",
     [](const Words&) {
       char attr[128]{};
       return ::syscall(SYS_bpf, 0, attr, sizeof attr) < 0 && errno == EPERM ? EPERM : 0;
     }},
    {"io-uring",
     [](const Words&) {
       char parameters[120]{};
       return as_result(::syscall(SYS_io_uring_setup, 4, parameters));
     }},
    {"userfaultfd", [](const Words&) { return as_result(::syscall(SYS_userfaultfd, O_CLOEXEC | 1)); }},
    {"keyctl", [](const Words&) { return as_result(::syscall(SYS_add_key, "user", "x", "y", 1, -2)); }},
    {"executable-file", [](const Words&) { return as_result(::syscall(SYS_memfd_create, "x", 0)); }},
    {"ioctl-terminal",
     [](const Words&) { return ::syscall(SYS_ioctl, 0, 0x5412, "x") < 0 && errno == EPERM ? EPERM : 0; }},
    {"setuid", gain_by_setuid},
    {"is-other-user", [](const Words& w) { return ::geteuid() != static_cast<uid_t>(atoi(w[0].c_str())) ? 0 : EPERM; }},
    {"core-dump", core_dump},
    {"fill-disk", fill_disk},
    {"take-memory", take_memory},
    {"make-threads", make_threads},
    {"open-many", open_many},
    {"write-text", write_text},
};

}  // namespace

int main(int count, char** words) {
  const auto attack = kAttacks.find(count > 1 ? words[1] : "");
  if (attack == kAttacks.end()) return 2;
  const int failure = attack->second(Words(words + 2, words + count));
  if (failure != 0) ::dprintf(1, "%s\n", ::strerror(failure));
  ::_exit(failure == 0 ? 0 : 1);
}
