// What both plots share: the drawing's head, a scale from numbers to pixels, and an axis along the bottom.
#pragma once

#include <string>

#include "report/markup.h"
#include "report/plot.h"
#include "report/ticks.h"

namespace report {

// From numbers to pixels.
struct Scale {
  double from = 0, to = 1;    // numbers
  double start = 0, end = 1;  // their pixels
  double operator()(double number) const { return start + (number - from) / (to - from) * (end - start); }
};

std::string pixel(double position);  // one decimal, no more than needed

// <svg …> with its title and description for readers who do not see it.
Html svg_head(const std::string& id, const std::string& title, const std::string& description, double width,
              double height, Shape shape);
// Marks with numbers, and the axis' title under them; `top` to `bottom` is the plot's area.
Html bottom_axis(const Ticks& ticks, const Scale& x, const std::string& title, double top, double bottom);

}  // namespace report
