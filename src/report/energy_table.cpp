// One row a run. What does not fit is given up in this order, until the table fits:
//   1. the kind   2. names longer than 20 columns   3. the number of frames   4. the power   5. names longer than 12
//   6. the energy's interval   7. joules per frame   8. the time   9. names longer than 6, and then whole lines are
//   cut.
// Energy, its quality and the state of the run are never given up for width.
#include <algorithm>

#include "base/format.h"
#include "report/derived.h"
#include "report/report.h"
#include "report/text_layout.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

constexpr std::size_t narrowest = 30;
constexpr std::size_t gap = 2;

enum class Align { left, right };

struct Column {
  std::string header;
  Align align = Align::left;
  std::vector<std::string> cells;
};

// Columns by their place in the full table.
enum : std::size_t {
  run_at,
  kind_at,
  time_at,
  frames_at,
  energy_at,
  quality_at,
  power_at,
  per_frame_at,
  state_at,
  column_count
};

class Table {
 public:
  explicit Table(const Style& style) : style_(style) {
    columns_ = {{"run", Align::left, {}},     {"kind", Align::left, {}},     {"time", Align::right, {}},
                {"frames", Align::right, {}}, {"energy", Align::right, {}},  {"quality", Align::left, {}},
                {"power", Align::right, {}},  {"J/frame", Align::right, {}}, {"state", Align::left, {}}};
  }

  void add(const jobs::Report& report) {
    const auto* top = jobs::headline(report.energy);
    const std::string reason = !top                  ? "no energy was read during this run"
                               : top->energy.known() ? ""
                                                     : reason_words(top->energy.reason());
    cell(run_at, title(report));
    cell(kind_at, report.kind);
    const auto time = elapsed(report);
    cell(time_at, time ? units::text(*time) : absent("the command did not run"));
    const auto count = frames(report);
    cell(frames_at,
         count ? format("{} fr", *count) : absent("no frame count: not ffmpeg, or it ended before its first report"));
    cell(energy_at, reason.empty() ? units::text(top->energy) : absent(reason));
    short_energy_.push_back(printable(
        reason.empty() ? units::text(top->energy.value()) : columns_[energy_at].cells.back(), style_.symbols));
    cell(quality_at, std::string(units::name(top ? top->energy.quality() : units::Quality::unmeasurable)));
    if (report.power && report.power->known())
      cell(power_at, units::text(report.power->value()));
    else
      cell(power_at, absent(report.power     ? report.power->reason()
                            : reason.empty() ? "no mean power was kept"
                                             : reason));
    const auto per_frame = jobs::energy_per_frame(report);
    if (per_frame && per_frame->known())
      cell(per_frame_at, units::text(per_frame->value()));
    else
      cell(per_frame_at, absent(!reason.empty() ? reason
                                : count         ? "no energy per frame"
                                                : "no frame count: not ffmpeg, or it ended before its first report"));
    cell(state_at, std::string(jobs::name(report.outcome.end)));
  }

  std::string text(const std::vector<std::string>& notes) {
    fit();
    std::string out;
    line(
        out, [](const Column& column, std::size_t) { return column.header; }, 0, Paint::bold);
    for (std::size_t row = 0; row < columns_[run_at].cells.size(); ++row)
      line(
          out, [](const Column& column, std::size_t at) { return column.cells[at]; }, row, Paint::none);
    for (std::size_t i = 0; i < reasons_.size(); ++i)
      if (shown(i)) footnote(out, format("[{}] ", i + 1), reasons_[i]);
    for (const auto& note : notes) footnote(out, "! ", note);
    return out;
  }

 private:
  void cell(std::size_t column, const std::string& text) {
    columns_[column].cells.push_back(printable(text, style_.symbols));
  }

  // "n/a [2]": the reason stands under the table, once.
  std::string absent(const std::string& reason) {
    auto found = std::find(reasons_.begin(), reasons_.end(), reason);
    if (found == reasons_.end()) found = reasons_.insert(reasons_.end(), reason);
    return format("n/a [{}]", found - reasons_.begin() + 1);
  }
  // Whether a cell that is still there refers to the reason.
  bool shown(std::size_t reason) const {
    const std::string mark = format("n/a [{}]", reason + 1);
    return std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) {
      return std::find(column.cells.begin(), column.cells.end(), mark) != column.cells.end();
    });
  }

  std::size_t limit() const { return static_cast<std::size_t>(std::max(style_.columns, static_cast<int>(narrowest))); }
  static std::size_t width_of(const Column& column) {
    std::size_t most = width(column.header);
    for (const auto& cell : column.cells) most = std::max(most, width(cell));
    return most;
  }
  std::size_t total() const {
    std::size_t sum = 0;
    for (const auto& column : columns_)
      if (!column.header.empty()) sum += width_of(column) + gap;
    return sum - gap;
  }

  void drop(std::size_t column) { columns_[column] = {}; }
  void shorten_names(std::size_t most) {
    for (auto& cell : columns_[run_at].cells) cell = cut(cell, most, style_.symbols);
  }
  void fit() {
    for (int step = 1; total() > limit() && step <= 9; ++step) switch (step) {
        case 1:
          drop(kind_at);
          break;
        case 2:
          shorten_names(20);
          break;
        case 3:
          drop(frames_at);
          break;
        case 4:
          drop(power_at);
          break;
        case 5:
          shorten_names(12);
          break;
        case 6:
          columns_[energy_at].cells = short_energy_;
          break;
        case 7:
          drop(per_frame_at);
          break;
        case 8:
          drop(time_at);
          break;
        case 9:
          shorten_names(6);
          break;
      }
  }

  template <class F>
  void line(std::string& out, F text_of, std::size_t row, Paint paint_as) const {
    std::string text;
    for (const auto& column : columns_) {
      if (column.header.empty()) continue;
      if (!text.empty()) text.append(gap, ' ');
      const std::string cell = text_of(column, row);
      text += column.align == Align::left ? pad_right(cell, width_of(column)) : pad_left(cell, width_of(column));
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out += paint(cut(text, limit(), style_.symbols), paint_as, style_) + "\n";
  }

  void footnote(std::string& out, const std::string& mark, const std::string& body) const {
    const std::size_t room = limit() - width(mark);
    const auto lines = wrap(printable(body, style_.symbols), room, room);
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += (i == 0 ? mark : std::string(width(mark), ' ')) + lines[i] + "\n";
  }

  const Style& style_;
  std::vector<Column> columns_;  // a dropped one has no header and no cells
  std::vector<std::string> short_energy_;
  std::vector<std::string> reasons_;
};

}  // namespace

std::string energy_table(const std::vector<jobs::Report>& reports, const Style& style) {
  if (reports.empty()) return "no runs\n";
  Table table(style);
  for (const auto& report : reports) table.add(report);
  return table.text(comparison_notes(reports));
}

}  // namespace report
