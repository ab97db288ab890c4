// Builds the page's script and styles into the Python package: `npm run build`. The same sources give the same bytes,
// which `npm run built` checks.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = {
  bundle: true,
  minify: !process.env.PLAIN,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  legalComments: "none",
  write: false,
};

// The network's worker, as a text that the page makes a worker of: a page of one file has no other.
const worker = await build({ ...common, entryPoints: [here("src/network/worker.ts")], format: "iife" });
const made = await build({
  ...common,
  entryPoints: { playground: here("src/main.ts"), style: here("src/style.css") },
  outdir: here("../landscape/explore/built"),
  define: { WORKER: JSON.stringify(worker.outputFiles[0].text) },
});

const check = process.argv.includes("--check");
let stale = false;
for (const { path, contents } of made.outputFiles) {
  if (!check) await writeFile(path, contents);
  else if (!Buffer.from(contents).equals(await readFile(path).catch(() => Buffer.alloc(0)))) {
    console.error(`${path} is not what its sources give: npm run build`);
    stale = true;
  }
}
process.exitCode = stale ? 1 : 0;
