// The values that TOML files give to a shape's options. Inside of `options`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "options/options.h"

namespace options {

struct FileValue {
  std::vector<std::string> items;  // checked
  std::string where;               // "ffwatt.toml:3:8"
};
// By flag. Errors are invalid with every fault of the first faulty file, one a line as "file:line:column: …"; absent
// and denied only where a named file cannot be read.
base::Result<std::map<std::string, FileValue>> read_toml_values(const Shape& shape, const std::vector<os::Path>& paths,
                                                                const std::optional<os::Path>& named,
                                                                const std::vector<std::string>& known_keys,
                                                                const os::Files& files);

}  // namespace options
