#include "os/appended_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/file_error.h"
#include "os/processes.h"

namespace os {
namespace {

class PosixAppendedFile final : public AppendedFile {
 public:
  PosixAppendedFile(Descriptor file, Path path) : file_(std::move(file)), path_(std::move(path)) {}
  base::Result<void> append(std::string_view text) override {
    const auto written = ::write(file_.get(), text.data(), text.size());
    if (written == static_cast<ssize_t>(text.size())) return {};
    return file_error(written < 0 ? errno : ENOSPC, "writing", path_);
  }

 private:
  Descriptor file_;
  const Path path_;
};

}  // namespace

base::Result<std::unique_ptr<AppendedFile>> open_appended(const Path& path, unsigned mode) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) return file_error(errno, "opening", path);
  return std::unique_ptr<AppendedFile>(new PosixAppendedFile(std::move(file), path));
}

}  // namespace os
