// The main of every NAME_seeds: tries the seeds of one fuzz target, whole and cut short, once. With arguments it tries
// those files instead, so that an input which libFuzzer has found can be looked at in an ordinary build.
#include <fstream>
#include <iterator>

#include "os_testing/fuzz_target.h"

namespace {

// A text that ends too early is the commonest bad input. Long seeds are cut at fewer places, so that the whole takes
// no time.
void try_cut(const std::string& seed) {
  constexpr std::size_t most_cuts = 200;
  const std::size_t step = seed.size() / most_cuts + 1;
  for (std::size_t length = 0; length < seed.size(); length += step) {
    // Of its own size, so that a sanitizer sees a read past the end.
    const std::vector<char> cut(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(length));
    os_testing::fuzz_one({cut.data(), cut.size()});
  }
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    if (!file) return std::fprintf(stderr, "%s cannot be read\n", arguments[i]), 2;
    std::printf("%s\n", arguments[i]);
    os_testing::fuzz_one(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  if (count > 1) return 0;
  const auto seeds = os_testing::fuzz_seeds();
  for (const auto& seed : seeds) {
    os_testing::fuzz_one(seed);
    try_cut(seed);
  }
  std::printf("%zu seeds\n", seeds.size());
  return seeds.empty() ? 1 : 0;
}
