#include "apps/cli/alarm.h"

#include "apps/cli/laptops.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

std::string laptop_name(const Workspace& workspace, const TwoPasts& laptop) {
  std::string name = laptop.label.empty() ? "unknown laptop " + laptop.device.hex().substr(0, 8) : laptop_text(laptop.organisation, laptop.label);
  return laptop.device == workspace.keystore().device().public_key() ? name + " (this one)" : name;
}

std::string alarm_words(const Workspace& workspace, const std::vector<TwoPasts>& laptops) {
  if (laptops.empty()) return "";
  const std::string others = laptops.size() == 1 ? "" : " and " + counted(laptops.size() - 1, "more laptop");
  return harmless_line(laptop_name(workspace, laptops.front())) + others + " wrote two different pasts (copied, or restored from a backup); both are kept: evenhand log verify";
}

void print_alarm(Console& console, const Workspace& workspace, const std::vector<TwoPasts>& laptops) {
  if (laptops.empty()) return;
  for (const TwoPasts& laptop : laptops) {
    console.print("ALARM  " + harmless_line(laptop_name(workspace, laptop)) + " wrote two different pasts under one key: a backup was put back after later work, or its folder was copied and both are used. "
                  "Both pasts are kept, and nothing is lost.");
  }
  console.print("  What to do: if it is used on two machines, let one of them start anew as a further laptop, in an empty folder. Let it exchange once more before. Then show a code on the other one, or on "
                "your organisation's first laptop, with evenhand pair --same-organisation, and on the one that starts anew type evenhand --workspace NEW-FOLDER pair CODE. "
                "After a backup there is nothing to do but to look through: evenhand conflict list. "
                "The alarm stays until that laptop is taken out: evenhand partner remove");
}

Json alarm_json(const Workspace& workspace, const std::vector<TwoPasts>& laptops) {
  Json list = Json::array();
  for (const TwoPasts& laptop : laptops) {
    list.push(Json::object().set("organisation", laptop.organisation).set("device", laptop.label).set("key", laptop.device.hex())
                  .set("this_one", laptop.device == workspace.keystore().device().public_key()).set("forked", laptop.is_forked));
  }
  return list;
}

}  // namespace evenhand::cli
