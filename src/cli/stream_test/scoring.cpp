#include "cli/stream_test/scoring.h"

#include <algorithm>

#include "base/format.h"
#include "base/id.h"
#include "base/text.h"
#include "cli/stream_test/workbench.h"
#include "media/encoder_table.h"
#include "media/streams.h"
#include "runner/run_transcode.h"

namespace cli::stream_test {
namespace {

using base::format;

// The generated film repeats itself; more of it says nothing new, and a lossless one is large.
constexpr units::Seconds kScored{10};

jobs::Scoring not_scored(std::string reason) {
  jobs::Scoring out;
  out.reason = std::move(reason);
  return out;
}

}  // namespace

std::vector<jobs::Scoring> Scoring::operator()(const media::TranscodeSpec& spec, std::vector<media::Metric> metrics) {
  auto streams = media::streams_of(spec);
  const auto folder = context_.host.files.make_unique_folder(temporary_folder(context_.environment), "ffwatt-quality-");
  if (!folder) return std::vector(streams.size(), not_scored("no folder for the pictures: " + folder.error().text()));
  std::vector<jobs::Scoring> out;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    streams[i].rtmp_url.clear();
    const auto same = std::find(streams.begin(), streams.begin() + static_cast<std::ptrdiff_t>(i), streams[i]);
    const auto at = static_cast<std::size_t>(same - streams.begin());
    out.push_back(at < i ? out[at] : score(streams[i], *folder, metrics));
  }
  (void)context_.host.files.remove_tree(*folder).ok();
  return out;
}

jobs::Scoring Scoring::score(const media::TranscodeSpec& stream, const os::Path& folder,
                             const std::vector<media::Metric>& metrics) {
  auto source = stream;
  source.output_mode = media::OutputMode::file, source.output = (folder / "source.mkv").string();
  source.duration = std::min(stream.duration.value_or(kScored), kScored);
  // libx264 loses nothing at 0, and every machine that scores has it.
  source.codec = media::Codec::h264, source.encoder = "libx264", source.preset = "ultrafast";
  source.bitrate.reset(), source.crf = 0, source.gop.reset();
  if (const auto made = make(source); made.outcome.end != jobs::End::completed)
    return not_scored("the film to compare with could not be made: " + made.outcome.error);

  auto again = stream;
  again.output_mode = media::OutputMode::file, again.output = (folder / "made.mkv").string();
  again.input = source.output, again.duration.reset();
  again.quality = metrics;
  const auto made = make(again);
  if (made.scoring) return *made.scoring;
  return not_scored("the picture could not be made once more: " + made.outcome.error);
}

jobs::Report Scoring::make(const media::TranscodeSpec& spec) {
  runner::TranscodeRequest request;
  request.id = base::short_id(context_.host.random.next()), request.kind = "test";
  request.spec = spec;
  request.encoders = encoders_;
  const bool tried =
      std::any_of(encoders_.begin(), encoders_.end(), [&](const auto& state) { return state.name == spec.encoder; });
  if (!tried)
    if (const auto* facts = media::find_encoder(spec.encoder))
      request.encoders.push_back(
          media::try_encoder(context_.host, ffmpeg_, context_.environment, *facts, {}, units::Seconds(10)));
  request.sandbox = sandbox_;
  request.signals = &context_.signals;
  const auto id = request.id;
  auto report = runner::run_transcode(context_.host, meter_, ffmpeg_, context_.environment, std::move(request));
  if (report.outcome.end != jobs::End::completed) return report;
  if (const auto published = runner::publish(context_.host.files, spec.output, id); !published)
    report.outcome.end = jobs::End::failed, report.outcome.error = published.error().text();
  return report;
}

std::vector<std::string> score_lines(const wire::ScenarioRow& row) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < row.scores.size(); ++i) {
    const auto& scoring = row.scores[i];
    std::vector<std::string> parts;
    for (const auto& score : scoring.quality.scores) {
      const auto name = base::upper(media::name(score.metric));
      parts.push_back(score.pooled ? format("{} {:.2f}", name, score.pooled->mean)
                                   : format("{} n/a ({})", name, score.reason));
    }
    if (parts.empty()) parts.push_back("n/a (" + scoring.reason + ")");
    out.push_back(
        format("{}quality: {}", row.scores.size() > 1 ? format("stream {} ", i + 1) : "", base::join(parts, ", ")));
  }
  return out;
}

}  // namespace cli::stream_test
