// The whole state of the page: one table of its properties, which saving, sharing and going back read. The address is the
// form in which it is kept, in the command line's notation.

import type { Domain, Point } from "./terrain.ts";

export interface State {
  terrain: string; // a notation or a formula; empty for what the page was made of
  domain: Domain | null; // of a formula; null for the usual one
  walkers: string[]; // notations
  start: Point | null; // null for the terrain's own
  steps: number;
  schedule: string;
  noise: number;
  batch: number; // examples in a minibatch; 0 for all
  seed: number;
  challenge: string;
  field: boolean; // whether the map shows the gradient field
  tab: string;
  network: string; // of the network's tab, a state of its own
}

export const DEFAULT: State = {
  terrain: "",
  domain: null,
  walkers: [],
  start: null,
  steps: 200,
  schedule: "",
  noise: 0,
  batch: 0,
  seed: 0,
  challenge: "",
  field: false,
  tab: "",
  network: "",
};

export const MOST_STEPS = 20_000;

interface Property<T> {
  key: string;
  read(found: string[]): T | undefined; // undefined for what is none
  write(value: T): string[];
}

const text = (key: string): Property<string> => ({
  key,
  read: ([found]) => found,
  write: (value) => (value ? [value] : []),
});

const number = (key: string, least: number, most: number, whole = false): Property<number> => ({
  key,
  read([found]) {
    const value = Number(found);
    if (found.trim() === "" || !Number.isFinite(value)) return undefined;
    const kept = Math.min(Math.max(value, least), most);
    return whole ? Math.round(kept) : kept;
  },
  write: (value) => [String(value)],
});

const numbers = (found: string, many: number): number[] | undefined => {
  const values = found.split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  return values.length === many && values.every(Number.isFinite) ? values : undefined;
};

const TABLE: { [K in keyof State]: Property<State[K]> } = {
  terrain: text("t"),
  domain: {
    key: "d",
    read([found]) {
      const values = numbers(found, 4);
      if (!values) return undefined;
      const [x0, x1, y0, y1] = values;
      return x0 < x1 && y0 < y1
        ? [
            [x0, x1],
            [y0, y1],
          ]
        : undefined;
    },
    write: (value) => (value ? [value.flat().join(",")] : []),
  },
  walkers: { key: "o", read: (found) => found, write: (value) => value },
  start: {
    key: "x",
    read([found]) {
      const values = numbers(found, 2);
      return values && [values[0], values[1]];
    },
    write: (value) => (value ? [value.join(",")] : []),
  },
  steps: number("n", 1, MOST_STEPS, true),
  schedule: text("s"),
  noise: number("noise", 0, 1e6),
  batch: number("batch", 0, 100, true),
  seed: number("seed", 0, 2 ** 31, true),
  challenge: text("c"),
  field: { key: "field", read: ([found]) => found === "1", write: (value) => (value ? ["1"] : []) },
  tab: text("tab"),
  network: text("net"),
};

const NAMES = Object.keys(TABLE) as (keyof State)[];

// The state that an address holds; what it does not say, or not rightly, is as in `before`.
export const fromAddress = (address: string, before: State = DEFAULT): State => {
  const found = new URLSearchParams(address.replace(/^#/, ""));
  const state: State = { ...before };
  const take = <K extends keyof State>(name: K): void => {
    const { key, read } = TABLE[name];
    if (!found.has(key)) return;
    const value = read(found.getAll(key));
    if (value !== undefined) state[name] = value;
  };
  NAMES.forEach(take);
  return state;
};

// An address holds what differs from the usual.
export const toAddress = (state: State): string => {
  const pairs: string[] = [];
  const put = <K extends keyof State>(name: K): void => {
    const { key, write } = TABLE[name];
    const usual = write(DEFAULT[name]);
    const values = write(state[name]);
    if (values.join("&") === usual.join("&")) return;
    for (const value of values) pairs.push(`${key}=${escaped(value)}`);
  };
  NAMES.forEach(put);
  return pairs.join("&");
};

// What may stand in an address as it is stays readable.
export const escaped = (value: string): string =>
  encodeURIComponent(value)
    .replace(/%(3A|3D|2C|2F|5E|2A|28|29)/g, (one) => decodeURIComponent(one))
    .replace(/%20/g, "+");
