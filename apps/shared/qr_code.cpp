#include "apps/shared/qr_code.h"

#include <qrcodegen/qrcodegen.hpp>

namespace evenhand {

std::vector<std::string> qr_lines(std::string_view text) {
  constexpr int kBorder = 2;
  try {
    const auto code = qrcodegen::QrCode::encodeSegments(qrcodegen::QrSegment::makeSegments(std::string(text).c_str()), qrcodegen::QrCode::Ecc::LOW);
    std::vector<std::string> lines;
    for (int y = -kBorder; y < code.getSize() + kBorder; y += 2) {
      std::string line;
      for (int x = -kBorder; x < code.getSize() + kBorder; ++x) {
        const bool upper = code.getModule(x, y);  // outside the code is light
        const bool lower = code.getModule(x, y + 1);
        line += upper ? (lower ? " " : "▄") : (lower ? "▀" : "█");  // terminals are mostly dark: what is drawn is the light
      }
      lines.push_back(std::move(line));
    }
    return lines;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace evenhand
