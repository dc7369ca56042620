#include "os_testing/temporary_folder.h"

#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace os_testing {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "ffwatt-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) {
    std::perror(name.c_str());
    std::abort();
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  // A test may have taken the rights away to see what happens.
  fs::permissions(path_, fs::perms::owner_all, ignored);
  for (auto it = fs::recursive_directory_iterator(path_, fs::directory_options::skip_permission_denied, ignored);
       !ignored && it != fs::recursive_directory_iterator(); it.increment(ignored)) {
    if (it->is_directory() && !it->is_symlink()) fs::permissions(it->path(), fs::perms::owner_all, ignored);
  }
  fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::write(std::string_view name, std::string_view content) const {
  const auto path = path_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string TemporaryFolder::read(std::string_view name) const {
  std::ifstream file(path_ / name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void TemporaryFolder::copy_from(const fs::path& tree) const {
  fs::copy(tree, path_, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
}

}  // namespace os_testing
