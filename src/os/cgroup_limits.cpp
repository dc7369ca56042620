// Limits of a control group. A limit that was not read back does not count: writes to files of a controller that is not
// enabled fail, and one that a container's file system swallows would be believed.
#include "base/format.h"
#include "base/text.h"
#include "os/cgroup.h"

namespace os {
namespace {

base::Result<std::int64_t> number_in(const Files& files, const Path& file) {
  FFWATT_TRY(const std::string text, files.read(file));
  const auto number = base::to_int(base::trim(text));
  if (number) return *number;
  return base::Error::absent(base::format("{} says {}", file.string(), base::trim(text).substr(0, 40)));
}

// The value that is in force after `text` was written.
base::Result<std::int64_t> set(Files& files, const Path& file, std::int64_t value) {
  FFWATT_CHECK(files.write_in_place(file, base::format("{}", value)));
  return number_in(files, file);
}

// A group has a controller's files only where its parent, and the parent's parent, have it in their subtree_control.
base::Result<void> enable(Files& files, const Root& root, const Path& group, std::string_view controller) {
  for (const auto& folder : {group.parent_path().parent_path(), group.parent_path()}) {
    const Path file = folder / "cgroup.subtree_control";
    const auto has = files.read(file);
    if (!has && !root.is_real()) continue;
    if (!has) return has.error();
    bool enabled = false;
    for (const auto word : base::words(*has)) enabled = enabled || word == controller;
    if (!enabled) FFWATT_CHECK(files.write_in_place(file, base::format("+{}", controller)));
  }
  return {};
}

base::Result<GroupLimits> limit_v2(Files& files, const Root& root, const Path& group, const GroupLimits& wanted) {
  GroupLimits out;
  if (wanted.memory) {
    FFWATT_CHECK(enable(files, root, group, "memory"));
    FFWATT_TRY(const auto bytes, set(files, group / "memory.max", static_cast<std::int64_t>(wanted.memory->value())));
    out.memory = units::Bytes(static_cast<double>(bytes));
    // Absent where the kernel has no swap.
    if (const auto swap = files.write_in_place(group / "memory.swap.max", "0");
        !swap && swap.error().kind() != base::ErrorKind::absent)
      return swap.error();
  }
  if (wanted.tasks) {
    FFWATT_CHECK(enable(files, root, group, "pids"));
    FFWATT_TRY(out.tasks, set(files, group / "pids.max", *wanted.tasks));
  }
  return out;
}

base::Result<Path> made(Files& files, const Root& root, const std::optional<Path>& folder, std::string_view name) {
  if (!folder) return base::Error::absent(base::format("no controller {} is mounted", name));
  FFWATT_CHECK(files.make_folders(*folder));
  FFWATT_CHECK(stand_in_for_the_kernel(files, root, *folder, CgroupVersion::v1));
  return *folder;
}

base::Result<GroupLimits> limit_v1(Files& files, const Root& root, const CgroupFolders& folders,
                                   const GroupLimits& wanted) {
  GroupLimits out;
  if (wanted.memory) {
    FFWATT_TRY(const auto folder, made(files, root, folders.memory, "memory"));
    const auto value = static_cast<std::int64_t>(wanted.memory->value());
    FFWATT_TRY(const auto bytes, set(files, folder / "memory.limit_in_bytes", value));
    out.memory = units::Bytes(static_cast<double>(bytes));
    // Memory and swap together; absent where the kernel does not account for swap (swapaccount=0).
    if (const auto swap = files.write_in_place(folder / "memory.memsw.limit_in_bytes", base::format("{}", value));
        !swap && swap.error().kind() != base::ErrorKind::absent)
      return swap.error();
  }
  if (wanted.tasks) {
    FFWATT_TRY(const auto folder, made(files, root, folders.pids, "pids"));
    FFWATT_TRY(out.tasks, set(files, folder / "pids.max", *wanted.tasks));
  }
  return out;
}

}  // namespace

base::Result<GroupLimits> limit_group(Files& files, const Root& root, const CgroupFolders& folders,
                                      const GroupLimits& wanted) {
  auto out = folders.version == CgroupVersion::v2 ? limit_v2(files, root, folders.counters, wanted)
                                                  : limit_v1(files, root, folders, wanted);
  if (!out) return base::Error::absent("limits of a control group: " + out.error().text());
  return out;
}

base::Result<std::int64_t> oom_kills_of(const Files& files, const CgroupFolders& folders) {
  if (folders.version == CgroupVersion::v1 && !folders.memory) return base::Error::absent("no controller memory");
  const Path file = folders.version == CgroupVersion::v2 ? folders.counters / "memory.events"
                                                         : *folders.memory / "memory.oom_control";
  FFWATT_TRY(const std::string text, files.read(file));
  for (const auto line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    if (parts.size() != 2 || parts[0] != "oom_kill") continue;
    if (const auto number = base::to_int(parts[1])) return *number;
  }
  return base::Error::absent(base::format("{} has no oom_kill", file.string()));
}

}  // namespace os
