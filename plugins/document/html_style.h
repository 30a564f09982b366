/// How every HTML document looks. Colours: each text at least 4.5 to 1 against what it stands on.
#pragma once

namespace evenhand::document {

constexpr const char* kHtmlStyle = R"css(
:root { color: #212b32; background: #ffffff; }
* { box-sizing: border-box; }
body { margin: 0; font: 1.0625rem/1.5 Arial, "Liberation Sans", Helvetica, sans-serif; overflow-wrap: anywhere; }
header, nav, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; border-bottom: 4px solid #005eb8; padding-bottom: 1rem; margin-bottom: 1.5rem; }
footer { border-top: 1px solid #768692; margin-top: 3rem; padding-top: 1rem; padding-bottom: 2rem; font-size: .9375rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: .5rem 0; color: #003087; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 2.5rem 0 .75rem; color: #003087; }
h3 { font-size: 1.25rem; line-height: 1.3; margin: 2rem 0 .5rem; }
h4, h5 { font-size: 1.0625rem; margin: 1.5rem 0 .5rem; }
p, ul, ol { margin: 0 0 1rem; }
p, li { max-width: 44rem; }
li > ul, li > ol { margin: .25rem 0; }
.subtitle { font-size: 1.25rem; margin: 0 0 .25rem; }
.date { color: #425563; margin: 0; }
.status { display: block; max-width: none; margin: 0 0 .5rem; padding: .5rem .75rem; font-weight: bold; border: 2px solid #212b32; background: #fff4cc; }
a { color: #004b93; text-decoration: underline; }
a:focus, [tabindex="0"]:focus { outline: 3px solid #212b32; outline-offset: 2px; background: #ffeb3b; color: #212b32; }
[tabindex="0"]:focus { background: none; }
main:focus { outline: none; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; }
nav h2 { margin-top: 0; font-size: 1.25rem; }
nav ol, nav ul { list-style: none; padding-left: 0; margin-bottom: .5rem; }
nav li { margin: .25rem 0; }
nav ul { padding-left: 1.25rem; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 1rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #aeb7bd; min-width: 6rem; }
thead th { border-bottom: 2px solid #212b32; background: #f0f4f5; vertical-align: bottom; }
tbody th { font-weight: bold; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll th, .scroll td { overflow-wrap: break-word; max-width: 26rem; min-width: 4rem; }
.plain { margin: 0 0 1.5rem; }
.facts tbody th { width: 34%; min-width: 8rem; background: #f0f4f5; }
.gap { font-style: italic; color: #7a1f00; }
.masked { font-style: italic; color: #425563; }
.table-note { font-size: .9375rem; color: #425563; margin-top: -1rem; }
.banner { border-left: 6px solid #005eb8; background: #f0f4f5; padding: .75rem 1rem; margin: 0 0 1.25rem; }
.banner p { margin: 0; }
.banner-draft, .banner-demonstration { border-color: #8a6d00; background: #fff4cc; }
.banner-gap { border-color: #a02b00; background: #fdf0eb; }
.banner-assumption { border-color: #5a3d8a; background: #f4f0fa; }
figure { margin: 1.5rem 0 1rem; max-width: 44rem; }
figcaption { font-weight: bold; margin-bottom: .75rem; }
svg { display: block; }
@media print {
  body { font-size: 10.5pt; line-height: 1.35; }
  header, nav, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  h1 { font-size: 20pt; } h2 { font-size: 15pt; } h3 { font-size: 12.5pt; }
  h1, h2, h3, h4, h5, caption { break-after: avoid; }
  table { font-size: 9.5pt; }
  th, td { min-width: 0; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  svg { font-size: 9.5pt; }
  tr, figure, .banner { break-inside: avoid; }
  .scroll { overflow: visible; }
  .skip { display: none; }
  .page-break { break-before: page; }
  a { color: inherit; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

/// The list of all pages, where there are several.
constexpr const char* kPagesStyle = R"css(
.pages { margin-bottom: 1.5rem; }
.pages ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; padding: 0 0 .5rem; border-bottom: 1px solid #768692; }
.pages li { margin: 0; }
.pages a { display: block; padding: .375rem 0; }
.pages [aria-current] { font-weight: bold; color: #212b32; border-bottom: 4px solid #005eb8; text-decoration: none; }
@media print { .pages { display: none; } }
)css";

}  // namespace evenhand::document
