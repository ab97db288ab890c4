// The playground: what is chosen, which step it is at, and what of it is drawn again when one of them changes.

import type { Catalogue, Theme, Words } from "./catalogue.ts";
import { type Challenge, met, Progress, type Situation } from "./challenges.ts";
import { h, say } from "./elements.ts";
import { type Given, groundOfGiven, pathOfGiven } from "./given.ts";
import { type Ground, type Model, Modeller } from "./model.ts";
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
import type { WalkerSpec } from "./reading.ts";
import { standing } from "./standing.ts";
import { type State, toAddress } from "./state.ts";
import { type Address, Store } from "./store.ts";
import type { Domain, Point } from "./terrain.ts";
import { Tooltip } from "./tooltip.ts";

export interface Content {
  theme: Theme | "auto";
  lang: string;
  title: string;
  words: Words;
  colours: Record<Theme, Omit<Colours, "theme">>;
  catalogue: Catalogue;
  texts: { optimizers?: Record<string, string>; terrains?: Record<string, string> };
  opened: string;
  given: Given | null;
  challenges: Challenge[];
}

const RELIEF = 160; // points along a side of the relief and of the map
const NEAR = 0.02; // of the ground's longer side, within which a walk is at a minimum
const USUAL = "rosenbrock";
const ZOOMED = 120; // milliseconds after which a map that was moved is computed anew

export class App {
  readonly store: Store;
  readonly player: Player;
  model: Model;
  paths: Path[] = [];
  private readonly modeller: Modeller;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
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
  private readonly news = h("p", { class: "quiet", "aria-live": "polite" });
  private readonly frame = h("div", { class: "frame" });
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
    private readonly root: HTMLElement,
    private readonly content: Content,
    address: Address,
    alone: boolean, // whether there is nothing else that keys could be meant for
  ) {
    const { words, catalogue, given, texts } = content;
    this.store = new Store(address, content.opened);
    this.modeller = new Modeller(catalogue, USUAL, given?.ground ?? null);
    this.recorded = (given?.paths ?? []).map(pathOfGiven);
    this.panels = {
      challenges: new ChallengePanel(content.challenges, new Progress(kept()), this.store, words),
      terrain: new TerrainPanel(catalogue, this.store, words, texts.terrains ?? {}, given?.ground ? given.title : null),
      optimizers: new OptimizerPanel(catalogue, this.store, words, texts.optimizers ?? {}, () => this.redraw()),
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
      picture.onHover = (hit) => this.tip.show(hit, host, this.frame, this.scale);
    }
    this.map.onPick = (point) => this.pick(point);
    this.map.onView = (view) => this.zoom(view);
    this.map.onCross = (point) => this.moveCross(point);
    this.model = this.modeller.of(this.store.state);
    this.store.listen((state) => this.update(state));
    this.dark.addEventListener("change", () => this.paint());
    new ResizeObserver(() => this.resize()).observe(root);
    this.paint();
    this.update(this.store.state);
    this.player.at = this.player.last;
    this.keys(alone);
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

  // The address of what is shown.
  address(): string {
    return toAddress(this.store.state);
  }

  private assemble(...pictures: HTMLElement[]): void {
    const { words, title, given } = this.content;
    const { challenges, terrain, optimizers, recorded, conditions, step } = this.panels;
    const share = h("button", { type: "button" }, words.share);
    share.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => {});
      this.news.textContent = words.shared;
    });
    const top = h("header", { class: "top" }, h("h1", {}, title), h("span", { class: "space" }), share);
    const notes = h("p", { class: "notes" }, (given?.notes ?? []).join(words.space) || words.hint);
    const side = h(
      "aside",
      { class: "side", "aria-label": words.controls },
      ...[challenges.element, terrain.element, optimizers.element, recorded.element, conditions.element, step.element],
    );
    const stage = h("main", { class: "stage" }, ...pictures);
    const desk = h("div", { class: "desk" }, side, stage);
    const head = h("div", { class: "head" }, top, notes, this.said);
    this.frame.append(head, desk, this.transport.element, this.news, this.tip.element);
    this.root.replaceChildren(this.frame);
  }

  private colours(): Colours {
    const { theme: chosen, colours } = this.content;
    const theme = chosen === "auto" ? (this.dark.matches ? "dark" : "light") : chosen;
    return { ...colours[theme], theme };
  }

  private update(state: State): void {
    this.model = this.modeller.of(state);
    const { model } = this;
    if (model.ground !== this.home) this.settle(model.ground);
    const { terrain, optimizers, conditions, step, challenges } = this.panels;
    terrain.update(model);
    optimizers.update(model, this.colours().theme);
    conditions.update(model, state);
    step.update(model);
    const tried = challenges.tried(state);
    challenges.update(state, tried !== null && met(tried, this.situation(state)));
    this.transport.update(state);
    this.map.setField(state.field && model.ground.terrain ? (x, y) => this.slope(x, y) : null);
    this.map.setCross(model.ground.terrain ? model.start : null);
    this.said.textContent = model.said
      .map(({ key, values }) => this.sentence(key, values))
      .join(this.content.words.space);
    this.said.hidden = !model.said.length;
    this.redraw();
  }

  private sentence(key: string, values: Record<string, string | number>): string {
    const { words } = this.content;
    const near = `${key}_near`;
    return say(values.near && near in words ? words[near] : words[key], values);
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
    this.news.textContent = say(this.content.words.moved, { x, y });
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
      this.colours().theme,
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

  private paint(): void {
    const colours = this.colours();
    for (const picture of [this.map, this.relief, this.losses]) picture.setColours(colours);
    if (!this.ground) return;
    this.panels.optimizers.update(this.model, colours.theme);
    this.redraw();
  }

  private resize(): void {
    for (const picture of [this.map, this.relief, this.losses]) picture.resize();
  }

  // The balls are let go at a point.
  private pick(point: Point): void {
    if (!this.model.ground.terrain) return;
    this.store.set({ start: point });
    const [x, y] = point.map(setting);
    this.news.textContent = say(this.content.words.started, { x, y });
    if (this.still.matches) this.player.goTo(this.player.last);
    else this.player.play(0);
  }

  private keys(alone: boolean): void {
    this.root.addEventListener("keydown", (event) => {
      const target = event.composedPath()[0] as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, summary")) return;
      if (event.key === " " && !target.closest("button")) this.player.toggle();
      else if (event.key === "ArrowLeft" && !target.closest("[data-arrows]")) this.player.nudge(-1);
      else if (event.key === "ArrowRight" && !target.closest("[data-arrows]")) this.player.nudge(1);
      else if (/^[1-9]$/.test(event.key)) this.transport.setSpeed(Number(event.key));
      else return;
      event.preventDefault();
    });
    if (!alone) return;
    // Keys are meant for the page also where nothing of it is in focus.
    this.root.ownerDocument.addEventListener("keydown", (event) => {
      if (event.target === this.root.ownerDocument.body) this.root.dispatchEvent(new KeyboardEvent("keydown", event));
    });
  }
}

// What a walker is called: with its rate, and what is around it.
const nameOf = ({ entry, options, around }: WalkerSpec, words: Words): string =>
  [
    entry.title,
    `${words.lr} ${setting(options.lr)}`,
    ...around.map(({ name, size }) => `${words[`${name}_short`]} ${setting(size)}`),
  ].join(words.name_comma);

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
