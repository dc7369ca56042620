// The block at the end of `ffwatt run`. A line stands there only where there is something true to say; first of all
// whether the run worked.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "jobs/confidence.h"
#include "media/scenario_label.h"
#include "report/cost_words.h"
#include "report/derived.h"
#include "report/redact.h"
#include "report/report.h"
#include "report/text_layout.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

constexpr std::size_t label_width = 12;
constexpr std::size_t indent = 1 + label_width + 1;
constexpr std::size_t widest_value = 24;  // "34.1 J (17.0 to 68.2)" and a little; longer ones take the whole line
constexpr std::size_t widest_rule = 100;  // a rule across a very wide terminal separates nothing better
constexpr std::size_t narrowest = 30;     // below this there is no layout to keep
constexpr std::size_t most_error_lines = 8;

// One row before it is laid out: every text is as it came.
struct Row {
  std::string label;
  std::string value;
  std::vector<std::string> details;
  Paint label_paint = Paint::bold;
  Paint value_paint = Paint::none;
};

class Block {
 public:
  explicit Block(const Style& style)
      : style_(style), columns_(static_cast<std::size_t>(std::max(style.columns, static_cast<int>(narrowest)))) {}

  void rule(const std::string& name) {
    const auto line = text("─");
    const std::string head =
        cut(text(name.empty() ? "── ffwatt " : "── ffwatt · " + name + " "), columns_ - 2, style_.symbols);
    out_ += head;
    for (std::size_t at = width(head); at < std::min(columns_, widest_rule); ++at) out_ += line;
    out_ += '\n';
  }

  // Values are aligned over all rows, so rows are kept until the end.
  void row(Row row) {
    row.value = text(row.value);
    rows_.push_back(std::move(row));
  }

  void flush_rows() {
    std::size_t value_width = 0;
    for (const auto& row : rows_)
      if (width(row.value) <= widest_value && !row.details.empty())
        value_width = std::max(value_width, width(row.value));
    for (const auto& row : rows_) write(row, value_width);
    rows_.clear();
  }

  // Text behind a short mark, every further line under its first word.
  void note(std::string_view mark, std::string_view body, Paint mark_paint) {
    const std::string head = " " + text(mark) + " ";
    const auto lines = wrap(text(body), columns_ - width(head), columns_ - width(head));
    for (std::size_t i = 0; i < lines.size(); ++i)
      line(i == 0 ? " " + paint(text(mark), mark_paint, style_) + " " : std::string(width(head), ' '), lines[i]);
  }

  std::string take() && { return std::move(out_); }

 private:
  std::string text(std::string_view raw) const { return printable(raw, style_.symbols); }

  void line(const std::string& head, std::string_view body) {
    out_ += head;
    out_ += body;
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    out_ += '\n';
  }

  void write(const Row& row, std::size_t value_width) {
    const std::string label = pad_right(cut(text(row.label), label_width, style_.symbols), label_width);
    const std::string head = " " + paint(label, row.label_paint, style_) + " ", under(indent, ' ');
    const std::size_t room = columns_ - indent;
    const bool beside = !row.value.empty() && width(row.value) <= value_width && room >= value_width + 2 + 16;
    std::vector<std::string> items = row.details;
    if (!beside && !row.value.empty()) items.insert(items.begin(), row.value);
    const std::size_t item_room = beside ? room - value_width - 2 : room;
    const auto lines = wrapped_items(items, item_room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (beside)
        line((i == 0 ? head + paint(row.value, row.value_paint, style_) : under + std::string(width(row.value), ' ')) +
                 std::string(value_width - width(row.value) + 2, ' '),
             lines[i]);
      else if (i == 0 && lines[0].starts_with(row.value))
        line(head + paint(row.value, row.value_paint, style_), std::string_view(lines[0]).substr(row.value.size()));
      else
        line(i == 0 ? head : under, lines[i]);
    }
  }

  // Items joined by " · ", broken between items where one line does not hold them, inside an item only where it must.
  std::vector<std::string> wrapped_items(const std::vector<std::string>& items, std::size_t room) const {
    const std::string dot = text(" · ");
    std::vector<std::string> lines{""};
    for (const auto& item : items) {
      const std::string shown = text(item);
      const std::size_t taken = width(lines.back());
      if (taken != 0 && taken + width(dot) + width(shown) <= room) {
        lines.back() += dot + shown;
        continue;
      }
      if (taken == 0) lines.pop_back();
      for (auto& part : wrap(shown, room, room)) lines.push_back(std::move(part));
    }
    return lines;
  }

  const Style& style_;
  std::size_t columns_;
  std::string out_;
  std::vector<Row> rows_;
};

template <class Q>
Paint paint_of(const units::Measured<Q>& value) {
  return value.quality() == units::Quality::measured ? Paint::none : Paint::yellow;
}

