#include "agent/roots.h"

#include <algorithm>

#include "base/format.h"
#include "media/target_check.h"

namespace agent {
namespace {

using base::format;

bool lies_in(const os::Path& path, const os::Path& folder) {
  const auto end = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first;
  return end == folder.end();
}

}  // namespace

std::vector<std::string> Roots::names() const {
  std::vector<std::string> out;
  for (const auto& [name, folder] : folders_) out.push_back(name);
  return out;
}

media::TranscodeSpec Roots::resolved(media::TranscodeSpec spec) const {
  const auto resolve = [this](std::string& path) {
    const auto name = media::root_of_path(path);
    const auto found = folders_.find(name);
    // Behind "name:" comes an absolute path below the root; its ".." were refused with the submission.
    if (!name.empty() && found != folders_.end()) path = found->second.string() + path.substr(name.size() + 1);
  };
  if (spec.input) resolve(*spec.input);
  resolve(spec.output);
  for (auto& rendition : spec.outputs) resolve(rendition.output);
  return spec;
}

base::Result<void> Roots::admit(const os::Files& files, const media::TranscodeSpec& spec,
                                const os::Path& output_folder) const {
  for (const auto& name : media::roots_of(spec))
    return base::Error::absent(
        format("this node has no root '{}'; start its agent with --root {}=FOLDER, or use another path", name, name));
  if (folders_.empty()) return {};
  std::vector<os::Path> allowed;
  for (const auto& [name, folder] : folders_)
    if (auto real = files.real_path(folder)) allowed.push_back(*std::move(real));
  if (auto real = files.real_path(output_folder)) allowed.push_back(*std::move(real));
  const auto check = [&](const os::Path& path, const os::Path& shown) -> base::Result<void> {
    const auto real = files.real_path(path);
    if (!real) return {};  // not there: whoever opens it says so
    if (std::any_of(allowed.begin(), allowed.end(), [&](const auto& folder) { return lies_in(*real, folder); }))
      return {};
    return base::Error::denied(format("{} lies in none of this node's roots; name a file below one, such as {}:/file",
                                      shown.string(), folders_.begin()->first));
  };
  if (spec.input) FFWATT_CHECK(check(*spec.input, *spec.input));
  for (const os::Path output : media::output_files(spec)) FFWATT_CHECK(check(output.parent_path(), output));
  return {};
}

base::Result<std::pair<std::string, os::Path>> parse_root(const std::string& text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto folder = equals == std::string::npos ? std::string() : text.substr(equals + 1);
  const bool is_name = media::root_of_path(name + ":/a") == name && !media::path_fault(name + ":/a");
  if (!is_name || !folder.starts_with('/'))
    return base::Error::invalid(
        format("'{}' is no root; write NAME=FOLDER with letters and digits and an absolute "
               "folder, such as media=/srv/media",
               text.substr(0, 80)));
  auto path = os::Path(folder).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return std::pair{name, os::Path(path)};
}

}  // namespace agent
