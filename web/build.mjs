// Builds the dashboard: bundles src/, names every file by its content, presses it (gzip, brotli) and writes
// web_assets.cpp, which puts it into the programs.
//   node build.mjs MODULES OUT     MODULES: the folder with node_modules; OUT: where the result goes
// OUT/sizes.json says what a first view and all of it take.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, out] = process.argv.slice(2).map((path) => resolve(path));
const esbuild = createRequire(join(modules, "x.js"))("esbuild");

const assets = join(out, "assets");
rmSync(assets, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });

const common = {
  absWorkingDir: here,
  nodePaths: [join(modules, "node_modules")],
  outdir: assets,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2021", "chrome100", "firefox100", "safari15.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  logLevel: "warning",
  tsconfigRaw: {},
};
const nameOf = (built, entry) =>
  Object.entries(built.metafile.outputs).find(([, o]) => o.entryPoint === entry)[0].split("/").pop();

const worker = await esbuild.build({ ...common, entryPoints: ["src/events_worker.ts"] });
const icon = await esbuild.build({ ...common, entryPoints: ["src/icon.svg"], loader: { ".svg": "copy" } });
const main = await esbuild.build({
  ...common,
  entryPoints: ["src/main.tsx"],
  splitting: true,
  define: { EVENTS_WORKER: JSON.stringify(nameOf(worker, "src/events_worker.ts")) },
});

const script = nameOf(main, "src/main.tsx");
const of = Object.fromEntries(Object.entries(main.metafile.outputs).map(([path, o]) => [path.split("/").pop(), o]));
const style = of[script].cssBundle.split("/").pop();
// What the script imports at once; fetched beside it and not after it.
const first = new Set([script]);
for (const name of first)
  for (const used of of[name].imports) if (used.kind === "import-statement") first.add(used.path.split("/").pop());
const html = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("@ICON@", Object.keys(icon.metafile.outputs)[0].split("/").pop())
  .replace("@STYLE@", style)
  .replace("@SCRIPT@", script)
  .replace(
    "@PRELOADS@",
    [...first].filter((name) => name !== script).map((name) => `<link rel="modulepreload" href="/ui/assets/${name}">`).join("\n"),
  );
writeFileSync(join(assets, "index.html"), html);

const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };
const rows = [];
const symbols = [];
let number = 0;
const sizes = { first: 0, all: 0, files: {} };
for (const name of readdirSync(assets).filter((n) => /\.(html|js|css|svg)$/.test(n)).sort()) {
  const raw = readFileSync(join(assets, name));
  const gzip = gzipSync(raw, { level: 9 });
  const brotli = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } });
  const forms = [];
  for (const [suffix, bytes] of [["", raw], [".gz", gzip], [".br", brotli]]) {
    if (suffix) writeFileSync(join(assets, name + suffix), bytes);
    const symbol = `ffwatt_web_${number++}`;
    symbols.push({ symbol, path: join(assets, name + suffix) });
    forms.push(`{${symbol}, ${bytes.length}}`);
  }
  const tag = createHash("sha256").update(raw).digest("hex").slice(0, 20);
  rows.push(`    {"${name}", "${types[name.split(".").pop()]}", "${tag}", ${forms.join(", ")}},`);
  sizes.files[name] = gzip.length;
  sizes.all += gzip.length;
  if (name === "index.html" || name === style || first.has(name)) sizes.first += gzip.length;
}
writeFileSync(join(out, "sizes.json"), JSON.stringify(sizes, null, 2) + "\n");

const embed = ({ symbol, path }) =>
  `__asm__(".pushsection .rodata\\n.globl ${symbol}\\n${symbol}:\\n.incbin \\"${path.replace(/["\\]/g, "\\$&")}\\"\\n.byte 0\\n.popsection\\n");\n` +
  `extern "C" const char ${symbol}[];`;
writeFileSync(
  join(out, "web_assets.cpp"),
  `// Written by web/build.mjs.
#include "master/web_assets.h"

${symbols.map(embed).join("\n")}

namespace master {
namespace {
const WebAsset assets[] = {
${rows.join("\n")}
};
}  // namespace
std::span<const WebAsset> web_assets() { return assets; }
}  // namespace master
`,
);
