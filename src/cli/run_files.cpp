#include "cli/run_files.h"

#include "base/format.h"
#include "base/id.h"
#include "json/json.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/results_import.h"

namespace cli {
namespace {

using base::Error;
using base::format;

base::Result<std::vector<jobs::Report>> from_list(const json::Value& runs) {
  if (!runs.is_array()) return Error::invalid(format("/runs is {}, not an array", runs.type_name()));
  std::vector<jobs::Report> out;
  for (const auto& value : runs.items()) {
    FFWATT_TRY(auto report, wire::decode_report(value).in(format("/runs/{}", out.size())));
    out.push_back(std::move(report));
  }
  return out;
}

base::Result<std::vector<jobs::Report>> from_value(const json::Value& value) {
  if (value.is_object() && value.find("scenarios")) return wire::decode_results_file(value);
  if (value.is_object() && value.find("runs")) return from_list(*value.find("runs"));
  FFWATT_TRY(auto report, wire::decode_report(value));
  return std::vector<jobs::Report>{std::move(report)};
}

// FNV-1a, 64 bits, then stirred: short_id() takes the bits of one end.
std::string id_of(const jobs::Report& report, std::size_t place) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : format("{} {}", place, json::write(wire::encode(report))))
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  hash ^= hash >> 32;
  return base::short_id(hash * 0x9e3779b97f4a7c15u >> 7);
}

}  // namespace

base::Result<std::vector<jobs::Report>> read_run_file(const os::Files& files, const os::Path& name) {
  FFWATT_TRY(const auto text, files.read(name, 64u << 20));
  FFWATT_TRY(const auto value, json::parse(text).in(name.string()));
  auto runs = from_value(value);
  if (!runs) return runs.error().in(name.string());
  for (std::size_t i = 0; i < runs->size(); ++i)
    if ((*runs)[i].id.empty()) (*runs)[i].id = id_of((*runs)[i], i);
  return runs;
}

}  // namespace cli
