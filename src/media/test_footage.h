// A real clip for tests: 30 s of Big Buck Bunny (854x480, 24 fps, with sound), which a checkout may have beside it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "media/test_world.h"

namespace media {

struct Footage {
  std::string path;
  double seconds = 0;
  bool is_real = false;
};

// Where the clip is missing, a generated one of the same kind stands in for it; under CI its absence is a failure, so
// that the real one cannot get lost unnoticed.
inline Footage footage(TestWorld& world) {
  const std::string real = FFWATT_SOURCE_DIR "/../shared/media/big-buck-bunny-480p-30s.mp4";
  if (std::filesystem::exists(real)) return {std::filesystem::canonical(real).string(), 30, true};
  if (std::getenv("CI"))
    ADD_FAILURE() << real << " is missing; put the clip there, or unset CI to test with a generated picture";
  const auto made = world.folder() / "footage.mp4";
  const auto output =
      world.run({"-v",   "error",   "-f",         "lavfi",     "-i",       "testsrc2=size=854x480:rate=24",
                 "-f",   "lavfi",   "-i",         "sine",      "-t",       "5",
                 "-c:v", "libx264", "-preset",    "ultrafast", "-pix_fmt", "yuv420p",
                 "-c:a", "aac",     made.string()});
  EXPECT_TRUE(output.status.success()) << output.err;
  return {made.string(), 5, false};
}

}  // namespace media
