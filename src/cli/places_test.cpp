#include "cli/places.h"

#include <gmock/gmock.h>

namespace cli {
namespace {

using testing::ElementsAre;

TEST(Places, FollowTheEnvironmentFromTheMostToTheLeastParticular) {
  const struct {
    os::Environment environment;
    os::Path state;
  } cases[] = {
      {{{"FFWATT_STATE_DIR", "/s"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, "/s"},
      {{{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, "/x/ffwatt"},
      {{{"HOME", "/h"}}, "/h/.local/state/ffwatt"},
      {{{"XDG_STATE_HOME", "not/absolute"}, {"HOME", "/h"}}, "/h/.local/state/ffwatt"},
      {{{"FFWATT_STATE_DIR", ""}, {"HOME", ""}}, "/var/lib/ffwatt"},
      {{}, "/var/lib/ffwatt"},
  };
  for (const auto& [environment, state] : cases) EXPECT_EQ(places(environment).state, state);
}

TEST(Places, ConfigurationIsReadFromTheSystemToTheProject) {
  EXPECT_THAT(places({{"HOME", "/h"}}).config,
              ElementsAre("/etc/ffwatt/config.toml", "/h/.config/ffwatt/config.toml", "ffwatt.toml"));
  EXPECT_THAT(places({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/c"}}).config,
              ElementsAre("/etc/ffwatt/config.toml", "/c/ffwatt/config.toml", "ffwatt.toml"));
  EXPECT_THAT(places({}).config, ElementsAre("/etc/ffwatt/config.toml", "ffwatt.toml"));
}

}  // namespace
}  // namespace cli
