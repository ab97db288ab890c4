// What the page holds, as Python's `catalogue` and `content` write it.

import type { OptimizerPrograms } from "./optimizer.ts";
import type { Program } from "./program.ts";
import type { Domain, Point, TerrainPrograms } from "./terrain.ts";
import type { WrapperPrograms } from "./walk.ts";

export type Scale = "count" | "rate" | "amount" | "memory" | "number" | "angle";

// What may be changed of a part: a number on a slider of some scale, or one of several choices.
export interface Parameter {
  name: string;
  label: string;
  value: number | string;
  scale?: Scale;
  choices?: (number | string)[];
  titles?: string[]; // of the choices
}

export interface TerrainEntry {
  title: string;
  formula: string;
  domain: Domain;
  start: Point;
  height: "linear" | "log";
  floor: number;
  rounding: number;
  coordinates: readonly [string, string];
  toScale: boolean;
  bounded: boolean;
  parameters: Parameter[];
  variants: Record<string, TerrainPrograms>; // by the choices, as "depth=10"
}

export interface OptimizerEntry {
  title: string;
  formula: string;
  parameters: Parameter[];
  point: OptimizerPrograms;
  variants: Record<string, OptimizerPrograms>; // by settings that no slider changes, as "diagonal=exact"
  vector: OptimizerPrograms | null;
}

export interface ScheduleEntry {
  title: string;
  parameters: Parameter[];
  program: Program;
}

export interface LookTable {
  own: Record<string, [hue: string, dash: number[], marker: string]>;
  hues: Record<Theme, Record<string, string>>;
  spare: string[];
  dashes: number[][];
  markers: string[];
  outlines: Record<string, string>;
}

export interface Catalogue {
  terrains: Record<string, TerrainEntry>;
  optimizers: Record<string, OptimizerEntry>;
  schedules: Record<string, ScheduleEntry>;
  wrappers: WrapperPrograms;
  sizes: Record<"clip" | "sam", number>;
  derivatives: Record<string, Program>;
  looks: LookTable;
  rates: number[]; // that are tried of each optimizer alike
}

export type Theme = "light" | "dark";
export type Words = Record<string, string>;
