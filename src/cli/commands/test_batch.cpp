// ffwatt test batch: the scenarios of a file, one after the other. ffwatt test suite: those of a plan that needs none.
#include "cli/make.h"
#include "cli/stream_test/batch_file.h"
#include "cli/stream_test/test_command.h"

namespace cli {
namespace {

using base::Result;
using stream_test::Plan;
using Type = options::Option::Type;

class TestBatch : public stream_test::TestCommand {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Run the scenarios of a JSON file, a list or {\"scenarios\": [...]}, one after the other. The row of each "
            "is saved when it ends; after a crash or Ctrl-C the same command line with --resume goes on.",
        .examples = {"ffwatt test batch --file scenarios.json --dry-run", "ffwatt test batch --file scenarios.json",
                     "ffwatt test batch --file scenarios.json --resume"},
        .options = {{.flag = "file", .short_flag = 'f', .type = Type::path, .help = "The scenarios; required"},
                    {.flag = "stabilization",
                     .type = Type::duration,
                     .help = "Before each scenario that does not say otherwise",
                     .standard = "30"},
                    {.flag = "cooldown",
                     .type = Type::duration,
                     .help = "After each scenario that does not say otherwise",
                     .standard = "30"}}};
    for (auto& option : stream_test::course_options()) shape.options.push_back(std::move(option));
    return with_common_options(std::move(shape));
  }

 protected:
  std::string_view program() const override { return "ffwatt test batch"; }
  Result<Plan> plan(Context& context, const options::Values& values) const override {
    if (!values.has("file")) return base::Error::invalid("--file is required, such as --file scenarios.json");
    const os::Path name = values.text("file");
    FFWATT_TRY(const auto text, context.host.files.read(name));
    auto scenarios = stream_test::read_batch(text, {values.duration("stabilization"), values.duration("cooldown")});
    if (!scenarios) return scenarios.error().in(name.string());
    return stream_test::plan_of_several(values, *std::move(scenarios));
  }
};

class TestSuite : public stream_test::TestCommand {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Run several numbers of streams with several bitrates, between two looks at the idle machine. Asks "
            "nothing; prints what it will do and how long it takes.",
        .examples = {"ffwatt test suite --dry-run", "ffwatt test suite --streams 1,2,4 --bitrates 2500k",
                     "ffwatt test suite --resume"},
        .options = stream_test::suite_options()};
    for (auto& option : stream_test::course_options()) shape.options.push_back(std::move(option));
    return with_common_options(std::move(shape));
  }

 protected:
  std::string_view program() const override { return "ffwatt test suite"; }
  Result<Plan> plan(Context&, const options::Values& values) const override { return stream_test::suite_plan(values); }
};

}  // namespace

std::unique_ptr<Command> make::test_batch() { return std::make_unique<TestBatch>(); }
std::unique_ptr<Command> make::test_suite() { return std::make_unique<TestSuite>(); }

}  // namespace cli
