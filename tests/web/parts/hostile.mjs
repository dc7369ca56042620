// Names and errors that would be markup or script: each is shown as the text that it is, nothing runs, nothing is
// fetched, and the policy has nothing to report. The story has let a node and jobs carry them through the real master;
// what it takes nowhere (texts of an agent) is put into its answers here.
import { expect, go, is_sound } from "../browser.mjs";

export const texts = [
  `<script>alert(1)</script>`, `"><script>alert(2)</script>`, `<img src=x onerror=alert(3)>`, `<svg onload=alert(4)>`, `<iframe src=javascript:alert(5)>`,
  `javascript:alert(6)`, `'-alert(7)-'`, `"-alert(8)-"`, `</title><script>alert(9)</script>`, `</textarea><script>alert(10)</script>`,
  `<a href="javascript:alert(11)">x</a>`, `<style>*{display:none}</style>`, `<link rel=stylesheet href=//evil.example/x>`, `<base href=//evil.example/>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
  `<body onload=alert(16)>`, `<details open ontoggle=alert(17)>`, `<input autofocus onfocus=alert(18)>`, `<video><source onerror=alert(19)>`, `<math><mtext><script>alert(20)</script>`,
  `{{constructor.constructor('alert(21)')()}}`, "${alert(22)}", "`${alert(23)}`", `<!--<img src="--><img src=x onerror=alert(24)>`, `<![CDATA[<script>alert(25)</script>]]>`,
  `%3Cscript%3Ealert(26)%3C/script%3E`, `&lt;script&gt;alert(27)&lt;/script&gt;`, `\\u003cscript\\u003ealert(28)\\u003c/script\\u003e`, `<scr<script>ipt>alert(29)</scr</script>ipt>`, `<ScRiPt>alert(30)</sCrIpT>`,
  `<object data="data:text/html,<script>alert(31)</script>">`, `<embed src="data:text/html;base64,PHNjcmlwdD5hbGVydCgzMik8L3NjcmlwdD4=">`, `<form action=//evil.example><button>x</button></form>`, `<table background=//evil.example/x>`, `<div style="background:url(//evil.example/x)">`,
  `__proto__`, `constructor`, `=cmd|'/c calc'!A1`, `\u202egnp.exe`, `a\u0300\u0300\u0300\u0300 🏳️‍🌈 ‮x`,
];

