// Landlock's interface, as far as it is used here. Debian 12's kernel headers stop at ABI 3, so the newer constants are
// written down from the kernel's include/uapi/linux/landlock.h (6.12). Inside of `sandbox`.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace sandbox::landlock {

// Rights over files, in the order in which ABIs brought them.
inline constexpr std::uint64_t execute = 1u << 0, write_file = 1u << 1, read_file = 1u << 2, read_dir = 1u << 3,
                               remove_dir = 1u << 4, remove_file = 1u << 5, make_char = 1u << 6, make_dir = 1u << 7,
                               make_reg = 1u << 8, make_sock = 1u << 9, make_fifo = 1u << 10, make_block = 1u << 11,
                               make_sym = 1u << 12;
inline constexpr std::uint64_t all_of_abi_1 = (1u << 13) - 1;
inline constexpr std::uint64_t refer = 1u << 13;      // ABI 2, Linux 5.19: rename between folders
inline constexpr std::uint64_t truncate = 1u << 14;   // ABI 3, Linux 6.2
inline constexpr std::uint64_t ioctl_dev = 1u << 15;  // ABI 5, Linux 6.10

// Over TCP: ABI 4, Linux 6.7.
inline constexpr std::uint64_t bind_tcp = 1u << 0, connect_tcp = 1u << 1;
// Towards processes outside: ABI 6, Linux 6.12.
inline constexpr std::uint64_t scope_abstract_socket = 1u << 0, scope_signal = 1u << 1;

struct RulesetAttr {
  std::uint64_t handled_access_fs, handled_access_net, scoped;
};
// How much of it a kernel of this ABI knows; it refuses more.
inline constexpr std::size_t attr_size(int abi) { return abi < 4 ? 8 : abi < 6 ? 16 : 24; }

struct [[gnu::packed]] PathBeneathAttr {
  std::uint64_t allowed_access;
  std::int32_t parent_fd;
};
struct NetPortAttr {
  std::uint64_t allowed_access, port;
};
inline constexpr int rule_path_beneath = 1, rule_net_port = 2;
inline constexpr std::uint32_t create_ruleset_version = 1u << 0;

// The same numbers on every architecture; Debian 12's libc has no wrappers.
inline long create_ruleset(const RulesetAttr* attr, std::size_t size, std::uint32_t flags) {
  return ::syscall(SYS_landlock_create_ruleset, attr, size, flags);
}
inline long add_rule(int ruleset, int type, const void* attr) {
  return ::syscall(SYS_landlock_add_rule, ruleset, type, attr, 0u);
}
inline long restrict_self(int ruleset) { return ::syscall(SYS_landlock_restrict_self, ruleset, 0u); }

}  // namespace sandbox::landlock
