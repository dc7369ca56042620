// A farm at work. The story has seen to it: jobs 1 and 3 are completed, job 2 failed for want of its input, job 4 runs
// and has told how far it is, job 5 waits, job 6 is paused; the node is called "encoder-7".
import { expect, go, is_sound, shoot } from "../browser.mjs";

export default async function ({ url, page_of }) {
  const page = await page_of();
  const holds = async (path, words, name) => {
    await go(page, url, path);
    for (const word of words)
      await page.waitForFunction((w) => document.querySelector("main")?.innerText.includes(w), word).catch(async () => {
        throw new Error(`${path || "/"} lacks "${word}": ${(await page.innerText("main")).slice(0, 1500)}`);
      });
    const text = await page.innerText("main");
    expect(!/(?<![\d.,])0\s(J|W|Wh)\b|NaN|undefined|\[object/.test(text), `${path || "/"} shows a number that nobody knows: ${text}`);
    await is_sound(page, `full ${path || "/"}`);
    if (name) await shoot(page, name);
  };

  await go(page, url, "/jobs/4");
  // A running job tells by the second while it is looked at.
  await page.getByText("Energy so far").waitFor();
  await page.locator("figure.chart .u-over").waitFor();
  await holds("/jobs/4", ["running", "Power now", "frames", "Cancel"], "job-running");
  await holds("", ["Running", "#4", "Newest jobs", "Energy, 24 h", "1 failed in all; 2 completed"], "now");
  await holds("/jobs", ["#1", "#6", "paused 1", "failed 1", "completed 2", "absent.mp4"], "jobs");
  await holds("/jobs?state=failed", ["#2", "Retry all that are failed"]);
  await holds("/jobs/2", ["failed", "absent.mp4", "Retry", "Attempts", "Timeline"], "job-failed");
  await holds("/jobs/1", ["completed", "Energy", "above idle", "Command", "libx264", "Log"], "job");
  await holds("/nodes", ["encoder-7", "up"], "nodes");
  await page.getByRole("link", { name: "encoder-7" }).click();
  await page.getByRole("heading", { name: "encoder-7" }).waitFor();
  await holds(new URL(page.url()).pathname.replace("/ui", ""), ["Where its energy comes from", "libx264", "Drain"], "node");
  await holds("/jobs/new", ["Scenario"], "new-job");
  await holds("/compare?runs=1,3", ["#1", "#3", "the reference", "vs reference", "bitrate", "Power over time", "none of these is surely different"], "compare");
  await holds("/compare", ["Which jobs?"]);
  await holds("/compare?runs=1,4", ["has no result to compare"]);
  await holds("/cost?by=codec", ["h264", "whole machine", "n/a (no price)"], "cost");
  await holds("/cost?by=day&window=24h", ["2"]);

  // The chart's table twin and its cursor.
  await go(page, url, "/jobs/1");
  const chart = page.locator("figure.chart").first();
  if ((await chart.count()) > 0) {
    await chart.locator(".plot").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(/W/.test(await chart.locator(".reading").innerText()), "arrow keys read the chart");
    await chart.getByRole("button", { name: "Table" }).click();
    expect((await chart.locator("tbody tr").count()) > 1, "the chart has a table of the same numbers");
    await is_sound(page, "a chart as a table");
  }

  // The filter is the address; only what matches is left.
  await go(page, url, "/jobs?q=absent.mp4");
  expect((await page.locator("tbody tr").count()) === 1, "one job's error names absent.mp4");
  await page.getByLabel("Filter").fill("nothing like that");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 0);
  expect(new URL(page.url()).searchParams.get("q") === "nothing like that", "the filter stands in the address");

  // The unit of energy is the reader's.
  await go(page, url, "/jobs/1");
  await page.getByLabel("Energy in").first().selectOption("Wh");
  await page.waitForFunction(() => /Wh/.test(document.querySelector(".tiles")?.innerText ?? ""));
  await page.getByLabel("Energy in").first().selectOption("J");

  // A draft of a job that cannot be: what is wrong stands beside its field.
  await go(page, url, "/jobs/new");
  await page.getByLabel("Bitrate").fill("very much");
  await page.getByRole("button", { name: "Check only" }).click();
  await page.locator('[id="field/parameters/bitrate-error"]').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id === "field/parameters/bitrate"), "the field with the fault has the focus");
  await is_sound(page, "a draft with a fault");
  await shoot(page, "new-job-fault");
  await page.getByLabel("Bitrate").fill("1500k");
  await page.getByRole("button", { name: "Check only" }).click();
  await page.getByText("The master would take it").waitFor();

  // All of a state, after a look at how many that are.
  await go(page, url, "/jobs?state=paused");
  await page.getByRole("button", { name: "Resume all that are paused" }).click();
  await page.getByText("At this moment 1 job is paused").waitFor();
  await is_sound(page, "the dry run of a change of many");
  await page.getByRole("button", { name: "Leave them" }).click();
}
