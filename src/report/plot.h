// Plots as inline SVG for a page: they take their colours from the page's style (html/style.cpp), need no script and
// say in words what they show. Numbers here carry no unit; the axis titles do. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/markup.h"

namespace report {

// Text in an SVG shrinks with it, so a page shows one of two drawings, by its own width.
enum class Shape { wide, narrow };

// A reading stands for the truth within a small error; a model's value does not, and is drawn hatched and dashed.
enum class Certainty { sensor, model };

// A value that holds from `from` to `to` on the x axis.
struct PlotStep {
  double from = 0, to = 0, y = 0;
};

// A line across the whole plot, with the band of its uncertainty.
struct PlotLevel {
  enum class Kind { mean, floor } kind = Kind::mean;
  double y = 0;
  std::optional<double> low, high;
  std::string label;
};

struct PlotPeak {
  double x = 0, y = 0;
  std::string label;
};

struct StepPlot {
  std::string id;  // unique in the page: letters, digits and '-'
  std::string title, description;
  std::string x_title, y_title;
  std::vector<std::vector<PlotStep>> pieces;  // what lies between two pieces stays empty
  std::vector<PlotLevel> levels;
  std::optional<PlotPeak> peak;
  Certainty certainty = Certainty::sensor;
};
Html svg(const StepPlot& plot, Shape shape);

// One row an item: a dot with the interval that holds the truth, on an axis that begins at 0.
struct IntervalPlot {
  std::string id, title, description, x_title;
  struct Row {
    std::string label, value;
    double at = 0, low = 0, high = 0;
  };
  std::vector<Row> rows;
  Certainty certainty = Certainty::sensor;
};
Html svg(const IntervalPlot& plot, Shape shape);

}  // namespace report
