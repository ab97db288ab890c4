// Builds the page of networks alone: `npm run network`, after `python web/dev/network.py`; or from another file with
// what it holds, into another folder: `node dev/network.mjs CONTENT FOLDER`.

import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [content = here("network.json"), folder = here(".")] = process.argv.slice(2);
const common = { bundle: true, charset: "utf8", target: "es2022" };
const worker = await build({ ...common, entryPoints: [here("../src/network/worker.ts")], format: "iife", write: false });
await build({
  ...common,
  entryPoints: [here("network.ts")],
  outfile: join(folder, "network.js"),
  define: {
    WORKER: JSON.stringify(worker.outputFiles[0].text),
    CONTENT: JSON.stringify(await readFile(content, "utf8")),
  },
});
if (join(folder, "network.html") !== here("network.html")) {
  await copyFile(here("network.html"), join(folder, "network.html"));
}
