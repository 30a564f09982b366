// A report of one table. Built as plugin.so and put beside plugin.json, it is a whole native plugin.
#include "plugins/sdk/fields.h"
#include "plugins/sdk/plugin.h"

namespace {

using namespace evenhand::sdk;
namespace f = fields::outreach;

// What the host has hidden as too small stays hidden; what nobody has written down is owed.
Cell people(const Row& event) {
  if (event.is_masked(f::kAttended)) return masked("too few to show");
  const auto count = event.number(f::kAttended);
  return count ? number(*count) : missing("who came");
}

Document outreach(const Input& input) {
  Table events("Events, and who came", {text_column("Event"), text_column("Date"), text_column("Place"), number_column("People"), text_column("Groups")});
  for (const Row& event : input.rows(f::kType)) {
    events.row({event.text(f::kTitle), event.text(f::kDate), event.text(f::kVenue), people(event), event.text(f::kGroups)});
  }
  return Document("Outreach").table(events.row_headers());
}

constexpr Contribution kAll[] = {report<outreach>("outreach")};

}  // namespace

EVENHAND_NATIVE_PLUGIN(kAll)
