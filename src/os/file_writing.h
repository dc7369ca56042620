// The half of the real Files that changes the disk. Inside of `os`; the contracts are those of Files.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace os::writing {

base::Result<void> durably(const Path& path, std::string_view content, unsigned mode);
base::Result<void> in_place(const Path& path, std::string_view content);
base::Result<void> sync(const Path& path, int open_flags);
base::Result<void> rename(const Path& from, const Path& to);
base::Result<void> remove(const Path& path);
base::Result<void> remove_tree(const Path& path);
base::Result<void> make_folders(const Path& path, unsigned mode);
base::Result<Path> make_unique_folder(const Path& parent, std::string_view prefix);
base::Result<std::unique_ptr<FileLock>> lock(const Path& path, Files::Wait wait);

}  // namespace os::writing
