// Opens each HTML file in the system's Chromium at a narrow and a wide width and holds axe against it.
// Fails on any violation, on a page wider than its window, on script that ran, on any request to the
// network, and on any text whose contrast axe could decide at no width (at a narrow one, cells may lie
// behind the edge that they scroll under). Text inside charts is left out there: axe never decides it;
// the writer draws it in one dark colour on white.
//
//   node axe.mjs [--shots FOLDER] FILE.html ...
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const widths = [320, 1280];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const words = process.argv.slice(2);
const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : undefined;
if (words.length === 0) {
  console.error("usage: node axe.mjs [--shots FOLDER] FILE.html ...");
  process.exit(2);
}

async function problemsOf(page, file, width) {
  const problems = [];
  const url = pathToFileURL(resolve(file)).href;
  const requests = (request) => request.url().split("#")[0] === url || problems.push(`asked for ${request.url()}`);
  const dialogs = (dialog) => (problems.push(`showed "${dialog.message()}"`), dialog.dismiss());
  page.on("request", requests).on("dialog", dialogs);
  await page.setViewportSize({ width, height: 900 });
  await page.goto(url);
  if (shots) await page.screenshot({ path: join(shots, `${basename(file, ".html")}-${width}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) problems.push(`is ${wide} px wide in a window of ${width} px`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
  for (const one of found.violations) problems.push(`${one.id} (${one.impact}): ${one.help}: ${one.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`);
  const undecided = found.incomplete.filter((one) => one.id === "color-contrast").flatMap((one) => one.nodes);
  const open = new Set(undecided.map((node) => node.html).filter((html) => !html.startsWith("<text ")));
  page.off("request", requests).off("dialog", dialogs);
  return { problems, open };
}

const profile = mkdtempSync(join(tmpdir(), "evenhand-axe-"));
let bad = 0;
try {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  for (const file of words) {
    let openEverywhere;
    for (const width of widths) {
      const { problems, open } = await problemsOf(page, file, width);
      openEverywhere = openEverywhere ? new Set([...openEverywhere].filter((html) => open.has(html))) : open;
      bad += problems.length;
      console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${file} at ${width} px`);
      for (const problem of problems) console.log(`     ${problem.slice(0, 600)}`);
    }
    bad += openEverywhere.size;
    for (const html of openEverywhere) console.log(`FAIL ${file}: contrast decided at no width: ${html.slice(0, 300)}`);
  }
  await browser.close();
} finally {
  rmSync(profile, { recursive: true, force: true });
}
process.exit(bad === 0 ? 0 : 1);
