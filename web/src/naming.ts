// Names of what walks.

import type { Words } from "./catalogue.ts";
import { setting } from "./pictures/numerals.ts";
import type { WalkerSpec } from "./reading.ts";

// What a walker is called: with its rate, and what is around it.
export const nameOf = ({ entry, options, around }: WalkerSpec, words: Words): string =>
  [
    entry.title,
    `${words.lr} ${setting(options.lr)}`,
    ...around.map(({ name, size }) => `${words[`${name}_short`]} ${setting(size)}`),
  ].join(words.name_comma);
