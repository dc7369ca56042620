// For the tests of `cli`: the whole program in this process, with its output in strings and a state folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "cli/command.h"

namespace cli {

class Stage : public testing::Test {
 protected:
  Stage() : folder_(files().make_unique_folder(testing::TempDir(), "cli-").value()) {
    environment_ = {{"PATH", "/usr/bin:/bin"}, {"HOME", (folder_ / "home").string()}, {"FFWATT_METER_SOCKET", "none"}};
  }
  ~Stage() override { (void)files().remove_tree(folder_).ok(); }

  os::Files& files() { return host_.host().files; }
  os::Path write(const os::Path& name, std::string_view text) {
    EXPECT_TRUE(files().make_folders((folder_ / name).parent_path()).ok());
    EXPECT_TRUE(files().write_durably(folder_ / name, text).ok());
    return folder_ / name;
  }

  int ffwatt(const std::vector<std::string>& words) {
    out_.str({}), err_.str({});
    Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_, answers_};
    return run_program(context, words);
  }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  os::RealHost host_;
  os::Path folder_;
  os::Environment environment_;
  os::SignalSet signals_{};
  std::ostringstream out_, err_;
  os::TerminalFacts terminal_;
  std::istream* answers_ = nullptr;  // a person at the terminal, where there is one
  std::unique_ptr<base::Log> log_ = base::silent_log();
};

}  // namespace cli
