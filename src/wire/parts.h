// The parts that several messages share, read from a Reader that the caller finishes. Their encoders are in encode.h.
// Inside of `wire`.
#pragma once

#include <string_view>

#include "json/reader.h"
#include "wire/messages.h"

namespace wire {

jobs::EnergyLine read_energy_line(json::Reader& reader);
jobs::Rates read_rates(json::Reader& reader);
// {scope, <unit>, ci95, quality, source}, or <unit>: null with a reason.
template <class Q>
units::Measured<Q> read_measured(json::Reader& reader, std::string_view unit);

jobs::Report read_report(json::Reader& reader);
media::Progress read_progress(json::Reader& reader);
media::MediaFacts read_media_facts(json::Reader& reader);

// A spec's fields as they stand in `parameters`, without the scenario's name.
json::Value encode_parameters(const media::TranscodeSpec& spec);
// `parameters` of a stored job: complete, so nothing is merged.
media::TranscodeSpec read_parameters(json::Reader& reader);

void write_submission(const jobs::Submission& submission, json::Value& into);
jobs::Submission read_submission(json::Reader& reader);
// What a submission says besides its scenario and parameters; the same for a request and for a stored job.
void read_terms(json::Reader& reader, jobs::Submission& submission);

// A job is what it is called and where it stands, what was asked for, and what became of it: three runs of members.
void write_standing(const jobs::Job& job, json::Value& into);
void write_course(const jobs::Job& job, json::Value& into);
inline constexpr std::string_view first_of_submission = "scenario", first_of_course = "created_at";
jobs::Job read_job(json::Reader& reader);
jobs::Attempt read_attempt(json::Reader& reader);
void write_lease(const jobs::Lease& lease, json::Value& into);
jobs::Lease read_lease(json::Reader& reader);
void write_times(const jobs::LeaseTimes& times, json::Value& into);
jobs::LeaseTimes read_times(json::Reader& reader);
LeaseAnswer read_lease_answer(json::Reader& reader);

void write_facts(const jobs::NodeFacts& facts, json::Value& into);
jobs::NodeFacts read_facts(json::Reader& reader);
NodeView read_node(json::Reader& reader);

}  // namespace wire
