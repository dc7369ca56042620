#include "power/zone_tree.h"

#include <gtest/gtest.h>

namespace power {
namespace {

Zone zone(std::string path, std::string name, int socket, std::optional<std::string> parent = {}) {
  Zone z;
  z.path = "/sys/class/powercap/" + path;
  z.name = std::move(name);
  z.socket = socket;
  if (parent) z.parent = "/sys/class/powercap/" + *parent;
  z.range = 262'143'328'850;
  return z;
}

Reading reading(std::size_t index, double seconds, std::uint64_t raw) {
  Reading r;
  r.zone = index;
  r.raw = raw;
  r.at = units::BootTime::from_seconds(seconds);
  return r;
}

TEST(ZoneTree, AZoneIsNeverAddedToTheZoneThatContainsIt) {
  const std::vector zones{zone("intel-rapl:0", "package-0", 0), zone("intel-rapl:0:0", "core", 0, "intel-rapl:0"),
                          zone("intel-rapl:0:1", "uncore", 0, "intel-rapl:0"), zone("intel-rapl:1", "package-1", 1)};
  EXPECT_EQ(roles(zones), (std::vector{Role::counted, Role::part, Role::part, Role::counted}));
}

TEST(ZoneTree, TheSameDomainThroughTheMmioDriverIsATwin) {
  const std::vector zones{zone("intel-rapl-mmio:0", "package-0", 0), zone("intel-rapl:0", "package-0", 0)};
  EXPECT_EQ(roles(zones), (std::vector{Role::twin, Role::counted}));
}

TEST(ZoneTree, AnMmioZoneWithoutATwinIsCounted) {
  const std::vector zones{zone("intel-rapl-mmio:0", "package-0", 0), zone("intel-rapl:1", "package-1", 1)};
  EXPECT_EQ(roles(zones), (std::vector{Role::counted, Role::counted}));
}

TEST(ZoneTree, DiesOfOneSocketThatShowOneCounterAreCountedOnce) {
  const std::vector zones{zone("intel-rapl:0", "package-0-die-0", 0), zone("intel-rapl:1", "package-0-die-1", 0)};
  MirrorWatch watch(zones);
  EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::counted})) << "nothing was seen yet";
  for (int i = 0; i < 5; ++i) {
    const auto raw = 262'143'000'000u + static_cast<std::uint64_t>(i) * 100'000;
    // The second read comes 10 µs later and may see one more tick; at the end it lies behind the wrap.
    const auto later = i == 4 ? 50'000u : raw + 60'000;
    const std::vector looks{reading(0, i, i == 4 ? 262'143'328'000u : raw), reading(1, i + 1e-5, later)};
    watch.look(looks);
    EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::mirror})) << "look " << i;
  }
}

TEST(ZoneTree, DiesWithCountersOfTheirOwnAreBothCounted) {
  const std::vector zones{zone("intel-rapl:0", "package-0-die-0", 0), zone("intel-rapl:1", "package-0-die-1", 0)};
  MirrorWatch watch(zones);
  watch.look(std::vector{reading(0, 0, 0), reading(1, 0, 0)});
  watch.look(std::vector{reading(0, 1, 50'000'000), reading(1, 1, 20'000'000)});
  EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::counted}));
  watch.look(std::vector{reading(0, 2, 70'000'000), reading(1, 2, 70'000'000)});
  EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::counted})) << "they once differed";
}

TEST(ZoneTree, TwoSocketsUnderTheSameLoadAreTwoCountersHoweverEqual) {
  const std::vector zones{zone("intel-rapl:0", "package-0", 0), zone("intel-rapl:1", "package-1", 1)};
  MirrorWatch watch(zones);
  for (int i = 0; i < 9; ++i)
    watch.look(std::vector{reading(0, i, static_cast<std::uint64_t>(i)), reading(1, i, static_cast<std::uint64_t>(i))});
  EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::counted}));
}

TEST(ZoneTree, AZoneThatCannotBeReadDecidesNothing) {
  const std::vector zones{zone("intel-rapl:0", "package-0-die-0", 0), zone("intel-rapl:1", "package-0-die-1", 0)};
  MirrorWatch watch(zones);
  watch.look(std::vector{reading(0, 0, 5)});
  EXPECT_EQ(watch.roles(), (std::vector{Role::counted, Role::counted}));
}

}  // namespace
}  // namespace power
