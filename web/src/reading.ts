// Notations of the address as what they name: parts of the catalogue with their values, and sentences on what is wrong.

import type { Catalogue, OptimizerEntry, Parameter, TerrainEntry, Words } from "./catalogue.ts";
import { say } from "./elements.ts";
import { FormulaError, formula, nearest } from "./formula.ts";
import { parsed, written } from "./notation.ts";
import type { OptimizerPrograms } from "./optimizer.ts";
import type { Program } from "./program.ts";
import type { Domain, Parameters, Point, TerrainPrograms } from "./terrain.ts";
import type { Wrapper } from "./walk.ts";

// A sentence to be said: the key of its words, and what is put in.
export interface Said {
  key: string;
  values: Record<string, string | number>;
}

// As a sentence of a language.
export const sentence = ({ key, values }: Said, words: Words): string => {
  const near = `${key}_near`;
  return say(values.near && near in words ? words[near] : words[key], values);
};

export interface GroundSpec {
  notation: string;
  name: string;
  entry: TerrainEntry | null; // null for a formula
  values: Record<string, number | string>;
  programs: TerrainPrograms;
  parameters: Parameters; // those that programs take
}

export interface WalkerSpec {
  notation: string;
  name: string;
  entry: OptimizerEntry;
  programs: OptimizerPrograms;
  variant: string; // of the entry's, empty for the usual one
  options: Parameters;
  around: Wrapper[];
}

export interface ScheduleSpec {
  name: string;
  values: Parameters;
  program: Program;
}

export const FORMULA_DOMAIN: Domain = [
  [-3, 3],
  [-3, 3],
];

export const quarter = ([[x0, x1], [y0, y1]]: Domain): Point => [0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1];

const WRAPPERS = ["clip", "sam"] as const;

// What a record holds by itself under a name.
const own = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

// Whether a value is one that a parameter may have.
export const allowed = ({ scale, choices }: Parameter, value: number | string): boolean => {
  if (choices) return choices.includes(value);
  if (typeof value !== "number" || !(Number.isFinite(value) || value === Infinity)) return false;
  if (scale === "count") return Number.isInteger(value) && value >= 1;
  if (scale === "rate") return value > 0;
  if (scale === "amount") return value >= 0;
  if (scale === "memory") return value >= 0 && value < 1;
  return Number.isFinite(value);
};

const given = (
  what: string,
  parameters: Parameter[],
  options: Record<string, string>,
  said: Said[],
): Record<string, number | string> => {
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  for (const [key, text] of Object.entries(options)) {
    const parameter = parameters.find(({ name }) => name === key);
    if (!parameter) {
      const names = parameters.map(({ name }) => name);
      said.push({
        key: "no_parameter",
        values: { what, given: key, near: nearest(key, names), all: names.join(", ") },
      });
      continue;
    }
    const number = text.trim() === "" ? Number.NaN : Number(text);
    const value = parameter.choices ? parameter.choices.find((one) => String(one) === text) : number;
    if (value === undefined || !allowed(parameter, value)) {
      said.push({ key: "no_value", values: { what, given: `${key}=${text}`, usual: String(parameter.value) } });
    } else values[key] = value;
  }
  return values;
};

// The terrain of a notation, or of a formula; null, and a sentence, for what is neither.
export const groundOf = (text: string, catalogue: Catalogue, said: Said[]): GroundSpec | null => {
  const { name, options } = parsed(text);
  const entry = own(catalogue.terrains, name);
  if (!entry) return formulaOf(text, catalogue, said);
  const values = given(entry.title, entry.parameters, options, said);
  const chosen = entry.parameters.filter(({ choices }) => choices);
  const variant = chosen.map((one) => `${one.name}=${values[one.name]}`).join(",");
  const parameters: Parameters = {};
  for (const one of entry.parameters) if (!one.choices) parameters[one.name] = Number(values[one.name]);
  return {
    notation: notationOf(name, entry.parameters, values),
    name,
    entry,
    values,
    programs: entry.variants[variant],
    parameters,
  };
};

const formulaOf = (text: string, catalogue: Catalogue, said: Said[]): GroundSpec | null => {
  try {
    const programs = formula(text, catalogue.derivatives);
    return { notation: text, name: text, entry: null, values: {}, programs, parameters: {} };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { reason, at, about, nearest: near } = error;
    const name = /^\w+$/.test(text.trim()) ? nearest(text.trim(), Object.keys(catalogue.terrains)) : "";
    said.push({ key: reason, values: { at: at + 1, about, near: name || near } });
    return null;
  }
};

// An optimizer with what is around it; null, and a sentence, where there is none of that name.
export const walkerOf = (text: string, catalogue: Catalogue, said: Said[]): WalkerSpec | null => {
  const { name, options } = parsed(text);
  const entry = own(catalogue.optimizers, name);
  if (!entry) {
    const near = nearest(name, Object.keys(catalogue.optimizers));
    said.push({ key: "no_optimizer", values: { given: name, near } });
    return null;
  }
  const around: Wrapper[] = [];
  for (const key of Object.keys(options)) {
    const wrapper = WRAPPERS.find((one) => one === key);
    if (!wrapper) continue;
    const size = Number(options[key]);
    if (size > 0 && Number.isFinite(size)) around.unshift({ name: wrapper, size });
    else said.push({ key: "no_value", values: { what: entry.title, given: `${key}=${options[key]}`, usual: "" } });
    delete options[key];
  }
  const variant =
    Object.keys(entry.variants).find((one) =>
      one.split(",").every((pair) => options[pair.split("=")[0]] === pair.split("=")[1]),
    ) ?? "";
  for (const pair of variant.split(",")) delete options[pair.split("=")[0]];
  const programs = variant ? entry.variants[variant] : entry.point;
  const values = given(entry.title, entry.parameters, options, said);
  const numbers = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
  const notation = walkerNotation({ name, entry, variant }, numbers, around);
  return { notation, name, entry, programs, variant, options: numbers, around };
};

export const scheduleOf = (text: string, catalogue: Catalogue, said: Said[]): ScheduleSpec | null => {
  const { name, options } = parsed(text);
  const entry = own(catalogue.schedules, name);
  if (!entry) {
    said.push({ key: "no_schedule", values: { given: name, near: nearest(name, Object.keys(catalogue.schedules)) } });
    return null;
  }
  const values = given(entry.title, entry.parameters, options, said);
  return {
    name,
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)])),
    program: entry.program,
  };
};

// A part's notation: what differs from the usual.
export const notationOf = (name: string, parameters: Parameter[], values: Record<string, number | string>): string =>
  written(
    name,
    Object.fromEntries(
      parameters.filter((one) => values[one.name] !== one.value).map((one) => [one.name, values[one.name]]),
    ),
  );

// An optimizer's always says its rate.
export const walkerNotation = (
  { name, entry: { parameters }, variant }: Pick<WalkerSpec, "name" | "entry" | "variant">,
  options: Parameters,
  around: readonly Wrapper[],
): string => {
  const shown = parameters.filter((one) => one.name === "lr" || options[one.name] !== one.value);
  const pairs: Record<string, number | string> = Object.fromEntries(shown.map((one) => [one.name, options[one.name]]));
  for (const pair of variant ? variant.split(",") : []) pairs[pair.split("=")[0]] = pair.split("=")[1];
  // The notation names what is around from the innermost on.
  for (const one of [...around].reverse()) pairs[one.name] = one.size;
  return written(name, pairs);
};
