#include "quality/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/ffmpeg_child.h"
#include "quality/film.h"
#include "quality/frame_log.h"
#include "quality/pooling.h"
#include "units/format.h"

namespace quality {
namespace {

using base::Error;
using base::format;
using media::Metric;

constexpr std::size_t kMostBytes = 1u << 30;  // 2 KiB a frame of the longest film; libvmaf writes some 400

// Of 255²: seven steps of grey, more than coding does to a picture of 32x32.
constexpr double kUnlike = 50;

// What frames are compared in: formats that every filter takes. The others come as the one that holds the same numbers.
std::string compared_format(const std::string& pixel_format) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> same{{{"yuvj420p", "yuv420p"},
                                                                                      {"yuvj422p", "yuv422p"},
                                                                                      {"yuvj444p", "yuv444p"},
                                                                                      {"nv12", "yuv420p"},
                                                                                      {"nv21", "yuv420p"},
                                                                                      {"p010le", "yuv420p10le"}}};
  for (const auto& [from, to] : same)
    if (pixel_format == from) return std::string(to);
  static constexpr std::array<std::string_view, 6> taken{"yuv420p",     "yuv422p",     "yuv444p",
                                                         "yuv420p10le", "yuv422p10le", "yuv444p10le"};
  if (std::find(taken.begin(), taken.end(), pixel_format) != taken.end()) return pixel_format;
  return {};
}

std::string frames_text(std::int64_t count) { return format("{} frame{}", count, count == 1 ? "" : "s"); }

class Work {
 public:
  Work(os::Host& host, const media::Ffmpeg& ffmpeg, const Request& request)
      : host_(host), ffmpeg_(ffmpeg), request_(request) {}

  base::Result<Comparison> operator()() {
    const auto started = host_.clock.boot();
    FFWATT_TRY(support_, probe_support(host_, ffmpeg_));
    FFWATT_TRY(reference_, look_at(host_, ffmpeg_, "the reference", request_.reference, request_.part, request_.limit));
    FFWATT_TRY(distorted_, look_at(host_, ffmpeg_, "the distorted film", request_.distorted, {}, request_.limit));
    if (const auto wrong = mismatch(reference_, distorted_)) return Error::invalid(*wrong);
    FFWATT_CHECK(pair_up());
    for (const auto metric : request_.metrics) score(metric);
    if (std::none_of(out_.quality.scores.begin(), out_.quality.scores.end(),
                     [](const auto& one) { return one.pooled.has_value(); }))
      return Error::invalid(nothing_scored());
    out_.quality.ffmpeg = ffmpeg_.version;
    out_.quality.took = host_.clock.boot() - started;
    return std::move(out_);
  }

 private:
  void note(std::string text) { out_.quality.notes.push_back(std::move(text)); }

  base::Result<void> pair_up() {
    auto& quality = out_.quality;
    quality.reference_frames = reference_.frames(), quality.distorted_frames = distorted_.frames();
    quality.rate = reference_.rate();
    if (request_.align == Request::Align::by_picture) FFWATT_CHECK(align_by_picture());
    const auto r0 = std::max<std::int64_t>(0, quality.offset), d0 = std::max<std::int64_t>(0, -quality.offset);
    quality.compared = std::min(reference_.frames() - r0, distorted_.frames() - d0);
    note_length(r0, d0);
    FFWATT_CHECK(check_times());

    // Without a picture there would be no frames.
    quality.size = reference_.facts.picture.value_or(units::PictureSize{});
    quality.pixel_format = compared_format(reference_.facts.pixel_format);
    if (quality.pixel_format.empty())
      return Error::invalid(
          format("the reference's pixels are {}, which the filters do not all take; bring it to yuv420p, "
                 "yuv422p or yuv444p with 8 or 10 bits first (ffmpeg -i REF -pix_fmt yuv444p -c:v "
                 "ffv1 ref.mkv)",
                 reference_.facts.pixel_format));
    pairing_ = {.reference_first = r0,
                .distorted_first = d0,
                .frames = quality.compared,
                .rate = quality.rate,
                .size = quality.size,
                .pixel_format = quality.pixel_format,
                .reference_filter = request_.part.filter(),
                .scaled = distorted_.facts.picture != quality.size};
    note_treatment();
    return {};
  }

  base::Result<void> align_by_picture() {
    const auto most = static_cast<std::int64_t>(request_.most_shift.value() * reference_.rate().value());
    FFWATT_TRY(const auto found, align(reference_.thumbnails, distorted_.thumbnails, std::max<std::int64_t>(1, most)));
    out_.quality.offset = found.offset;
    if (found.offset > 0)
      note(format("the distorted film begins {} after the reference: its frame 0 is the reference's frame {}",
                  frames_text(found.offset), found.offset));
    if (found.offset < 0)
      note(format("the distorted film begins {} before the reference: its frame {} is the reference's frame 0",
                  frames_text(-found.offset), -found.offset));
    // Partners of one film differ by noise, a hundredth of what other frames differ by; a still picture by as little as
    // any other frame.
    if (found.difference > 0.5 * found.usual && found.difference > kUnlike)
      note("the two films hardly resemble each other: is it the right reference?");
    else if (found.sure == Alignment::Sure::still && std::min(reference_.frames(), distorted_.frames()) > 1)
      note("the picture hardly moves, so that a shift of a frame cannot be seen");
    return {};
  }

