#include "apps/cli/examining.h"

#include <utility>

#include "core/engine/handed_over.h"
#include "core/os/process_environment.h"
#include "plugins/host/examine_change.h"

namespace evenhand::cli {

namespace {

bool is_set(const std::optional<std::string>& text) { return text && !text->empty(); }

// Another event of whatever sort may be another agreement; most are not.
bool are_same(const FoldCounts& a, const FoldCounts& b) { return a.events == b.events && a.waiting == b.waiting && a.quarantined == b.quarantined; }

}  // namespace

bool is_safe_mode(const Console& console) { return console.safe || is_set(environment_variable("EVENHAND_SAFE")); }

Examining::Examining(Workspace& workspace, Console& console) : workspace_(workspace), console_(console) {
  workspace.set_examiner(plugins::examiner_of([this] { return registry_now(); },
                                              [this](const auto& plugin, const auto& validator, const auto& ended, auto took) {
                                                runs_.add(plugin, validator.id, ended, took);
                                                has_one_failed_ = has_one_failed_ || !ended;
                                              }));
  when_handed_over([this] {
    tell();
    if (registry_) look_again();  // it may have been the removal of one, whose process shall not wait for the next change
  });
}

Examining::~Examining() { when_handed_over({}); }

void Examining::tell() {
  const ValidatorRuns ended = std::exchange(runs_, {});
  ended.tell(workspace_, console_);
  // The next command's runs are counted from nought, the deaths of a plugin's process too.
  if (std::exchange(has_one_failed_, false)) registry_.reset();
}

std::shared_ptr<const plugins::Registry> Examining::registry_now() {
  if (is_handed_over_safely()) return std::make_shared<const plugins::Registry>(shipped());
  look_again();
  return registry_;
}

// What was set aside may be there by now: files come without an event.
void Examining::look_again() {
  const FoldCounts now = workspace_.space_of(SpaceKind::organisation).fold.counts();
  if (registry_ && are_same(now, seen_) && registry_->set_aside().empty()) return;
  seen_ = now;
  std::string agreed = agreed_now();
  if (registry_ && agreed == agreed_) return;
  agreed_ = std::move(agreed);
  registry_ = std::make_shared<const plugins::Registry>(registry_of(workspace_, console_));
}

std::string Examining::agreed_now() const {
  const auto all = plugins::agreements(workspace_);
  if (!all) return all.error().sentence();
  std::string words;
  for (const plugins::Agreement& one : *all) {
    std::error_code ignored;
    const bool is_here = plugins::is_folder_name(one.plugin) && plugins::is_folder_name(one.version) &&
                         std::filesystem::exists(plugins::folder_of(workspace_.folder(), one.plugin, one.version) / "plugin.json", ignored);
    words += one.plugin + " " + one.version + " " + one.digest + (one.is_installed ? " installed" : "") + (one.is_disputed ? " disputed" : "") + (is_here ? " here" : "") + "\n";
  }
  return words;
}

}  // namespace evenhand::cli
