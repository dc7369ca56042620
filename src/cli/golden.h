// Golden files for the tests of `cli`: tests/golden/<folder>/<name>. FFWATT_ACCEPT_GOLDEN=1 writes them anew; that run
// fails, so that it never counts as a pass.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/text.h"

namespace cli {

inline void check_golden(const std::filesystem::path& name, const std::string& text) {
  const auto path = std::filesystem::path(FFWATT_SOURCE_DIR) / "tests/golden" / name;
  if (std::getenv("FFWATT_ACCEPT_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    ADD_FAILURE() << path << " was written anew; read the difference and run again without FFWATT_ACCEPT_GOLDEN";
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing; FFWATT_ACCEPT_GOLDEN=1 writes it";
  std::ostringstream wanted;
  wanted << file.rdbuf();
  EXPECT_EQ(text, wanted.str()) << path << " differs; FFWATT_ACCEPT_GOLDEN=1 writes it anew";
}

inline void check_width(const std::string& text, std::size_t columns) {
  for (const auto line : base::split(text, '\n')) EXPECT_LE(base::columns(line), columns) << line;
}

}  // namespace cli