  void note_length(std::int64_t r0, std::int64_t d0) {
    const auto& quality = out_.quality;
    const auto tell = [&](std::string_view role, std::int64_t before, std::int64_t all) {
      const auto after = all - before - quality.compared;
      if (before == 0 && after == 0) return;
      note(format("{} has {}, {} at its beginning and {} at its end without a partner", role, frames_text(all), before,
                  after));
    };
    tell("the reference", r0, quality.reference_frames);
    tell("the distorted film", d0, quality.distorted_frames);
    if (quality.compared == 1) note("one frame is compared: it tells of no motion, and its score is that of a picture");
  }

  base::Result<void> check_times() {
    const bool variable = reference_.pace() == Film::Pace::variable || distorted_.pace() == Film::Pace::variable;
    if (!variable) return {};
    if (reference_.times.empty() || distorted_.times.empty()) {
      note("of a variable rate, and not every frame's time is known: frames are paired by their number");
      return {};
    }
    if (const auto wrong = times_mismatch(reference_, distorted_, out_.quality.offset)) return Error::invalid(*wrong);
    note("of a variable rate; the partners' times agree");
    return {};
  }

  void note_treatment() {
    const auto& facts = distorted_.facts;
    if (const auto& rate = request_.part.rate)
      note(format("the reference is brought to {}, as it was for the encode", units::text(*rate)));
    if (const auto& picture = facts.picture; picture && pairing_.scaled)
      note(format("the distorted film is scaled from {}x{} to the reference's {}x{} (bicubic)", picture->width,
                  picture->height, pairing_.size.width, pairing_.size.height));
    if (reference_.facts.pixel_format != facts.pixel_format || reference_.facts.pixel_format != pairing_.pixel_format)
      note(format("the reference's pixels are {} and the distorted film's {}: compared as {}",
                  reference_.facts.pixel_format, facts.pixel_format, pairing_.pixel_format));
    const auto late = distorted_.first - reference_.first;
    if (request_.part.whole() && std::abs(late.value()) > 1 / pairing_.rate.value())
      note(format("the first pictures are shown at {} and {}: compared by frame, not by time",
                  units::text(reference_.first), units::text(distorted_.first)));
    const auto& a = reference_.facts;
    if (!a.color_space.empty() && !facts.color_space.empty() && a.color_space != facts.color_space)
      note(format("the colours are {} and {}, and no colour is converted", a.color_space, facts.color_space));
  }

  void score(Metric metric) {
    media::MetricScore score{.metric = metric};
    std::vector<double> frames;
    auto computed = frames_of(metric);
    if (computed) {
      frames = std::move(*computed);
      score.pooled = pool(metric, frames, pairing_.rate);
    } else {
      score.reason = computed.error().text();
    }
    if (metric == Metric::vmaf) score.model = request_.model.shown();
    out_.quality.scores.push_back(std::move(score));
    out_.frames.push_back(std::move(frames));
  }

  base::Result<std::vector<double>> frames_of(Metric metric) {
    if (metric == Metric::vmaf) {
      if (const auto fault = model_fault(request_.model, support_); !fault.empty()) return Error::absent(fault);
      if (request_.model.is_path() && !host_.files.exists(request_.model.text))
        return Error::absent(format("there is no model {}", request_.model.text));
    }
    if (!support_.has(metric)) return Error::absent(format("this ffmpeg has no filter {}", name(metric)));
    FFWATT_TRY(const auto output, run(metric));
    const auto& written = metric == Metric::vmaf ? output.err : output.out;
    if (!output.status.success()) return Error::failed(format("ffmpeg failed: {}", media::telling_line(output.err)));
    FFWATT_TRY(auto frames, read_frames(metric, written));
    if (static_cast<std::int64_t>(frames.size()) != pairing_.frames)
      return Error::failed(format("{} of {} were scored", frames.size(), frames_text(pairing_.frames)));
    return frames;
  }

  base::Result<os::Output> run(Metric metric) {
    os::SpawnSpec spawn;
    spawn.program = ffmpeg_.ffmpeg;
    auto& words = spawn.arguments;
    words = {"-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error"};
    const auto add = [&](const os::Path& film, const std::vector<std::string>& part) {
      words.insert(words.end(), part.begin(), part.end());
      const auto limits = media::file_input_limits();
      words.insert(words.end(), limits.begin(), limits.end());
      words.insert(words.end(), {"-i", "file:" + film.string()});
    };
    add(request_.distorted, {});
    add(request_.reference, request_.part.words());
    words.insert(words.end(),
                 {"-filter_complex", filter_text(metric, pairing_, request_.model, support_, request_.threads), "-map",
                  "[out]", "-f", "null", "-"});
    spawn.environment = media::ffmpeg_environment({});
    spawn.when_we_die = os::SpawnSpec::WhenWeDie::killed;
    return os::run_and_collect(host_.processes, host_.clock, std::move(spawn), request_.limit, kMostBytes);
  }

  std::string nothing_scored() const {
    std::string text = "nothing could be scored";
    for (const auto& one : out_.quality.scores) text += format("; {}: {}", name(one.metric), one.reason);
    return text;
  }

  os::Host& host_;
  const media::Ffmpeg& ffmpeg_;
  const Request& request_;
  Support support_;
  Film reference_, distorted_;
  Pairing pairing_;
  Comparison out_;
};

}  // namespace

base::Result<Comparison> compare(os::Host& host, const media::Ffmpeg& ffmpeg, const Request& request) {
  return Work(host, ffmpeg, request)();
}

}  // namespace quality
