#include "report/facts_csv.h"

#include "base/text.h"
#include "report/csv_cells.h"
#include "wire/result_facts.h"

namespace report {
namespace {

constexpr std::string_view tag = "tags.";

std::string cell(const json::Value& value) {
  if (value.is_integer()) return std::to_string(value.as_integer());
  if (value.is_number()) return csv_number(value.as_number());
  return value.is_string() ? csv_text(value.as_string()) : std::string();
}

}  // namespace

std::string facts_csv_header() { return base::join(wire::fact_names(), ",") + ",tags\n"; }

std::string facts_csv_row(const json::Value& facts) {
  std::string row;
  for (const auto& fact : wire::facts()) (row += cell(facts.at(fact.name))) += ',';
  std::map<std::string, std::string> tags;
  if (facts.is_object())
    for (const auto& member : facts.members())
      if (member.key.starts_with(tag) && member.value.is_string())
        tags[member.key.substr(tag.size())] = member.value.as_string();
  return row + csv_tags(tags) + "\n";
}

}  // namespace report
