// ffwatt test multi: several streams at the same time, each an ffmpeg of its own with joules of its own.
#include "cli/make.h"
#include "cli/stream_test/test_command.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class TestMulti : public stream_test::TestCommand {
 public:
  options::Shape shape() const override {
    auto options = stream_test::stream_options();
    options.push_back({.flag = "count",
                       .type = Type::integer,
                       .help = "How many streams at the same time",
                       .least = 1,
                       .most = media::most_streams});
    options.push_back({.flag = "bitrates",
                       .type = Type::list,
                       .value_name = "RATE,…",
                       .help = "One for each stream, such as 1M,2500k, instead of --bitrate"});
    return with_common_options(
        {.description = "Send several streams to an RTMP server at the same time, look at what arrives of each, and "
                        "tell what each of them took, and all of them together.",
         .examples = {"ffwatt test multi --count 4 --bitrate 2500k --duration 60",
                      "ffwatt test multi --bitrates 1M,2500k,5M --duration 60"},
         .options = std::move(options)});
  }

 protected:
  std::string_view program() const override { return "ffwatt test multi"; }
  base::Result<stream_test::Plan> plan(Context&, const options::Values& values) const override {
    return stream_test::multi_plan(values);
  }
};

}  // namespace

std::unique_ptr<Command> make::test_multi() { return std::make_unique<TestMulti>(); }

}  // namespace cli
