// A master without nodes and jobs: each page says why it is empty and what to do, and a sample is one press away.
import { expect, go, is_sound, shoot } from "../browser.mjs";

export default async function ({ url, page_of }) {
  const page = await page_of();
  await page.goto(url + "/");
  expect(new URL(page.url()).pathname === "/ui", `a browser is sent to the dashboard, not to ${page.url()}`);
  for (const [path, words, name] of [
    ["", ["No nodes yet", "agent --register --master", "No jobs yet", "Run a 10 s sample"], "now-empty"],
    ["/jobs", ["No jobs yet", "curl -X POST"]],
    ["/jobs?state=failed", ["No job matches", "No job is failed"]],
    ["/nodes", ["No nodes yet", "agent --register"]],
    ["/jobs/new", ["Scenario", "Submit"]],
    ["/compare", ["Which jobs?"]],
    ["/cost", ["No run has ended in this time"]],
    ["/jobs/4711", ["Not found"]],
    ["/nodes/nobody", ["No node has the id or name nobody"]],
    ["/nonsense", ["No such page"]],
  ]) {
    await go(page, url, path);
    const text = await page.innerText("main");
    for (const word of words) expect(text.includes(word), `${path || "/"} lacks "${word}": ${text.slice(0, 400)}`);
    expect(path === "/jobs/new" || !/(?<![\d.,])0\s(J|W|Wh)\b|NaN|undefined|null/.test(text), `${path || "/"} shows a number that nobody knows: ${text}`);
    await is_sound(page, `empty ${path || "/"}`);
    if (name) await shoot(page, name);
    await page.setViewportSize({ width: 320, height: 700 });
    await is_sound(page, `empty ${path || "/"} at 320 px`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await go(page, url, "");
  await page.getByRole("button", { name: "Run a 10 s sample" }).click();
  await page.waitForURL(/\/ui\/jobs\/1$/);
  await page.getByRole("heading", { name: "#1 sample of 10 s" }).waitFor();
}
