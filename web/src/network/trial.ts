// An experiment in the worker, and all that was heard of it so far.

import type { Said } from "../reading.ts";
import { Conversation } from "./conversation.ts";
import type { Data } from "./data.ts";
import { MovingMean } from "./means.ts";
import type { FromWorker, Mark, PlaneKind, Seen, SurfaceSeen, Wanted } from "./protocol.ts";
import type { Parts, Settings } from "./settings.ts";

const [SIDE, COARSER] = [41, 31]; // points of a surface along a side: of few weights, and of many
const MANY = 5000; // weights
const PRODUCTS = 2e9; // that a surface may take, for which fewer examples are taken, within
const [FEWEST, MOST] = [100, 500];
const FIRST = 16; // steps after which there is a walk to be looked at
const AGAIN = 2; // times as many steps, after which the plane is laid anew

export interface TrialEvents {
  begun(): void; // of the experiment nothing is known yet
  seen(): void; // something new is
  surface(surface: SurfaceSeen | null): void; // null as nothing has moved yet
  refused(said: readonly Said[]): void;
  failed(): void; // there is no worker
}

export class Trial {
  seen: readonly Seen[] = [];
  losses: number[][] = []; // of the batches of each network
  means: MovingMean[] = [];
  marks: Mark[][] = [];
  surface: SurfaceSeen | null = null;
  steps = 1; // at which all ends
  running = false;
  changed = false; // whether a rate was changed after the first step
  plane: PlaneKind = "pca";
  contender = 0; // whose loss is looked at
  private number = 0;
  private data: Data | null = null;
  private contenders: readonly Settings[] = [];
  private parameters = 0;
  private request = 0;
  private looked = 0; // the step at which a surface was asked for
  private looking = false;
  private readonly conversation: Conversation;

  constructor(
    parts: Parts,
    private readonly events: TrialEvents,
  ) {
    this.conversation = new Conversation(
      (message) => this.hear(message),
      () => events.failed(),
    );
    this.conversation.say({ kind: "begin", parts });
  }

  get step(): number {
    return Math.max(0, ...this.seen.map(({ step }) => step));
  }

  get ended(): boolean {
    return this.seen.length > 0 && this.seen.every(({ ended }) => ended);
  }

  begin(data: Data, contenders: readonly Settings[], wanted: Wanted): void {
    this.number++;
    [this.data, this.contenders] = [data, contenders];
    [this.seen, this.surface, this.running, this.changed] = [[], null, false, false];
    [this.looked, this.looking] = [0, false];
    this.losses = contenders.map(() => []);
    this.means = contenders.map(() => new MovingMean(1));
    this.marks = contenders.map(() => []);
    this.events.begun();
    this.conversation.say({ kind: "configure", experiment: this.number, data, contenders: [...contenders], wanted });
  }

  // There is no experiment any more; what is still heard of it does not count.
  forget(): void {
    if (this.running) this.pause();
    this.number++;
    this.parameters = 0;
    [this.seen, this.surface] = [[], null];
  }

  // Other rates, with which it goes on.
  change(contenders: readonly Settings[]): void {
    contenders.forEach(({ optimizer, schedule }, contender) => {
      const before = this.contenders[contender];
      if (before.optimizer === optimizer && before.schedule === schedule) return;
      this.conversation.say({ kind: "change", contender, optimizer, schedule });
    });
    this.contenders = contenders;
    this.changed ||= this.step > 0;
  }

  run(pace: number | null): void {
    this.running = true;
    this.conversation.say({ kind: "run", pace });
  }

  pause(): void {
    this.running = false;
    this.conversation.say({ kind: "pause" });
  }

  // To the next step, or to the end of the epoch.
  advance(epoch: boolean): void {
    this.running = false;
    const { step } = this;
    const perEpoch = this.means[0]?.size ?? 1;
    this.conversation.say({ kind: "step", steps: epoch ? perEpoch - (step % perEpoch) : 1 });
  }

  // The loss around the walk so far.
  survey(): void {
    const { data, parameters } = this;
    if (!data || !parameters) return;
    const side = parameters > MANY ? COARSER : SIDE;
    const examples = Math.round(
      Math.min(Math.max(PRODUCTS / (side ** 2 * parameters), FEWEST), MOST, data.train.count),
    );
    [this.looked, this.looking] = [this.step, true];
    const { plane, contender } = this;
    const request = ++this.request;
    this.conversation.say({ kind: "surface", asked: { request, contender, plane, seed: 0, side, examples } });
  }

  private hear(message: FromWorker): void {
    if (message.experiment !== this.number) return;
    switch (message.kind) {
      case "configured":
        this.steps = Math.max(...message.steps);
        this.parameters = Math.max(...message.parameters);
        this.means = message.perEpoch.map((steps) => new MovingMean(steps));
        break;
      case "refused":
        this.events.refused(message.said);
        break;
      case "snapshot":
        this.running = message.running;
        this.take(message.contenders);
        break;
      case "no_surface":
        if (message.request !== this.request) break;
        this.looking = false;
        this.events.surface(null);
        break;
      case "surface":
        if (message.surface.request !== this.request) break;
        this.surface = message.surface;
        this.looking = message.surface.computed < message.surface.side ** 2;
        this.events.surface(message.surface);
        break;
    }
  }

  private take(seen: readonly Seen[]): void {
    this.seen = seen;
    seen.forEach(({ losses, marks }, k) => {
      for (const loss of losses) {
        this.losses[k].push(loss);
        this.means[k].add(loss);
      }
      this.marks[k].push(...marks);
    });
    this.events.seen();
    // A plane that was laid anew looks different: while networks learn, less and less often.
    const { step, looked, running } = this;
    const due = running ? step >= Math.max(FIRST, AGAIN * looked) && !this.looking : step > looked;
    if (due) this.survey();
  }
}
