// Roots: the folders that a node gives to jobs, by name ("media:/a.mp4" is /srv/media/a.mp4 where media=/srv/media).
// Where there are any, a job reads and writes in them and in the agent's output folder only, links followed; without
// any it may name every path that the agent's user may. Values; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/transcode_spec.h"
#include "os/files.h"

namespace agent {

class Roots {
 public:
  Roots() = default;
  explicit Roots(std::map<std::string, os::Path> folders) : folders_(std::move(folders)) {}

  std::vector<std::string> names() const;
  // Puts the folders in the place of their names; a name that is none here stays. Looks at no file.
  media::TranscodeSpec resolved(media::TranscodeSpec spec) const;
  // Why a resolved spec must not run here. absent: it names a root of another node; denied: a path leads out of the
  // roots and of `output_folder`. A path that does not exist is no fault of this kind.
  base::Result<void> admit(const os::Files& files, const media::TranscodeSpec& spec,
                           const os::Path& output_folder) const;

 private:
  std::map<std::string, os::Path> folders_;
};

// "media=/srv/media": letters, digits, - and _, a letter first, at most 32; an absolute folder. invalid says what else.
base::Result<std::pair<std::string, os::Path>> parse_root(const std::string& text);

}  // namespace agent
