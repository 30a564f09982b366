#include <algorithm>

#include "plugins/document/docx_parts.h"
#include "plugins/document/html_chart.h"
#include "plugins/document/text.h"

namespace evenhand::document::docx {
namespace {

std::string text_properties(bool bold = false) {
  return std::string("<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1000\" b=\"") + (bold ? "1" : "0") +
         "\"><a:solidFill><a:srgbClr val=\"212B32\"/></a:solidFill><a:latin typeface=\"Arial\"/></a:defRPr></a:pPr>"
         "<a:endParaRPr lang=\"en-GB\"/></a:p></c:txPr>";
}

std::string filled(std::size_t series, bool line) {
  const std::string fill = std::string("<a:solidFill><a:srgbClr val=\"") + (series_colour(series) + 1) + "\"/></a:solidFill>";
  static constexpr const char* kDashes[] = {"solid", "dash", "sysDot", "lgDashDot"};
  if (!line) return "<c:spPr>" + fill + "</c:spPr>";
  return "<c:spPr><a:ln w=\"28575\">" + fill + "<a:prstDash val=\"" + kDashes[series % std::size(kDashes)] + "\"/></a:ln></c:spPr>" +
         "<c:marker><c:symbol val=\"" + (series % 2 == 0 ? "circle" : "square") + "\"/><c:size val=\"7\"/><c:spPr>" + fill +
         "</c:spPr></c:marker>";
}

// Numbers stand in the chart as text caches with a cell reference, the form that every reader takes.
std::string column_of(std::size_t series, std::size_t rows) {
  const std::string letter(1, static_cast<char>('B' + std::min<std::size_t>(series, 24)));
  return "Sheet1!$" + letter + "$2:$" + letter + "$" + std::to_string(rows + 1);
}

std::string points_of(const Chart& chart, const Series& series) {
  std::string xml = "<c:ptCount val=\"" + std::to_string(chart.labels.size()) + "\"/>";
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const auto* number = std::get_if<Number>(&series.values[i]);
    if (!number) continue;  // a gap stays a gap; the table below says which kind
    xml += "<c:pt idx=\"" + std::to_string(i) + "\"><c:v>" + digits(number->value, number->decimals) + "</c:v></c:pt>";
  }
  return xml;
}

std::string series_of(const Chart& chart, std::size_t s) {
  const Series& series = chart.series[s];
  const bool line = chart.kind == ChartKind::line;
  const std::string n = std::to_string(s);
  const std::string letter(1, static_cast<char>('B' + std::min<std::size_t>(s, 24)));
  std::string xml = "<c:ser><c:idx val=\"" + n + "\"/><c:order val=\"" + n + "\"/><c:tx><c:strRef><c:f>Sheet1!$" + letter +
                    "$1</c:f><c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>" + escaped(one_line(series.name, 120)) +
                    "</c:v></c:pt></c:strCache></c:strRef></c:tx>" + filled(s, line);
  if (!line) xml += "<c:invertIfNegative val=\"0\"/>";
  xml += "<c:dLbls><c:spPr><a:noFill/></c:spPr>" + text_properties() + "<c:showLegendKey val=\"0\"/><c:showVal val=\"" +
         (line ? "0" : "1") + "\"/><c:showCatName val=\"0\"/><c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls>";
  xml += "<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$" + std::to_string(chart.labels.size() + 1) + "</c:f><c:strCache><c:ptCount val=\"" +
         std::to_string(chart.labels.size()) + "\"/>";
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    xml += "<c:pt idx=\"" + std::to_string(i) + "\"><c:v>" + escaped(one_line(chart.labels[i], 60)) + "</c:v></c:pt>";
  }
  xml += "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>" + column_of(s, chart.labels.size()) +
         "</c:f><c:numCache><c:formatCode>General</c:formatCode>" + points_of(chart, series) + "</c:numCache></c:numRef></c:val>";
  return xml + (line ? "<c:smooth val=\"0\"/></c:ser>\n" : "</c:ser>\n");
}

std::string axes(const Chart& chart) {
  const bool line = chart.kind == ChartKind::line;
  const std::string most = chart.maximum ? "<c:max val=\"" + std::to_string(*chart.maximum) + "\"/>" : "";
  return std::string("<c:catAx><c:axId val=\"111\"/><c:scaling><c:orientation val=\"") + (line ? "minMax" : "maxMin") +
         "\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"" + (line ? "b" : "l") +
         "\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
         "<c:tickLblPos val=\"low\"/>" + text_properties() + "<c:crossAx val=\"222\"/><c:crosses val=\"autoZero\"/></c:catAx>\n"
         "<c:valAx><c:axId val=\"222\"/><c:scaling><c:orientation val=\"minMax\"/>" + most +
         "<c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"" + (line ? "l" : "b") +
         "\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"AEB7BD\"/></a:solidFill></a:ln></c:spPr>"
         "</c:majorGridlines><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>"
         "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/>" + text_properties() + "<c:crossAx val=\"111\"/><c:crosses val=\"" +
         (line ? "autoZero" : "max") + "\"/></c:valAx>\n";
}

}  // namespace

long chart_height(const Chart& chart) {
  constexpr long kCentimetre = 360000, kHighest = 20 * kCentimetre;
  if (chart.kind == ChartKind::line) return 8 * kCentimetre;
  const long bars = static_cast<long>(chart.labels.size() * chart.series.size());
  return std::min(kHighest, 3 * kCentimetre + bars * kCentimetre * 7 / 10);
}

std::string chart_part(const Chart& chart, const std::string& language) {
  const bool line = chart.kind == ChartKind::line;
  std::string xml = std::string(kXml) +
      "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><c:lang val=\"" + escaped(language) +
      "\"/><c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>";
  xml += line ? "<c:lineChart><c:grouping val=\"standard\"/><c:varyColors val=\"0\"/>\n"
              : "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>\n";
  for (std::size_t s = 0; s < chart.series.size(); ++s) xml += series_of(chart, s);
  xml += line ? "<c:marker val=\"1\"/><c:axId val=\"111\"/><c:axId val=\"222\"/></c:lineChart>\n"
              : "<c:gapWidth val=\"60\"/><c:axId val=\"111\"/><c:axId val=\"222\"/></c:barChart>\n";
  xml += axes(chart) + "</c:plotArea>";
  if (chart.series.size() > 1) {
    xml += "<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/>" + text_properties() + "</c:legend>";
  }
  return xml + "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart><c:spPr><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill>"
               "<a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>\n";
}

}  // namespace evenhand::document::docx
