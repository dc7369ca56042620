// From values to JSON. Every field name of ours is written in this folder and nowhere else. Additive only.
#pragma once

#include "json/json.h"
#include "wire/messages.h"

namespace wire {

template <class Q>
json::Value encode_measured(const units::Measured<Q>& m, std::string_view unit);  // {scope,joules,ci95,quality,source} or null + reason

json::Value encode(const jobs::EnergyLine& line);
json::Value encode(const jobs::Report& report);  // "schema": "ffwatt.run/1"
json::Value encode(const jobs::Submission& submission);
json::Value encode(const jobs::Job& job);
json::Value encode(const jobs::NodeFacts& facts);
json::Value encode(const NodeView& node);
json::Value encode(const media::MediaFacts& facts);
json::Value encode(const media::Progress& progress);
json::Value encode(const media::TranscodeSpec& spec);

json::Value encode(const RegisterRequest& m);
json::Value encode(const RegisterAnswer& m);
json::Value encode(const HeartbeatRequest& m);
json::Value encode(const HeartbeatAnswer& m);
json::Value encode(const ClaimAnswer& m);  // {job, jobs, commands}; `job` is the first or null
json::Value encode(const StartRequest& m);
json::Value encode(const StartAnswer& m);
json::Value encode(const ResultRequest& m);
json::Value encode(const ResultAnswer& m);
json::Value encode(const JobPage& m);
json::Value encode_nodes(const std::vector<NodeView>& nodes);  // {nodes, count}

}  // namespace wire
