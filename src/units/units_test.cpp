#include <gtest/gtest.h>

#include "units/format.h"
#include "units/measured.h"
#include "units/parse.h"
#include "units/time.h"

namespace units {
namespace {

TEST(Quantity, PowerTimesTimeIsEnergy) {
  EXPECT_EQ(50_W * 2_s, 100_J);
  EXPECT_EQ(100_J / 50_W, 2_s);
  EXPECT_EQ(100_J / 2_s, 50_W);
}

TEST(Measured, ASumTakesTheWorstQualityAndUnknownStaysUnknown) {
  const auto a = Measured<Joules>::of(10_J, 9_J, 11_J, Quality::measured, "powercap", Scope::package);
  const auto b = Measured<Joules>::of(5_J, 4_J, 7_J, Quality::estimated, "model", Scope::package);
  const auto sum = a + b;
  EXPECT_EQ(sum.value(), 15_J);
  EXPECT_EQ(sum.high(), 18_J);
  EXPECT_EQ(sum.quality(), Quality::estimated);
  EXPECT_FALSE((a + Measured<Joules>::unmeasurable(Scope::package, "no sensor")).known());
}

TEST(Parse, NumbersKeepTheirUnits) {
  EXPECT_EQ(parse_bitrate("5000k")->value(), 5e6);
  EXPECT_EQ(parse_bitrate("5M")->value(), 5e6);
  EXPECT_EQ(parse_duration("1m30s")->value(), 90);
  EXPECT_EQ(parse_duration("250ms")->value(), 0.25);
  EXPECT_EQ(parse_duration("90")->value(), 90);
  EXPECT_EQ(parse_bytes("16KiB")->value(), 16384);
  EXPECT_EQ(parse_ratio("2%")->value(), 0.02);
  EXPECT_EQ(*parse_picture_size("1920x1080"), (PictureSize{1920, 1080}));
}

TEST(Parse, NonsenseIsRefusedWithAnExample) {
  for (const char* bad : {"", "k", "-5k", "5kk", "5 M", "1e6q"}) EXPECT_FALSE(parse_bitrate(bad)) << bad;
  for (const char* bad : {"", "-1", "30s1m", "1x", "s"}) EXPECT_FALSE(parse_duration(bad)) << bad;
  for (const char* bad : {"1920", "1920x", "1921x1080", "8x8", "99999x2", "1920x1080x3"})
    EXPECT_FALSE(parse_picture_size(bad)) << bad;
  EXPECT_NE(parse_duration("soon").error().text().find("write 90"), std::string::npos);
}

TEST(Time, Rfc3339IsReadBack) {
  const auto t = WallTime::from_nanoseconds(1'769'850'307'250'000'000);
  EXPECT_EQ(rfc3339(t), "2026-01-31T09:05:07.250Z");
  EXPECT_EQ(*parse_rfc3339("2026-01-31T09:05:07.250Z"), t);
  EXPECT_EQ(file_stamp(t), "20260131_090507");
  for (const char* bad : {"", "yesterday", "2026-13-31T09:05:07Z", "2026-01-31 09:05:07Z", "2026-01-31T09:05:07+01:00"})
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(Format, EachNumberHasItsUnitAndItsInterval) {
  EXPECT_EQ(text(Joules(412.6)), "412.6 J");
  EXPECT_EQ(text(Joules(12345.0)), "12.3 kJ");
  EXPECT_EQ(text(Joules(0.275)), "0.275 J");
  EXPECT_EQ(text(Watts(88.7)), "88.7 W");
  EXPECT_EQ(text(Watts(0)), "0 W");
  EXPECT_EQ(text(Bytes(0)), "0 B");
  EXPECT_EQ(text(BitsPerSecond(0)), "0 b/s");
  EXPECT_EQ(text(Seconds(125)), "2 min 5 s");
  EXPECT_EQ(text(BitsPerSecond(2.5e6)), "2.50 Mb/s");
  const auto even =
      Measured<Joules>::of(Joules(412.6), Joules(403.5), Joules(421.7), Quality::measured, "perf", Scope::package);
  EXPECT_EQ(text(even), "412.6 J ± 9.1");
  const auto skewed = Measured<Joules>::of(34.1_J, 17_J, 68.2_J, Quality::estimated, "model", Scope::machine);
  EXPECT_EQ(text(skewed), "34.1 J (17.0 to 68.2)");
  EXPECT_EQ(text(Measured<Watts>::unmeasurable(Scope::gpu, "no driver")), "n/a (no driver)");
}

TEST(Format, AValueThatItsUncertaintyHidesHasTheUnitAndTheDigitsOfItsInterval) {
  const struct {
    double value, low, high;
    std::string text;
  } cases[] = {{-1.16e-6, -4.2e-3, 4.2e-3, "0.0 mJ (-4.2 to 4.2)"},
               {0, -4.2e-3, 4.2e-3, "0.0 mJ (-4.2 to 4.2)"},
               {-0.3, -9, 8, "-0.3 J (-9.0 to 8.0)"},
               {2, -120, 124, "2 J (-120 to 124)"},
               {0.004, -20e3, 20e3, "0 kJ (-20 to 20)"},
               {5, 1, 9, "5.00 J ± 4.0"},
               {-5, -9, -1, "-5.00 J ± 4.0"}};
  for (const auto& c : cases) {
    const auto m =
        Measured<Joules>::of(Joules(c.value), Joules(c.low), Joules(c.high), Quality::measured, "x", Scope::package);
    EXPECT_EQ(text(m), c.text);
  }
}

}  // namespace
}  // namespace units
