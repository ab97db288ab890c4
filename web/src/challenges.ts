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
  leaves?: string;
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
const explodes = (walk: Walk): boolean => walk.diverged >= 0 || last(walk) > walk.loss[0];

const fulfils = (walker: Walker, condition: Condition, situation: Situation): boolean => {
  const { reaches, within, ends, edge, before, leaves, beyond } = condition;
  const { walk } = walker;
  if (reaches !== undefined) {
    const arrived = arrival(walk, reaches, situation);
    if (!(arrived <= (within ?? Number.MAX_VALUE))) return false;
    const rivals = situation.walkers.filter(({ kind }) => kind === before);
    if (before !== undefined && !rivals.length) return false;
    if (rivals.some((rival) => arrival(rival.walk, reaches, situation) <= arrived)) return false;
  }
  if (ends !== undefined && !(walk.diverged < 0 && last(walk) <= ends)) return false;
  if (condition.explodes && !(explodes(walk) && (edge === undefined || !explodes(walker.at(1 - edge))))) return false;
  if (leaves !== undefined && !(leaves === "x" ? walk.x : walk.y).some((one) => Math.abs(one) > beyond!)) return false;
  return true;
};

export const met = ({ goal, only }: Challenge, situation: Situation): boolean =>
  goal.every((condition) => {
    const { parameter, least, by } = condition;
    if (parameter !== undefined && !(Math.abs(situation.parameters[parameter]) >= least!)) return false;
    const { parameter: _, least: __, ...rest } = condition;
    if (!Object.keys(rest).some((key) => key !== "by")) return true;
    const counted = situation.walkers.filter(
      ({ kind }) => (by === undefined || kind === by) && (!only.length || only.includes(kind)),
    );
    return counted.some((walker) => fulfils(walker, condition, situation));
  });

// What was changed that must stay; empty if nothing was.
export const spoiled = ({ change, only, goal }: Challenge, begun: State, now: State): string[] => {
  const found: string[] = [];
  const free = (what: string): boolean => change.includes(what);
  const kinds = (state: State): string => state.walkers.map((one) => parsed(one).name).join();
  const rivals = goal.flatMap(({ before }) => before ?? []);
  const kept = ({ walkers }: State): string => walkers.filter((one) => rivals.includes(parsed(one).name)).join();
  if (!free("optimizer")) {
    if (free("parameters") ? kinds(begun) !== kinds(now) : String(begun.walkers) !== String(now.walkers)) {
      found.push("optimizer");
    }
  }
  if (only.length && now.walkers.some((one) => !only.includes(parsed(one).name))) found.push("optimizer");
  if (kept(begun) !== kept(now)) found.push("optimizer");
  if (free("terrain") ? parsed(begun.terrain).name !== parsed(now.terrain).name : begun.terrain !== now.terrain) {
    found.push("terrain");
  }
  if (!free("start") && String(begun.start) !== String(now.start)) found.push("start");
  if (!free("schedule") && begun.schedule !== now.schedule) found.push("schedule");
  if (!free("noise") && (begun.noise !== now.noise || begun.batch !== now.batch || begun.seed !== now.seed)) {
    found.push("noise");
  }
  if (!free("steps") && begun.steps !== now.steps) found.push("steps");
  return [...new Set(found)];
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
