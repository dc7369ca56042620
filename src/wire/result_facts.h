// The facts of a report: everything about it that has one value, by the name that GET /results filters and sorts by.
// This is the one list of them; docs/reference/results.md explains each. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/report.h"
#include "json/value.h"

namespace wire {

struct Fact {
  std::string_view name;  // a number's name ends in its unit
  enum class Kind { text, time, number } kind = Kind::text;
  json::Value (*of)(const jobs::Report& report) = nullptr;  // null: unknown
};

// In the order of CSV columns. Only ever added to, at the end.
std::span<const Fact> facts();
// Also "tags.NAME", which every report has or has not: texts. nullptr: no such fact.
const Fact* find_fact(std::string_view name);
std::vector<std::string> fact_names();

// {"id":…,"energy_joules":…,"tags.NAME":…}; what is unknown is left out.
json::Value encode_facts(const jobs::Report& report);
json::Value encode_tags(const jobs::Report& report);  // of these the tags alone
// Differs where encode_facts() would say something else of the same report than another version of this program did.
std::string facts_edition();

}  // namespace wire
