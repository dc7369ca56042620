#include "quality/filters.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace quality {
namespace {

using media::Metric;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kFilters = R"(Filters:
  T.. = Timeline support
 ... libvmaf           VV->V      Calculate the VMAF between two video streams.
 TS. psnr              VV->V      Calculate the PSNR between two video streams.
 TS. ssim              VV->V      Calculate the SSIM between two video streams.
 ... vmafmotion        V->V       Calculate the VMAF Motion score.
)";
constexpr auto kOldVmaf = "  model_path        <string>     ..FV..... Set the model to be used for computing vmaf.\n";
constexpr auto kNewVmaf =
    "  model_path        <string>     ..FV.....P use model='path=...'.\n"
    "   model             <string>     ..FV....... Set the model to be used for computing vmaf. (default "
    "\"version=x\")\n";

Support with(Support::Models models) { return {.metrics = media::all_metrics(), .models = models}; }
VmafModel model(std::string_view text) {
  auto found = parse_model(text);
  EXPECT_TRUE(found.ok()) << text;
  return found.value_or(VmafModel{});
}

TEST(Support, IsWhatTheBuildLists) {
  const auto old = parse_support(kFilters, kOldVmaf);
  EXPECT_THAT(old.metrics, ElementsAre(Metric::psnr, Metric::ssim, Metric::vmaf));
  EXPECT_EQ(old.models, Support::Models::by_path);
  EXPECT_EQ(parse_support(kFilters, kNewVmaf).models, Support::Models::by_name);
  EXPECT_TRUE(parse_support("", "").metrics.empty());
  EXPECT_EQ(parse_support("", "").models, Support::Models::none);
}

TEST(Model, IsANameOrTheFileOfOne) {
  EXPECT_EQ(model("v0.6.1").shown(), "vmaf_v0.6.1");
  EXPECT_EQ(model("neg").shown(), "vmaf_v0.6.1neg");
  EXPECT_EQ(model("4k").shown(), "vmaf_4k_v0.6.1");
  EXPECT_EQ(model("phone").shown(), "vmaf_v0.6.1 (phone)");
  EXPECT_EQ(model("/models/mine.json").shown(), "mine.json");
  for (const auto* wrong : {"", "v0.6.2", "mine.json", "/models/mine.txt", "/models/a\nb.pkl"})
    EXPECT_FALSE(parse_model(wrong).ok()) << wrong;
}

TEST(Model, ThatTheBuildCannotUseIsSaidWithTheWayOut) {
  EXPECT_THAT(model_fault(model("neg"), {}), HasSubstr("--ffmpeg"));
  EXPECT_THAT(model_fault(model("neg"), with(Support::Models::by_path)), HasSubstr("--model"));
  EXPECT_THAT(model_fault(model("/m/a.pkl"), with(Support::Models::by_name)), HasSubstr(".json"));
  EXPECT_EQ(model_fault(model("/m/a.pkl"), with(Support::Models::by_path)), "");
  EXPECT_EQ(model_fault(model("phone"), with(Support::Models::by_name)), "");
}

constexpr std::string_view kBothSides =
    "[0:v:0]trim=start_frame=3:end_frame=103,settb=expr=1/23.976024,setpts=N,format=yuv420p10le[d];"
    "[1:v:0]trim=start_frame=0:end_frame=100,settb=expr=1/23.976024,setpts=N,format=yuv420p10le[r];";
Pairing pairing() {
  return {.distorted_first = 3,
          .frames = 100,
          .rate = units::Hertz(24000 / 1001.0),
          .size = {1920, 1080},
          .pixel_format = "yuv420p10le"};
}
std::string measure(Metric metric, const VmafModel& by, Support::Models models) {
  const auto text = filter_text(metric, pairing(), by, with(models), 4);
  EXPECT_TRUE(text.starts_with(kBothSides)) << text;
  EXPECT_TRUE(text.ends_with("[out]")) << text;
  return text.substr(kBothSides.size(), text.size() - kBothSides.size() - 5);
}

TEST(FilterText, LaysTheTwoSideBySideByFrameNumber) {
  using Models = Support::Models;
  EXPECT_EQ(measure(Metric::psnr, {}, Models::none), "[d][r]psnr=stats_file=-");
  EXPECT_EQ(measure(Metric::ssim, {}, Models::none), "[d][r]ssim=stats_file=-");
  EXPECT_EQ(measure(Metric::xpsnr, {}, Models::none), "[r][d]xpsnr=stats_file=-");
  EXPECT_EQ(measure(Metric::vif, {}, Models::none), "[d][r]vif,metadata=print:file=-");
}

TEST(FilterText, OfVmafFollowsTheVersion) {
  using Models = Support::Models;
  constexpr auto log = ":log_fmt=json:log_path=/proc/self/fd/2:n_threads=4";
  EXPECT_EQ(measure(Metric::vmaf, model("/m/v.pkl"), Models::by_path),
            std::string("[d][r]libvmaf=model_path=/m/v.pkl") + log);
  EXPECT_EQ(measure(Metric::vmaf, model("v0.6.1"), Models::by_name),
            std::string("[d][r]libvmaf=model=version=vmaf_v0.6.1") + log);
  EXPECT_EQ(measure(Metric::vmaf, model("phone"), Models::by_name),
            std::string(R"([d][r]libvmaf=model=version=vmaf_v0.6.1\\:enable_transform=true)") + log);
  EXPECT_EQ(measure(Metric::vmaf, model("/m/v.json"), Models::by_name),
            std::string("[d][r]libvmaf=model=path=/m/v.json") + log);
}

TEST(FilterText, ScalesOnlyTheDistortedFilm) {
  auto other = pairing();
  other.scaled = true;
  const auto text = filter_text(Metric::psnr, other, {}, with(Support::Models::none), 1);
  EXPECT_THAT(text.substr(0, text.find("[1:v:0]")), HasSubstr(",scale=1920:1080:flags=bicubic,format="));
  EXPECT_EQ(text.find("scale=", text.find("[1:v:0]")), std::string::npos);
}

TEST(FilterValue, SurvivesBothLayersOfFfmpegsQuoting) {
  EXPECT_EQ(filter_value("/models/vmaf.json"), "/models/vmaf.json");
  EXPECT_EQ(filter_value("a:b"), R"(a\\:b)");
  EXPECT_EQ(filter_value("a,b;[c]"), R"(a\,b\;\[c\])");
  EXPECT_EQ(filter_value("it's"), R"(it\\\'s)");
}

}  // namespace
}  // namespace quality
