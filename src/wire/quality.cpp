#include "wire/quality.h"

#include <cmath>
#include <limits>

#include "base/format.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

json::Value encode(const media::MetricScore& score) {
  auto out = json::Value::object();
  if (score.pooled) {
    const auto& pooled = *score.pooled;
    out.set("mean", pooled.mean);  // what is not finite becomes null
    out.set("harmonic_mean", pooled.harmonic_mean);
    out.set("percentile_1", pooled.first_percentile);
    out.set("worst_second", pooled.worst_second);
    out.set("worst_second_at_seconds", pooled.worst_second_at.value());
    if (std::isinf(pooled.mean)) out.set("identical", true);
  } else {
    out.set("mean", nullptr);
    out.set("reason", score.reason);
  }
  if (!score.model.empty()) out.set("model", score.model);
  return out;
}

// A film has whatever size it has; units::parse_picture_size() is for what may be asked for.
base::Result<units::PictureSize> parse_any_size(std::string_view text) {
  const auto parts = base::split(text, 'x');
  const auto width = base::to_int(parts[0]), height = parts.size() == 2 ? base::to_int(parts[1]) : std::nullopt;
  const auto fits = [](const auto& side) { return side > 0 && side <= 65536; };
  if (!width || !height || !fits(*width) || !fits(*height))
    return base::Error::invalid("is not a picture size such as 1920x1080");
  return units::PictureSize{static_cast<int>(*width), static_cast<int>(*height)};
}

media::MetricScore read_score(json::Reader& reader) {
  media::MetricScore score;
  score.model = read_text(reader, "model");
  score.reason = read_text(reader, "reason", longest_text);
  reader.any("identical");
  // Null stands for infinity: a score that is there has all its numbers.
  const auto number = [&](std::string_view key) {
    return reader.number(key, -most_exact, most_exact).value_or(std::numeric_limits<double>::infinity());
  };
  media::Pooled pooled{number("mean"), number("harmonic_mean"), number("percentile_1"), number("worst_second"),
                       read_quantity<units::Seconds>(reader, "worst_second_at_seconds")};
  if (score.reason.empty()) score.pooled = pooled;
  return score;
}

}  // namespace

json::Value encode(const media::PictureQuality& quality) {
  auto out = json::Value::object();
  for (const auto& score : quality.scores) out.set(name(score.metric), encode(score));
  out.set("frames", json::Value::object({{"compared", quality.compared},
                                         {"reference", quality.reference_frames},
                                         {"distorted", quality.distorted_frames},
                                         {"offset", quality.offset}}));
  out.set("size", base::format("{}x{}", quality.size.width, quality.size.height));
  out.set("pixel_format", quality.pixel_format);
  out.set("rate_hertz", quality.rate.value());
  auto notes = json::Value(json::Array{});
  for (const auto& note : quality.notes) notes.push_back(note);
  out.set("notes", std::move(notes));
  out.set("scoring_seconds", quality.took.value());
  out.set("ffmpeg", quality.ffmpeg);
  return out;
}

json::Value quality_document(std::string_view reference, std::string_view distorted,
                             const media::PictureQuality& quality) {
  auto out = json::Value::object({{"schema", "ffwatt.quality/1"}, {"reference", reference}, {"distorted", distorted}});
  const auto scores = encode(quality);
  for (const auto& [key, value] : scores.members()) out.set(key, value);
  return out;
}

json::Value encode(const jobs::Scoring& scoring) {
  auto out = scoring.reason.empty() ? encode(scoring.quality) : json::Value::object({{"reason", scoring.reason}});
  if (scoring.energy) out.set("scoring_energy", encode_measured(*scoring.energy, "joules"));
  return out;
}

jobs::Scoring read_scoring(json::Reader& reader) {
  jobs::Scoring scoring;
  scoring.reason = read_text(reader, "reason", longest_text);
  scoring.energy =
      read_member(reader, "scoring_energy", [](json::Reader& r) { return read_measured<units::Joules>(r, "joules"); });
  if (!scoring.reason.empty()) return scoring;
  auto& quality = scoring.quality;
  for (const auto metric : media::all_metrics())
    if (auto score = read_member(reader, name(metric), read_score)) {
      score->metric = metric;
      quality.scores.push_back(std::move(*score));
    }
  (void)read_member(reader, "frames", [&](json::Reader& frames) {
    quality.compared = frames.required_integer("compared", 0, most_count);
    quality.reference_frames = frames.required_integer("reference", 0, most_count);
    quality.distorted_frames = frames.required_integer("distorted", 0, most_count);
    quality.offset = frames.required_integer("offset", -most_count, most_count);
    return 0;
  });
  quality.size = read_named(reader, "size", parse_any_size);
  quality.pixel_format = read_text(reader, "pixel_format");
  quality.rate = read_quantity<units::Hertz>(reader, "rate_hertz");
  quality.notes = reader.strings("notes", 64);
  quality.took = read_quantity<units::Seconds>(reader, "scoring_seconds");
  quality.ffmpeg = read_text(reader, "ffmpeg");
  return scoring;
}

}  // namespace wire
