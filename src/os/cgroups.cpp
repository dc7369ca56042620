// Finding the hierarchy in which groups can be made. What can be done with one group is in cgroup.cpp.
#include "os/cgroups.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "os/cgroup.h"
#include "os/posix.h"

namespace os {
namespace {

constexpr std::string_view kOurs = "ffwatt";

// A folder ffwatt/ in which groups are made, one for each hierarchy that a group spans (v1 has two: cpuacct, freezer).
struct Place {
  CgroupVersion version;
  Path counters;                     // v2: the group's only folder; v1: cpuacct
  std::optional<Path> freezer;       // v1 only, where it is mounted and writable
  std::optional<Path> memory, pids;  // v1 only, where it is mounted
};

bool valid_name(std::string_view name) {
  // No dot, so that no group can be called as one of the kernel's files ("cgroup.procs") or "..".
  return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

class PosixCgroups final : public Cgroups {
 public:
  PosixCgroups(Files& files, Root root) : files_(files), root_(std::move(root)) {}

  base::Result<std::unique_ptr<Cgroup>> open(std::string_view name) override {
    if (!valid_name(name)) {
      return base::Error::invalid(
          base::format("'{}' cannot name a control group: letters, digits, - and _ only", name));
    }
    std::vector<std::string> reasons;
    for (auto& place : places(reasons)) {
      CgroupFolders folders{place.version, place.counters / name, std::nullopt, std::nullopt, std::nullopt};
      if (const auto made = make(folders.counters, place.version); !made) {
        reasons.push_back(made.error().text());
        continue;
      }
      if (place.freezer && make(*place.freezer / name, place.version)) folders.freezer = *place.freezer / name;
      if (place.memory) folders.memory = *place.memory / name;
      if (place.pids) folders.pids = *place.pids / name;
      return posix_cgroup(files_, root_, std::string(name), std::move(folders));
    }
    return base::Error::absent(
        base::format("no control group can be made: {}; run as root, or with Delegate=yes in the systemd unit",
                     base::join(reasons, "; ")));
  }

  base::Result<std::vector<std::string>> list() const override {
    std::set<std::string> names;
    std::vector<std::string> unused;
    for (const auto& place : places(unused)) {
      const auto entries = files_.list(place.counters);
      if (!entries) continue;
      for (const auto& entry : *entries) {
        const auto status = files_.status(place.counters / entry);
        if (status && status->kind == FileStatus::Kind::folder) names.insert(entry);
      }
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

 private:
  // Best first: the top of a hierarchy, where an operator looks for it, then below our own group, which is ours to
  // divide where the service manager delegated it. Version 2 before version 1.
  std::vector<Place> places(std::vector<std::string>& reasons) const {
    std::vector<Place> found;
    const Path top = root_.path("/sys/fs/cgroup");
    const auto controllers = files_.read(top / "cgroup.controllers");
    if (!controllers) {
      reasons.push_back("v2: no unified hierarchy: " + controllers.error().text());
    } else if (const auto words = base::words(*controllers);
               std::find(words.begin(), words.end(), "cpu") == words.end()) {
      reasons.push_back(base::format("v2: {} has no cpu", (top / "cgroup.controllers").string()));
    } else {
      for (const auto& below : {std::string(), own_group("")}) {
        found.push_back({CgroupVersion::v2, top / below / kOurs, std::nullopt, std::nullopt, std::nullopt});
        if (own_group("").empty()) break;
      }
    }
    // A mount of both is called "cpu,cpuacct"; distributions link the single names to it, containers often do not.
    for (const auto mount : {"cpuacct", "cpu,cpuacct"}) {
      if (!files_.exists(top / mount / "cpuacct.usage")) continue;
      for (const auto& below : {std::string(), own_group("cpuacct")}) {
        Place place{CgroupVersion::v1, top / mount / below / kOurs, std::nullopt, std::nullopt, std::nullopt};
        const auto beside = [&](const char* controller) -> std::optional<Path> {
          if (!files_.exists(top / controller)) return std::nullopt;
          return top / controller / (below.empty() ? below : own_group(controller)) / kOurs;
        };
        place.freezer = beside("freezer"), place.memory = beside("memory"), place.pids = beside("pids");
        found.push_back(std::move(place));
        if (own_group("cpuacct").empty()) break;
      }
      return found;
    }
    reasons.push_back(base::format("v1: no {}", (top / "cpuacct/cpuacct.usage").string()));
    return found;
  }

  // Our own group in the hierarchy of `controller` ("" is v2), without the leading slash, and cut where it is already
  // one of ffwatt's: a runner that lives in such a group makes sisters, not daughters. Empty at the top.
  std::string own_group(std::string_view controller) const {
    const auto text = files_.read(root_.path("/proc/self/cgroup"));
    if (!text) return "";
    for (const auto line : base::split(*text, '\n')) {
      const auto first = line.find(':');
      const auto second = line.find(':', first == line.npos ? line.npos : first + 1);
      if (second == line.npos) continue;
      const auto named = base::split(line.substr(first + 1, second - first - 1), ',');
      if (std::find(named.begin(), named.end(), controller) == named.end()) continue;
      std::string path;
      for (const auto part : base::split(line.substr(second + 1), '/')) {
        if (part == kOurs || part == "..") break;
        if (!part.empty()) path += (path.empty() ? "" : "/") + std::string(part);
      }
      return path;
    }
    return "";
  }

  base::Result<void> make(const Path& folder, CgroupVersion version) const {
    FFWATT_CHECK(files_.make_folders(folder));
    return stand_in_for_the_kernel(files_, root_, folder, version);
  }

  Files& files_;
  Root root_;
};

}  // namespace

std::unique_ptr<Cgroups> posix_cgroups(Files& files, const Root& root) {
  return std::make_unique<PosixCgroups>(files, root);
}

}  // namespace os
