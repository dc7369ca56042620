// From JSON to values, strictly: wrong types, values out of range and, in what people ask for, unknown fields are
// `invalid`; answers and records may hold fields of a newer version. Every fault has its JSON pointer, one a line of
// the error's text. decode(encode(x)) == x for every message; times have milliseconds. Pure functions, any thread.
#pragma once

#include "json/reader.h"
#include "media/scenario.h"
#include "wire/messages.h"

namespace wire {

// The body of POST /jobs: one submission or {"jobs":[…]} of 1 to 1 000, all or none. Scenario names are expanded, the
// parameters merged over the scenario's, the result checked by media::check. Faults, in `faults` and in the error, have
// pointers such as "/parameters/bitrate" or "/jobs/3/scenario".
//
// Another codec or encoder takes the scenario's preset (and crf) away, since both are words of the encoder. A bitrate
// or a crf replaces the scenario's rate control; both together are capped CRF. Without `input` the picture is
// generated. Without `output` a file's name is left to the agent, which has an output folder: the spec's `output` stays
// empty. A scenario that streams needs `rtmp_url`.
base::Result<std::vector<jobs::Submission>> decode_submissions(const json::Value& body,
                                                               const media::Scenarios& scenarios, json::Faults& faults);

base::Result<jobs::Report> decode_report(const json::Value& value);
base::Result<std::vector<jobs::Piece>> decode_pieces(const json::Value& value);
base::Result<jobs::Submission> decode_submission(const json::Value& value);  // a stored, already expanded one
base::Result<jobs::Job> decode_job(const json::Value& value);
base::Result<jobs::NodeFacts> decode_node_facts(const json::Value& value);
base::Result<NodeView> decode_node(const json::Value& value);

base::Result<RegisterRequest> decode_register_request(const json::Value& value);
base::Result<RegisterAnswer> decode_register_answer(const json::Value& value);
base::Result<HeartbeatRequest> decode_heartbeat_request(const json::Value& value);
base::Result<HeartbeatAnswer> decode_heartbeat_answer(const json::Value& value);
base::Result<LiveAnswer> decode_live_answer(const json::Value& value);
base::Result<LiveView> decode_live_view(const json::Value& value);
base::Result<ClaimAnswer> decode_claim_answer(const json::Value& value);
base::Result<StartRequest> decode_start_request(const json::Value& value);
base::Result<StartAnswer> decode_start_answer(const json::Value& value);
base::Result<ResultRequest> decode_result_request(const json::Value& value);
base::Result<ResultAnswer> decode_result_answer(const json::Value& value);
base::Result<JobPage> decode_job_page(const json::Value& value);
base::Result<std::vector<NodeView>> decode_nodes(const json::Value& value);

}  // namespace wire
