// What the page shows, computed from its state: the ground, the walks, and what is wrong. Only what changed is computed
// again.

import type { Catalogue } from "./catalogue.ts";
import { noiseOf } from "./chances.ts";
import { type Look, looksOf } from "./looks.ts";
import { signsOf } from "./random.ts";
import {
  FORMULA_DOMAIN,
  type GroundSpec,
  groundOf,
  quarter,
  type Said,
  type ScheduleSpec,
  scheduleOf,
  type WalkerSpec,
  walkerNotation,
  walkerOf,
} from "./reading.ts";
import type { State } from "./state.ts";
import { type Domain, type Point, Terrain } from "./terrain.ts";
import { EXACT, type Walk, walk } from "./walk.ts";

const SEED = 0; // of Sophia's signs, where nothing else is said

// spec, terrain: null for a ground that was recorded, and that nothing can walk on here.
export interface Ground {
  spec: GroundSpec | null;
  terrain: Terrain | null;
  domain: Domain;
  start: Point;
  minima: Point[];
}

export interface Walking {
  spec: WalkerSpec;
  look: Look;
  walk: Walk;
}

export interface Model {
  ground: Ground;
  walking: Walking[];
  start: Point;
  schedule: ScheduleSpec | null;
  said: Said[];
}

// Computes models one after the other.
export class Modeller {
  private last: { ground: Ground; walks: Map<string, Walk>; key: string } | null = null;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly usual: string, // the terrain where none is said, or what is said is none
    private readonly given: { domain: Domain; start: Point; minima: Point[] } | null = null,
  ) {}

  of(state: State): Model {
    const said: Said[] = [];
    const ground = this.ground(state, said);
    const start = state.start ?? ground.start;
    const schedule = state.schedule ? scheduleOf(state.schedule, this.catalogue, said) : null;
    const key = JSON.stringify([
      ...[ground.spec?.notation, start, state.steps, schedule && [schedule.name, schedule.values]],
      ...[state.noise, state.batch, state.seed],
    ]);
    const before = this.last?.key === key ? this.last.walks : new Map<string, Walk>();
    const walks = new Map<string, Walk>();
    const able = ground.terrain ? state.walkers : [];
    const specs = able.flatMap((one) => walkerOf(one, this.catalogue, said) ?? []);
    const looks = looksOf(
      specs.map(({ name }) => name),
      this.catalogue.looks,
    );
    const walking = specs.map((spec, k) => {
      const made =
        before.get(spec.notation) ?? walks.get(spec.notation) ?? this.walk(spec, ground, start, schedule, state);
      walks.set(spec.notation, made);
      return { spec, look: looks[k], walk: made };
    });
    this.last = { ground, walks, key };
    return { ground, walking, start, schedule, said };
  }

  // A walk of one optimizer on the ground of a state.
  walk(spec: WalkerSpec, ground: Ground, start: Point, schedule: ScheduleSpec | null, state: State): Walk {
    const walker = {
      optimizer: spec.programs,
      options: spec.options,
      around: spec.around,
      ...(schedule && spec.programs.scheduled
        ? { schedule: { program: schedule.program, options: schedule.values } }
        : {}),
    };
    const exact = state.noise === 0 && state.batch === 0;
    const noise = exact ? EXACT : noiseOf(state, ground.terrain!);
    return walk(ground.terrain!, walker, this.catalogue.wrappers, start, state.steps, noise, signsOf(SEED));
  }

  // The walkers of a state, each at that of the same rates with which it ends lowest; one that ends nowhere stays.
  tuned(state: State): string[] {
    const { ground, walking, start, schedule } = this.of(state);
    if (!ground.terrain) return state.walkers;
    return walking.map(({ spec }) => {
      let [best, lowest] = [spec.notation, Number.POSITIVE_INFINITY];
      for (const lr of this.catalogue.rates) {
        const options = { ...spec.options, lr };
        const { loss, diverged } = this.walk({ ...spec, options }, ground, start, schedule, state);
        const end = diverged < 0 ? loss[loss.length - 1] : Number.POSITIVE_INFINITY;
        if (end < lowest) [best, lowest] = [walkerNotation(spec, options, spec.around), end];
      }
      return best;
    });
  }

  private ground(state: State, said: Said[]): Ground {
    if (!state.terrain && this.given) return { spec: null, terrain: null, ...this.given };
    const text = state.terrain || this.usual;
    const spec =
      groundOf(text, this.catalogue, said) ?? this.last?.ground.spec ?? groundOf(this.usual, this.catalogue, [])!;
    const domain = state.domain ?? spec.entry?.domain ?? FORMULA_DOMAIN;
    const last = this.last?.ground;
    if (last?.spec && last.spec.notation === spec.notation && String(last.domain) === String(domain)) return last;
    const terrain = new Terrain(spec.programs, spec.parameters);
    const { start, minima } = terrain.frame();
    return { spec, terrain, domain, start: start ?? quarter(domain), minima };
  }
}
