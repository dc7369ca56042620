// A real clip for tests: 30 s of Big Buck Bunny (854x480, 24 fps, with sound), which a checkout may have beside it.
#pragma once

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
Footage footage(TestWorld& world);

}  // namespace media
