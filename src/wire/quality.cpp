#include "wire/quality.h"

#include <cmath>

#include "base/format.h"

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

}  // namespace wire
