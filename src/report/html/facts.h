// The tables of one run: its energy lines, what was asked and made, where and when it ran.
#pragma once

#include "jobs/report.h"
#include "report/markup.h"

namespace report {

Html energy_facts(const jobs::Report& report);
Html piece_facts(const jobs::Report& report);  // of each rendition, stream or repetition
Html media_facts(const jobs::Report& report);
Html origin_facts(const jobs::Report& report);

// A table that scrolls sideways by itself where the page is too narrow, by keyboard too.
Html scrolling(const Html& table, std::string_view label);

}  // namespace report
