/// One document with every sort of block, and one made of hostile text. Shared by the unit tests and
/// by write_samples, whose files the browser and the office programs read.
#pragma once

#include <string>

#include "plugins/sdk/document.h"

namespace evenhand::samples {

/// What somebody could type who means harm, or who only means well in another script.
inline const std::string kHostile =
    "<script>alert('x')</script> ]]> --> \"quoted\" 'single' & &amp; \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x80\xAEgnp.exe "
    "\xF0\x9F\x98\x80 \x01\x0B\x1F \xEF\xBF\xBE </style></title></table> \\ ${x} {{y}} %00";

inline sdk::Document full() {
  using namespace sdk;
  Document report("Equality Delivery System report 2025 to 2026");
  report.subtitle("Riverside Example NHS Trust").date("2026-03-31");
  report.status(EVENHAND_STATUS_DRAFT, "Draft: not checked for disclosure");
  report.status(EVENHAND_STATUS_DEMONSTRATION, "Demonstration: nobody in these numbers is real");
  report.heading(1, "Summary");
  report.paragraph({plain("The trust scored "), bold("28 of 33"), plain(" points, which is "), italic("Achieving"),
                    plain(". How grades are made is told in the "), link("public guidance", "https://www.example.org/guidance"),
                    plain(".")});
  report.banner(EVENHAND_BANNER_NOTE, "Grades were agreed in three workshops with local people and staff.");
  report.facts("The report at a glance", {{"Organisation", "Riverside Example NHS Trust"},
                                          {"Points", number(28, 33)},
                                          {"People in workshops", number(142)},
                                          {"Carers among them", masked()},
                                          {"Review date", missing("owner and date")}});
  report.begin_section("Domain 1");
  report.heading(1, "Domain 1: Commissioned or provided services");
  report.heading(2, "Grades by outcome");
  Table grades("Grades by outcome and service", {code_column("Outcome"), text_column("What it asks"), number_column("Maternity"),
                                                 number_column("Talking therapies"), text_column("Evidence")});
  grades.row({"1A", "Patients have the required levels of access to the service", number(2, 3), number(3, 3), linked("Access audit", "https://www.example.org/audit")})
      .row({"1B", "Individual patients' health needs are met", number(2, 3), missing("evidence"), "Survey of 412 people"})
      .row({"1C", "When patients use the service, they are free from harm", number(1, 3), number(2, 3), masked("fewer than 10 answers")})
      .row({"1D", "Patients report positive experiences of the service", decimal(25, 30, 1), number(2, 3), "Friends and family test"});
  grades.row_headers().note("Source: workshop ballots of February 2026. Half points come from split votes that were accepted.");
  report.table(grades);
  report.heading(2, "What the numbers show");
  report.chart(bar_chart("Points by outcome in Domain 1",
                         "Outcome 1A has the most points in both years; outcome 1C fell from 2 to 1 point.",
                         {"1A Access", "1B Needs are met", "1C Free from harm", "1D Experience of the service"})
                   .series("2024 to 2025", {number(2, 3), number(2, 3), number(2, 3), missing("grade")})
                   .series("2025 to 2026", {number(3, 3), number(2, 3), number(1, 3), number(2, 3)})
                   .maximum(3));
  report.chart(line_chart("Answers to the survey by quarter", "Answers rose from 96 to 412; the third quarter is not known.",
                          {"Q1", "Q2", "Q3", "Q4"})
                   .series("Answers", {number(96), number(180), missing("count"), number(412)})
                   .series("Of these, in other languages", {number(12), number(31), masked(), number(77)}));
  report.chart(bar_chart("Total points by domain", "Domain 2 is nearest to its maximum.", {"Domain 1: services", "Domain 2: workforce", "Domain 3: leadership"})
                   .series("Points", {number(9, 12), number(11, 12), number(8, 9)}).maximum(12));
  report.end_section();
  report.begin_section("Action plan");
  report.page_break();
  report.heading(1, "Action plan");
  report.markdown("We will **change how letters are sent**:\n\n1. ask each person how they want to hear from us;\n"
                  "2. send it that way:\n   - large print\n   - British Sign Language video\n3. report [each month](https://www.example.org/monthly).\n\n"
                  "# A heading in free text\n\n> A quotation from a workshop.\n\n<b onclick=\"x()\">bold?</b> [bad](javascript:alert(1))\n");
  report.bullets({"Owners are named on every row.", "A row without a date is a gap, and is shown as one."});
  report.numbered({"First step", "Second step"});
  Table actions("Actions", {text_column("Action"), text_column("Owner"), text_column("Due"), text_column("Status"), number_column("Progress, %"),
                            code_column("Outcome"), text_column("Last update"), text_column("Next step")});
  for (int i = 1; i <= 40; ++i) {
    const std::string n = std::to_string(i);
    actions.row({"Action " + n + ": offer interpreters at the first contact", i % 4 == 0 ? missing("owner") : Cell("Head of service"),
                 i % 3 == 0 ? missing("date") : Cell("30 September 2026"), i % 2 == 0 ? "On track" : "Late", number(i * 2, 100), "1A",
                 "Update given to the committee", "Book the first training"});
  }
  report.table(actions);
  report.banner(EVENHAND_BANNER_ASSUMPTION, "Workshops count each person once.");
  report.banner(EVENHAND_BANNER_GAP, "Two services have not sent evidence.");
  report.table(Table("Risks without an action", {text_column("Risk"), number_column("Score")}));
  report.end_section();
  return report;
}

/// Hostile text in every place that takes text.
inline sdk::Document hostile() {
  using namespace sdk;
  const std::string& bad = kHostile;
  const std::string word(10'000, 'W');
  Document report(bad);
  report.subtitle(bad).status(EVENHAND_STATUS_OTHER, bad).status(EVENHAND_STATUS_DRAFT, "Draft");
  report.heading(1, bad).heading(4, bad).heading(2, bad).heading(2, bad);
  report.paragraph({plain(bad), bold(bad), link(bad, "javascript:alert(1)"), link(bad, "https://example.org/?a=\"><script>"), link(bad, "https://example.org/?a='b'&c=d")});
  report.paragraph(word);
  report.markdown(bad + "\n\n<script>alert(2)</script>\n\n![picture](https://example.org/x.png) <https://example.org/>\n");
  report.bullets({bad, word});
  report.begin_section(bad).banner(EVENHAND_BANNER_GAP, bad).end_section().begin_section(bad).end_section();
  Table table(bad, {text_column(bad), number_column(bad), code_column(bad)});
  table.note(bad).row_headers().row({bad, number(-5, 10), word});
  for (const char* start : {"=1+1", "+1", "-1", "-1+cmd", "@SUM(A1)", "\tx", "\rx", "  =1", "\xEF\xBC\x9D" "1", "'x"}) {
    table.row({start, missing(bad), masked(bad)});
  }
  report.table(table).table(table);
  report.facts(bad, {{bad, bad}, {bad, linked(bad, "data:text/html,x")}});
  report.chart(bar_chart(bad, bad, {bad, bad}).series(bad, {number(1, 2), masked(bad)}));
  report.chart(line_chart(bad, bad, {bad}).series(bad, {number(1)}));
  return report;
}

}  // namespace evenhand::samples
