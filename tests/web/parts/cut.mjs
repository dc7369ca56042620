// The master is killed while a job runs, and comes back: the page says so, keeps what it knows, and goes on without being
// loaded again. The story reads what is printed here and acts on it.
import { expect, go, is_sound } from "../browser.mjs";

export default async function ({ url, page_of }) {
  const page = await page_of();
  await go(page, url, "/jobs/4");
  await page.locator(".standing.live").first().waitFor();
  await page.getByText("Energy so far").waitFor();
  await page.evaluate(() => { window.notLoadedAgain = true; });
  console.log("kill the master");
  await page.locator(".standing.away").first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => /as it was/.test(document.querySelector("main")?.innerText ?? ""), undefined, { timeout: 60_000 });
  expect((await page.innerText("main")).includes("#4"), "what was known stays");
  await is_sound(page, "a master that is away");
  console.log("start the master");
  await page.locator(".standing.live").first().waitFor({ timeout: 90_000 });
  await page.waitForFunction(() => !document.querySelector("main .problem") && !/as it was/.test(document.querySelector("main")?.innerText ?? ""), undefined, { timeout: 60_000 });
  expect(await page.evaluate(() => window.notLoadedAgain === true), "the page was not loaded again");

  // The stream tells of a change at once: the list hears of a job that somebody else submits.
  await page.getByRole("navigation", { name: "Pages", exact: true }).getByRole("link", { name: "Jobs" }).click();
  await page.getByText("#4").first().waitFor();
  await page.request.post(`${url}/jobs`, { data: { scenario: "720p30-h264", name: "told by an event", parameters: { duration: 5 } } });
  await page.getByText("told by an event").waitFor({ timeout: 5000 });
}
