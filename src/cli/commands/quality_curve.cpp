// ffwatt quality curve
#include <ostream>

#include "analysis/curve.h"
#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/grid.h"
#include "cli/make.h"
#include "cli/output.h"
#include "media/shown.h"
#include "wire/curves.h"

namespace cli {
namespace {

using base::Error;
using base::format;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt quality curve";
constexpr std::size_t kMostRows = 10'000;

// One file: a row for each encode, with its quality and what it cost.
struct Measured {
  std::string name;
  std::vector<analysis::CurvePoint> by_rate, by_energy;  // empty where the file has no such column
};

base::Result<Measured> parse(const std::string& name, std::string_view text) {
  const auto lines = base::split(text, '\n');
  const auto header = base::split(base::trim(lines.front()), ',');
  const auto column = [&](std::string_view wanted) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (base::trim(header[i]) == wanted) return i;
    return std::nullopt;
  };
  const auto quality = column("quality"), rate = column("bits_per_second"), energy = column("joules_per_frame");
  if (!quality || (!rate && !energy))
    return Error::invalid(
        format("{}:1: its columns are '{}'; a curve has quality, and bits_per_second or "
               "joules_per_frame or both",
               name, media::shown(base::trim(lines.front()))));
  Measured out{.name = os::Path(name).stem().string(), .by_rate = {}, .by_energy = {}};
  for (std::size_t row = 1; row < lines.size(); ++row) {
    const auto line = base::trim(lines[row]);
    if (line.empty()) continue;
    if (row > kMostRows) return Error::invalid(format("{}: has more than {} rows", name, kMostRows));
    const auto cells = base::split(line, ',');
    const auto number = [&](std::size_t at) -> base::Result<double> {
      const auto value = at < cells.size() ? base::to_double(base::trim(cells[at])) : std::nullopt;
      if (value) return *value;
      return Error::invalid(format("{}:{}: has no number for {}", name, row + 1, base::trim(header[at])));
    };
    FFWATT_TRY(const double q, number(*quality));
    if (rate) {
      FFWATT_TRY(const double cost, number(*rate));
      out.by_rate.push_back({cost, q});
    }
    if (energy) {
      FFWATT_TRY(const double cost, number(*energy));
      out.by_energy.push_back({cost, q});
    }
  }
  return out;
}

using Delta = base::Result<double> (*)(const analysis::Curve&, const analysis::Curve&);

wire::CurveDelta delta(Delta of, const Measured& first, const Measured& second,
                       std::vector<analysis::CurvePoint> Measured::*points, std::string_view column) {
  wire::CurveDelta out;
  if ((first.*points).empty() || (second.*points).empty())
    return out.reason = format("not both files have {}", column), out;
  const auto found = of({first.name, first.*points}, {second.name, second.*points});
  if (found)
    out.value = *found;
  else
    out.reason = found.error().text();
  return out;
}

wire::CurveComparison compared(const Measured& first, const Measured& second) {
  wire::CurveComparison out{.first = first.name, .second = second.name};
  out.bd_rate = delta(analysis::bd_cost, first, second, &Measured::by_rate, "bits_per_second");
  out.bd_energy = delta(analysis::bd_cost, first, second, &Measured::by_energy, "joules_per_frame");
  out.bd_quality = delta(analysis::bd_quality, first, second, &Measured::by_rate, "bits_per_second");
  std::vector<analysis::CurvePoint> all = first.by_energy;
  all.insert(all.end(), second.by_energy.begin(), second.by_energy.end());
  const auto front = analysis::pareto_front(all);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (front[i])
      out.front.push_back({i < first.by_energy.size() ? first.name : second.name, all[i].cost, all[i].quality});
  return out;
}

std::string text(const wire::CurveComparison& found, const os::TerminalFacts& terminal) {
  const auto ratio = [](const wire::CurveDelta& one, std::string_view what) {
    return one.value ? format("{:+.2f} % {}", 100 * *one.value, what) : format("n/a ({})", one.reason);
  };
  const auto& quality = found.bd_quality;
  auto out = facts_of({{"compared", format("{} with {}", found.second, found.first)},
                       {"BD-rate", ratio(found.bd_rate, "bits at equal quality")},
                       {"BD-energy", ratio(found.bd_energy, "joules at equal quality")},
                       {"BD-quality", quality.value ? format("{:+.3f} at equal bits", *quality.value)
                                                    : format("n/a ({})", quality.reason)}},
                      terminal);
  std::vector<Row> rows{{"ON THE FRONT", "J/FRAME", "QUALITY"}};
  for (const auto& point : found.front)
    rows.push_back({point.curve, format("{:.4g}", point.joules_per_frame), format("{:.4g}", point.quality)});
  return out + grid(rows, terminal);
}

class QualityCurve : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt quality curve x264.csv x265.csv", "ffwatt quality curve x264.csv svtav1.csv --json"},
            .options = {{.flag = "json", .type = Type::toggle, .help = "Print the figures as JSON"}},
            .arguments = {{.name = "FIRST",
                           .help = "CSV with a row for each encode: quality, and bits_per_second or joules_per_frame"},
                          {.name = "SECOND", .help = "the same of what is compared with it"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto done = compare(context, values);
    return done ? ok : complain(context, me, done.error());
  }

 private:
  static base::Result<void> compare(Context& context, const options::Values& values) {
    std::vector<Measured> curves;
    for (const auto& name : values.arguments) {
      FFWATT_TRY(const auto content, context.host.files.read(name));
      FFWATT_TRY(auto curve, parse(name, content));
      curves.push_back(std::move(curve));
    }
    const auto found = compared(curves.at(0), curves.at(1));
    if (values.toggle("json"))
      context.out << json::write(wire::encode(found), json::Layout::indented) << "\n";
    else
      context.out << text(found, context.out_terminal);
    if (!found.bd_rate.value && !found.bd_energy.value)
      return Error::failed(format("nothing could be compared: BD-rate: {}; BD-energy: {}", found.bd_rate.reason,
                                  found.bd_energy.reason));
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make::quality_curve() { return std::make_unique<QualityCurve>(); }

}  // namespace cli
