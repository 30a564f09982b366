#include "plugins/document/html_chart.h"

#include <algorithm>
#include <cmath>

#include "plugins/document/text.h"

namespace evenhand::document {

double placed(const Number& number) {
  return static_cast<double>(number.value) / std::pow(10.0, static_cast<double>(number.decimals));
}

double scale_end(const Chart& chart) {
  if (chart.maximum) return static_cast<double>(*chart.maximum);
  double end = 0;
  for (const Series& series : chart.series) {
    for (const Cell& cell : series.values) {
      const auto* number = std::get_if<Number>(&cell);
      if (!number) continue;
      end = std::max(end, placed(*number));
      if (number->maximum) end = std::max(end, placed({*number->maximum, number->decimals}));
    }
  }
  return end > 0 ? end : 1;
}

const char* series_colour(std::size_t n) {
  static constexpr const char* kColours[] = {"#005eb8", "#7c2855", "#00613a", "#8a3c00", "#3f2b96", "#4c5a63"};
  return kColours[n % std::size(kColours)];
}

namespace {

// Text keeps about this many letters in the 288 px that a narrow screen leaves.
constexpr std::size_t kLineLetters = 34;

std::string shortened(const std::string& text, std::size_t letters) {
  const std::string line = one_line(text, letters + 1);
  return characters_in(line) > letters ? one_line(line, letters - 1) + "…" : line;
}

// Hundredths of a per cent as an integer, so that no locale can reach the digits.
std::string per_cent(double share) {
  const double bounded = std::clamp(share, 0.0, 1.0);
  return digits(std::llround(bounded * 10000), 2) + "%";
}

std::string at_y(int y) { return std::to_string(y); }

std::string label(const std::string& x, int y, const std::string& text, const char* more = "") {
  return "<text x=\"" + x + "\" y=\"" + at_y(y) + "\"" + more + ">" + escaped(text) + "</text>\n";
}

std::string opened(const Chart& chart, const std::string& id, int height) {
  return "<svg role=\"img\" aria-labelledby=\"" + id + "-title " + id + "-text\" width=\"100%\" height=\"" +
         std::to_string(height) + "\" font-size=\"15\" fill=\"#212b32\">\n<title id=\"" + id + "-title\">" +
         escaped(chart.title) + "</title>\n<desc id=\"" + id + "-text\">" + escaped(chart.alternative) + "</desc>\n";
}

// A track as long as the number's own maximum (else the scale) and on it the value; words alone where there is no value.
std::string bar(const Cell& cell, double end, std::size_t series, int y) {
  const auto* number = std::get_if<Number>(&cell);
  const std::string place = "y=\"" + at_y(y) + "\" height=\"16\"";
  if (!number) {
    return "<rect x=\"0\" width=\"100%\" " + place + " fill=\"#ffffff\" stroke=\"#4c6272\" stroke-dasharray=\"4 4\"/>\n";
  }
  const double most = number->maximum ? placed({*number->maximum, number->decimals}) / end : 1.0;
  return "<rect x=\"0\" width=\"" + per_cent(most) + "\" " + place + " fill=\"#e8edee\"/>\n<rect x=\"0\" width=\"" +
         per_cent(placed(*number) / end) + "\" " + place + " fill=\"" +
         series_colour(series) + "\"/>\n";
}

std::string bars(const Chart& chart, const std::string& id) {
  const bool one = chart.series.size() == 1;
  const int group = (one ? 0 : 24) + static_cast<int>(chart.series.size()) * 46 + 8;
  const double end = scale_end(chart);
  std::string svg = opened(chart, id, group * static_cast<int>(chart.labels.size()));
  int y = 0;
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    if (!one) svg += label("0", y + 16, shortened(chart.labels[i], kLineLetters), " font-weight=\"bold\""), y += 24;
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const std::string value = shortened(words(chart.series[s].values[i]), 24);
      const std::string& name = one ? chart.labels[i] : chart.series[s].name;
      const std::size_t room = kLineLetters - std::min<std::size_t>(characters_in(value), 24);
      svg += label("0", y + 16, shortened(name, std::max<std::size_t>(room, 12)) + ": " + value);
      svg += bar(chart.series[s].values[i], end, s, y + 22);
      y += 46;
    }
    y += 8;
  }
  return svg + "</svg>\n";
}

