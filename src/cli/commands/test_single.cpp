// ffwatt test single: one stream in real time to an RTMP server, looked at from its receiving end, measured and saved.
#include "cli/make.h"
#include "cli/stream_test/test_command.h"

namespace cli {
namespace {

class TestSingle : public stream_test::TestCommand {
 public:
  options::Shape shape() const override {
    return with_common_options(
        {.description =
             "Send one stream to an RTMP server in real time, look at what arrives, and tell what it took. Without "
             "--rtmp-url the server is an nginx of the test's own. The row is saved in the results file whatever "
             "happens to the stream.",
         .examples = {"ffwatt test single --name test1 --bitrate 2000k --duration 60",
                      "ffwatt test single --bitrate 5M --resolution 1920x1080 --with-baseline",
                      "ffwatt test single --bitrate 3M --rtmp-url rtmp://media:1935/live/key --json"},
         .options = stream_test::stream_options()});
  }

 protected:
  std::string_view program() const override { return "ffwatt test single"; }
  base::Result<stream_test::Plan> plan(Context&, const options::Values& values) const override {
    return stream_test::single_plan(values);
  }
};

}  // namespace

std::unique_ptr<Command> make::test_single() { return std::make_unique<TestSingle>(); }

}  // namespace cli
