// The body of POST /jobs: what people and programs send. It is checked to the last field before anything is stored, and
// what this version does not carry out is refused by name, so that nothing accepted is silently dropped.
#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "jobs/confidence.h"
#include "media/encoder_table.h"
#include "wire/decode.h"
#include "wire/fields.h"
#include "wire/parameters.h"
#include "wire/parts.h"

namespace wire {
namespace {

using base::format;

constexpr std::size_t most_jobs = 1000;
// So many faults say enough about a batch that is wrong throughout.
constexpr std::size_t most_faults = 200;

constexpr std::array<std::string_view, 1> later_terms{"secrets"};

void refuse_later(json::Reader& reader, std::span<const std::string_view> keys) {
  for (const auto key : keys) {
    const json::Value* member = reader.any(key);
    if (member && !member->is_null()) reader.fault(key, "is not supported yet by this version of ffwatt; leave it out");
  }
}

void point_to_parameters(json::Reader& reader) {
  for (const auto key : parameter_names())
    if (reader.has(key)) {
      reader.any(key);
      reader.fault(key, format("belongs into \"parameters\": {{\"parameters\":{{\"{}\":…}}}}", key));
    }
}

// The scenario's values are defaults. A codec, an encoder and a way of rate control are not single values, though: each
// brings others that mean nothing to its replacement, so these go with it.
void override_picture(const PictureParameters& given, media::Rendition& spec) {
  const auto codec_before = spec.codec;
  const auto encoder_before = spec.encoder;
  if (given.encoder && !given.encoder->empty()) {
    spec.encoder = *given.encoder;
    // An encoder makes one codec; an unknown one is media::check's to refuse.
    if (const auto* facts = media::find_encoder(spec.encoder); facts && !given.codec) spec.codec = facts->codec;
  }
  if (given.codec) spec.codec = *given.codec;
  if (spec.codec != codec_before) {
    if (!given.encoder) spec.encoder.clear();
    spec.crf.reset();  // 23 of H.264 is not 23 of AV1
  }
  if (spec.codec != codec_before || spec.encoder != encoder_before)
    spec.preset = media::usual_preset(spec.codec, spec.encoder);
  if (given.preset) spec.preset = *given.preset;
  if (given.bitrate || given.crf) spec.bitrate = given.bitrate, spec.crf = given.crf;
  if (given.size) spec.size = given.size;
  if (given.rate) spec.rate = given.rate;
  if (given.pixel_format) spec.pixel_format = *given.pixel_format;
  if (given.gop) spec.gop = given.gop;
  if (given.output) spec.output = *given.output;
}

media::TranscodeSpec merge(media::TranscodeSpec spec, const Parameters& given) {
  if (given.input) spec.input = given.input;
  if (given.start) spec.start = given.start;
  if (given.duration) spec.duration = given.duration;
  override_picture(given, spec);
  if (given.threads) spec.threads = given.threads;
  if (given.passes) spec.passes = *given.passes;
  if (given.streams) spec.streams = *given.streams;
  if (given.audio) spec.audio = *given.audio;
  if (given.subtitles) spec.subtitles = *given.subtitles;
  if (given.output_mode) spec.output_mode = *given.output_mode;
  if (given.rtmp_url) spec.rtmp_url = *given.rtmp_url;
  if (given.quality) spec.quality = *given.quality;
  if (!given.outputs) return spec;
  // What a rendition does not say, it has from the job.
  spec.outputs.clear();
  for (const auto& one : *given.outputs) {
    media::Rendition& rendition = spec.outputs.emplace_back(spec);
    rendition.output.clear();
    override_picture(one, rendition);
  }
  return spec;
}

media::TranscodeSpec read_spec(json::Reader& reader, const media::Scenarios& scenarios, json::Faults& faults) {
  const auto named = reader.required_string("scenario", longest_name);
  media::TranscodeSpec spec;
  bool known = false;
  if (auto scenario = scenarios.find(named)) {
    spec = scenario->defaults;
    spec.scenario = scenario->name;
    known = true;
  } else if (!reader.value().at("scenario").is_null() && reader.value().at("scenario").is_string()) {
    reader.fault("scenario", named.empty() ? "is empty; name one, such as 1080p-h264" : scenario.error().text());
  }
  Parameters given;
  const auto before = faults.list().size();
  if (auto parameters = reader.object("parameters")) {
    given = read_given(*parameters);
    refuse_later(*parameters, later_parameter_names());
    parameters->finish();
  }
  if (!known) return spec;

  spec = merge(std::move(spec), given);
  std::set<std::string> told;
  for (std::size_t i = before; i < faults.list().size(); ++i) told.insert(faults.list()[i].pointer);
  const auto tell = [&](const std::string& field, std::string message) {
    const auto pointer = format("{}/parameters/{}", reader.pointer(), field);
    const auto& where = reader.value().at("parameters").at(field.substr(0, field.find('/')));
    if (told.insert(pointer).second) faults.add({pointer, std::move(message), where.position()});
  };
  for (auto& fault : media::check(spec)) tell(fault.field, std::move(fault.message));
  if (spec.output_mode == media::OutputMode::rtmp && spec.rtmp_url.empty())
    tell("rtmp_url", format("is required, because {} sends to an RTMP server: give rtmp://host:port/application/key",
                            given.output_mode ? "output_mode rtmp" : "scenario " + spec.scenario));
  return spec;
}

// Names and labels are shown in tables, logs and reports. A stored job was let in already, so it is asked only here.
void refuse_control_characters(json::Reader& reader, const jobs::Submission& submission) {
  constexpr std::string_view why =
      "holds a control character (a line break, a tab, an escape sequence); write plain text on one line";
  if (has_control_character(submission.name)) reader.fault("name", std::string(why));
  auto labels = submission.labels.empty() ? std::nullopt : reader.object("labels");
  if (!labels) return;
  for (const auto& [name, text] : submission.labels) {
    if (has_control_character(name))
      reader.fault("labels", "the name of a label " + std::string(why));
    else if (has_control_character(text))
      labels->fault(name, std::string(why));
  }
}

jobs::Submission read_one(json::Reader& reader, const media::Scenarios& scenarios, json::Faults& faults) {
  jobs::Submission submission;
  read_terms(reader, submission);
  refuse_control_characters(reader, submission);
  if (const auto repetitions = jobs::parse_confidence(submission.confidence)) {
    submission.confidence = jobs::text_of(*repetitions);
    // What is repeated shall be the same each time, so nothing else may run beside it.
    if (!repetitions->one()) submission.alone = jobs::Alone::yes;
  } else {
    reader.fault("confidence", repetitions.error().text());
  }
  submission.spec = read_spec(reader, scenarios, faults);
  if (submission.confidence != "auto" && submission.spec.output_mode == media::OutputMode::rtmp)
    reader.fault("confidence", "a live stream is sent once and cannot be repeated; write auto or leave it out");
  refuse_later(reader, later_terms);
  point_to_parameters(reader);
  reader.finish();
  return submission;
}

}  // namespace

base::Result<std::vector<jobs::Submission>> decode_submissions(const json::Value& body,
                                                               const media::Scenarios& scenarios,
                                                               json::Faults& faults) {
  std::vector<jobs::Submission> submissions;
  json::Reader reader(body, faults);
  if (!reader.has("jobs")) {
    if (body.is_object()) submissions.push_back(read_one(reader, scenarios, faults));
  } else {
    auto items = reader.objects("jobs", most_jobs);
    if (body.at("jobs").is_null() || (body.at("jobs").is_array() && body.at("jobs").items().empty()))
      reader.fault("jobs", "has no job; give 1 to 1000");
    reader.finish();
    for (auto& item : items) {
      submissions.push_back(read_one(item, scenarios, faults));
      if (faults.list().size() < most_faults) continue;
      if (&item != &items.back()) faults.add({"/jobs", "more faults may follow; these are the first", {}});
      break;
    }
  }
  if (!faults.empty()) return faults.error();
  return submissions;
}

}  // namespace wire
