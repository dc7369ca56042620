// The pages' small functions: how numbers are written, what is hidden, how a chart's gaps are told.
//   node functions.mjs MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const modules = resolve(process.argv[2]);
const esbuild = createRequire(join(modules, "x.js"))("esbuild");
const web = join(dirname(fileURLToPath(import.meta.url)), "../../web/src");
const folder = mkdtempSync(join(tmpdir(), "ffwatt-functions-"));
const load = async (name) => {
  const outfile = join(folder, `${name}.mjs`);
  await esbuild.build({ entryPoints: [join(web, `${name}.ts`)], bundle: true, format: "esm", outfile, logLevel: "warning", tsconfigRaw: {} });
  return import(pathToFileURL(outfile));
};
const plain = (text) => text.replace(/[\u00a0\u202f]/g, " ");
let failed = 0;
const test = (name, body) => {
  try {
    body();
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n${error.message}`);
  }
};

try {
  const n = await load("numbers");
  const { hideSecrets, shellWords } = await load("shell");

  test("three digits that mean something", () => {
    for (const [value, text] of [[4.6512, "4.65"], [88.7, "88.7"], [412.6, "413"], [1234567, "1 234 567"], [0.00123, "0.00123"], [0, "0"], [-1234, "-1 234"]])
      assert.equal(plain(n.digits(value)), text);
  });
  test("what is no number is never 0", () => {
    assert.equal(n.amount(undefined, "J"), "n/a");
    assert.equal(n.amount(null, "W"), "n/a");
    assert.equal(n.amount(NaN, "W"), "n/a");
    assert.equal(n.duration(undefined), "n/a");
    assert.match(n.digits(Infinity), /n\/a/);
  });
  test("an unknown value says why", () => {
    assert.equal(n.measuredText({ scope: "package", quality: "unmeasurable", joules: null, reason: "powercap is for root only" }), "n/a (powercap is for root only)");
    assert.equal(n.measuredText(undefined), "n/a (nobody has told)");
  });
  test("a value has as many digits as its interval is worth", () => {
    assert.equal(plain(n.measuredText({ scope: "package", quality: "measured", source: "perf", joules: 412.61, ci95: [403.5, 421.7] })), "412.6 J ± 9.1");
    assert.equal(plain(n.measuredText({ scope: "package", quality: "measured", joules: 5, ci95: [5, 5] })), "5.00 J");
  });
  test("an estimate has a sign, and an uneven interval both its ends", () => {
    assert.equal(plain(n.measuredText({ scope: "machine", quality: "estimated", joules: 13.7, ci95: [6, 30] })), "≈ 14 J 6 to 30");
  });
  test("units grow with the value", () => {
    for (const [value, unit, text] of [[0.078, "J", "78.0 mJ"], [123456, "J", "123 kJ"], [2048e6, "B", "2.05 GB"], [1500, "W", "1.50 kW"]])
      assert.equal(plain(n.amount(value, unit)), text);
  });
  test("joules become watt-hours where the reader likes them", () => {
    n.setEnergyIn("Wh");
    assert.equal(plain(n.amount(3600, "J")), "1.00 Wh");
    assert.equal(plain(n.measuredText({ scope: "machine", quality: "measured", joules: 7200, ci95: [3600, 10800] })), "2.0 Wh ± 1.0");
    assert.equal(plain(n.amount(50, "W")), "50.0 W");
    n.setEnergyIn("J");
  });
  test("durations as people say them", () => {
    for (const [seconds, text] of [[0.004, "4.0 ms"], [4.651, "4.65 s"], [42, "42 s"], [65, "1 min 05 s"], [3599.7, "1 h 00 min"], [7380, "2 h 03 min"], [273600, "3 d 4 h"]])
      assert.equal(plain(n.duration(seconds)), text);
  });
  test("the headline is the known total of the widest scope, else the first that says why", () => {
    const line = (scope, joules, part = "total") => ({ scope, part, joules, quality: joules === null ? "unmeasurable" : "measured", reason: "gone" });
    assert.equal(n.headline([line("package", 1), line("machine", 2), line("psys", 3)]).joules, 2);
    assert.equal(n.headline([line("machine", null), line("package", 4)]).joules, 4);
    assert.equal(n.headline([line("machine", 9, "above_idle"), line("package", null)]).reason, "gone");
    assert.equal(n.headline([]), undefined);
  });
  test("a command can be pasted", () => {
    assert.equal(shellWords(["ffmpeg", "-i", "a b.mp4", "it's"]), "ffmpeg -i 'a b.mp4' 'it'\\''s'");
  });
  test("what lets others in is hidden, and the rest is not", () => {
    for (const [text, shown] of [
      ["rtmp://live.example/app/SECRET", "rtmp://live.example/app/***"],
      ["rtmp://127.0.0.1:1935/live/key", "rtmp://127.0.0.1:1935/live/key"],
      ["-i https://ada:pass@host/a.mp4?token=1 -y", "-i https://ada:***@host/a.mp4?*** -y"],
      ["file:/srv/media/a.mp4", "file:/srv/media/a.mp4"],
      ["'rtmps://u:p@host:443/app/a/b?x=1'", "'rtmps://u:***@host:443/app/***'"],
    ])
      assert.equal(hideSecrets(text), shown);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed ? `${failed} failed` : "all as they should be");
process.exit(failed ? 1 : 0);
