// What the tests of this folder share: a folder of configuration files and a short way to parse.
#pragma once

#include <gtest/gtest.h>

#include "options/options.h"
#include "os/host.h"

namespace options {

class OptionsTest : public testing::Test {
 protected:
  OptionsTest() : folder_(files().make_unique_folder(testing::TempDir(), "options").value()) {}
  ~OptionsTest() override { (void)files().remove_tree(folder_); }

  os::Files& files() { return host_.host().files; }
  os::Path write(const std::string& name, std::string_view text) {
    const auto path = folder_ / name;
    EXPECT_TRUE(files().write_durably(path, text).ok());
    return path;
  }
  std::string error(const Shape& shape, const Inputs& inputs) {
    const auto parsed = parse(shape, inputs, files());
    return parsed ? "no error" : parsed.error().text();
  }

  os::RealHost host_;
  os::Path folder_;
};

}  // namespace options
