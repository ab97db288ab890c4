// The tab of terrains: what is chosen, which step it is at, and what of it is drawn again when one of them changes.

import { checksOf, Progress, type Situation } from "./challenges.ts";
import type { Content, Tab } from "./content.ts";
import { h, say } from "./elements.ts";
import { groundOfGiven, pathOfGiven } from "./given.ts";
import { goalsOf, type Names } from "./goals.ts";
import { type Ground, type Model, Modeller } from "./model.ts";
import { nameOf } from "./naming.ts";
import { ChallengePanel } from "./panels/challengePanel.ts";
import { ConditionsPanel } from "./panels/conditionsPanel.ts";
import { OptimizerPanel } from "./panels/optimizerPanel.ts";
import { RecordedPanel } from "./panels/recordedPanel.ts";
import { StepPanel } from "./panels/stepPanel.ts";
import { TerrainPanel } from "./panels/terrainPanel.ts";
import { Transport } from "./panels/transport.ts";
import { LossView, scaleOf } from "./pictures/losses.ts";
import { MapView } from "./pictures/map.ts";
import { setting } from "./pictures/numerals.ts";
import { ReliefView } from "./pictures/relief.ts";
import { type LossScale, lossScale } from "./pictures/scales.ts";
import type { Colours, Ground as Drawn, Path } from "./pictures/types.ts";
import { Player } from "./player.ts";
import { sentence } from "./reading.ts";
import { standing } from "./standing.ts";
import type { State } from "./state.ts";
import type { Store } from "./store.ts";
import type { Domain, Point } from "./terrain.ts";
import { Tooltip } from "./tooltip.ts";

const RELIEF = 160; // points along a side of the relief and of the map
const NEAR = 0.02; // of the ground's longer side, within which a walk is at a minimum
const USUAL = "rosenbrock";
const ZOOMED = 120; // milliseconds after which a map that was moved is computed anew

export class TerrainTab implements Tab {
  readonly element = h("div", { class: "tab" });
  readonly notes: string;
  readonly player: Player;
  model: Model;
  paths: Path[] = [];
  private readonly modeller: Modeller;
  private readonly still = matchMedia("(prefers-reduced-motion: reduce)");
  private readonly recorded: Path[];
  private readonly panels: {
    challenges: ChallengePanel;
    terrain: TerrainPanel;
    optimizers: OptimizerPanel;
    conditions: ConditionsPanel;
    recorded: RecordedPanel;
    step: StepPanel;
  };
  private readonly transport: Transport;
  private readonly said = h("p", { class: "said", role: "status", hidden: true });
  private readonly tip: Tooltip;
  private readonly map: MapView;
  private readonly relief: ReliefView;
  private readonly losses: LossView;
  private home: Ground | null = null;
  private ground: Drawn | null = null;
  private scale: LossScale = lossScale([], false);
  private zooming = 0;
  private begun = false;
  drawn = 0; // when all pictures were there, in milliseconds after the page was called for

  constructor(
    private readonly content: Content,
    private readonly store: Store,
    private colours: Colours,
    private readonly tell: (news: string) => void,
  ) {
    const { words, catalogue, given, texts } = content;
    this.notes =
      (given?.notes ?? []).join(words.space) ||
      (matchMedia("(pointer: coarse)").matches ? words.hint_touch : words.hint);
    this.modeller = new Modeller(catalogue, USUAL, given?.ground ?? null);
    this.recorded = (given?.paths ?? []).map(pathOfGiven);
    this.panels = {
      challenges: new ChallengePanel(content.challenges, new Progress(kept()), this.store, words),
      terrain: new TerrainPanel(
        catalogue,
        this.store,
        words,
        texts.terrains ?? {},
        (name) => this.choose(name),
        given?.ground ? given.title : null,
      ),
      optimizers: new OptimizerPanel(catalogue, this.store, words, texts.optimizers ?? {}, {
        switched: () => this.redraw(),
        tuned: (walkers) => this.modeller.tuned({ ...this.store.state, walkers }),
      }),
      conditions: new ConditionsPanel(catalogue, this.store, words),
      recorded: new RecordedPanel(this.recorded, words, () => this.redraw()),
      step: new StepPanel(words),
    };
    this.player = new Player(
      () => this.show(),
      (playing) => this.transport.playing(playing),
    );
    this.transport = new Transport(this.player, words, {
      reset: () => this.resetViews(),
      field: () => this.store.set({ field: !this.store.state.field }),
    });
    this.tip = new Tooltip(words);
    const [relief, map, losses] = ["relief", "map", "losses"].map((name) => h("div", { class: name }));
    this.assemble(relief, map, losses);
    this.map = new MapView(map, words);
    this.relief = new ReliefView(relief, words);
    this.losses = new LossView(losses, words);
    for (const [picture, host] of [
      [this.map, map],
      [this.relief, relief],
      [this.losses, losses],
    ] as const) {
      picture.onHover = (hit) => this.tip.show(hit, host, this.element, this.scale);
    }
    this.map.onPick = (point) => this.pick(point);
    this.map.onView = (view) => this.zoom(view);
    this.map.onCross = (point) => this.moveCross(point);
    this.model = this.modeller.of(this.store.state);
    this.paint(colours);
    this.update(this.store.state);
    this.player.at = this.player.last;
    this.begin();
  }

