/// A sample model that reads files of the project. For tests only.
#pragma once

#include <string>

#include "plugins/kit/sample_model.h"

namespace evenhand::test {

class DataFileModel : public plugins::SampleModel {
 public:
  /// Adds the records of a file, by its path in the project: "data/published/ccs-2023-24.json".
  /// Labels of two files never meet. Errors: not_found, corrupt, refused.
  Result<void> add_file(const std::string& path);
};

}  // namespace evenhand::test
