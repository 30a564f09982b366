// A report of one table. Built as plugin.so and put beside plugin.json, it is a whole native plugin.
#include "plugins/sdk/fields.h"
#include "plugins/sdk/plugin.h"

namespace {

namespace sdk = evenhand::sdk;
namespace f = sdk::fields::outreach;

// A small number that the host has hidden stays hidden; what nobody has written down is owed.
sdk::Cell people(const sdk::Row& event) {
  if (event.is_masked(f::kAttended)) return sdk::masked("too few to show");
  if (const auto count = event.number(f::kAttended)) return sdk::number(*count);
  return sdk::missing("who came");
}

sdk::Document outreach(const sdk::Input& input) {
  sdk::Document report("Outreach");
  sdk::Table events("Events, and who came",
                    {sdk::text_column("Event"), sdk::text_column("Date"), sdk::text_column("Place"), sdk::number_column("People"), sdk::text_column("Groups reached")});
  events.row_headers();
  for (const sdk::Row& event : input.rows(f::kType)) {
    events.row({event.text(f::kTitle), event.text(f::kDate), event.text(f::kVenue), people(event), event.text(f::kGroups)});
  }
  return report.table(events);
}

constexpr sdk::Contribution kAll[] = {sdk::report<outreach>("outreach")};

}  // namespace

EVENHAND_NATIVE_PLUGIN(kAll)
