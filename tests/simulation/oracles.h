/// What must hold once everybody has met everybody: told from the events alone, slowly, by other code than what ships.
#pragma once

#include "tests/simulation/history.h"

namespace evenhand::simulation {

/// Throws Wrong. Raises the history's tally.
void check_everything(History& history, const std::filesystem::path& folder, const Promises& promises);

}  // namespace evenhand::simulation
