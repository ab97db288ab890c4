// What the worker does, without a worker: experiments with one network or two, in small pieces between which messages
// are heard.

import type { Said } from "../reading.ts";
import { heldByChance } from "./chance.ts";
import { Contender, first, type Snapshot } from "./contender.ts";
import { type Plane, pca, random, spans, through } from "./planes.ts";
import type { FromWorker, SurfaceRequest, ToWorker, Wanted } from "./protocol.ts";
import { chosenOf, type Parts } from "./settings.ts";
import { Survey } from "./survey.ts";
import { Surveying } from "./surveying.ts";

const SLICE = 20; // milliseconds of work between two messages
const SNAPSHOT = 34; // milliseconds between two snapshots, at the least
const SHARE = 3; // times as long as measuring takes, nothing is measured again
const MOST_LOSSES = 20_000; // of steps that are taken before the page is told of them

export class Laboratory {
  private parts: Parts | null = null;
  private experiment = 0;
  private contenders: Contender[] = [];
  private wanted: Wanted = { decision: 0, reach: 1, weights: 0 };
  private running = false;
  private pace: number | null = null;
  private owed = 0; // steps, at a pace
  private heard = 0; // when time was last counted
  private shown = 0; // when a snapshot was last sent
  private measured = { at: 0, took: 0 };
  private surveying: Surveying | null = null;
  private surveyShown = 0;

  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly now: () => number,
  ) {}

  // Whether there is something to do.
  get busy(): boolean {
    return this.surveying !== null || (this.running && this.contenders.some(({ training }) => !training.ended));
  }

  // How long there is nothing to do but to wait for the next step, in milliseconds.
  get idle(): number {
    if (this.surveying || this.pace === null) return 0;
    return Math.max((1000 * (1 - this.owed)) / this.pace, 0);
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case "begin":
        this.parts = message.parts;
        break;
      case "configure":
        this.configure(message);
        break;
      case "run":
        this.running = true;
        this.pace = message.pace;
        this.heard = this.now();
        this.owed = 0;
        break;
      case "pause":
        this.running = false;
        this.show(true);
        break;
      case "step":
        this.running = false;
        for (const one of this.contenders) one.advance(message.steps);
        this.show(true);
        break;
      case "change":
        this.change(message);
        break;
      case "want":
        this.wanted = message.wanted;
        this.show(true);
        break;
      case "surface":
        this.begin(message.asked);
        break;
      case "cancel":
        this.surveying = null;
        break;
    }
  }

  // Works for a while, and tells what came of it.
  work(): void {
    const until = this.now() + SLICE;
    if (this.running) this.train(this.surveying ? until - SLICE / 2 : until);
    if (this.surveying) this.look(until);
  }

  private configure({ experiment, data, contenders, wanted }: Extract<ToWorker, { kind: "configure" }>): void {
    const said: Said[] = [];
    const chosen = contenders.map((one) => this.parts && chosenOf(one, this.parts, said));
    [this.running, this.surveying, this.experiment, this.wanted] = [false, null, experiment, wanted];
    this.measured = { at: 0, took: 0 };
    const { parts } = this;
    if (!parts || chosen.includes(null)) {
      this.contenders = [];
      this.post({ kind: "refused", experiment, said });
      return;
    }
    this.contenders = contenders.map((one, k) => new Contender(data, one, chosen[k]!, parts.wrappers));
    const trainings = this.contenders.map(({ training }) => training);
    this.post({
      kind: "configured",
      experiment,
      parameters: trainings.map(({ params }) => params.length),
      steps: trainings.map(({ steps }) => steps),
      perEpoch: trainings.map(({ perEpoch }) => perEpoch),
    });
    this.show(true);
  }

  private change({ contender, optimizer, schedule }: Extract<ToWorker, { kind: "change" }>): void {
    const { parts, contenders, experiment } = this;
    const training = contenders[contender]?.training;
    if (!parts || !training) return;
    const said: Said[] = [];
    const chosen = chosenOf({ ...training.settings, optimizer, schedule }, parts, said);
    if (chosen) training.change(chosen);
    else this.post({ kind: "refused", experiment, said });
  }

  private train(until: number): void {
    const { contenders } = this;
    let now = this.now();
    if (this.pace !== null) {
      // What was missed while a page slept is not made up for.
      this.owed = Math.min(this.owed + ((now - this.heard) / 1000) * this.pace, this.pace);
    }
    this.heard = now;
    for (let taken = 0; now < until && taken < MOST_LOSSES && (this.pace === null || this.owed >= 1); taken++) {
      for (const one of contenders) one.advance(1);
      this.owed = Math.max(this.owed - 1, 0);
      now = this.now();
      if (contenders.every(({ training }) => training.ended)) break;
    }
    const ended = contenders.every(({ training }) => training.ended);
    if (ended) this.running = false;
    this.show(ended);
  }

  // now: even if little time has passed since the last time.
  private show(now: boolean): void {
    const { contenders, wanted, experiment, running } = this;
    const begun = this.now();
    if (!contenders.length || !(now || begun - this.shown >= SNAPSHOT)) return;
    this.shown = begun;
    const fresh = now || begun - this.measured.at >= SHARE * this.measured.took;
    const seen = contenders.map((one) => one.seen(wanted, fresh));
    const ended = this.now();
    if (fresh) this.measured = { at: ended, took: ended - begun };
    this.post({ kind: "snapshot", experiment, running, contenders: seen });
  }

  private begin(asked: SurfaceRequest): void {
    const { contenders, experiment } = this;
    const own = contenders[asked.contender];
    const plane = own ? this.planeOf(asked) : null;
    if (!plane) {
      this.surveying = null;
      this.post({ kind: "no_surface", experiment, request: asked.request });
      return;
    }
    const paths = contenders.map((one) => (alike(own, one) ? one.path : []));
    const examples = first(own.data.train, asked.examples);
    const chance = plane.kind === "pca" ? heldByChance(paths.filter((path) => path.length)) : null;
    this.surveying = new Surveying(
      asked,
      chance,
      new Survey(own.training.net, plane, examples, plane.extent, asked.side),
      paths,
    );
  }

  // A plane fitted to all paths, around where the network is, or through its start and what has come of it.
  private planeOf({ contender, plane, seed }: SurfaceRequest): Plane | null {
    const own = this.contenders[contender];
    const { net, params, start } = own.training;
    const paths = this.contenders.filter((one) => alike(own, one)).map(({ path }) => path);
    const paramsOf = (path: Snapshot[]): Float32Array[] => path.map((one) => one.params);
    if (plane === "random") return params.every(Number.isFinite) ? random(net.sizes, params, seed) : null;
    if (plane === "pca") return pca(paths.flatMap(paramsOf));
    if (own.path.length < 3) return null;
    const ends = paths.map((path) => path[path.length - 1].params);
    const middle = own.path[own.path.length >> 1].params;
    const made = through(start, ends[0], ends[1] ?? middle);
    return spans(made) ? made : null;
  }

  private look(until: number): void {
    const { surveying, experiment } = this;
    if (!surveying) return;
    while (!surveying.done && this.now() < until) surveying.next();
    const now = this.now();
    if (!surveying.whole || (!surveying.done && now - this.surveyShown < 3 * SNAPSHOT)) return;
    this.surveyShown = now;
    if (surveying.done) this.surveying = null;
    this.post({ kind: "surface", experiment, surface: surveying.seen() });
  }
}

// Whether two networks have the same loss over the same weights.
const alike = (one: Contender, other: Contender): boolean => one === other || told(one) === told(other);

const told = ({ training: { net, settings } }: Contender): string =>
  JSON.stringify([net.sizes, settings.activation, settings.loss]);
