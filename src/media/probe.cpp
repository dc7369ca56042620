#include "media/probe.h"

#include "base/format.h"
#include "media/command_line.h"
#include "media/ffmpeg_child.h"
#include "media/shown.h"
#include "media/target_check.h"

namespace media {
namespace {

using base::Error;
using base::format;

constexpr std::uint64_t counted_up_to = 256u << 20;  // read from the page cache in well below a second
constexpr std::size_t longest_answer = 1u << 20;

// Only what parse_probe() reads: no tags, so no text out of the file.
constexpr std::string_view entries =
    "format=format_name,duration,size,bit_rate:stream=codec_type,codec_name,width,height,pix_fmt,avg_frame_rate,"
    "r_frame_rate,nb_frames,nb_read_packets,duration,color_primaries,color_transfer,color_space:stream_disposition="
    "attached_pic";

base::Result<os::Output> run_ffprobe(os::Host& host, const Ffmpeg& ffmpeg, std::vector<std::string> input,
                                     units::Seconds limit) {
  os::SpawnSpec spawn;
  spawn.program = ffmpeg.ffprobe;
  spawn.arguments = {"-v", "level+error", "-print_format", "json=compact=1", "-show_entries", std::string(entries)};
  spawn.arguments.insert(spawn.arguments.end(), input.begin(), input.end());
  spawn.environment = ffmpeg_environment({});
  return os::run_and_collect(host.processes, host.clock, std::move(spawn), limit, longest_answer);
}

// Over less than most of a second the time stamps give no rate, and what the header says is rounded by servers.
constexpr double kLeastSecondsOfPictures = 0.8;

// Of a stream the packets are those that the look saw, not those of the stream.
void keep_what_was_seen(MediaFacts& facts) {
  const double seen = static_cast<double>(facts.frames.value_or(0));
  if (facts.rate && seen < kLeastSecondsOfPictures * facts.rate->value()) facts.rate.reset();
  facts.frames.reset();
}

base::Result<MediaFacts> probe_stream(os::Host& host, const Ffmpeg& ffmpeg, const std::string& url,
                                      units::Seconds limit) {
  if (const auto wrong = rtmp_url_fault(url)) return Error::invalid(*wrong);
  // The key is a secret to whoever may publish, so errors name server and application only.
  const auto place = url.substr(0, url.find('/', url.find('/', 7) + 1));
  // A stream without sound is listened to for all of -analyzeduration, 5 s where nothing is said; 2 s hold two key
  // frames' worth of pictures and are enough for the rate.
  auto output = run_ffprobe(
      host, ffmpeg, {"-protocol_whitelist", "rtmp,tcp", "-analyzeduration", "2M", "-f", "flv", "-i", url}, limit);
  if (!output) return output.error().in(format("playing from {}", place));
  if (!output->status.success())
    return Error::retry(format("cannot play from {}: {}", place, telling_line(output->err)));
  auto facts = parse_probe(output->out).in(format("playing from {}", place));
  if (facts) keep_what_was_seen(*facts);
  return facts;
}

// By a relay on the loopback, which has an answer for everything that goes wrong behind it; the caller knows it.
base::Result<MediaFacts> probe_web(os::Host& host, const Ffmpeg& ffmpeg, const std::string& url, units::Seconds limit) {
  auto input = web_input_limits();
  input.insert(input.end(), {"-i", url});
  FFWATT_TRY(const auto output, run_ffprobe(host, ffmpeg, std::move(input), limit));
  if (output.status.success()) return parse_probe(output.out);
  return Error::invalid(format("it is not media that ffmpeg reads: {}", telling_line(output.err)));
}

}  // namespace

base::Result<MediaFacts> probe(os::Host& host, const Ffmpeg& ffmpeg, const std::string& target, units::Seconds limit) {
  if (target.starts_with("rtmp://")) return probe_stream(host, ffmpeg, target, limit);
  if (target.starts_with("http://")) return probe_web(host, ffmpeg, target, limit);
  if (!target.starts_with('/')) return Error::invalid(format("'{}' is not an absolute path", shown(target)));

  FFWATT_TRY(const auto status, host.files.status(target));
  if (status.kind != os::FileStatus::Kind::file) return Error::invalid(format("{} is not a file", shown(target)));
  if (status.size == 0) return Error::invalid(format("{} is empty", shown(target)));

  auto input = file_input_limits();
  if (status.size <= counted_up_to) input.emplace_back("-count_packets");
  input.insert(input.end(), {"-i", "file:" + target});
  FFWATT_TRY(const auto output, run_ffprobe(host, ffmpeg, std::move(input), limit));
  // ffprobe ends with 0 on a file that stops in the middle, so its own words for that are looked for.
  const bool cut =
      output.err.find("partial file") != std::string::npos || output.err.find("ended prematurely") != std::string::npos;
  if (cut) return Error::invalid(format("{} is cut: {}", shown(target), telling_line(output.err)));
  if (output.status.signal)
    return Error::failed(format("ffprobe of {} was ended by signal {}", shown(target), *output.status.signal));
  if (!output.status.success()) {
    if (output.err.find("Permission denied") != std::string::npos)
      return Error::denied(format("{} may not be read; give this user the right to read it", shown(target)));
    return Error::invalid(format("{} is not media that ffmpeg reads: {}", shown(target), telling_line(output.err)));
  }
  return parse_probe(output.out).in(shown(target));
}

}  // namespace media