// The error's lines; and the end of the log where the error does not quote it.
std::vector<std::string> last_words(const jobs::Report& report) {
  const auto append = [](std::vector<std::string>& lines, std::string_view text, std::size_t most) {
    const std::string end = base::tail(text, most, 4096);
    for (const auto line : base::split(end, '\n'))
      if (!base::trim(line).empty()) lines.emplace_back(base::trim(line));
  };
  std::vector<std::string> lines, log;
  append(lines, report.outcome.error, most_error_lines);
  append(log, report.log_tail, 3);
  const bool quoted = !log.empty() && report.outcome.error.find(log.back()) != std::string::npos;
  if (report.outcome.end == jobs::End::failed && !quoted) lines.insert(lines.end(), log.begin(), log.end());
  return lines;
}

void add_outcome(Block& block, const jobs::Report& report) {
  if (report.outcome.end == jobs::End::completed) return;
  const bool failed = report.outcome.end == jobs::End::failed || report.outcome.end == jobs::End::timeout;
  block.note("!", outcome_words(report), failed ? Paint::red : Paint::yellow);
  for (const auto& line : last_words(report)) block.note(" |", redact(line), Paint::none);
  if (report.outcome.end != jobs::End::failed && elapsed(report))
    block.note(" |", "The numbers below cover the part that ran.", Paint::none);
}

void add_energy(Block& block, const jobs::Report& report) {
  const auto* top = jobs::headline(report.energy);
  if (!top) {
    block.row({"Energy", "n/a (no energy was read during this run)", {}, Paint::bold, Paint::yellow});
    return;
  }
  const auto& energy = top->energy;
  Row row{"Energy", value_words(energy), {scope_words(energy.scope())}, Paint::bold, paint_of(energy)};
  if (energy.known()) row.details.insert(row.details.end(), {quality_words(energy), watt_hours(energy.value())});
  block.row(std::move(row));
  for (const auto part : {jobs::Part::above_idle, jobs::Part::idle_share})
    if (const auto* line = headline_part(report, part); line && line != top && (line->energy.known() || energy.known()))
      block.row({"  " + part_words(part), value_words(line->energy), {}, Paint::none, paint_of(line->energy)});
  // Only where it is known: it takes hours of a meter's life to learn, and most people never ask for it.
  if (const auto* line = headline_part(report, jobs::Part::marginal); line && line->energy.known())
    block.row({"  " + part_words(jobs::Part::marginal),
               value_words(line->energy),
               {"less without it"},
               Paint::none,
               paint_of(line->energy)});
  for (const auto& line : report.energy) {
    if (line.part != jobs::Part::total || line.energy.scope() == energy.scope()) continue;
    Row other{
        "  also", value_words(line.energy), {scope_words(line.energy.scope())}, Paint::none, paint_of(line.energy)};
    if (line.energy.known()) other.details.push_back(quality_words(line.energy));
    block.row(std::move(other));
  }
  for (const auto& line : report.energy)
    if (line.part == jobs::Part::wall && line.energy.known())
      block.row({"  wall", value_words(line.energy), {quality_words(line.energy)}, Paint::none, paint_of(line.energy)});
}

void add_power(Block& block, const jobs::Report& report) {
  if (!report.power) return;
  const auto* top = jobs::headline(report.energy);
  // The same reason twice tells nobody more.
  if (!report.power->known() && top && !top->energy.known() && top->energy.reason() == report.power->reason()) return;
  Row row{"Power", value_words(*report.power), {}};
  if (report.power->known() && report.power->quality() != units::Quality::measured) row.value_paint = Paint::yellow;
  if (report.peak_power && report.peak_power->known())
    row.details.push_back("peak " + units::text(report.peak_power->value()));
  block.row(std::move(row));
}

void add_time(Block& block, const jobs::Report& report) {
  const auto time = elapsed(report);
  if (!time) {
    block.row({"Time", "n/a (the command did not run)", {}});
    return;
  }
  Row row{"Time", units::text(*time), {}};
  if (const auto count = frames(report)) row.details.push_back(format("{} frames", *count));
  if (const auto rate = mean_rate(report)) row.details.push_back(units::text(*rate));
  if (const auto factor = realtime_factor(report)) row.details.push_back(units::significant(*factor, 3) + "× realtime");
  block.row(std::move(row));
  if (!report.cpu_time) return;
  Row cpu{"CPU time", units::text(*report.cpu_time), {}};
  if (const auto busy = busy_processors(report)) cpu.details.push_back(units::significant(*busy, 3) + " CPUs busy");
  if (report.peak_memory) cpu.details.push_back(units::text(*report.peak_memory) + " peak memory");
  block.row(std::move(cpu));
}

