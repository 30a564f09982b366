#include "plugins/report/parts.h"
#include "plugins/views/services.h"
#include "plugins/views/words.h"

namespace evenhand::report {

namespace f = sdk::fields;
namespace c = sdk::computed;
using namespace views;

namespace {

const sdk::Row* answer_to(const sdk::Input& input, const std::string& question, const std::string& service) {
  for (const sdk::Row& row : input.rows(f::engagement::kType)) {
    if (row.text(f::engagement::kQuestion) == question && row.reference(f::engagement::kService) == service) return &row;
  }
  return nullptr;
}

bool has_answers(const sdk::Input& input, const std::string& service) {
  return !input.rows(f::engagement::kType, [&](const sdk::Row& row) { return row.reference(f::engagement::kService) == service; }).empty();
}

void add_answer(sdk::Document& document, const sdk::Row* answer, const std::string& owed_by) {
  if (!answer || (answer->is_missing(f::engagement::kAnswer) && !answer->flag(f::engagement::kNoneGiven))) {
    document.banner(EVENHAND_BANNER_GAP, "Not answered. Owed by " + owed_by + ".");
    return;
  }
  for (const std::string& version : answer->alternatives(f::engagement::kAnswer)) document.markdown(version);
  if (!answer->text(f::engagement::kAnswer).empty()) {
    document.markdown(answer->text(f::engagement::kAnswer));
  } else if (answer->flag(f::engagement::kNoneGiven)) {
    document.paragraph("Answered with nothing: none, or not applicable.");
  }
}

void add_sheet(sdk::Document& document, const sdk::Input& input, const std::string& service, const std::string& name) {
  document.heading(2, name);
  for (const sdk::Row& question : input.rows(c::question::kType)) {
    document.heading(3, question.text(c::question::kCode) + ": " + question.text(c::question::kTitle));
    add_answer(document, answer_to(input, question.text(c::question::kCode), service), subject(input));
  }
}

}  // namespace

void add_engagement(sdk::Document& document, const sdk::Input& input) {
  document.begin_section("Engagement and evidence").page_break().heading(1, "How people were engaged and evidence gathered");
  document.paragraph("The questions are in our own words and stand for those of the reporting template.");
  bool is_any = false;
  for (const sdk::Row& service : input.rows(f::service::kType)) {
    if (!has_answers(input, service.id())) continue;
    add_sheet(document, input, service.id(), name_or(service, f::service::kName, "Service without a name"));
    is_any = true;
  }
  if (has_answers(input, "")) add_sheet(document, input, "", "All services together");
  if (!is_any && !has_answers(input, "")) {
    document.banner(EVENHAND_BANNER_GAP, "None of the questions about engagement and evidence is answered. Owed by " + subject(input) + ".");
  }
  document.heading(2, "Workshops");
  add_workshops(document, input);
  document.end_section();
}

}  // namespace evenhand::report
