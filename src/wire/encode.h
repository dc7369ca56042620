// From values to JSON. Every field name of ours is written in this folder and nowhere else. Additive only.
// What is absent, empty or not told is left out; an unmeasurable value is null with its reason, never 0. Numbers are in
// the SI unit that ends their name; those in `parameters` are as POST /jobs takes them, so that they can be sent again.
// Pure functions, any thread.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "json/json.h"
#include "wire/messages.h"

namespace wire {

// {scope, <unit>, ci95: [low, high], quality, source}, or {scope, <unit>: null, quality: "unmeasurable", reason}. For
// Joules ("joules"), Watts ("watts"), Money ("amount") and Grams ("grams").
template <class Q>
json::Value encode_measured(const units::Measured<Q>& m, std::string_view unit);

json::Value encode(const jobs::EnergyLine& line);
json::Value encode(const jobs::Rates& rates);
// "schema": "ffwatt.run/1". The power trace (power_trace, base 64, up to megabytes) only where it is asked for.
enum class PowerTrace { left_out, included };
json::Value encode(const jobs::Report& report, PowerTrace power_trace = PowerTrace::left_out);
json::Value encode_pieces(const std::vector<jobs::Piece>& pieces);  // {pieces}
json::Value encode(const jobs::Submission& submission);
json::Value encode(const jobs::Job& job);
json::Value encode_without_report(const jobs::Job& job);
json::Value encode(const jobs::NodeFacts& facts);
json::Value encode(const NodeView& node);
json::Value encode(const media::MediaFacts& facts);
json::Value encode(const media::Progress& progress);
json::Value encode(const media::TranscodeSpec& spec);

json::Value encode(const RegisterRequest& m);
json::Value encode(const RegisterAnswer& m);
json::Value encode(const HeartbeatRequest& m);
json::Value encode(const HeartbeatAnswer& m);
json::Value encode(const LiveAnswer& m);
json::Value encode(const LiveView& m);
// {job, jobs, commands}: each job in the form that GET /jobs has, with its `lease`; `job` is the first or null.
json::Value encode(const ClaimAnswer& m);
std::string write(const ClaimAnswer& m);  // the same as text, from the texts of the jobs where they are known
json::Value encode(const StartRequest& m);
json::Value encode(const StartAnswer& m);
json::Value encode(const ResultRequest& m);
json::Value encode(const ResultAnswer& m);
std::string write(const ResultAnswer& m, const ClaimAnswer& next);  // with `next`, in the form of a claim's answer
json::Value encode(const JobPage& m);
// The same, with "facts" of each job that has them.
json::Value encode(const JobPage& m, const std::map<base::Id, json::Value>& facts);
json::Value encode(const NodeView& view);
json::Value encode_nodes(const std::vector<NodeView>& nodes);  // {nodes, count}

}  // namespace wire
