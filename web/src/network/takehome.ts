// The command line that repeats a training in Python.

import { parsed } from "../notation.ts";
import type { Data } from "./data.ts";
import type { Settings } from "./settings.ts";

// One command for all networks that differ in nothing but their optimizers, and else one for each.
export const commandsOf = (
  data: Pick<Data, "notation" | "images" | "features" | "classes">,
  contenders: readonly Settings[],
): string[] => {
  const groups = new Map<string, Settings[]>();
  for (const one of contenders) {
    const key = JSON.stringify({ ...one, optimizer: "" });
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => commandOf(data, group));
};

const commandOf = (
  { notation, images, features, classes }: Parameters<typeof commandsOf>[0],
  group: Settings[],
): string => {
  const [one] = group;
  const words = ["landscape train", `--data ${quoted(notation)}`];
  if (images !== null) words.push(`--images ${images}`);
  words.push(`--layers ${[features, ...one.hidden, classes].join(",")}`);
  if (one.hidden.length) words.push(`--activation ${quoted(one.activation)}`);
  words.push(`--init ${quoted(one.init)}`);
  if (one.loss !== "cross_entropy") words.push(`--loss ${quoted(one.loss)}`);
  for (const optimizer of new Set(group.map((each) => each.optimizer))) words.push(`-o ${quoted(optimizer)}`);
  if (parsed(one.schedule).name !== "constant") words.push(`--schedule ${quoted(one.schedule)}`);
  words.push(`--epochs ${one.epochs}`);
  if (one.batch !== 32) words.push(`--batch-size ${one.batch}`);
  if (one.seed !== 0) words.push(`--seed ${one.seed}`);
  return words.join(" ");
};

// A word as shells read it.
const quoted = (text: string): string => (/^[\w:=,.+/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
