// `ffwatt quality curve`; the figures are tested in src/analysis.
#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class QualityCurvePage : public Stage {
 protected:
  QualityCurvePage() {
    write("x264.csv",
          "crf,bits_per_second,joules_per_frame,quality\n18,8e6,1.0,95\n23,4e6,0.8,90\n28,2e6,0.6,80\n33,1e6,0.5,70\n");
    write("x265.csv",
          "crf,bits_per_second,joules_per_frame,quality\n18,4e6,2.0,95\n23,2e6,1.6,90\n28,1e6,1.2,80\n33,5e5,1.0,70\n");
  }
  std::string at(const char* name) { return (folder_ / name).string(); }
};

TEST_F(QualityCurvePage, TellsBitsAndJoulesAtEqualQualityAndTheFront) {
  ASSERT_EQ(ffwatt({"quality", "curve", at("x264.csv"), at("x265.csv")}), ok) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("x265 with x264"), HasSubstr("-50.00 % bits at equal quality"),
                           HasSubstr("+100.00 % joules at equal quality"), HasSubstr("ON THE FRONT")));
  ASSERT_EQ(ffwatt({"quality", "curve", at("x264.csv"), at("x265.csv"), "--json"}), ok);
  const auto document = json::parse(out());
  ASSERT_TRUE(document.ok());
  EXPECT_NEAR(document->at("bd_rate").at("ratio").as_number(), -0.5, 1e-9);
  EXPECT_NEAR(document->at("bd_energy").at("ratio").as_number(), 1, 1e-9);
  EXPECT_EQ(document->at("front").items().size(), 4u);  // all of x264's: the same quality for half the joules
}

TEST_F(QualityCurvePage, SaysOfEachFigureWhyThereIsNone) {
  write("few.csv", "quality,bits_per_second\n95,8e6\n90,4e6\n80,2e6\n");
  EXPECT_EQ(ffwatt({"quality", "curve", at("x264.csv"), at("few.csv")}), failed);
  EXPECT_THAT(out(), AllOf(HasSubstr("few has 3 points"), HasSubstr("not both files have joules_per_frame")));
  EXPECT_THAT(err(), HasSubstr("nothing could be compared"));
}

TEST_F(QualityCurvePage, ReadsNoOtherFileForACurve) {
  write("other.csv", "a,b\n1,2\n");
  EXPECT_EQ(ffwatt({"quality", "curve", at("x264.csv"), at("other.csv")}), usage);
  EXPECT_THAT(err(), HasSubstr("other.csv:1: its columns are 'a,b'"));
  write("text.csv", "quality,joules_per_frame\n95,much\n");
  EXPECT_EQ(ffwatt({"quality", "curve", at("x264.csv"), at("text.csv")}), usage);
  EXPECT_THAT(err(), HasSubstr("text.csv:2: has no number for joules_per_frame"));
  write("empty.csv", "");
  EXPECT_EQ(ffwatt({"quality", "curve", at("empty.csv"), at("x264.csv")}), usage);
  EXPECT_EQ(ffwatt({"quality", "curve", at("absent.csv"), at("x264.csv")}), failed);
}

}  // namespace
}  // namespace cli
