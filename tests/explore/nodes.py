"""The page's own sources in Node: for tests that hold them against Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
# With Node, which came with the other tools, if it did.
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
NODE = shutil.which("node", path=PATH)


class Node:
    """A process that holds modules of web/src, bundled, and evaluates expressions with them."""

    def __init__(self, folder, *modules):
        entry = folder / "entry.ts"
        names = [Path(module).name.removesuffix(".ts") for module in modules]
        lines = [
            f'import * as {name} from "{WEB / "src" / module}";' for name, module in zip(names, modules, strict=True)
        ]
        entry.write_text("\n".join([*lines, _LOOP % ", ".join(names)]), encoding="utf-8")
        built = folder / "built.cjs"
        subprocess.run(
            [WEB / "node_modules/.bin/esbuild", entry, "--bundle", "--platform=node", f"--outfile={built}"],
            check=True,
            capture_output=True,
            env=os.environ | {"PATH": PATH},
        )
        self.process = subprocess.Popen(
            [NODE, built],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, code, **given):
        """What a function body returns, or promises, which knows the modules and what is given; NaN and infinities are
        numbers."""
        self.process.stdin.write(json.dumps({"code": code, "given": given}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


_LOOP = """
import { createInterface } from "node:readline";

const modules = { %s };
const numbers = (text) => text.replace(/"(?:[^"\\\\]|\\\\.)*"|-?Infinity|NaN/g, (one) =>
  one[0] === '"' ? one : one === "NaN" ? '{"$": "NaN"}' : one[0] === "-" ? '{"$": "-Infinity"}' : '{"$": "Infinity"}');
const read = (text) => JSON.parse(numbers(text), (_, one) => (one && one.$ ? Number(one.$) : one));
const written = (value) => {
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${Array.from(value, written).join(",")}]`;
  if (value && typeof value === "object")
    return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${written(one)}`).join(",")}}`;
  return JSON.stringify(value ?? null);
};
const answered = async (line) => {
  const { code, given } = read(line);
  let answer;
  try {
    const known = { ...modules, ...given };
    answer = { value: await new Function(...Object.keys(known), code)(...Object.values(known)) };
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  process.stdout.write(`${written(answer)}\\n`);
};
let last = Promise.resolve();
createInterface({ input: process.stdin }).on("line", (line) => {
  last = last.then(() => answered(line));
});
"""
