/// What laptops are called: by their organisation and their own name, so that nobody has to guess whose "EDI laptop" it is.
///
/// Threads: one.
#pragma once

#include <map>
#include <string>

#include "apps/cli/session.h"

namespace evenhand::cli {

inline constexpr const char* kFirstLaptop = "first laptop";      ///< of a new organisation, when nobody says
inline constexpr const char* kAnotherLaptop = "another laptop";  ///< further ones
inline constexpr const char* kDeviceHelp = "What to call this laptop: a role or a thing, no person";

/// "NCT, EDI laptop"; what is empty is left out.
std::string laptop_text(const std::string& organisation, const std::string& label);
/// As the space knows the device; of an unknown one the start of its key.
std::string laptop_name(const Space& space, const PublicKey& device);
/// An organisation as the first space that it is a member of calls it (name_of()); empty: a member of none.
std::string organisation_text(const Workspace& workspace, const EntityId& organisation);
/// What this laptop is called in its organisation's own space; before that has come: kAnotherLaptop.
std::string own_label(const Workspace& workspace);

/// The devices of one space, each looked up once. Lifetime: the space outlives it.
class LaptopNames {
 public:
  explicit LaptopNames(const Space& space) : space_(space) {}
  struct Name {
    std::string organisation;  ///< short name, else name; empty: not known
    std::string label;         ///< "unknown 1234abcd" of a device that is not known
    std::string text() const { return laptop_text(organisation, label); }
  };
  const Name& of(const PublicKey& device);

 private:
  const Space& space_;
  std::map<PublicKey, Name> names_;
};

}  // namespace evenhand::cli
