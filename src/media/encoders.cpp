#include "media/encoders.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "media/encoder_probe.h"
#include "media/encoder_table.h"
#include "media/ffmpeg_child.h"

namespace media {
namespace {

using base::Error;
using base::format;

// Three small frames take far below a second; an encoder without its device may wait for ever.
constexpr units::Seconds probe_limit{10};

base::Result<os::Output> ask(os::Host& host, const os::Path& program, const os::Environment& environment,
                             std::vector<std::string> arguments) {
  os::SpawnSpec spawn;
  spawn.program = program;
  spawn.arguments = std::move(arguments);
  spawn.environment = ffmpeg_environment(environment);
  return os::run_and_collect(host.processes, host.clock, std::move(spawn), probe_limit);
}

// "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) …"
base::Result<std::string> version_of(os::Host& host, const os::Path& program, const os::Environment& environment) {
  FFWATT_TRY(const auto output, ask(host, program, environment, {"-version"}));
  const std::string_view text = output.out;
  const auto words = base::words(text.substr(0, text.find('\n')));
  if (!output.status.success() || words.size() < 3 || words[0] != "ffmpeg" || words[1] != "version")
    return Error::failed(
        format("{} does not answer -version as ffmpeg does; give the path of a real one", program.string()));
  return std::string(words[2].substr(0, 128));
}

// What an encoder must do besides its codec and preset.
bool takes(const EncoderFacts& facts, const TranscodeSpec& spec) {
  if (spec.passes == 2 && facts.two_pass == TwoPass::no) return false;
  if (facts.device == Device::none) return true;
  const bool ten_bits = spec.pixel_format == "yuv420p10le" && facts.codec != Codec::h264;
  const bool capped_crf = spec.crf && spec.bitrate && facts.device != Device::nvenc;
  return (spec.pixel_format == "yuv420p" || ten_bits) && !capped_crf;
}

std::string reasons(const std::vector<const EncoderState*>& states) {
  std::string out;
  for (const auto* state : states) out += format("{}{}: {}", out.empty() ? "" : "; ", state->name, state->reason);
  return out;
}

}  // namespace

base::Result<Ffmpeg> find_ffmpeg(os::Host& host, std::string_view ffmpeg_name, const os::Environment& environment) {
  Ffmpeg found;
  FFWATT_TRY(found.ffmpeg, os::find_program(ffmpeg_name, environment));
  const auto beside = os::find_program((found.ffmpeg.parent_path() / "ffprobe").string(), environment);
  if (beside) {
    found.ffprobe = *beside;
  } else {
    FFWATT_TRY(found.ffprobe, os::find_program("ffprobe", environment));
  }
  FFWATT_TRY(found.version, version_of(host, found.ffmpeg, environment));
  FFWATT_TRY(const auto real, host.files.real_path(found.ffmpeg));
  FFWATT_TRY(const auto status, host.files.status(real));
  found.build = format("{} {} {} {}", real.string(), status.size, status.changed.nanoseconds(), found.version);
  return found;
}

const std::vector<EncoderState>& known_encoders() {
  static const std::vector<EncoderState> known = [] {
    std::vector<EncoderState> out;
    for (const auto& facts : encoder_table())
      out.push_back({std::string(facts.name), facts.codec, EncoderState::Works::no, "not probed", {}});
    return out;
  }();
  return known;
}

std::vector<std::string> render_nodes(const os::Host& host) {
  std::vector<std::string> out;
  for (const auto& name : host.files.list(host.root.path("/dev/dri")).value_or({}))
    if (name.starts_with("renderD")) out.push_back("/dev/dri/" + name);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<EncoderState> probe_encoders(os::Host& host, const Ffmpeg& ffmpeg, const os::Environment& environment) {
  std::vector<EncoderState> out;
  const auto answer = ask(host, ffmpeg.ffmpeg, environment, {"-hide_banner", "-encoders"});
  const auto listed = answer ? listed_encoders(answer->out) : std::vector<std::string>{};
  const auto nodes = render_nodes(host);
  for (const auto& facts : encoder_table()) {
    if (!answer)
      out.push_back({std::string(facts.name), facts.codec, EncoderState::Works::no, answer.error().text(), {}});
    else if (std::find(listed.begin(), listed.end(), facts.name) == listed.end())
      out.push_back({std::string(facts.name), facts.codec, EncoderState::Works::no, "not in this build of ffmpeg", {}});
    else
      out.push_back(try_encoder(host, ffmpeg, environment, facts, nodes, probe_limit));
  }
  return out;
}

std::vector<std::string> encoders_for(const TranscodeSpec& rendition) {
  if (!rendition.encoder.empty()) return {rendition.encoder};
  std::vector<std::string> out;
  for (const auto& facts : encoder_table())
    if (facts.codec == rendition.codec && takes(facts, rendition) &&
        (rendition.preset.empty() || knows_preset(facts, rendition.preset)))
      out.emplace_back(facts.name);
  return out;
}

base::Result<std::string> choose_encoder(const TranscodeSpec& spec, const std::vector<EncoderState>& encoders) {
  std::vector<const EncoderState*> refused, without_preset;
  for (const auto& state : encoders) {
    if (spec.encoder.empty() ? state.codec != spec.codec : state.name != spec.encoder) continue;
    const auto* facts = find_encoder(state.name);
    if (!facts) continue;  // from a newer program than this one
    if (state.codec != spec.codec)
      return Error::invalid(
          format("{} makes {}, but the codec is {}", state.name, name(state.codec), name(spec.codec)));
    const bool has_preset = spec.preset.empty() || knows_preset(*facts, spec.preset);
    if (has_preset && !takes(*facts, spec)) continue;
    if (!has_preset)
      without_preset.push_back(&state);
    else if (state.works == EncoderState::Works::yes)
      return state.name;
    else
      refused.push_back(&state);
  }
  if (!spec.encoder.empty() && !without_preset.empty())
    return Error::invalid(format("{} has no preset '{}'; leave it out or change it", spec.encoder, spec.preset));
  if (!refused.empty())
    return Error::absent(format("no encoder for {} works here ({}); `ffwatt doctor` lists those that do",
                                spec.encoder.empty() ? std::string(name(spec.codec)) : spec.encoder, reasons(refused)));
  if (!without_preset.empty())
    return Error::invalid(
        format("no encoder of {} has the preset '{}'; leave it out or change it", name(spec.codec), spec.preset));
  return Error::absent(format("this machine has no encoder {}; `ffwatt doctor` lists what works",
                              spec.encoder.empty() ? format("for {}", name(spec.codec)) : spec.encoder));
}

}  // namespace media
