#include "plugins/document/zip.h"

#include <Poco/DateTime.h>
#include <Poco/Exception.h>
#include <Poco/Zip/Compress.h>

#include <sstream>

namespace evenhand::document {

Result<std::string> zip_of(const std::vector<Part>& parts) {
  try {
    std::stringstream out(std::ios::in | std::ios::out | std::ios::binary);
    Poco::Zip::Compress zip(out, true);
    for (const Part& part : parts) {
      std::istringstream in(part.bytes);
      // A fixed date: the same document must give the same bytes on any day.
      zip.addFile(in, Poco::DateTime(1980, 1, 1), Poco::Path(part.name, Poco::Path::PATH_UNIX));
    }
    zip.close();
    return out.str();
  } catch (const Poco::Exception& problem) {
    return unavailable("The file could not be packed: " + problem.displayText());
  } catch (const std::exception& problem) {
    return unavailable(std::string("The file could not be packed: ") + problem.what());
  }
}

}  // namespace evenhand::document
