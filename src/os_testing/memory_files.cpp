#include "os_testing/memory_files.h"

#include <algorithm>
#include <cstring>

#include "base/format.h"
#include "base/text.h"

namespace os_testing {
namespace {

base::Error absent(const os::Path& path) {
  return base::Error::absent(base::format("reading {}: no such file", path.string()));
}

bool is_normal(std::string_view path) {
  if (path.size() < 2 || path.front() != '/' || path.find('\0') != path.npos) return false;
  const auto parts = base::split(path.substr(1), '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

// The keys below `folder` begin with this.
std::string prefix_of(const os::Path& folder) {
  auto text = folder.string();
  if (!text.ends_with('/')) text += '/';
  return text;
}

class Held final : public os::HeldFile {
 public:
  Held(const os::Files& files, os::Path path) : files_(files), path_(std::move(path)) {}
  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    FFWATT_TRY(const auto text, files_.read(path_));
    const auto count = std::min(size, text.size());
    if (count > 0) std::memcpy(buffer, text.data(), count);
    return count;
  }

 private:
  const os::Files& files_;
  os::Path path_;
};

}  // namespace

void MemoryFiles::add(std::string_view tree, std::string_view top) {
  std::string* file = nullptr;
  while (!tree.empty()) {
    const auto line = tree.substr(0, tree.find('\n'));
    const auto rest = std::min(tree.size(), line.size() + 1);
    if (line.starts_with("@/")) {
      const auto path = line.substr(1);
      file = is_normal(path) ? &files_[std::string(top) + std::string(path)] : nullptr;
      if (file) file->clear();
    } else if (file) {
      file->append(tree.substr(0, rest));
    }
    tree.remove_prefix(rest);
  }
}

void MemoryFiles::put(const os::Path& path, std::string_view content) { files_[path.string()] = content; }

base::Result<std::string> MemoryFiles::read(const os::Path& path, std::size_t limit) const {
  const auto found = files_.find(path.string());
  if (found == files_.end()) return absent(path);
  if (found->second.size() > limit)
    return base::Error::failed(base::format("reading {}: larger than {} bytes", path.string(), limit));
  return found->second;
}

base::Result<std::vector<std::string>> MemoryFiles::list(const os::Path& folder) const {
  const auto prefix = prefix_of(folder);
  std::vector<std::string> names;
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    const auto rest = it->first.substr(prefix.size());
    names.push_back(rest.substr(0, rest.find('/')));
  }
  if (names.empty()) return absent(folder);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

base::Result<os::FileStatus> MemoryFiles::status(const os::Path& path) const {
  os::FileStatus status;
  status.mode = 0755;
  if (const auto found = files_.find(path.string()); found != files_.end()) {
    status.kind = os::FileStatus::Kind::file, status.size = found->second.size(), status.mode = 0644;
    return status;
  }
  FFWATT_CHECK(list(path));
  status.kind = os::FileStatus::Kind::folder;
  return status;
}

base::Result<os::Path> MemoryFiles::link_target(const os::Path& path) const {
  return base::Error::failed(base::format("reading the link {}: it is none", path.string()));
}

base::Result<os::Path> MemoryFiles::real_path(const os::Path& path) const {
  FFWATT_CHECK(status(path));
  return path;
}

base::Result<std::unique_ptr<os::HeldFile>> MemoryFiles::hold(const os::Path& path) const {
  if (!files_.contains(path.string())) return absent(path);
  return std::unique_ptr<os::HeldFile>(std::make_unique<Held>(*this, path));
}

base::Result<void> MemoryFiles::write_durably(const os::Path& path, std::string_view content, unsigned) {
  put(path, content);
  return {};
}

base::Result<void> MemoryFiles::write_in_place(const os::Path& path, std::string_view content) {
  if (!files_.contains(path.string())) return absent(path);
  put(path, content);
  return {};
}

base::Result<void> MemoryFiles::rename(const os::Path& from, const os::Path& to) {
  FFWATT_TRY(const auto content, read(from));
  files_.erase(from.string());
  put(to, content);
  return {};
}

base::Result<void> MemoryFiles::remove(const os::Path& path) {
  files_.erase(path.string());
  return {};
}

base::Result<void> MemoryFiles::remove_tree(const os::Path& path) {
  files_.erase(path.string());
  const auto prefix = prefix_of(path);
  std::erase_if(files_, [&](const auto& file) { return file.first.starts_with(prefix); });
  return {};
}

base::Result<os::Path> MemoryFiles::make_unique_folder(const os::Path& parent, std::string_view prefix) {
  for (int n = 0;; ++n) {
    const auto folder = parent / base::format("{}{}", prefix, n);
    if (status(folder)) continue;
    put(folder / ".made", "");
    return folder;
  }
}

base::Result<std::unique_ptr<os::FileLock>> MemoryFiles::lock(const os::Path&, Wait) {
  return std::make_unique<os::FileLock>();
}

}  // namespace os_testing