void add_per_frame(Block& block, const jobs::Report& report) {
  const auto per_frame = jobs::energy_per_frame(report);
  if (!per_frame || !per_frame->known()) return;
  Row row{"Per frame", units::text(*per_frame), {}, Paint::bold, paint_of(*per_frame)};
  if (const auto area = energy_per_megapixel(report))
    row.details.push_back(units::text(area->value()) + " per megapixel");
  block.row(std::move(row));
}

void add_cost(Block& block, const jobs::Report& report) {
  if (const auto cost = jobs::cost(report); cost && cost->known())
    block.row({"Cost", cost_words(report), {charged_words(report), price_words(report)}, Paint::none, paint_of(*cost)});
  if (const auto co2e = jobs::emissions(report); co2e && co2e->known())
    block.row(
        {"CO2e", units::text(*co2e), {charged_words(report), carbon_words(report)}, Paint::none, paint_of(*co2e)});
}

// Beside the joules, and never in them.
void add_quality(Block& block, const jobs::Report& report) {
  if (!report.scoring || report.scoring->quality.scores.empty()) return;
  Row row{"Quality", "", {}};
  for (const auto& score : report.scoring->quality.scores)
    if (score.pooled)
      row.details.push_back(format("{} {}", name(score.metric), score_words(score.metric, score.pooled->mean)));
  if (row.details.empty()) return;
  block.row(std::move(row));
  Row cost{"  scoring", units::text(report.scoring->quality.took), {"not in the figures above"}};
  if (report.scoring->energy) cost.details.insert(cost.details.begin(), value_words(*report.scoring->energy));
  block.row(std::move(cost));
}

// What holds is named; what is missing is told below with its reason, since that is what somebody can act on.
void add_sandbox(Block& block, const jobs::Sandbox& sandbox) {
  Row row{"Sandbox", sandbox.mode, {}};
  if (sandbox.layers.empty()) row.details.emplace_back("nothing contained it"), row.value_paint = Paint::yellow;
  std::vector<std::string> missing;
  for (const auto& layer : sandbox.layers) {
    std::string words = layer.name;
    std::replace(words.begin(), words.end(), '_', ' ');
    if (layer.state == jobs::Sandbox::Layer::State::on)
      row.details.push_back(std::move(words));
    else
      missing.push_back(words + ": " + layer.detail);
  }
  block.row(std::move(row));
  for (const auto& text : missing) block.row({"  missing", "", {text}, Paint::none, Paint::yellow});
}

// Renditions and streams one by one; of repetitions what they range over.
void add_pieces(Block& block, const jobs::Report& report) {
  std::vector<units::Joules> each;
  int repetitions = 0;
  for (const auto& piece : report.pieces) {
    if (piece.kind == jobs::Piece::Kind::repetition) {
      ++repetitions;
      if (piece.energy && piece.energy->known()) each.push_back(piece.energy->value());
      continue;
    }
    Row row{piece_name(piece), piece.energy ? value_words(*piece.energy) : "", {}};
    if (piece.made) row.details = made_words(*piece.made);
    if (piece.end != jobs::End::completed) row.details.emplace_back(jobs::name(piece.end));
    if (!piece.output.empty()) row.details.push_back(redact(piece.output));
    block.row(std::move(row));
  }
  if (repetitions == 0) return;
  Row row{"Runs", format("{}", repetitions), {}};
  if (!each.empty())
    row.details.push_back(format("{} to {} each", units::text(*std::min_element(each.begin(), each.end())),
                                 units::text(*std::max_element(each.begin(), each.end()))));
  block.row(std::move(row));
  const auto confidence = jobs::confidence(report);
  block.row({"Confidence", std::string(jobs::name(confidence.level)), {confidence.reason}});
}

}  // namespace

std::string summary(const jobs::Report& report, const Style& style) {
  Block block(style);
  const bool recipe = report.spec && !report.spec->scenario.empty();
  block.rule(!report.name.empty() ? report.name : recipe ? media::scenario_label(*report.spec) : "");
  add_outcome(block, report);
  add_energy(block, report);
  add_power(block, report);
  add_time(block, report);
  add_per_frame(block, report);
  add_cost(block, report);
  if (report.made) {
    auto made = made_words(*report.made);
    if (!report.output.empty()) made.push_back(redact(report.output));
    if (!made.empty()) block.row({"Made", "", std::move(made)});
  }
  add_quality(block, report);
  add_pieces(block, report);
  if (report.sandbox) add_sandbox(block, *report.sandbox);
  if (const auto missing = not_in_it(report); !missing.empty()) block.row({"Not in it", "", {missing}});
  block.flush_rows();
  for (const auto& caveat : caveats(report)) block.note("!", redact(caveat), Paint::yellow);
  if (!report.id.empty()) {
    if (report.kind == "job")
      block.note("job", report.id, Paint::none);
    else
      block.note("saved run", report.id + " · next: ffwatt report " + report.id, Paint::none);
  }
  return std::move(block).take();
}

}  // namespace report
