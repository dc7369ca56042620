// One row a run. What does not fit is given up in this order, until the table fits:
//   1. the kind   2. names longer than 20 columns   3. the number of frames   4. the power   5. the energy's interval
//   6. names longer than 16   7. joules per frame   8. names longer than 12   9. the time   10. whole words for the
//   quality   11. names longer than 8, and then whole lines are cut.
// What is then free goes to the names. Energy, its quality and the state of the run are never given up for width.
#include <algorithm>
#include <string_view>
#include <utility>

#include "base/format.h"
#include "base/text.h"
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

// A terminal of 40 columns has no room for "unmeasurable", which the energy's cell says as well.
constexpr std::pair<std::string_view, std::string_view> brief_qualities[] = {
    {"measured", "meas."}, {"estimated", "est."}, {"simulated", "simul."}, {"unmeasurable", "none"}};

// Why something is absent. Reasons that differ in their numbers only are one, told with the range of each.
class Reason {
 public:
  explicit Reason(const std::string& text) {
    for (const auto word : base::words(text)) words_.push_back({std::string(word), std::string(word)});
  }
  // Whether it is the same reason; it then tells the other's numbers too.
  bool covers(const std::string& text) {
    const auto others = base::words(text);
    const auto same = [](const Word& mine, std::string_view other) {
      return mine.low == other || (base::to_double(mine.low) && base::to_double(other));
    };
    if (!std::equal(words_.begin(), words_.end(), others.begin(), others.end(), same)) return false;
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i].stretch_to(others[i]);
    return true;
  }
  std::string text() const {
    std::vector<std::string> shown;
    for (const auto& word : words_) shown.push_back(word.low == word.high ? word.low : word.low + " to " + word.high);
    return base::join(shown, " ");
  }

 private:
  struct Word {
    std::string low, high;
    void stretch_to(std::string_view other) {
      const auto number = base::to_double(other);
      if (!number) return;
      if (*number < base::to_double(low)) low = other;
      if (*number > base::to_double(high)) high = other;
    }
  };
  std::vector<Word> words_;
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
      if (shown(i)) footnote(out, format("[{}] ", i + 1), reasons_[i].text());
    for (const auto& note : notes) footnote(out, "! ", note);
    return out;
  }

 private:
  void cell(std::size_t column, const std::string& text) {
    columns_[column].cells.push_back(printable(text, style_.symbols));
  }

  // "n/a [2]": the reason stands under the table, once.
  std::string absent(const std::string& reason) {
    auto found = std::find_if(reasons_.begin(), reasons_.end(), [&](Reason& known) { return known.covers(reason); });
    if (found == reasons_.end()) found = reasons_.insert(reasons_.end(), Reason(reason));
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
    const std::size_t names = width_of(columns_[run_at]);
    return sum - gap - names + std::min(names, most_name_);
  }

  void drop(std::size_t column) { columns_[column] = {}; }
  void shorten_qualities() {
    for (auto& cell : columns_[quality_at].cells)
      for (const auto& [word, brief] : brief_qualities)
        if (cell == word) cell = brief;
  }
  void give_up(int step) {
    switch (step) {
      case 1:
        return drop(kind_at);
      case 2:
        most_name_ = 20;
        return;
      case 3:
        return drop(frames_at);
      case 4:
        return drop(power_at);
      case 5:
        columns_[energy_at].cells = short_energy_;
        return;
      case 6:
        most_name_ = 16;
        return;
      case 7:
        return drop(per_frame_at);
      case 8:
        most_name_ = 12;
        return;
      case 9:
        return drop(time_at);
      case 10:
        return shorten_qualities();
      default:
        most_name_ = 8;
    }
  }
  void fit() {
    for (int step = 1; total() > limit() && step <= 11; ++step) give_up(step);
    const std::size_t names = std::min(width_of(columns_[run_at]), most_name_);
    const std::size_t free = limit() - std::min(limit(), total());
    for (auto& cell : columns_[run_at].cells) cell = cut(cell, names + free, style_.symbols);
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
  std::vector<Reason> reasons_;
  std::size_t most_name_ = std::string::npos;  // columns, while the table does not fit
};

}  // namespace

std::string energy_table(const std::vector<jobs::Report>& reports, const Style& style) {
  if (reports.empty()) return "no runs\n";
  Table table(style);
  for (const auto& report : reports) table.add(report);
  return table.text(comparison_notes(reports));
}

}  // namespace report
