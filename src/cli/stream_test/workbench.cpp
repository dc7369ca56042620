#include "cli/stream_test/workbench.h"

#include <algorithm>
#include <set>

#include "media/streams.h"

namespace cli::stream_test {
namespace {

constexpr units::Seconds kEncoderProbe{10};

std::vector<media::TranscodeSpec> all_streams(const Plan& plan) {
  std::vector<media::TranscodeSpec> out;
  for (const auto& scenario : plan.scenarios) {
    if (scenario.type == Scenario::Type::baseline) continue;
    for (auto& one : media::streams_of(scenario.spec)) out.push_back(std::move(one));
  }
  return out;
}

base::Result<std::unique_ptr<ResultsWriter>> results_of(os::Host& host, const Plan& plan) {
  if (plan.course == Plan::Course::once) return ResultsWriter::open(host, plan.output_folder);
  const PlanMark mark{fingerprint(plan.scenarios), plan.scenarios.size()};
  return plan.course == Plan::Course::resumed ? ResultsWriter::reopen(host, plan.output_folder, mark)
                                              : ResultsWriter::open(host, plan.output_folder, mark);
}

}  // namespace

os::Path temporary_folder(const os::Environment& environment) {
  const auto* named = os::find(environment, "TMPDIR");
  return named && !named->empty() ? *named : "/tmp";
}

base::Result<std::unique_ptr<OwnServer>> OwnServer::start(os::Host& host, const os::Environment& environment) {
  FFWATT_TRY(auto folder, host.files.make_unique_folder(temporary_folder(environment), "ffwatt-rtmp-"));
  std::unique_ptr<OwnServer> own(new OwnServer(host.files, std::move(folder)));
  FFWATT_TRY(own->server_, local::RtmpServer::start(host, environment, {.folder = own->folder_}));
  return own;
}

OwnServer::~OwnServer() {
  server_.reset();
  (void)files_.remove_tree(folder_).ok();
}

base::Result<Workbench> open_workbench(Context& context, const options::Values& values, const Plan& plan,
                                       std::string_view program) {
  auto& host = context.host;
  FFWATT_TRY(auto ffmpeg, media::find_ffmpeg(host, values.text("ffmpeg"), context.environment));
  std::vector<media::EncoderState> encoders;
  std::set<std::string> tried;
  const auto streams = all_streams(plan);
  for (const auto& one : streams) {
    if (!tried.insert(one.encoder).second) continue;
    if (const auto* facts = media::find_encoder(one.encoder))
      encoders.push_back(
          media::try_encoder(host, ffmpeg, context.environment, *facts, media::render_nodes(host), kEncoderProbe));
    FFWATT_TRY(const auto encoder, media::choose_encoder(one, encoders));
  }
  FFWATT_TRY(auto results, results_of(host, plan));
  std::unique_ptr<OwnServer> server;
  if (plan.rtmp_url.empty() && !streams.empty()) {
    FFWATT_TRY(server, OwnServer::start(host, context.environment));
  }
  FFWATT_TRY(auto metering, Metering::open(context, values));
  metering.warn(context, program);
  return Workbench{std::move(ffmpeg), std::move(encoders), std::move(results), std::move(server), std::move(metering)};
}

}  // namespace cli::stream_test
