// Builds the page of networks alone: `npm run network`, after `python web/dev/network.py`.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = { bundle: true, charset: "utf8", target: "es2022" };
const worker = await build({ ...common, entryPoints: [here("../src/network/worker.ts")], format: "iife", write: false });
await build({
  ...common,
  entryPoints: [here("network.ts")],
  outfile: here("network.js"),
  define: {
    WORKER: JSON.stringify(worker.outputFiles[0].text),
    CONTENT: JSON.stringify(await readFile(here("network.json"), "utf8")),
  },
});
