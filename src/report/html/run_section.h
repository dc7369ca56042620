// One run as a part of the page: how it went, its energy, its power over time, what it made, how it was made.
#pragma once

#include <cstddef>

#include "jobs/report.h"
#include "report/markup.h"

namespace report {

// How much of a page one run may take, so that a page of many runs can still be sent by mail (400 KB).
struct Budget {
  std::size_t wide_steps = 350;  // two pixels each
  std::size_t narrow_steps = 160;
  std::size_t table_rows = 200;
  std::size_t log_bytes = 16384;
};
Budget budget_for(std::size_t runs);

// Whether the page is about this run, or about several of which it is one; decides the level of its headings.
enum class Place { alone, in_comparison };

// `number` counts from 1 and makes ids unique: the section's is "run-<number>".
Html run_section(const jobs::Report& report, std::size_t number, Place place, const Budget& budget);

// "measured (powercap)" as a label with the quality's colour and sign.
Html quality_badge(const units::Measured<units::Joules>& energy);
Html state_badge(const jobs::Report& report);

}  // namespace report
