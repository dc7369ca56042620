// For the tests of this folder: the real machine, the ffmpeg of PATH, and a folder that goes away with everything in
// it.
#pragma once

#include <filesystem>
#include <string>

#include "media/encoders.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace media {

class TestWorld {
 public:
  os::Host& host() { return real_.host(); }
  const os::Path& folder() const { return folder_.path(); }
  os::Environment environment() const { return {{"PATH", "/usr/local/bin:/usr/bin:/bin"}}; }
  // The installed ffmpeg; a test program without it cannot test anything, so its absence ends the program.
  const Ffmpeg& ffmpeg() {
    static const Ffmpeg found = *find_ffmpeg(host(), "ffmpeg", environment());
    return found;
  }

  os::Path write(std::string_view name, std::string_view content) { return folder_.write(name, content); }
  // A shell script that stands in for a program.
  os::Path script(std::string_view name, std::string_view body) {
    const auto path = write(name, "#!/bin/sh\n" + std::string(body) + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  // Runs the installed ffmpeg on arguments of ours; the output tells why a failed one failed.
  os::Output run(std::vector<std::string> arguments, std::string_view program = "ffmpeg") {
    os::SpawnSpec spawn;
    spawn.program = program == "ffmpeg" ? ffmpeg().ffmpeg : ffmpeg().ffprobe;
    spawn.arguments = std::move(arguments);
    spawn.environment = environment();
    spawn.folder = folder();
    return *os::run_and_collect(host().processes, host().clock, std::move(spawn), units::Seconds(120));
  }

 private:
  os::RealHost real_;
  os_testing::TemporaryFolder folder_;
};

}  // namespace media
