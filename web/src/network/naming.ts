// What networks of an experiment are called: by what they differ in.

import type { Words } from "../catalogue.ts";
import { say } from "../elements.ts";
import { parsed } from "../notation.ts";
import { setting } from "../pictures/numerals.ts";
import type { PartEntry, Parts, Settings } from "./settings.ts";

export const namesOf = (contenders: readonly Settings[], parts: Parts, words: Words): string[] => {
  const told = contenders.map((one) => describe(one, parts, words));
  const [first, second] = told;
  if (!second) return [[first.activation, first.optimizer].join(words.name_comma)];
  const differ = Object.keys(first).filter((key) => first[key] !== second[key]);
  return told.map((one, k) =>
    differ.length ? differ.map((key) => one[key]).join(words.name_comma) : say(words.network_of, { number: k + 1 }),
  );
};

const describe = (settings: Settings, parts: Parts, words: Words): Record<string, string> => {
  const { hidden, activation, init, schedule, optimizer } = settings;
  return {
    hidden: say(words.hidden_of, { units: hidden.length ? hidden.join(words.comma) : 0 }),
    activation: titleOf(activation, parts.activations, words),
    init: titleOf(init, parts.initialisers, words),
    optimizer: titleOf(optimizer, parts.optimizers, words),
    schedule: titleOf(schedule, parts.schedules, words),
  };
};

const titleOf = (notation: string, entries: Record<string, PartEntry>, words: Words): string => {
  const { name, options } = parsed(notation);
  const labels = Object.fromEntries((entries[name]?.parameters ?? []).map((one) => [one.name, one.label]));
  const settings = Object.entries(options).map(
    ([key, value]) => `${words[key] ?? labels[key] ?? key} ${setting(Number(value))}`,
  );
  return [entries[name]?.title ?? name, ...settings].join(words.name_comma);
};
