// Golden files for this module's tests: tests/golden/report/<name>. With FFWATT_ACCEPT_GOLDEN set the file is written
// anew, and that run does not count as a pass.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace report {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(FFWATT_SOURCE_DIR) + "/tests/golden/report/" + name;
  if (std::getenv("FFWATT_ACCEPT_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    ADD_FAILURE() << name << " was written anew; look at the difference, then run again without FFWATT_ACCEPT_GOLDEN";
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream wanted;
  wanted << file.rdbuf();
  EXPECT_EQ(text, wanted.str()) << path << " differs; FFWATT_ACCEPT_GOLDEN=1 writes it anew";
}

}  // namespace report
