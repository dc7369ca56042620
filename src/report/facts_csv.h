// Results as CSV: one row a report, one column a fact, in the order of wire::facts(), which is only ever added to at
// its end; then `tags`, so that a script reads columns by their names. Pure functions, any thread.
#pragma once

#include <string>

#include "json/value.h"

namespace report {

std::string facts_csv_header();
std::string facts_csv_row(const json::Value& facts);  // wire::encode_facts() of one report

}  // namespace report
