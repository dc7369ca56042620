// What one fuzz target is: a file NAME_fuzz.cpp beside the code it tries, which defines the two functions below. The
// build makes of it NAME_seeds, which tries the seeds once (a test of every build), and, with the preset `fuzz`,
// NAME_fuzz, in which libFuzzer makes inputs out of them. Only such files include this header. One thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace os_testing {

// Inputs from which others are made: one good one for each way through the code is enough.
std::vector<std::string> fuzz_seeds();
// Must come back, whatever the text: a crash, a leak, undefined behaviour, a failed promise() or a long stay is a
// fault.
void fuzz_one(std::string_view text);

// What must hold for every input; the sentence says what is wrong where it does not.
inline void promise(bool holds, const char* otherwise) {  // a condition, not an option
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", otherwise);
  std::abort();
}

}  // namespace os_testing
