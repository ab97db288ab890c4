// Challenges: whether their goals are met by what walks, and which were met before.

import { parsed } from "./notation.ts";
import type { State } from "./state.ts";
import type { Parameters, Point } from "./terrain.ts";
import type { Walk } from "./walk.ts";

export interface Condition {
  by?: string;
  reaches?: "minimum" | number;
  within?: number;
  ends?: number;
  explodes?: boolean;
  edge?: number;
  before?: string;
  apart?: string;
  leaves?: "x" | "y";
  beyond?: number;
  parameter?: string;
  least?: number;
}

export interface Challenge {
  id: string;
  state: string;
  change: string[];
  only: string[];
  goal: Condition[];
  title: string;
  text: string;
  hint?: string;
  met?: string;
}

// What walked: the kind of each, its walk, and how it would walk at a rate that is so many times as high.
export interface Walker {
  kind: string;
  walk: Walk;
  at(factor: number): Walk;
}

export interface Situation {
  walkers: Walker[];
  minima: readonly Point[];
  near: number; // how far from a minimum is there
  parameters: Parameters;
}

// The step at which a walk is at its goal for the first time; Infinity if never.
export const arrival = ({ x, y, loss }: Walk, goal: "minimum" | number, { minima, near }: Situation): number => {
  for (let step = 0; step < x.length; step++) {
    const there =
      goal === "minimum"
        ? minima.some((point) => Math.hypot(x[step] - point[0], y[step] - point[1]) <= near)
        : loss[step] <= goal;
    if (there) return step;
  }
  return Number.POSITIVE_INFINITY;
};

const last = ({ loss }: Walk): number => loss[loss.length - 1];

// Whether the loss ends above where it began.
const climbs = (walk: Walk): boolean => walk.diverged >= 0 || last(walk) > walk.loss[0];

// Whether the rate from which on it climbs is this one, but for a share of it.
const isAtEdge = ({ at }: Walker, share: number): boolean =>
  climbs(at(1 / (1 - share))) && !climbs(at(1 / (1 + share)));

// The minimum that a walk ends at, as its place among all; −1 if it ends at none.
const rest = ({ x, y, diverged }: Walk, { minima, near }: Situation): number => {
  if (diverged >= 0) return -1;
  const end = x.length - 1;
  return minima.findIndex((point) => Math.hypot(x[end] - point[0], y[end] - point[1]) <= near);
};

const fulfils = (walker: Walker, condition: Condition, situation: Situation): boolean => {
  const { reaches, within, ends, explodes, edge, before, apart, leaves, beyond } = condition;
  const { walk } = walker;
  const others = (kind: string): Walk[] => situation.walkers.filter((one) => one.kind === kind).map((one) => one.walk);
  if (reaches !== undefined) {
    const arrived = arrival(walk, reaches, situation);
    if (!(arrived <= (within ?? Number.MAX_VALUE))) return false;
    if (before !== undefined && !all(others(before), (one) => arrived < arrival(one, reaches, situation))) return false;
  }
  if (ends !== undefined && !(walk.diverged < 0 && last(walk) <= ends)) return false;
  if (explodes && !(edge === undefined ? climbs(walk) : isAtEdge(walker, edge))) return false;
  if (apart !== undefined) {
    const place = rest(walk, situation);
    const elsewhere = (one: Walk): boolean => rest(one, situation) >= 0 && rest(one, situation) !== place;
    if (place < 0 || !all(others(apart), elsewhere)) return false;
  }
  if (leaves !== undefined && !walk[leaves].some((one) => Math.abs(one) > beyond!)) return false;
  return true;
};

// Whether something holds of all of them, and there are some.
const all = <T>(those: readonly T[], holds: (one: T) => boolean): boolean => those.length > 0 && those.every(holds);

// A condition, whether it holds, and what it is judged by.
export interface Check {
  condition: Condition;
  holds: boolean;
  walkers: Walker[]; // that may fulfil it
  rivals: Walker[];
}

export const checksOf = ({ goal, only }: Challenge, situation: Situation): Check[] =>
  goal.map((condition) => {
    const { parameter, least, by, before, apart } = condition;
    const walkers = situation.walkers.filter(
      ({ kind }) => (by === undefined || kind === by) && (!only.length || only.includes(kind)),
    );
    const rivals = situation.walkers.filter(({ kind }) => kind === before || kind === apart);
    const holds =
      parameter === undefined
        ? walkers.some((walker) => fulfils(walker, condition, situation))
        : Math.abs(situation.parameters[parameter]) >= least!;
    return { condition, holds, walkers, rivals };
  });

// What may be changed as a whole; all other names are of single parameters.
const WHOLE = ["optimizer", "parameters", "start", "terrain", "schedule", "noise", "steps"];

// Whether two notations are of one kind, and differ in nothing but what is free.
const alike = (one: string, other: string, free: (key: string) => boolean): boolean => {
  const [a, b] = [parsed(one), parsed(other)];
  const same = (key: string): boolean =>
    a.options[key] === b.options[key] || Number(a.options[key]) === Number(b.options[key]);
  return a.name === b.name && Object.keys({ ...a.options, ...b.options }).every((key) => free(key) || same(key));
};

// What was changed that must stay; empty if nothing was.
export const spoiled = ({ change, only, goal }: Challenge, begun: State, now: State): string[] => {
  const free = (what: string): boolean => change.includes(what);
  const single = (key: string): boolean => free(key) && !WHOLE.includes(key);
  const kept = (pick: (text: string) => boolean, may: (key: string) => boolean): boolean => {
    const [before, after] = [begun.walkers.filter(pick), now.walkers.filter(pick)];
    return before.length === after.length && before.every((one, k) => alike(one, after[k], may));
  };
  const rivals = goal.flatMap(({ before, apart }) => [before ?? [], apart ?? []].flat());
  const counts = (text: string): boolean => !only.length || only.includes(parsed(text).name);
  const sameWalkers =
    (free("optimizer") ||
      kept(
        () => true,
        (key) => free("parameters") || single(key),
      )) &&
    now.walkers.every(counts) &&
    kept(
      (text) => rivals.includes(parsed(text).name),
      () => false,
    );
  const sameGround =
    alike(begun.terrain, now.terrain, (key) => free("terrain") || single(key)) &&
    String(begun.domain) === String(now.domain);
  const sameNoise = begun.noise === now.noise && begun.batch === now.batch && begun.seed === now.seed;
  return Object.entries({
    optimizer: sameWalkers,
    terrain: sameGround,
    start: free("start") || String(begun.start) === String(now.start),
    schedule: free("schedule") || begun.schedule === now.schedule,
    noise: free("noise") || sameNoise,
    steps: free("steps") || begun.steps === now.steps,
  })
    .filter(([, same]) => !same)
    .map(([what]) => what);
};

// The challenges that were met, which the browser remembers where it may; they go nowhere else.
export class Progress {
  private readonly met = new Set<string>();

  constructor(private readonly store: Pick<Storage, "getItem" | "setItem"> | null) {
    try {
      for (const id of JSON.parse(store?.getItem(KEY) ?? "[]")) this.met.add(String(id));
    } catch {
      // What is there is not ours.
    }
  }

  has(id: string): boolean {
    return this.met.has(id);
  }

  add(id: string): void {
    if (this.met.has(id)) return;
    this.met.add(id);
    try {
      this.store?.setItem(KEY, JSON.stringify([...this.met]));
    } catch {
      // Then it is remembered as long as the page is open.
    }
  }
}

const KEY = "landscape challenges";
