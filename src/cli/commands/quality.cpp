// ffwatt quality
#include "quality/compare.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <ostream>
#include <thread>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/grid.h"
#include "cli/make.h"
#include "cli/output.h"
#include "report/words.h"
#include "units/format.h"
#include "wire/quality.h"

namespace cli {
namespace {

using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt quality";

os::Path from_root(const std::string& path) { return std::filesystem::absolute(path).lexically_normal(); }

// 3 min 5 s is too coarse for a place in a film.
std::string place(units::Seconds at) { return format("{:.2f} s", at.value()); }

std::string table(const media::PictureQuality& quality, const os::TerminalFacts& terminal) {
  std::vector<Row> rows{{"METRIC", "MEAN", "HARMONIC", "1ST PERCENTILE", "WORST SECOND", "AT"}};
  for (const auto& score : quality.scores) {
    const auto metric = score.metric;
    if (!score.pooled) continue;
    const auto& pooled = *score.pooled;
    rows.push_back({std::string(name(metric)), report::score_words(metric, pooled.mean),
                    report::score_words(metric, pooled.harmonic_mean),
                    report::score_words(metric, pooled.first_percentile),
                    report::score_words(metric, pooled.worst_second), place(pooled.worst_second_at)});
  }
  return grid(rows, terminal);
}

std::string words(const media::PictureQuality& quality, const os::TerminalFacts& terminal) {
  std::vector<Row> rows;
  for (const auto& score : quality.scores)
    if (!score.pooled) rows.push_back({std::string(name(score.metric)), format("n/a ({})", score.reason)});
  for (const auto& score : quality.scores)
    if (score.pooled && !score.model.empty()) rows.push_back({"model", score.model});
  rows.push_back({"compared", format("{} frames of {} and {}, {}x{} {}, {}", quality.compared, quality.reference_frames,
                                     quality.distorted_frames, quality.size.width, quality.size.height,
                                     quality.pixel_format, units::text(quality.rate))});
  for (const auto& note : quality.notes) rows.push_back({"note", note});
  rows.push_back({"scored", format("in {} with ffmpeg {}", units::text(quality.took), quality.ffmpeg)});
  return facts_of(rows, terminal);
}

std::string frames_csv(const quality::Comparison& comparison) {
  const auto& quality = comparison.quality;
  std::string out = "reference_frame,seconds";
  for (std::size_t i = 0; i < comparison.frames.size(); ++i)
    if (!comparison.frames[i].empty()) out += format(",{}", name(quality.scores[i].metric));
  out += "\n";
  const auto first = std::max<std::int64_t>(0, quality.offset);
  for (std::int64_t i = 0; i < quality.compared; ++i) {
    out += format("{},{:.6f}", first + i, static_cast<double>(first + i) / quality.rate.value());
    for (const auto& frames : comparison.frames)
      if (!frames.empty()) out += format(",{}", frames[static_cast<std::size_t>(i)]);
    out += "\n";
  }
  return out;
}

class QualityCommand : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt quality source.mov encode.mp4",
                         "ffwatt quality source.mov encode.mp4 --metrics psnr,ssim --json",
                         "ffwatt quality source.mov encode.mp4 --ffmpeg /opt/ffmpeg/ffmpeg --model neg"},
            .options = {{.flag = "metrics",
                         .type = Type::list,
                         .value_name = "LIST",
                         .help = "What to score; without it whatever this ffmpeg can",
                         .choices = media::metric_names()},
                        {.flag = "ffmpeg",
                         .key = "quality.ffmpeg",
                         .variable = "FFWATT_QUALITY_FFMPEG",
                         .type = Type::path,
                         .value_name = "PROGRAM",
                         .help = "The ffmpeg that scores, such as one with libvmaf",
                         .standard = "ffmpeg"},
                        {.flag = "model",
                         .key = "quality.model",
                         .value_name = "NAME",
                         .help = "VMAF's model: v0.6.1, neg, 4k, phone, or a model's file",
                         .standard = "v0.6.1"},
                        {.flag = "align",
                         .value_name = "HOW",
                         .help = "Whether to find out which frames show the same, or to pair them by number",
                         .standard = "auto",
                         .choices = {"auto", "none"}},
                        {.flag = "most-shift",
                         .type = Type::duration,
                         .value_name = "TIME",
                         .help = "How far apart the beginnings may be",
                         .standard = "10s"},
                        {.flag = "frames",
                         .type = Type::path,
                         .value_name = "FILE",
                         .help = "Write the value of every frame to this CSV file"},
                        {.flag = "json", .type = Type::toggle, .help = "Print the scores as JSON"}},
            .arguments = {{.name = "REF", .help = "the film as it was before it was encoded"},
                          {.name = "DIST", .help = "the encoded film"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto done = score(context, values);
    return done ? ok : complain(context, me, done.error());
  }

 private:
  base::Result<void> score(Context& context, const options::Values& values) {
    FFWATT_TRY(const auto request, request_of(values));
    FFWATT_TRY(const auto ffmpeg, media::find_ffmpeg(context.host, values.text("ffmpeg"), context.environment));
    FFWATT_TRY(const auto comparison, quality::compare(context.host, ffmpeg, request));
    if (values.has("frames")) FFWATT_CHECK(save_text(context, values.text("frames"), frames_csv(comparison)));
    const auto& quality = comparison.quality;
    if (values.toggle("json")) {
      context.out << json::write(document(request, quality), json::Layout::indented) << "\n";
    } else {
      context.out << table(quality, context.out_terminal) << words(quality, context.out_terminal);
    }
    // Whoever names a metric wants that one; whoever names none takes what there is.
    if (!values.has("metrics")) return {};
    for (const auto& one : quality.scores)
      if (!one.pooled) return base::Error::failed(format("{} was not scored: {}", name(one.metric), one.reason));
    return {};
  }

  static base::Result<quality::Request> request_of(const options::Values& values) {
    quality::Request request;
    request.reference = from_root(values.arguments[0]), request.distorted = from_root(values.arguments[1]);
    if (values.has("metrics")) {
      request.metrics.clear();
      for (const auto& word : values.list("metrics")) {
        FFWATT_TRY(const auto metric, media::parse_metric(word));
        if (std::find(request.metrics.begin(), request.metrics.end(), metric) == request.metrics.end())
          request.metrics.push_back(metric);
      }
    }
    const auto& model = values.text("model");
    const bool file = model.find('/') != std::string::npos || os::Path(model).extension() == ".json" ||
                      os::Path(model).extension() == ".pkl";
    auto parsed = quality::parse_model(file ? from_root(model).string() : model);
    if (!parsed) return parsed.error().in(values.where("model"));
    request.model = std::move(*parsed);
    if (values.text("align") == "none") request.align = quality::Request::Align::as_they_lie;
    request.most_shift = values.duration("most-shift");
    request.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    return request;
  }

  static json::Value document(const quality::Request& request, const media::PictureQuality& quality) {
    return wire::quality_document(request.reference.string(), request.distorted.string(), quality);
  }
};

}  // namespace

std::unique_ptr<Command> make::quality() { return std::make_unique<QualityCommand>(); }

}  // namespace cli
