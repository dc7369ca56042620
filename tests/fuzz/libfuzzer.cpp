// The two functions by which libFuzzer drives a target. The first folder on its command line is the corpus; the seeds
// are written there, so that a new one is tried in an old corpus too.
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "os_testing/fuzz_target.h"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  for (int i = 1; i < *count; ++i) {
    const std::filesystem::path corpus = (*arguments)[i];
    if (!std::filesystem::is_directory(corpus)) continue;
    int number = 0;
    for (const auto& seed : os_testing::fuzz_seeds())
      std::ofstream(corpus / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  os_testing::fuzz_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
