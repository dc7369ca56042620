// A comparison of two films as JSON.
#pragma once

#include "jobs/report.h"
#include "json/json.h"
#include "json/reader.h"
#include "media/picture_quality.h"

namespace wire {

// {psnr: {mean, harmonic_mean, percentile_1, worst_second, worst_second_at_seconds}, …, frames: {…}, notes, …}. A
// metric that was not scored is {mean: null, reason}. JSON has no infinity: where all frames are identical the numbers
// in dB are null and `identical` is true.
json::Value encode(const media::PictureQuality& quality);
// The same with "schema": "ffwatt.quality/1" and the names of the two files.
json::Value quality_document(std::string_view reference, std::string_view distorted,
                             const media::PictureQuality& quality);

// The same of a job, with what scoring took: `scoring_energy`; where nothing was scored, `reason` alone.
json::Value encode(const jobs::Scoring& scoring);
jobs::Scoring read_scoring(json::Reader& reader);

}  // namespace wire
