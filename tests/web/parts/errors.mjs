// What the network or the master may do to a page. The farm is that of full.mjs.
import { expect, go, is_sound, sizes } from "../browser.mjs";

const api = "**/api/v1/**";

// Tries until it holds; a page may be in the middle of an answer.
async function shows(page, words, what) {
  await page
    .waitForFunction((w) => document.querySelector("main")?.innerText.includes(w), words, { timeout: 60_000 })
    .catch(async () => {
      throw new Error(`${what}: the page lacks "${words}": ${(await page.innerText("main")).slice(0, 1200)}`);
    });
}

export default async function ({ url, page_of, context }) {
  const page = await page_of();
  // A browser without shared workers and a master without a stream of events: the pages ask again every five seconds.
  await page.addInitScript(() => { delete window.SharedWorker; });
  await page.route("**/api/v1/events**", (route) => route.fulfill({ status: 404, body: "" }));

  // Each page while the master answers 503: the fault is told in its panel, with a way to try again.
  const problem = { type: "urn:ffwatt:problem:unavailable", title: "Not possible at the moment", status: 503, detail: "the disk sleeps" };
  const answer_503 = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
  await page.route(api, answer_503);
  for (const path of ["", "/jobs", "/jobs/1", "/nodes", "/nodes/x", "/jobs/new", "/compare?runs=1,3", "/cost"]) {
    await page.goto(url + "/ui" + path);
    await shows(page, "the disk sleeps", path);
    expect((await page.getByRole("button", { name: "Try again" }).count()) > 0, `${path || "/"}: there is a way to try again`);
    await is_sound(page, `503 ${path || "/"}`);
  }
  await page.unroute(api, answer_503);
  await go(page, url, "/jobs");
  await shows(page, "#1", "after a fault");

  // A fault of one panel is no fault of the others.
  const one = (route) => answer_503(route);
  await page.route("**/api/v1/summary**", one);
  await page.goto(url + "/ui");
  await shows(page, "the disk sleeps", "one panel");
  await shows(page, "#4", "one panel");
  await page.unroute("**/api/v1/summary**", one);

  // What was there stays and is told to be old.
  await go(page, url, "/nodes");
  await shows(page, "encoder-7", "before the cut");
  await page.route(api, (route) => route.abort());
  await shows(page, "The master cannot be reached", "a cut");
  await shows(page, "as it was", "a cut");
  await shows(page, "encoder-7", "a cut");
  await page.waitForFunction(() => /reconnecting/.test(document.querySelector(".standing")?.textContent ?? ""), undefined, { timeout: 60_000 });
  await is_sound(page, "a cut");
  await page.unroute(api);
  await page.waitForFunction(() => !document.querySelector("main .problem"));
  await page.waitForFunction(() => !/reconnecting/.test(document.querySelector(".standing")?.textContent ?? ""), undefined, { timeout: 60_000 });

  // Answers that are cut, empty, or of another kind.
  for (const [body, words] of [['{"jobs":[{"id":"1","numb', "The answer is not whole"], ["", "The answer is empty"], ["<html>a proxy</html>", "The answer is not whole"]]) {
    const spoilt = (route) => route.fulfill({ status: 200, contentType: "application/json", body });
    await page.route("**/api/v1/nodes", spoilt);
    await page.goto(url + "/ui/nodes");
    await shows(page, words, `answer ${JSON.stringify(body)}`);
    await page.unroute("**/api/v1/nodes", spoilt);
  }

  // Late: told after ten seconds, and not waited for ever.
  await page.route("**/api/v1/nodes", () => undefined);
  await page.goto(url + "/ui/nodes");
  await shows(page, "did not answer within 10 s", "late");
  await page.unroute("**/api/v1/nodes");

  // The master's clock is a day ahead: ages are by its clock.
  const ahead = async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), date: new Date(Date.now() + 86_400_000).toUTCString() };
    const body = (await response.text()).replace(/"(created_at|changed_at|started_at|last_heartbeat_at)":"([^"]+)"/g, (_w, name, at) => `"${name}":"${new Date(Date.parse(at) + 86_400_000).toISOString()}"`);
    await route.fulfill({ response, headers, body });
  };
  await page.route("**/api/v1/jobs?**", ahead);
  await page.route("**/api/v1/jobs/**", ahead);
  await page.goto(url + "/ui/jobs");
  await shows(page, "#1", "a clock a day ahead");
  const times = await page.locator("tbody time").allInnerTexts();
  expect(times.length > 0 && times.every((t) => !/\d\sd\b/.test(t)), `no job is a day old: ${times.join(", ")}`);
  await page.unroute("**/api/v1/jobs?**", ahead);
  await page.unroute("**/api/v1/jobs/**", ahead);

  // A master of another version than the page's.
  await go(page, url, "/nodes");
  await page.route("**/api/v1/version", (route) => route.fulfill({ json: { version: "99.0.0" } }));
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForFunction(() => /version 99\.0\.0/.test(document.body.innerText), undefined, { timeout: 60_000 });
  await page.unroute("**/api/v1/version");

  // A part of the page that the master does not have any more.
  await go(page, url, "");
  await page.route("**/ui/assets/part-*", (route) => route.fulfill({ status: 404, body: "" }));
  await page.getByRole("navigation", { name: "Pages", exact: true }).getByRole("link", { name: "Nodes" }).click();
  await shows(page, "Load the page again", "an old page");
  await page.unroute("**/ui/assets/part-*");

  // A session that has ended: the key is asked for, and kept by this tab alone.
  let key = "";
  const guarded = (route) => {
    if (route.request().headers().authorization === "Bearer right-key") return route.continue({ headers: { ...route.request().headers(), authorization: undefined } });
    key = route.request().headers().authorization ?? "";
    return route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify({ title: "Access denied", status: 401, detail: "send the key that is in /state/key" }) });
  };
  await page.route(api, guarded);
  await page.goto(url + "/ui/jobs");
  const dialog = page.getByRole("dialog", { name: "This master asks for a key" });
  await dialog.waitFor();
  await is_sound(page, "the key is asked for");
  await dialog.getByLabel("Key").fill("wrong-key");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor();
  expect(key === "Bearer wrong-key", `the key travels as a header, not as "${key}"`);
  await dialog.getByLabel("Key").fill("right-key");
  await dialog.getByRole("button", { name: "Use this key" }).click();
  await shows(page, "#1", "with the key");
  expect(!page.url().includes("key"), "no key in the address");
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(!kept.includes("right-key"), "the key is not kept beyond the tab");
  await page.getByRole("button", { name: "Forget the key" }).first().click();
  await dialog.waitFor();
  await page.unroute(api, guarded);
  await page.close();

  // Three tabs at once, and each is alive.
  const tabs = [];
  for (let i = 0; i < 3; ++i) {
    const tab = await context.newPage();
    await tab.setViewportSize(sizes.wide);
    tabs.push(tab);
    await go(tab, url, "/jobs");
  }
  for (const tab of tabs) {
    await tab.bringToFront();
    await go(tab, url, "/nodes");
    expect((await tab.innerText("main")).includes("encoder-7"), "each of three tabs gets its answers");
  }
}
