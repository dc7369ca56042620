// Without a mouse: a job is submitted, watched and canceled. Then the map of keys, and a list of a thousand.
import { expect, go, is_sound } from "../browser.mjs";

async function tab_to(page, name) {
  for (let i = 0; i < 120; ++i) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const rect = e?.getBoundingClientRect();
      return { text: (e?.labels?.[0]?.textContent ?? e?.textContent ?? "").trim(), seen: !!rect && rect.width > 0 && getComputedStyle(e).outlineStyle !== "none" };
    });
    if (at.text === name || at.text.startsWith(`${name} `)) {
      expect(at.seen, `the focus is seen on "${name}"`);
      return;
    }
  }
  throw new Error(`Tab never comes to "${name}"`);
}

export default async function ({ url, page_of }) {
  const page = await page_of();
  await go(page, url, "");
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  await page.keyboard.press("n");
  await page.getByRole("heading", { name: "New job" }).waitFor();
  await page.locator('[id="field/parameters/duration"]').waitFor();
  await tab_to(page, "Name");
  await page.keyboard.type("by keys alone");
  await tab_to(page, "Duration");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("900");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/ui\/jobs\/\d+$/);
  await page.getByRole("heading", { name: /by keys alone/ }).waitFor();
  const number = new URL(page.url()).pathname.split("/").pop();
  await page.waitForFunction(() => /running|queued/.test(document.querySelector("main .badge")?.textContent ?? ""));
  await tab_to(page, "Cancel");
  await page.keyboard.press("Enter");
  // A job that runs asks once more; one that waits does not.
  const sure = page.getByRole("dialog", { name: `Cancel job ${number}?` });
  const canceled = page.locator("main .badge.canceled");
  await sure.or(canceled).first().waitFor();
  if (await sure.isVisible()) {
    await is_sound(page, "the question before a cancel");
    await page.keyboard.press("Enter"); // the button that says it has the focus
  }
  await canceled.waitFor({ timeout: 60_000 });
  await page.keyboard.press("r");
  await page.locator("main .badge.queued, main .badge.running").first().waitFor();

  // Letters typed into a field are letters.
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("gn?x");
  expect((await page.getByLabel("Filter").inputValue()) === "gn?x", "keys are off while one types");
  expect(new URL(page.url()).pathname === "/ui/jobs", "and lead nowhere");
  await page.getByLabel("Filter").fill("");
  await page.keyboard.press("Escape");
  await page.locator("tbody tr").nth(1).waitFor();

  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 selected").waitFor();
  await is_sound(page, "a selection");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/ui\/jobs\/\d+$/);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await is_sound(page, "the map of keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });

  // A thousand rows: a key stroke in the filter is followed by the list within a tenth of a second.
  const jobs = Array.from({ length: 1000 }, (_, i) => ({
    id: `00000000-0000-7000-8000-${String(i).padStart(12, "0")}`, number: 5000 - i, state: "completed", scenario: "720p30-h264", name: `film ${i % 97} of ${i}`,
    queue: "default", priority: "medium", confidence: "auto", max_attempts: 3, parameters: { codec: "h264" }, created_at: new Date().toISOString(), changed_at: new Date().toISOString(),
    attempts: [{ number: 1, node: `n${i % 5}`, node_id: "x", started_at: new Date().toISOString(), ended_at: new Date().toISOString(), outcome: "completed" }], failures: 0, interruptions: 0,
    facts: { id: "x", energy_joules: 5, energy_low_joules: 4, energy_high_joules: 6, energy_scope: "package", energy_quality: "measured", energy_source: "perf" },
  }));
  await page.route("**/api/v1/jobs?**", (route) => route.fulfill({ json: { jobs, count: 1000, next: null } }));
  await page.goto(url + "/ui/jobs");
  await page.getByText("1000 jobs").waitFor();
  // By the time that the page's thread worked, so that what else the machine does meanwhile is no part of it.
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value * 1000;
  const strokes = ["f", "fi", "film", "film 1", "film 11", "", "n3", "film 42"];
  const type = () => page.evaluate(async (all) => {
    const field = document.querySelector("input[type=search]");
    for (const text of all) {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
  }, strokes);
  await type(); // the first time everything is compiled
  const before = await worked();
  await type();
  const each = ((await worked()) - before) / strokes.length;
  console.log(`1000 rows: a key stroke is ${each.toFixed(0)} ms of work`);
  // Told and not judged: how fast this machine is says nothing of the page. 0 would say that nothing was looked at.
  expect(each > 0, "the work of a key stroke is seen");
}
