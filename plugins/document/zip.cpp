// A ZIP file, all numbers little-endian:
//   for each part   local header (30 bytes, "PK\3\4"), name, raw deflate data
//   for each part   central header (46 bytes, "PK\1\2"), name
//   end             22 bytes, "PK\5\6": how many parts, where the central headers stand
// Source: APPNOTE.TXT 6.3.9. Not Poco::Zip::Compress: it adds entries for folders, which an Office
// package does not have. No ZIP64: parts over 4 GiB are refused.
#include "plugins/document/zip.h"

#include <Poco/Checksum.h>
#include <Poco/DeflatingStream.h>
#include <Poco/Exception.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace evenhand::document {
namespace {

constexpr unsigned kDate = 33;  // 1980-01-01: the same document must give the same bytes on any day

void put(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::string deflated(const std::string& bytes) {
  std::ostringstream out(std::ios::binary);
  Poco::DeflatingOutputStream stream(out, -15, 9);  // negative window: raw deflate, as ZIP wants
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  return out.str();
}

std::uint32_t checksum(const std::string& bytes) {
  Poco::Checksum sum(Poco::Checksum::TYPE_CRC32);
  constexpr std::size_t kStep = 1u << 30;  // it counts in unsigned int
  for (std::size_t at = 0; at < bytes.size(); at += kStep) {
    sum.update(bytes.data() + at, static_cast<unsigned>(std::min(kStep, bytes.size() - at)));
  }
  return sum.checksum();
}

/// The 26 bytes that the local and the central header share, from "version needed" on.
std::string shared_header(const Part& part, const std::string& data) {
  std::string header;
  put(header, 20, 2);      // version needed: deflate
  put(header, 0x0800, 2);  // names are UTF-8
  put(header, 8, 2);       // deflate
  put(header, 0, 2);       // time
  put(header, kDate, 2);
  put(header, checksum(part.bytes), 4);
  put(header, data.size(), 4);
  put(header, part.bytes.size(), 4);
  put(header, part.name.size(), 2);
  put(header, 0, 2);  // no extra fields
  return header;
}

std::string packed(const std::vector<Part>& parts) {
  std::string zip, central;
  for (const Part& part : parts) {
    const std::string data = deflated(part.bytes);
    const std::string header = shared_header(part, data);
    central += "PK\1\2";
    put(central, 20, 2);  // made by: version 2.0, DOS attributes
    central += header;
    central.append(2 + 2 + 2 + 4, '\0');  // no comment, disk 0, no attributes
    put(central, zip.size(), 4);
    central += part.name;
    zip += "PK\3\4" + header + part.name + data;
  }
  const std::size_t start = zip.size();
  zip += central + "PK\5\6";
  put(zip, 0, 4);  // one disk
  put(zip, parts.size(), 2);
  put(zip, parts.size(), 2);
  put(zip, central.size(), 4);
  put(zip, start, 4);
  put(zip, 0, 2);  // no comment
  return zip;
}

}  // namespace

Result<std::string> zip_of(const std::vector<Part>& parts) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t total = 0;
  for (const Part& part : parts) total += part.bytes.size() + part.name.size() * 2 + 128;
  if (parts.size() > 65'000 || total > kMost) return refused("The document is too large for one file", {}, "Use HTML, CSV or JSON.");
  try {
    return packed(parts);
  } catch (const Poco::Exception& problem) {
    return unavailable("The file could not be packed: " + problem.displayText());
  } catch (const std::exception& problem) {
    return unavailable(std::string("The file could not be packed: ") + problem.what());
  }
}

}  // namespace evenhand::document
