#include "power_testing/live_files.h"

#include <algorithm>

#include "base/format.h"

namespace power_testing {
namespace {

base::Error absent(const os::Path& path) {
  return base::Error::absent(base::format("reading {}: No such file or directory", path.string()));
}
base::Error read_only(const os::Path& path) {
  return base::Error::denied(base::format("changing {}: Read-only file system", path.string()));
}

class Held final : public os::HeldFile {
 public:
  Held(const LiveFiles& files, os::Path path) : files_(files), path_(std::move(path)) {}
  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    FFWATT_TRY(const auto text, files_.read(path_));
    const auto count = std::min(size, text.size());
    std::copy_n(text.begin(), count, buffer);
    return count;
  }

 private:
  const LiveFiles& files_;
  const os::Path path_;
};

}  // namespace

void LiveFiles::take_away(const std::string& folder) {
  std::erase_if(files_, [&](const auto& file) { return file.first.starts_with(folder + "/"); });
}

base::Result<void> LiveFiles::write_below(os::Files& files, const os::Root& root) const {
  for (const auto& [path, content] : files_) {
    const auto real = root.path(path);
    FFWATT_CHECK(files.make_folders(real.parent_path()));
    FFWATT_CHECK(files.exists(real) ? files.write_in_place(real, content()) : files.write_durably(real, content()));
  }
  return {};
}

base::Result<std::string> LiveFiles::read(const os::Path& path, std::size_t limit) const {
  const auto found = files_.find(path.native());
  if (found == files_.end()) return absent(path);
  auto text = found->second();
  if (text.size() > limit) text.resize(limit);
  return text;
}

base::Result<std::vector<std::string>> LiveFiles::list(const os::Path& folder) const {
  const auto prefix = folder.string() + "/";
  std::vector<std::string> names;
  for (auto file = files_.lower_bound(prefix); file != files_.end() && file->first.starts_with(prefix); ++file) {
    const auto rest = std::string_view(file->first).substr(prefix.size());
    const auto name = rest.substr(0, rest.find('/'));
    if (names.empty() || names.back() != name) names.emplace_back(name);
  }
  if (names.empty()) return absent(folder);
  return names;
}

base::Result<os::FileStatus> LiveFiles::status(const os::Path& path) const {
  os::FileStatus status;
  status.mode = 0444;
  if (files_.contains(path.native())) {
    status.kind = os::FileStatus::Kind::file;
    return status;
  }
  status.kind = os::FileStatus::Kind::folder;
  if (list(path)) return status;
  return absent(path);
}

base::Result<os::Path> LiveFiles::link_target(const os::Path& path) const { return absent(path); }
base::Result<os::Path> LiveFiles::real_path(const os::Path& path) const {
  if (!exists(path)) return absent(path);
  return path;
}

base::Result<std::unique_ptr<os::HeldFile>> LiveFiles::hold(const os::Path& path) const {
  if (!files_.contains(path.native())) return absent(path);
  return std::unique_ptr<os::HeldFile>(std::make_unique<Held>(*this, path));
}

base::Result<void> LiveFiles::write_durably(const os::Path& path, std::string_view, unsigned) {
  return read_only(path);
}
base::Result<void> LiveFiles::write_in_place(const os::Path& path, std::string_view) { return read_only(path); }
base::Result<void> LiveFiles::sync_file(const os::Path& path) { return read_only(path); }
base::Result<void> LiveFiles::sync_folder(const os::Path& path) { return read_only(path); }
base::Result<void> LiveFiles::rename(const os::Path& from, const os::Path&) { return read_only(from); }
base::Result<void> LiveFiles::remove(const os::Path& path) { return read_only(path); }
base::Result<void> LiveFiles::remove_tree(const os::Path& path) { return read_only(path); }
base::Result<void> LiveFiles::make_folders(const os::Path& path, unsigned) { return read_only(path); }
base::Result<os::Path> LiveFiles::make_unique_folder(const os::Path& parent, std::string_view) {
  return read_only(parent);
}
base::Result<std::unique_ptr<os::FileLock>> LiveFiles::lock(const os::Path& path, Wait) { return read_only(path); }

}  // namespace power_testing
