#include "report/plot_frame.h"

#include "base/format.h"

namespace report {

using base::format;

std::string pixel(double position) {
  std::string text = format("{:.1f}", position);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

Html svg_head(const std::string& id, const std::string& title, const std::string& description, double width,
              double height, Shape shape) {
  const std::string name = id + (shape == Shape::wide ? "-wide" : "-narrow");
  Html out;
  out.markup(format(
      R"(<svg class="plot {0}" viewBox="0 0 {1} {2}" role="img" aria-labelledby="{3}-t {3}-d" xmlns="http://www.w3.org/2000/svg">)",
      shape == Shape::wide ? "wide" : "narrow", pixel(width), pixel(height), name));
  out.element(format("title id=\"{}-t\"", name), title).element(format("desc id=\"{}-d\"", name), description);
  return out;
}

Html bottom_axis(const Ticks& ticks, const Scale& x, const std::string& title, double top, double bottom) {
  Html out;
  for (const double tick : ticks.at) {
    const auto at = pixel(x(tick));
    out.markup(format(R"(<path class="grid" d="M{0} {1}V{2}"/>)", at, pixel(top), pixel(bottom)));
    out.element(format(R"(text class="tick" x="{}" y="{}" text-anchor="middle")", at, pixel(bottom + 17)),
                ticks.label(tick));
  }
  out.element(format(R"(text class="axis" x="{}" y="{}" text-anchor="middle")", pixel((x.start + x.end) / 2),
                     pixel(bottom + 35)),
              title);
  return out;
}

}  // namespace report
