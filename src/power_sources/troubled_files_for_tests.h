// TroubledFiles: the file system with faults that a test puts on single paths: a right that is lost, a device that goes
// while its file is held open, an errno of some kernel. For the tests of this folder only; one thread at a time. The
// real file system cannot stand in: root may read everything, and a held file outlives its name.
#pragma once

#include <map>
#include <optional>

#include "os/files.h"

namespace power_sources {

class TroubledFiles final : public os::Files {
 public:
  explicit TroubledFiles(os::Files& real) : real_(real) {}

  // From now on whoever opens or reads `path` or something below it gets this error, also through a file held already.
  void fail(const os::Path& path, base::Error error) { faults_.insert_or_assign(path.string(), std::move(error)); }
  void mend(const os::Path& path) { faults_.erase(path.string()); }

  base::Result<std::string> read(const os::Path& path, std::size_t limit) const override {
    if (const auto fault = fault_of(path)) return *fault;
    return real_.read(path, limit);
  }
  base::Result<std::vector<std::string>> list(const os::Path& folder) const override {
    if (const auto fault = fault_of(folder)) return *fault;
    return real_.list(folder);
  }
  base::Result<os::FileStatus> status(const os::Path& path) const override { return real_.status(path); }
  base::Result<os::Path> link_target(const os::Path& path) const override { return real_.link_target(path); }
  base::Result<os::Path> real_path(const os::Path& path) const override { return real_.real_path(path); }
  base::Result<std::unique_ptr<os::HeldFile>> hold(const os::Path& path) const override {
    if (const auto fault = fault_of(path)) return *fault;
    FFWATT_TRY(auto file, real_.hold(path));
    return std::unique_ptr<os::HeldFile>(std::make_unique<Held>(*this, path, std::move(file)));
  }

  base::Result<void> write_durably(const os::Path& path, std::string_view content, unsigned mode) override {
    return real_.write_durably(path, content, mode);
  }
  base::Result<void> write_in_place(const os::Path& path, std::string_view content) override {
    return real_.write_in_place(path, content);
  }
  base::Result<void> sync_file(const os::Path& path) override { return real_.sync_file(path); }
  base::Result<void> sync_folder(const os::Path& folder) override { return real_.sync_folder(folder); }
  base::Result<void> rename(const os::Path& from, const os::Path& to) override { return real_.rename(from, to); }
  base::Result<void> remove(const os::Path& path) override { return real_.remove(path); }
  base::Result<void> remove_tree(const os::Path& path) override { return real_.remove_tree(path); }
  base::Result<void> make_folders(const os::Path& path, unsigned mode) override {
    return real_.make_folders(path, mode);
  }
  base::Result<os::Path> make_unique_folder(const os::Path& parent, std::string_view prefix) override {
    return real_.make_unique_folder(parent, prefix);
  }
  bool writable_folder(const os::Path& folder) const override { return real_.writable_folder(folder); }
  base::Result<std::unique_ptr<os::FileLock>> lock(const os::Path& path, Wait wait) override {
    return real_.lock(path, wait);
  }

 private:
  class Held final : public os::HeldFile {
   public:
    Held(const TroubledFiles& files, os::Path path, std::unique_ptr<os::HeldFile> real)
        : files_(files), path_(std::move(path)), real_(std::move(real)) {}
    base::Result<std::size_t> read(char* buffer, std::size_t size) override {
      if (const auto fault = files_.fault_of(path_)) return *fault;
      return real_->read(buffer, size);
    }

   private:
    const TroubledFiles& files_;
    os::Path path_;
    std::unique_ptr<os::HeldFile> real_;
  };

  std::optional<base::Error> fault_of(const os::Path& path) const {
    const auto text = path.string();
    for (const auto& [at, error] : faults_)
      if (text == at || text.starts_with(at + "/")) return error.in("reading " + text);
    return std::nullopt;
  }

  os::Files& real_;
  std::map<std::string, base::Error> faults_;
};

}  // namespace power_sources
