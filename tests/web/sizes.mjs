// Holds the built dashboard to what its readers' networks were promised: a first view of 60 KB, and all of it in 150 KB,
// as gzip sends it (brotli is smaller).
import { readFileSync } from "node:fs";

const sizes = JSON.parse(readFileSync(process.argv[2], "utf8"));
const most = { first: 60_000, all: 150_000 };
let failed = false;
for (const [what, limit] of Object.entries(most)) {
  console.log(`${what}: ${sizes[what]} bytes of at most ${limit}`);
  if (!(sizes[what] > 0 && sizes[what] <= limit)) failed = true;
}
if (failed) console.log(JSON.stringify(sizes.files, null, 2));
process.exit(failed ? 1 : 0);