  // What is drawn, for who asks: names, and what was met.
  told(): { name: string; notation: string; walk: Path["walk"] }[] {
    const live = this.model.walking.map(({ spec, walk }) => ({
      name: spec.entry.title,
      notation: spec.notation,
      walk,
    }));
    return [...live, ...this.recorded.map(({ name, walk }) => ({ name, notation: "", walk }))];
  }

  private assemble(...pictures: HTMLElement[]): void {
    const { challenges, terrain, optimizers, recorded, conditions, step } = this.panels;
    const side = h(
      "aside",
      { class: "side", "aria-label": this.content.words.controls },
      ...[challenges.element, terrain.element, optimizers.element, recorded.element, conditions.element, step.element],
    );
    const desk = h("div", { class: "desk" }, side, h("main", { class: "stage" }, ...pictures));
    this.element.append(this.said, desk, this.transport.element, this.tip.element);
  }

  update(state: State): void {
    this.model = this.modeller.of(state);
    const { model } = this;
    if (model.ground !== this.home) this.settle(model.ground);
    const { terrain, optimizers, conditions, step, challenges } = this.panels;
    terrain.update(model);
    optimizers.update(model, this.colours.theme);
    conditions.update(model, state);
    step.update(model);
    const tried = challenges.tried(state);
    const situation = this.situation(state);
    const goals = tried ? goalsOf(checksOf(tried, situation), situation, this.names, this.content.words) : [];
    this.transport.update(state, challenges.update(state, goals));
    this.map.setField(state.field && model.ground.terrain ? (x, y) => this.slope(x, y) : null);
    this.map.setCross(model.ground.terrain ? model.start : null);
    this.said.textContent = model.said.map((one) => sentence(one, this.content.words)).join(this.content.words.space);
    this.said.hidden = !model.said.length;
    this.redraw();
  }

  // Another terrain, on which each walks at its best rate: those of the last one may be useless here.
  private choose(terrain: string): void {
    const state = { ...this.store.state, terrain, domain: null, start: null, challenge: "" };
    this.store.set({ ...state, walkers: this.modeller.tuned(state) });
  }

  // What a challenge is judged by.
  private situation(state: State): Situation {
    const { model } = this;
    const { ground, start, schedule } = model;
    const sides = ground.domain.map(([low, high]) => high - low);
    const walkers = model.walking.map(({ spec, walk }) => ({
      kind: spec.name,
      walk,
      at: (factor: number) => {
        const slower = { ...spec, options: { ...spec.options, lr: factor * spec.options.lr } };
        return this.modeller.walk(slower, ground, start, schedule, state);
      },
    }));
    return {
      walkers,
      minima: ground.minima,
      near: NEAR * Math.max(...sides),
      parameters: ground.spec?.parameters ?? {},
    };
  }

  private get names(): Names {
    const { optimizers } = this.content.catalogue;
    const parameters = this.model.ground.spec?.entry?.parameters ?? [];
    return {
      titleOf: (kind) => optimizers[kind]?.title ?? kind,
      labelOf: (name) => parameters.find((one) => one.name === name)?.label ?? name,
    };
  }

  private slope(x: number, y: number): Point {
    const terrain = this.model.ground.terrain!;
    terrain.feel(x, y);
    return [terrain.gradient[0], terrain.gradient[1]];
  }

  // The pictures' ground, over a part of a terrain.
  private picture(ground: Ground, domain: Domain): Drawn {
    const { given } = this.content;
    if (!ground.terrain) return groundOfGiven(given!.ground!);
    const { height, floor, rounding, coordinates, toScale, bounded } = ground.spec!.entry ?? FORMULA;
    const values = ground.terrain.grid(domain, RELIEF, RELIEF);
    return {
      ...{ height, floor, rounding, coordinates, toScale, bounded, domain },
      home: ground.domain,
      loss: { columns: RELIEF, rows: RELIEF, values },
      minima: ground.minima,
      networks: [],
    };
  }

  private settle(ground: Ground): void {
    this.home = ground;
    const drawn = this.picture(ground, ground.domain);
    this.map.setGround(drawn);
    this.relief.setGround(drawn);
    this.ground = drawn;
  }

