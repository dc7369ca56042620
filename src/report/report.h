// Reports as people read them: one file a format in formats/, listed in formats.def. Pure: results in, text out;
// nothing is looked up. Every number has its unit, its quality and its interval; unknown reads "n/a (reason)".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "jobs/job.h"
#include "jobs/report.h"

namespace report {

struct Style {
  int columns = 80;
  enum class Color { no, yes } color = Color::no;
  enum class Symbols { ascii, unicode } symbols = Symbols::unicode;
};

// The block that ends `ffwatt run` and `ffwatt test`: energy, power, time, frames, per frame, what is not in it.
std::string summary(const jobs::Report& report, const Style& style);

// One row a run, cells such as "412.6 J" and "estimated".
std::string energy_table(const std::vector<jobs::Report>& reports, const Style& style);

// Format by name (formats.def): html (one self-contained file with a plot of power over time and its table twin), json,
// csv, md. invalid names the nearest.
base::Result<std::string> render(std::string_view format, const std::vector<jobs::Report>& reports);
std::vector<std::string> format_names();

}  // namespace report
