// The dashboard as people use it, in Debian's chromium, against a master that runs already.
//   node story.mjs URL PART        what PART expects of the farm stands in tests/system/dashboard_story.cpp
import { open } from "./browser.mjs";

const [url, part] = process.argv.slice(2);
const browser = await open(url);
try {
  const { default: tell } = await import(`./parts/${part}.mjs`);
  await tell(browser);
  if (browser.faults.length > 0) throw new Error(`faults on the way:\n  ${browser.faults.join("\n  ")}`);
  console.log(`${part}: as it should be`);
} catch (error) {
  console.error(`${part}: ${error.stack ?? error}`);
  if (browser.faults.length > 0) console.error(`  ${browser.faults.join("\n  ")}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
