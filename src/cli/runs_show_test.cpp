#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/stage.h"
#include "power/power_trace.h"

namespace cli {
namespace {

using testing::HasSubstr;

class RunsShow : public Stage {
 protected:
  void keep(const std::string& id, std::string power_trace) {
    jobs::Report report;
    report.id = id;
    report.kind = "run";
    report.command = {"true"};
    report.power_trace = std::move(power_trace);
    Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
    const auto kept = keep_run(context, report);
    ASSERT_TRUE(kept) << kept.error().text();
  }
};

TEST_F(RunsShow, WritesThePowerTraceOfARunAsCsv) {
  power::PowerTraceBuilder trace({power::TraceZone{.path = "/sys/rapl", .name = "package-0", .source = "powercap"}},
                                 units::BootTime());
  for (const std::uint64_t steps : {0, 5, 7})
    trace.append(units::BootTime::from_seconds(static_cast<double>(steps) / 8),
                 std::vector<power::TraceValue>{{.steps = steps}});
  keep("abc123", trace.encoded());
  const auto csv = power::power_trace_csv(*power::decode_power_trace(trace.encoded()));
  EXPECT_EQ(ffwatt({"runs", "show", "abc", "--trace-csv", "-"}), ok) << err();
  EXPECT_EQ(out(), csv);
  const auto file = folder_ / "power.csv";
  EXPECT_EQ(ffwatt({"runs", "show", "last", "--trace-csv", file.string()}), ok) << err();
  EXPECT_EQ(*files().read(file), csv);
  EXPECT_EQ(ffwatt({"runs", "show", "abc", "--json"}), ok);
  EXPECT_EQ(out().find("power_trace"), std::string::npos) << "a megabyte is printed only where it is asked for";
}

TEST_F(RunsShow, SaysWhereARunHasNoPowerTraceOrOneThatCannotBeRead) {
  keep("none11", "");
  EXPECT_NE(ffwatt({"runs", "show", "none11", "--trace-csv", "-"}), ok);
  EXPECT_THAT(err(), HasSubstr("run none11 has no power trace"));
  keep("bad111", "nonsense");
  EXPECT_NE(ffwatt({"runs", "show", "bad111", "--trace-csv", "-"}), ok);
  EXPECT_THAT(err(), HasSubstr("run bad111: this is no power trace that can be read"));
}

}  // namespace
}  // namespace cli
