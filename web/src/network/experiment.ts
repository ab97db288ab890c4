// An experiment as a text, of which the page's address is made: data, and what one network or two are made of.

import { escaped } from "../state.ts";
import { type Settings, USUAL } from "./settings.ts";

export interface Experiment {
  data: string; // the name of one of the page's sets
  contenders: Settings[];
}

export const MOST = { layers: 8, units: 256, epochs: 100_000, batch: 100_000 };

interface Property<T> {
  key: string;
  read(text: string): T | undefined; // undefined for what is none
  write(value: T): string;
}

const word = (key: string): Property<string> => ({ key, read: (text) => text || undefined, write: (value) => value });

const whole = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text);
  return text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
};

const TABLE: { [K in keyof Settings]: Property<Settings[K]> } = {
  hidden: {
    key: "hidden",
    read(text) {
      const units = text === "" ? [] : text.split(",").map((one) => whole(one, 1, MOST.units));
      return units.length <= MOST.layers && units.every((one) => one !== undefined) ? units : undefined;
    },
    write: (units) => units.join(","),
  },
  activation: word("activation"),
  init: word("init"),
  loss: word("loss"),
  optimizer: word("o"),
  schedule: word("schedule"),
  batch: {
    key: "batch",
    read: (text) => (text === "full" ? text : whole(text, 1, MOST.batch)),
    write: String,
  },
  epochs: { key: "epochs", read: (text) => whole(text, 1, MOST.epochs), write: String },
  seed: { key: "seed", read: (text) => whole(text, 0, 2 ** 31), write: String },
};

const NAMES = Object.keys(TABLE) as (keyof Settings)[];

// What differs from the usual; where two networks differ, the second's stands after the first's.
export const experimentText = ({ data, contenders }: Experiment): string => {
  const pairs = [["data", data]];
  if (contenders.length > 1) pairs.push(["two", "1"]);
  const put = <K extends keyof Settings>(name: K): void => {
    const { key, write } = TABLE[name];
    const values = contenders.map((one) => write(one[name]));
    if (values.every((one) => one === write(USUAL[name]))) return;
    for (const value of new Set(values)) pairs.push([key, value]);
  };
  NAMES.forEach(put);
  return pairs.map(([key, value]) => `${key}=${escaped(value)}`).join("&");
};

// What a text does not say, or not rightly, is as usual.
export const experimentOf = (text: string, usual: string): Experiment => {
  const found = new URLSearchParams(text);
  const many = found.get("two") === "1" ? 2 : 1;
  const contenders = Array.from({ length: many }, (_, k): Settings => {
    const settings = { ...USUAL };
    const take = <K extends keyof Settings>(name: K): void => {
      const { key, read } = TABLE[name];
      const all = found.getAll(key);
      const value = all.length ? read(all[Math.min(k, all.length - 1)]) : undefined;
      if (value !== undefined) settings[name] = value;
    };
    NAMES.forEach(take);
    return settings;
  });
  return { data: found.get("data") || usual, contenders };
};
