// One page in one file: no script, no request to anywhere, readable on paper, on a telephone, in the dark and by ear.
#include "base/format.h"
#include "report/formats/formats.h"
#include "report/html/comparison.h"
#include "report/html/run_section.h"
#include "report/html/style.h"
#include "report/words.h"

namespace report::formats {

std::string html(const std::vector<jobs::Report>& reports) {
  const bool several = reports.size() > 1;
  const std::string name = several ? base::format("{} runs compared", reports.size()) : title(reports.front());
  Html page;
  page.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  // Nothing may be loaded or run, whatever got past the escapes.
  page.markup(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
  page.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  page.markup("<meta name=\"color-scheme\" content=\"light dark\">\n");
  page.element("title", name + " · ffwatt energy report")
      .markup("\n<style>")
      .markup(html_style())
      .markup("</style>\n</head>\n<body>\n<main>\n");
  const Budget budget = budget_for(reports.size());
  if (several) {
    page.add(comparison(reports));
    for (std::size_t i = 0; i < reports.size(); ++i)
      page.add(run_section(reports[i], i + 1, Place::in_comparison, budget));
  } else {
    page.add(run_section(reports.front(), 1, Place::alone, budget));
  }
  page.markup(
      "</main>\n<footer><p>Made by ffwatt from the run's own record. Intervals hold the truth in 95 of 100 cases. "
      "Passwords, keys and queries in URLs are replaced by ***.</p></footer>\n</body>\n</html>\n");
  return page.str();
}

}  // namespace report::formats
