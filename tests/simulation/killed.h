// What flies when a simulated process is killed in the middle of something: nothing of it may catch this but the
// machine that it runs on.
#pragma once

namespace simulation {

struct Killed {
  const char* where;
};

}  // namespace simulation
