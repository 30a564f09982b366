/// A text as a QR code on a terminal, two rows of it per line. Library: qrcodegencpp.
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenhand {

/// Lines of UTF-8 half blocks, dark on light with a quiet border; empty when the text is too long for one code.
std::vector<std::string> qr_lines(std::string_view text);

}  // namespace evenhand
