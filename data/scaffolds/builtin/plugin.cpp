#include "plugins/sdk/fields.h"
#include "plugins/sdk/plugin.h"

namespace {

namespace sdk = evenhand::sdk;
namespace f = sdk::fields::action;

sdk::Cell known(const std::string& text, const char* owed) { return text.empty() ? sdk::missing(owed) : sdk::Cell(text); }

sdk::Document make(const sdk::Input& input) {
  sdk::Document report("@TITLE@");
  sdk::Table actions("What is done, by whom and by when",
                     {sdk::text_column("Action"), sdk::text_column("Who leads"), sdk::text_column("Due"), sdk::text_column("Where it stands")});
  actions.row_headers();
  for (const sdk::Row& action : input.rows(f::kType)) {
    actions.row({action.text(f::kText), known(action.text(f::kLeads), "who leads"), known(action.text(f::kDue), "a date"), action.text(f::kStatus)});
  }
  return report.table(actions);
}

constexpr sdk::Contribution kAll[] = {sdk::report<make>("@ID@")};

}  // namespace

EVENHAND_PLUGIN_OF(evenhand_plugin_@WORD@, kAll)
