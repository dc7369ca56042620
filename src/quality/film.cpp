#include "quality/film.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/ffmpeg_child.h"
#include "media/shown.h"
#include "units/format.h"

namespace quality {
namespace {

using base::Error;
using base::format;

constexpr units::Seconds kReading{600};
constexpr std::int64_t kMostFrames = 500'000;  // 4.6 h at 30 fps; half a gigabyte of small pictures
constexpr std::size_t kMostThumbnails = (kMostFrames + 1) * thumbnail_bytes;

// Where ffprobe or a container cannot say it; only the place of the worst second depends on it then.
constexpr units::Hertz kUsualRate{25};
// Matroska and FLV round to milliseconds.
constexpr double kTimeRounding = 0.0016;
constexpr double kVariable = 0.25;  // of the usual interval
constexpr double kSameRate = 0.001, kSameShape = 0.02;

base::Result<os::Output> run(os::Host& host, const os::Path& program, std::vector<std::string> before,
                             const os::Path& film, std::vector<std::string> after, units::Seconds limit) {
  os::SpawnSpec spawn;
  spawn.program = program;
  spawn.arguments = std::move(before);
  const auto limits = media::file_input_limits();
  spawn.arguments.insert(spawn.arguments.end(), limits.begin(), limits.end());
  spawn.arguments.insert(spawn.arguments.end(), {"-i", "file:" + film.string()});
  spawn.arguments.insert(spawn.arguments.end(), after.begin(), after.end());
  spawn.environment = media::ffmpeg_environment({});
  spawn.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  return os::run_and_collect(host.processes, host.clock, std::move(spawn), limit, kMostThumbnails);
}

base::Result<Thumbnails> decode(os::Host& host, const media::Ffmpeg& ffmpeg, const os::Path& path, const Part& part,
                                units::Seconds limit) {
  const auto graph = format("[0:v:0]{1}scale={0}:{0}:flags=area,format=gray[out]", thumbnail_side, part.filter());
  const auto with = [&](std::string_view every_frame) {
    std::vector<std::string> before{"-hide_banner", "-nostdin", "-loglevel", "level+error"};
    for (auto& word : part.words()) before.push_back(std::move(word));
    return run(
        host, ffmpeg.ffmpeg, std::move(before), path,
        {"-filter_complex", graph, "-map", "[out]", std::string(every_frame), "passthrough", "-f", "rawvideo", "-"},
        limit);
  };
  // Else frames are doubled and dropped until they fit the rate that the container tells. Up to FFmpeg 5.0 the option
  // has another name, and a version's name does not always tell a number.
  FFWATT_TRY(auto output, with("-fps_mode"));
  if (!output.status.success() && output.err.find("'fps_mode'") != std::string::npos) {
    FFWATT_TRY(output, with("-vsync"));
  }
  if (!output.status.success())
    return Error::invalid(format("ffmpeg cannot decode it: {}", media::telling_line(output.err)));
  if (output.out.size() >= kMostThumbnails)
    return Error::invalid(format("it has more than {} frames; compare a part of it", kMostFrames));
  if (output.out.size() < thumbnail_bytes)
    return Error::invalid("it has no frame that ffmpeg decodes: encode it again");
  return Thumbnails{std::move(output.out)};
}

double median_interval(const std::vector<units::Seconds>& times) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < times.size(); ++i) intervals.push_back((times[i] - times[i - 1]).value());
  if (intervals.empty()) return 0;
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

double shape(units::PictureSize size) { return static_cast<double>(size.width) / size.height; }
std::string text(units::PictureSize size) { return format("{}x{}", size.width, size.height); }

}  // namespace

std::vector<std::string> Part::words() const {
  std::vector<std::string> out;
  if (start) out.insert(out.end(), {"-ss", format("{:.6f}", start->value())});
  if (length) out.insert(out.end(), {"-t", format("{:.6f}", length->value())});
  return out;
}

std::string Part::filter() const { return rate ? format("fps={},", media::rate_text(*rate)) : std::string(); }

units::Hertz Film::rate() const {
  if (pace() == Pace::constant) {
    if (facts.rate) return *facts.rate;
    if (times.size() > 1 && times.back() > times.front())
      return units::Hertz(static_cast<double>(times.size() - 1) / (times.back() - times.front()).value());
  } else if (const double interval = median_interval(times); interval > 0) {
    return units::Hertz(1 / interval);
  }
  return facts.rate.value_or(kUsualRate);
}

Film::Pace Film::pace() const {
  const double usual = median_interval(times);
  for (std::size_t i = 1; i < times.size(); ++i)
    if (std::abs((times[i] - times[i - 1]).value() - usual) > std::max(kTimeRounding, kVariable * usual))
      return Pace::variable;
  return Pace::constant;
}