export default async function ({ url, page_of, faults }) {
  const page = await page_of();
  const elsewhere = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) elsewhere.push(request.url());
  });
  const clean = async (what) => {
    const reports = await page.evaluate(() => window.policyReports ?? []);
    expect(reports.length === 0, `${what}: the policy reports ${reports.join("; ")}`);
    expect(faults.length === 0, `${what}: ${faults.join("; ")}`);
    expect(elsewhere.length === 0, `${what}: asked elsewhere: ${elsewhere.join(", ")}`);
    const made = await page.evaluate(() => document.querySelectorAll("main script, main iframe, main img, main style, main link, main object, main embed, main base, main meta, main form[action], main video, main svg").length);
    expect(made === 0, `${what}: a text became markup`);
  };

  // Through the real master: names of jobs.
  const numbers = [];
  for (const text of texts) {
    const response = await page.request.post(`${url}/jobs`, { data: { scenario: "480p30-h264", name: text, labels: { "x": text.slice(0, 200) }, parameters: { duration: 1 } } });
    if (response.status() === 201) numbers.push([text, (await response.json()).number]);
    else expect(response.status() === 400, `a name is taken or refused, not answered ${response.status()}: ${text}`);
  }
  expect(numbers.length >= 35, `the master takes free names: ${numbers.length} of ${texts.length}`);
  for (const path of ["", "/jobs"]) {
    await go(page, url, path);
    await page.getByText(`#${numbers[numbers.length - 1][1]}`).first().waitFor();
    await clean(path || "/");
  }
  for (const [text] of numbers.slice(0, 10)) expect((await page.locator("tbody .name").allTextContents()).includes(text), `the list shows ${text} as it is`);
  await is_sound(page, "a list of hostile names");
  // Every third on its own page; below, all of them stand on one.
  for (const [text, number] of numbers.filter((_n, i) => i % 3 === 0)) {
    await page.evaluate((n) => { history.pushState(null, "", `/ui/jobs/${n}`); dispatchEvent(new PopStateEvent("popstate")); }, number);
    await page.waitForFunction((n) => document.querySelector("main h1")?.textContent?.startsWith(`#${n} `), number);
    expect((await page.locator("main h1 .name").textContent()) === text, `job ${number}'s page shows ${text} as it is`);
    await clean(`job ${number}`);
  }

  // Texts that come from agents: errors, logs, nodes, encoders; the answers of the master carry them. Lists hold all of
  // them, what is one text holds every fifth.
  const job_path = `**/api/v1/jobs/${numbers[0][1]}`;
  const all = Object.fromEntries(texts.map((text) => [text, text]));
  for (const text of texts.filter((_t, i) => i % 5 === 0)) {
    await page.route(job_path, async (route) => {
      const job = await (await route.fetch()).json();
      Object.assign(job, {
        state: "failed", reason: text, warnings: texts, labels: all, parameters: { ...job.parameters, ...all, input: text },
        attempts: texts.map((one, i) => ({ number: i + 1, node: one, node_id: "00000000-0000-7000-8000-000000000001", started_at: job.created_at, ended_at: job.created_at, outcome: one, failure: one, error: one })),
        report: {
          schema: "ffwatt.run/1", id: "x", kind: "job", end: "failed", name: text, node: text, error: text, caveats: texts, command: ["ffmpeg", ...texts], output: text, log_tail: text,
          energy: [...texts.map((one) => ({ scope: one, part: one, quality: "measured", source: one, joules: 1, ci95: [1, 1] })), { scope: "machine", part: "total", quality: "unmeasurable", joules: null, reason: text }],
          confidence: { level: text, reason: text }, pieces: texts.map((one, i) => ({ kind: one, number: i + 1, end: one, error: one })), quality: { reason: text },
        },
      });
      await route.fulfill({ json: job });
    });
    await page.route(`**/api/v1/jobs/*/history`, (route) => route.fulfill({ json: { history: texts.map((one) => ({ at: "2026-01-01T00:00:00Z", state: one, actor: one, reason: one })), count: texts.length } }));
    await page.route(`**/api/v1/jobs/*/logs**`, (route) => route.fulfill({ contentType: "text/plain", body: texts.join("\n") }));
    await page.route("**/api/v1/nodes", (route) =>
      route.fulfill({
        json: { count: 1, nodes: [{ id: "00000000-0000-7000-8000-000000000001", name: text, intent: "draining", intent_reason: text, liveness: "up", heartbeat_age_seconds: 1, running: ["#1"],
          registered_at: "2026-01-01T00:00:00Z", last_heartbeat_at: "2026-01-01T00:00:00Z", cpu_model: text, slots: 1, labels: all, roots: texts, gpu_reason: text, kernel: text,
          ffmpeg_version: text, agent_version: text, disk: { folder: text }, encoders: texts.map((one) => ({ name: one, codec: one, works: false, reason: one })), energy_sources: texts.map((one) => ({ source: one, in_use: false, reason: one })) }] },
      }));
    await go(page, url, `/jobs/${numbers[0][1]}`);
    await page.locator(".log").waitFor();
    await clean(`a report of ${text}`);
    await go(page, url, "/nodes/00000000-0000-7000-8000-000000000001");
    expect((await page.locator("main h1 .name").textContent()) === text, `a node is called ${text}`);
    await clean(`a node of ${text}`);
    await go(page, url, "");
    await clean(`what wants a look of ${text}`);
    await page.unroute(job_path);
    await page.unroute("**/api/v1/jobs/*/history");
    await page.unroute("**/api/v1/jobs/*/logs**");
    await page.unroute("**/api/v1/nodes");
  }

  // In the address, which anybody may send to anybody.
  for (const text of texts) {
    await page.evaluate((to) => { history.pushState(null, "", to); dispatchEvent(new PopStateEvent("popstate")); }, `/ui/jobs?q=${encodeURIComponent(text)}&scenario=${encodeURIComponent(text)}`);
    await page.waitForFunction((q) => document.querySelector("input[type=search]")?.value === q, text);
    await clean(`a filter of ${text}`);
  }

  // Names of ten thousand characters break no page's width.
  const long = "m".repeat(10_000);
  await page.route("**/api/v1/jobs?**", async (route) => {
    const body = await (await route.fetch()).json();
    for (const job of body.jobs) Object.assign(job, { name: long, scenario: long, reason: long, state: "failed" });
    await route.fulfill({ json: body });
  });
  for (const size of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    await go(page, url, "/jobs");
    await page.locator("tbody tr").first().waitFor();
    await is_sound(page, `names of 10 000 characters at ${size.width} px`);
    const height = await page.locator("tbody tr").first().evaluate((row) => row.getBoundingClientRect().height);
    expect(height < 400, `a name of 10 000 characters takes ${height} px of height`);
  }
}
