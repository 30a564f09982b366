/// Short ways from what a plugin builds to what a test looks at.
#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>

#include <map>
#include <sstream>
#include <string>

#include "plugins/document/decode.h"
#include "tests/documents/sample.h"

namespace evenhand::tests {

inline Result<document::Document> decoded(const sdk::Document& built) {
  const std::string bytes = built.bytes();
  return document::decode_untrusted(view_of(bytes));
}

/// The message of the refusal; empty when it was taken.
inline std::string refusal(const Result<document::Document>& result) {
  return result ? std::string() : result.error().sentence();
}

/// name -> content of every part of a ZIP file.
inline std::map<std::string, std::string> parts_of(const std::string& zip) {
  std::istringstream in(zip);
  const Poco::Zip::ZipArchive archive(in);
  std::map<std::string, std::string> parts;
  for (auto header = archive.headerBegin(); header != archive.headerEnd(); ++header) {
    std::istringstream again(zip);
    Poco::Zip::ZipInputStream part(again, header->second);
    std::ostringstream text;
    text << part.rdbuf();
    parts[header->first] = text.str();
  }
  return parts;
}

/// True when an XML parser that is not ours takes it.
inline bool is_xml(const std::string& text) {
  try {
    Poco::XML::DOMParser parser;
    const Poco::AutoPtr<Poco::XML::Document> held = parser.parseString(text);
    return true;
  } catch (const Poco::Exception&) {
    return false;
  }
}

inline std::size_t count_of(const std::string& text, const std::string& needle) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(needle, at)) != std::string::npos; at += needle.size()) ++count;
  return count;
}
inline bool has(const std::string& text, const std::string& needle) { return text.find(needle) != std::string::npos; }

}  // namespace evenhand::tests