constexpr int kLineTop = 24, kLineBottom = 224;

struct Point {
  std::string x;
  int y;
};

std::string mark(const Point& at, std::size_t series) {
  const std::string fill = std::string(" fill=\"") + series_colour(series) + "\"/>\n";
  return "<circle cx=\"" + at.x + "\" cy=\"" + at_y(at.y) + "\" r=\"" + (series % 2 == 0 ? "5" : "3.5") + "\"" + fill;
}

std::string stroke(const Point& from, const Point& to, std::size_t series) {
  static constexpr const char* kDashes[] = {"none", "8 4", "2 4", "12 4 2 4"};
  return "<line x1=\"" + from.x + "\" y1=\"" + at_y(from.y) + "\" x2=\"" + to.x + "\" y2=\"" + at_y(to.y) +
         "\" stroke=\"" + series_colour(series) + "\" stroke-width=\"3\" stroke-dasharray=\"" +
         kDashes[series % std::size(kDashes)] + "\"/>\n";
}

std::string x_of(std::size_t i, std::size_t count) {
  return per_cent(count == 1 ? 0.5 : 0.10 + 0.80 * static_cast<double>(i) / static_cast<double>(count - 1));
}

std::string line_of(const Chart& chart, std::size_t s, double end) {
  std::string svg;
  const Point* before = nullptr;
  Point last{};
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const auto* number = std::get_if<Number>(&chart.series[s].values[i]);
    if (!number) {
      before = nullptr;
      continue;
    }
    const double share = std::clamp(placed(*number) / end, 0.0, 1.0);
    const Point here{x_of(i, chart.labels.size()), kLineBottom - static_cast<int>(std::lround(share * (kLineBottom - kLineTop)))};
    if (before) svg += stroke(*before, here, s);
    svg += mark(here, s);
    last = here;
    before = &last;
  }
  return svg;
}

std::string rule(int y) {
  return "<line x1=\"0\" x2=\"100%\" y1=\"" + at_y(y) + "\" y2=\"" + at_y(y) + "\" stroke=\"#aeb7bd\"/>\n";
}

std::string lines(const Chart& chart, const std::string& id) {
  const double end = scale_end(chart);
  const int keys = static_cast<int>(chart.series.size()) * 24;
  std::string svg = opened(chart, id, kLineBottom + 40 + keys);
  svg += rule(kLineTop) + rule((kLineTop + kLineBottom) / 2) + rule(kLineBottom);
  svg += label("0", kLineTop - 6, digits(std::llround(end * 100) % 100 == 0 ? std::llround(end) : std::llround(end * 100),
                                         std::llround(end * 100) % 100 == 0 ? 0 : 2));
  svg += label("0", kLineBottom - 6, "0");
  const std::size_t every = (chart.labels.size() + 3) / 4;  // at most four labels fit a narrow screen
  for (std::size_t i = 0; i < chart.labels.size(); i += every) {
    svg += label(x_of(i, chart.labels.size()), kLineBottom + 20, shortened(chart.labels[i], 10), " text-anchor=\"middle\"");
  }
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const int y = kLineBottom + 44 + static_cast<int>(s) * 24;
    svg += line_of(chart, s, end) + stroke({"0", y}, {"40", y}, s) + mark({"20", y}, s);
    svg += label("50", y + 5, shortened(chart.series[s].name, kLineLetters - 6));
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string svg_of(const Chart& chart, const std::string& id) {
  return chart.kind == ChartKind::bar ? bars(chart, id) : lines(chart, id);
}

}  // namespace evenhand::document
