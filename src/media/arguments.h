// Words of a command line that is being put together. Inside of `media`.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace media {

using Arguments = std::vector<std::string>;

inline void append(Arguments& to, std::initializer_list<std::string> more) { to.insert(to.end(), more); }
inline void append(Arguments& to, const Arguments& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace media
