// What a training is made of, in the command line's notation, and what its words name.

import type { OptimizerEntry, Parameter, ScheduleEntry } from "../catalogue.ts";
import { nearest } from "../formula.ts";
import { parsed, written } from "../notation.ts";
import type { Program } from "../program.ts";
import { allowed, type Said } from "../reading.ts";
import type { Parameters } from "../terrain.ts";
import type { Wrapper } from "../walk.ts";
import type { Initialiser } from "./architecture.ts";
import type { Loss } from "./losses.ts";
import type { Activation } from "./passes.ts";
import type { WrapperPrograms } from "./stepper.ts";

// hidden: units of the hidden layers. seed: of the first weights and of the order of the examples.
export interface Settings {
  hidden: readonly number[];
  activation: string;
  init: string;
  loss: string;
  optimizer: string;
  schedule: string;
  batch: number | "full";
  epochs: number;
  seed: number;
}

export const USUAL: Settings = {
  hidden: [8, 8],
  activation: "tanh",
  init: "glorot",
  loss: "cross_entropy",
  optimizer: "adam:lr=0.01",
  schedule: "constant",
  batch: 32,
  epochs: 100,
  seed: 0,
};

export interface PartEntry {
  title: string;
  parameters: Parameter[];
}

export interface ActivationEntry extends PartEntry {
  function: Program;
  derivative: Program;
  steepest: Program; // of the parameters: the largest slope
  flat: string; // what a unit with hardly any slope is called: "saturated", or "inactive"
}

export interface InitialiserEntry extends PartEntry {
  deviation: Program | null;
}

// As Python's `network_parts` writes them, with the catalogue's optimizers and schedules.
export interface Parts {
  activations: Record<string, ActivationEntry>;
  initialisers: Record<string, InitialiserEntry>;
  losses: Record<string, PartEntry>;
  wrappers: WrapperPrograms;
  optimizers: Record<string, Pick<OptimizerEntry, "title" | "parameters" | "vector">>;
  schedules: Record<string, ScheduleEntry>;
}

export interface Chosen {
  activation: Activation & { entry: ActivationEntry };
  initialiser: Initialiser;
  loss: Loss;
  optimizer: { programs: NonNullable<OptimizerEntry["vector"]>; options: Parameters; around: Wrapper[] };
  schedule: { program: Program; options: Parameters } | null; // null for a constant rate
}

// The parts that settings name; null, and sentences, where one is none.
export const chosenOf = (settings: Settings, parts: Parts, said: Said[]): Chosen | null => {
  const before = said.length;
  const activation = partOf("activation", settings.activation, parts.activations, said);
  const initialiser = partOf("initialiser", settings.init, parts.initialisers, said);
  const loss = partOf("loss", settings.loss, parts.losses, said);
  const schedule = partOf("schedule", settings.schedule, parts.schedules, said);
  const optimizer = optimizerOf(settings.optimizer, parts, said);
  if (!activation || !initialiser || !loss || !schedule || !optimizer) return null;
  const steady = schedule.name === "constant";
  if (!steady && !optimizer.programs.scheduled) {
    said.push({ key: "takes_no_schedule", values: { what: optimizer.title } });
  }
  if (said.length > before) return null;
  return {
    activation: {
      name: activation.name,
      options: activation.options,
      ...programsOf(activation.entry),
      entry: activation.entry,
    },
    initialiser: { name: initialiser.name, options: initialiser.options, deviation: initialiser.entry.deviation },
    loss: { name: loss.name, smoothing: loss.options.label_smoothing ?? 0 },
    optimizer,
    schedule: steady ? null : { program: schedule.entry.program, options: schedule.options },
  };
};

const programsOf = ({ function: of, derivative }: ActivationEntry): { function: Program; derivative: Program } => ({
  function: of,
  derivative,
});

interface Part<Entry> {
  name: string;
  entry: Entry;
  options: Parameters;
}

const partOf = <Entry extends PartEntry>(
  kind: string,
  text: string,
  entries: Record<string, Entry>,
  said: Said[],
): Part<Entry> | null => {
  const { name, options } = parsed(text);
  if (!Object.hasOwn(entries, name)) {
    said.push({ key: `no_${kind}`, values: { given: name, near: nearest(name, Object.keys(entries)) } });
    return null;
  }
  const entry = entries[name];
  return { name, entry, options: optionsOf(entry, options, said) };
};

const optionsOf = ({ title, parameters }: PartEntry, given: Record<string, string>, said: Said[]): Parameters => {
  const values: Parameters = Object.fromEntries(parameters.map(({ name, value }) => [name, Number(value)]));
  for (const [key, text] of Object.entries(given)) {
    const parameter = parameters.find(({ name }) => name === key);
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!parameter) {
      const names = parameters.map(({ name }) => name);
      const near = nearest(key, names);
      said.push({ key: "no_parameter", values: { what: title, given: key, near, all: names.join(", ") } });
    } else if (!allowed(parameter, value)) {
      said.push({ key: "no_value", values: { what: title, given: `${key}=${text}`, usual: String(parameter.value) } });
    } else values[key] = value;
  }
  return values;
};

const AROUND = ["clip", "sam"] as const;

const optimizerOf = (text: string, parts: Parts, said: Said[]): (Chosen["optimizer"] & { title: string }) | null => {
  const { name, options } = parsed(text);
  const able = Object.keys(parts.optimizers).filter((one) => parts.optimizers[one].vector);
  if (!able.includes(name)) {
    said.push({ key: "no_optimizer", values: { given: name, near: nearest(name, able) } });
    return null;
  }
  const entry = parts.optimizers[name];
  const around: Wrapper[] = [];
  for (const key of Object.keys(options)) {
    const wrapper = AROUND.find((one) => one === key);
    if (!wrapper) continue;
    const size = Number(options[key]);
    if (size > 0 && Number.isFinite(size)) around.unshift({ name: wrapper, size });
    else said.push({ key: "no_value", values: { what: entry.title, given: `${key}=${options[key]}`, usual: "" } });
    delete options[key];
  }
  return { title: entry.title, programs: entry.vector!, options: optionsOf(entry, options, said), around };
};

// A notation with another value of one of its parameters.
export const changed = (notation: string, key: string, value: number): string => {
  const { name, options } = parsed(notation);
  return written(name, { ...options, [key]: value });
};
