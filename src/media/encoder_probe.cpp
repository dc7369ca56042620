#include "media/encoder_probe.h"

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/ffmpeg_child.h"
#include "media/progress.h"

namespace media {
namespace {

// 256x256 is above the least size of every encoder (nvenc refuses less than 145 pixels).
TranscodeSpec three_frames(const EncoderFacts& facts) {
  TranscodeSpec spec;
  spec.codec = facts.codec;
  spec.encoder = facts.name;
  spec.size = units::PictureSize{256, 256};
  spec.rate = units::Hertz(30);
  spec.duration = units::Seconds(0.1);
  spec.bitrate = units::BitsPerSecond(500'000);
  spec.output_mode = OutputMode::null;
  return spec;
}

}  // namespace

std::vector<std::string> listed_encoders(std::string_view answer) {
  std::vector<std::string> out;
  for (const auto line : base::split(answer, '\n')) {
    const auto words =
        base::words(line);  // " V....D libx264   libx264 H.264 …"; the legend above has "=" as second word
    if (words.size() >= 2 && words[0].size() == 6 && words[0].front() == 'V' && words[1] != "=")
      out.emplace_back(words[1]);
  }
  return out;
}

namespace {

EncoderState try_on(os::Host& host, const Ffmpeg& ffmpeg, const os::Environment& environment, const EncoderFacts& facts,
                    const std::string& render_node, units::Seconds limit) {
  EncoderState state{std::string(facts.name), facts.codec, EncoderState::Works::no, {}, {}};
  CommandInputs inputs{.encoder = state.name, .target = {}, .progress_descriptor = 1};
  if (!render_node.empty()) inputs.render_node = render_node;
  os::SpawnSpec spawn;
  spawn.program = ffmpeg.ffmpeg;
  spawn.arguments = ffmpeg_arguments(three_frames(facts), inputs);
  spawn.environment = ffmpeg_environment(environment);
  const auto output = os::run_and_collect(host.processes, host.clock, std::move(spawn), limit);
  if (!output) {
    state.reason = output.error().text();
    return state;
  }
  ProgressParser progress;
  progress.feed(output->out);
  const auto& status = output->status;
  if (status.success() && progress.latest().frames >= 3) {
    state.works = EncoderState::Works::yes;
    state.device = render_node;
  } else {
    state.reason = telling_line(output->err);
    if (state.reason.empty())
      state.reason = status.signal ? base::format("ffmpeg was ended by signal {}", *status.signal)
                                   : base::format("ffmpeg gave no frames and exit code {}", status.code);
  }
  return state;
}

}  // namespace

EncoderState try_encoder(os::Host& host, const Ffmpeg& ffmpeg, const os::Environment& environment,
                         const EncoderFacts& facts, const std::vector<std::string>& render_nodes,
                         units::Seconds limit) {
  if (facts.device == Device::none || facts.device == Device::nvenc)
    return try_on(host, ffmpeg, environment, facts, "", limit);
  EncoderState state{std::string(facts.name),
                     facts.codec,
                     EncoderState::Works::no,
                     "there is no /dev/dri/renderD*: no GPU that VAAPI or QSV could use, or its driver is not loaded",
                     {}};
  std::vector<std::string> reasons;
  for (const auto& node : render_nodes) {
    auto tried = try_on(host, ffmpeg, environment, facts, node, limit);
    if (tried.works == EncoderState::Works::yes) return tried;
    reasons.push_back(node + ": " + tried.reason);
  }
  if (!reasons.empty()) state.reason = base::join(reasons, "; ");
  return state;
}

}  // namespace media