  // The losses of what the map now shows, once it does not move any more.
  private zoom(view: Domain): void {
    clearTimeout(this.zooming);
    if (!this.model.ground.terrain) return;
    this.zooming = window.setTimeout(() => this.map.setGround(this.picture(this.model.ground, view)), ZOOMED);
  }

  private resetViews(): void {
    this.relief.reset();
    this.map.reset();
  }

  private moveCross(point: Point): void {
    this.map.setCross(point, true);
    const [x, y] = point.map(setting);
    this.tell(say(this.content.words.moved, { x, y }));
  }

  // The paths, as pictures take them.
  private redraw(): void {
    const { model, recorded } = this;
    const { given, words } = this.content;
    const { hidden } = this.panels.optimizers;
    const live = model.walking.map(({ spec, look, walk }) => ({
      name: nameOf(spec, words),
      ...{ look, walk, apart: false },
    }));
    const here = given && (model.ground.terrain ? given.on === model.ground.spec!.notation : true);
    const [x, y] = model.start;
    const still = (here ? recorded : []).map((path) => ({
      ...path,
      apart: model.ground.terrain !== null && !(path.walk.x[0] === x && path.walk.y[0] === y),
    }));
    this.panels.recorded.update(
      Boolean(here),
      still.map(({ apart }) => apart),
      this.colours.theme,
    );
    this.paths = [
      ...live.filter((_, k) => !hidden.has(k)),
      ...still.filter((_, k) => !this.panels.recorded.hidden.has(k)),
    ];
    const ends = still.map(({ walk }) => Math.max(walk.steps?.at(-1) ?? 0, walk.diverged));
    const before = { at: this.player.at, last: this.player.last };
    this.player.last = Math.max(model.ground.terrain && live.length ? this.store.state.steps : 0, ...ends, 1);
    if (before.at >= before.last || before.at > this.player.last) this.player.at = this.player.last;
    this.scale = scaleOf(this.paths, this.ground!, rangeOf(this.ground!.loss.values));
    this.losses.setScale(this.scale, this.player.last);
    for (const picture of [this.map, this.relief, this.losses]) picture.setPaths(this.paths);
    this.show();
  }

  // The relief comes a frame after the rest, which can then be read already.
  private begin(): void {
    requestAnimationFrame(() => {
      this.begun = true;
      this.show();
      // The task after a frame comes when that has been painted.
      requestAnimationFrame(() =>
        setTimeout(() => {
          this.drawn = performance.now();
        }),
      );
    });
  }

  private show(): void {
    const { at, last } = this.player;
    for (const picture of [this.map, this.losses]) picture.show(at);
    if (this.begun) this.relief.show(at);
    this.transport.show(at, last);
    this.panels.step.at(at);
    const live = this.model.walking.map(({ spec, look, walk }) => ({
      name: spec.entry.title,
      look,
      walk,
      apart: false,
    }));
    const told = (paths: Path[]): string[] => paths.map((path) => standing(path, at, this.scale, this.content.words));
    this.panels.optimizers.tell(told(live));
    this.panels.recorded.tell(told(this.recorded));
  }

  paint(colours: Colours): void {
    this.colours = colours;
    for (const picture of [this.map, this.relief, this.losses]) picture.setColours(colours);
    if (!this.ground) return;
    this.panels.optimizers.update(this.model, colours.theme);
    this.redraw();
  }

  resize(): void {
    for (const picture of [this.map, this.relief, this.losses]) picture.resize();
  }

  leave(): void {
    this.player.stop();
  }

  press(key: string, target: HTMLElement): boolean {
    if (key === " " && !target.closest("button")) this.player.toggle();
    else if (key === "ArrowLeft" && !target.closest("[data-arrows]")) this.player.nudge(-1);
    else if (key === "ArrowRight" && !target.closest("[data-arrows]")) this.player.nudge(1);
    else if (/^[1-9]$/.test(key)) this.transport.setSpeed(Number(key));
    else return false;
    return true;
  }

  // The balls are let go at a point.
  private pick(point: Point): void {
    if (!this.model.ground.terrain) return;
    this.store.set({ start: point });
    const [x, y] = point.map(setting);
    this.tell(say(this.content.words.started, { x, y }));
    if (this.still.matches) this.player.goTo(this.player.last);
    else this.player.play(0);
  }
}

// Where the browser keeps what was met; null where it may not.
const kept = (): Storage | null => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};

// The least and the highest loss of a map; null if it has none.
const rangeOf = (losses: Float64Array): [number, number] | null => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const loss of losses) {
    if (!Number.isFinite(loss)) continue;
    if (loss < low) low = loss;
    if (loss > high) high = loss;
  }
  return low <= high ? [low, high] : null;
};

const FORMULA = {
  height: "linear",
  floor: 0,
  rounding: 1e-14,
  coordinates: ["x", "y"],
  toScale: true,
  bounded: false,
} as const;