std::vector<units::Seconds> parse_times(std::string_view packets) {
  std::vector<units::Seconds> times;
  for (const auto line : base::split(packets, '\n')) {
    const auto parts = base::split(base::trim(line), ',');
    if (parts.size() < 2) continue;
    if (parts[1].find('D') != std::string_view::npos) continue;  // decoded for others, never shown
    const auto seconds = base::to_double(parts[0]);
    if (!seconds) return {};  // N/A: then nothing can be said of all
    times.emplace_back(*seconds);
  }
  std::sort(times.begin(), times.end());
  return times;
}

base::Result<Film> look_at(os::Host& host, const media::Ffmpeg& ffmpeg, std::string role, const os::Path& path,
                           const Part& part, units::Seconds limit) {
  Film film{.role = std::move(role), .path = path};
  const auto named = format("{} {}", film.role, media::shown(path.string()));
  auto facts = media::probe(host, ffmpeg, path.string(), kReading);
  if (!facts) return facts.error().in(film.role);
  film.facts = std::move(*facts);
  if (film.facts.video_codec.empty())
    return Error::invalid(format("{} holds sound and no picture; name a film", named));
  if (!film.facts.picture) return Error::invalid(format("{}: ffprobe finds no size of its picture", named));
  auto thumbnails = decode(host, ffmpeg, path, part, limit);
  if (!thumbnails) return thumbnails.error().in(named);
  film.thumbnails = std::move(*thumbnails);

  if (part.rate) film.facts.rate = part.rate;
  if (!part.whole()) return film;  // the times are those of the whole film

  FFWATT_TRY(const auto packets,
             run(host, ffmpeg.ffprobe,
                 {"-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"},
                 path, {}, kReading));
  auto times = parse_times(packets.out);
  if (!times.empty()) film.first = times.front();
  if (static_cast<std::int64_t>(times.size()) == film.frames()) film.times = std::move(times);
  return film;
}

std::optional<std::string> mismatch(const Film& reference, const Film& distorted) {
  const auto hdr = [](const Film& film) { return media::is_hdr(film.facts); };
  if (hdr(reference) != hdr(distorted))
    return format(
        "{} is HDR and {} is not: their numbers mean other light; bring one to the other's range first, such "
        "as with ffmpeg's zscale and tonemap",
        hdr(reference) ? reference.role : distorted.role, hdr(reference) ? distorted.role : reference.role);
  const auto &first = reference.facts.picture, &second = distorted.facts.picture;
  if (!first || !second) return format("the {} has no picture", first ? distorted.role : reference.role);
  const auto a = *first, b = *second;
  if (std::abs(shape(a) / shape(b) - 1) > kSameShape)
    return format(
        "the reference is {} and the distorted film {}: another shape, so a part was cut off or bars were "
        "added; compare with a reference that was cut the same way",
        text(a), text(b));
  const auto ra = reference.rate(), rb = distorted.rate();
  if (reference.pace() == Film::Pace::constant && distorted.pace() == Film::Pace::constant && reference.frames() > 1 &&
      distorted.frames() > 1 && std::abs(ra / rb - 1) > kSameRate)
    return format(
        "the reference has {} and the distorted film {}: their frames are no pairs; bring the reference to "
        "that rate first (ffmpeg -i REF -vf fps={} -c:v ffv1 ref.mkv)",
        units::text(ra), units::text(rb), units::significant(rb.value(), 5));
  return std::nullopt;
}

std::optional<std::string> times_mismatch(const Film& reference, const Film& distorted, std::int64_t offset) {
  if (reference.times.empty() || distorted.times.empty()) return std::nullopt;
  const auto r0 = static_cast<std::size_t>(std::max<std::int64_t>(0, offset)),
             d0 = static_cast<std::size_t>(std::max<std::int64_t>(0, -offset));
  const double near = std::max(kTimeRounding, 0.5 * median_interval(reference.times));
  for (std::size_t i = 0; r0 + i < reference.times.size() && d0 + i < distorted.times.size(); ++i) {
    const auto r = reference.times[r0 + i] - reference.times[r0], d = distorted.times[d0 + i] - distorted.times[d0];
    if (std::abs((r - d).value()) > near)
      return format(
          "of a variable rate, and pair {} is shown at {} in the reference and at {} in the distorted film: "
          "frames were lost or doubled; encode with -fps_mode passthrough, or bring both to one rate (ffmpeg "
          "-vf fps=RATE) first",
          i, units::text(r), units::text(d));
  }
  return std::nullopt;
}

}  // namespace quality
