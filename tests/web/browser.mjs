// A browser for the stories of the dashboard: Debian's chromium by playwright-core, and what every page must keep:
// nothing that the content security policy reports, no fault in the console, no finding of axe in light and dark, and
// no sideways scroll.
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const modules = process.env.FFWATT_WEB_MODULES; // the folder with node_modules
const need = createRequire(join(modules, "x.js"));
const { chromium } = need("playwright-core");
const axe = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");

export class Fault extends Error {}
export function expect(holds, words) {
  if (!holds) throw new Fault(words);
}

export const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } };

export async function open(url) {
  const folder = mkdtempSync(join(tmpdir(), "ffwatt-browser-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.FFWATT_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none"],
    viewport: sizes.wide,
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    colorScheme: "light",
  });
  context.setDefaultTimeout(30_000);
  const faults = [];
  // A console line about an answer that is an error is of the browser, and of a story that made it one on purpose.
  const of_network = /Failed to load resource|net::ERR_/;
  const page_of = async () => {
    const page = await context.newPage();
    page.on("console", (line) => line.type() === "error" && !of_network.test(line.text()) && faults.push(`console: ${line.text()}`));
    page.on("pageerror", (error) => faults.push(`page: ${error.stack ?? error}`));
    page.on("dialog", (dialog) => { faults.push(`a dialog opened: ${dialog.message()}`); void dialog.dismiss(); });
    await page.addInitScript(() => {
      window.policyReports = [];
      document.addEventListener("securitypolicyviolation", (e) => window.policyReports.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    });
    return page;
  };
  return {
    context, page_of, faults, url,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function go(page, url, path) {
  await page.goto(url + "/ui" + path);
  await page.waitForSelector("main h1");
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
}

// axe in both themes, and nothing that sticks out to the side.
export async function is_sound(page, what) {
  await page.evaluate(axe); // by the debugger's way, which no policy holds back
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    const found = await page.evaluate(async () => {
      const result = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
      return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} (${n.failureSummary?.split("\n")[1]?.trim()})`));
    });
    expect(found.length === 0, `${what}, ${scheme}: axe finds\n  ${found.slice(0, 8).join("\n  ")}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, `${what}: ${wide} px stick out to the side`);
  const reports = await page.evaluate(() => window.policyReports ?? []);
  expect(reports.length === 0, `${what}: the policy reports ${reports.join("; ")}`);
}

// A picture of the page in both widths, where the story was told a folder for them.
export async function shoot(page, name, { full = true } = {}) {
  const folder = process.env.FFWATT_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const [word, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    await page.waitForTimeout(250); // a chart follows its frame with the next picture
    await page.screenshot({ path: join(folder, `${name}-${size.width}.png`), fullPage: full && word === "wide" });
  }
  await page.setViewportSize(sizes.wide);
}
