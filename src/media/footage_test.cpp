// footage(), which test_footage.h declares: only files of tests may ask for the environment.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "media/test_footage.h"

namespace media {

Footage footage(TestWorld& world) {
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
