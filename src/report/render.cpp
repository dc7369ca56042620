#include "base/format.h"
#include "base/text.h"
#include "report/formats/formats.h"
#include "report/report.h"

namespace report {
namespace {

struct Format {
  std::string_view name;
  std::string (*write)(const std::vector<jobs::Report>&);
};

constexpr Format all_formats[] = {
#define REPORT_FORMAT(name, sentence) {#name, formats::name},
#include "report/formats.def"
#undef REPORT_FORMAT
};

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : all_formats) names.emplace_back(format.name);
  return names;
}

base::Result<std::string> render(std::string_view format, const std::vector<jobs::Report>& reports) {
  for (const auto& known : all_formats) {
    if (known.name != format) continue;
    if (reports.empty())
      return base::Error::invalid("a report needs at least one run; `ffwatt runs ls` lists those that are kept");
    return known.write(reports);
  }
  const auto names = format_names();
  return base::Error::invalid(base::format("no report format '{}'; one of {}.{}", format, base::join(names, ", "),
                                           base::did_you_mean(format, names)));
}

}  // namespace report
