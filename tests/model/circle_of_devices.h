/// A workspace with one of every record, and six devices beside the founder's: three of its organisation, three of
/// another. Copies of it are opened as one of them, with whatever rights a test wants.
///
/// Threads: one; it moves the process into its scratch folder. Lifetime: copies live as long as the circle.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/engine/workspace.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

namespace evenhand::test {

/// The grants of one device, one in each space.
struct Granted {
  PublicKey device;
  std::map<SpaceKind, Reference> grants;
  const Reference& of(SpaceKind kind) const { return grants.at(kind); }
};

/// Events of both lanes in all logs of a workspace.
std::uint64_t events_in(const Workspace& workspace);

class CircleOfDevices {
 public:
  static constexpr std::size_t kDevices = 6;

  struct Copy {
    std::filesystem::path folder;
    std::array<Granted, kDevices> granted;
  };

  /// Enters a sample of every record through the program itself, then certifies the devices; nobody is granted anything.
  CircleOfDevices();
  ~CircleOfDevices();
  CircleOfDevices(const CircleOfDevices&) = delete;
  CircleOfDevices& operator=(const CircleOfDevices&) = delete;

  /// The founder's own workspace, which may do everything.
  Workspace founder();
  /// A copy in which all six devices hold these capabilities. Replaces the copy made before.
  Copy copy_with(Capabilities held);
  Workspace open_as(const std::filesystem::path& folder, std::size_t device);
  /// Removes the device, its work so far standing, and grants it something else.
  void replace_rights(const std::filesystem::path& folder, std::size_t device, Capabilities held);

  struct Outcome {
    int exit = -1;
    std::string said;
    std::set<std::string> types_written;  ///< record types of the events that the run added
  };
  /// Runs a line of help as a device with these capabilities. `writes`: on a copy of its own.
  Outcome run(const std::string& line, Capabilities held, bool writes);

  /// A small data file: a cycle and grades.
  static std::string data_file();

 private:
  struct FixedClock : Clock {
    std::int64_t ms = 1'700'000'000'000;
    ClaimedTime now() override { return {ms += 1000}; }
  };
  Workspace open(const std::filesystem::path& folder);
  int run_here(const std::filesystem::path& folder, const std::string& line, std::string& said);
  void enter_samples();
  void make_conflict();
  void certify_devices();
  void take_keys(const std::filesystem::path& folder, const std::string& whose);
  void grant_anew(const std::filesystem::path& folder, std::size_t device, Capabilities held);
  Copy copy_of_base(const std::string& name, Capabilities held);

  Scratch scratch_{Scratch::quick_parent()};
  std::filesystem::path before_;
  FixedClock clock_;
  SeededRandom random_{6};
  std::map<std::uint8_t, Copy> shared_;  ///< by capabilities; for runs that write nothing
};

using PreparedCopy = CircleOfDevices::Copy;

}  // namespace evenhand::test
