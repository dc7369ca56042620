#include <gmock/gmock.h>

#include "cli/doctor/checks.h"
#include "cli/stage.h"

namespace cli::doctor {
namespace {

using testing::HasSubstr;
using State = wire::Check::State;

class DoctorPlaces : public Stage {
 protected:
  std::vector<wire::Check> checks() {
    Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
    return check_places(context);
  }
};

TEST_F(DoctorPlaces, AStateFolderThatCouldBeMadeIsFineAndIsNotMade) {
  EXPECT_EQ(checks()[0].state, State::ok);
  EXPECT_FALSE(files().exists(folder_ / "home"));
}

TEST_F(DoctorPlaces, AFileWhereTheStateFolderShouldBeIsToBeFixed) {
  environment_ = {{"FFWATT_STATE_DIR", write("file", "").string()}};
  EXPECT_EQ(checks()[0].state, State::to_fix);
  EXPECT_THAT(checks()[0].fix, HasSubstr("FFWATT_STATE_DIR"));
}

TEST_F(DoctorPlaces, TheConfigurationFilesInUseAreNamed) {
  EXPECT_EQ(checks()[1].state, State::not_here);
  const auto file = write("home/.config/ffwatt/config.toml", "");
  EXPECT_EQ(checks()[1].state, State::ok);
  EXPECT_THAT(checks()[1].text, HasSubstr(file.string()));
}

}  // namespace
}  // namespace cli::doctor
