// The tab of networks: the state's experiment, what the worker tells of it, and what is drawn of that.

import type { Words } from "../catalogue.ts";
import type { Content, Tab } from "../content.ts";
import { h, say } from "../elements.ts";
import { type Look, looksOf } from "../looks.ts";
import { parsed } from "../notation.ts";
import { counted, percentage, show } from "../pictures/numerals.ts";
import { lossScale } from "../pictures/scales.ts";
import type { Colours } from "../pictures/types.ts";
import { type Said, sentence } from "../reading.ts";
import type { State } from "../state.ts";
import type { Store } from "../store.ts";
import { Tooltip } from "../tooltip.ts";
import { Controls } from "./controls.ts";
import { type Data, type Dot, drawnData, unpackedData } from "./data.ts";
import { copied, DRAWN, dotsOf, REACH, textOf, withDot, withoutDots } from "./drawing.ts";
import { type Experiment, experimentOf, experimentText } from "./experiment.ts";
import { namesOf } from "./naming.ts";
import { SurfacePanel } from "./panels/surfacePanel.ts";
import { TrainingTransport } from "./panels/trainingTransport.ts";
import { NetworkPictures, UNITS } from "./pictures.ts";
import { holds, type Preset } from "./presets.ts";
import type { Seen, SurfaceSeen } from "./protocol.ts";
import type { Parts } from "./settings.ts";
import { Trial } from "./trial.ts";
import type { Place } from "./views/decisionView.ts";

const CELLS = 64; // of a decision along a side
const ROOM = 1.1; // times as far as the points
// Classes begin with hues that SGD and Adam have not.
const CLASSES = ["magenta", "green", "sky", "olive", "violet", "orange", "blue", "brown", "grey", "ink"];

export class NetworkTab implements Tab {
  readonly element = h("div", { class: "tab" });
  readonly notes: string;
  readonly trial: Trial;
  private experiment: Experiment;
  private data: Data | null = null;
  private names: string[] = [];
  private looks: Look[] = [];
  private text: string | null = null;
  private going = false; // whether it is to go on by itself once the data are there
  private stroke: readonly Dot[] | null = null;
  private readonly words: Words;
  private readonly parts: Parts;
  private readonly usual: string;
  private readonly unpacked = new Map<string, Promise<Data>>();
  private readonly said = h("p", { class: "said", role: "status", hidden: true });
  private readonly tip: Tooltip;
  private readonly controls: Controls;
  private readonly transport: TrainingTransport;
  private readonly pictures: NetworkPictures;
  private readonly surfaces: SurfacePanel;

  constructor(
    private readonly content: Content,
    private readonly store: Store,
    private colours: Colours,
    private readonly tell: (news: string) => void,
  ) {
    const { words, network, catalogue } = content;
    this.words = words;
    this.notes = words.hint_network;
    this.parts = { ...network.parts, optimizers: catalogue.optimizers, schedules: catalogue.schedules };
    [this.usual] = Object.keys(network.data);
    this.experiment = experimentOf("", this.usual);
    this.tip = new Tooltip(words);
    this.controls = new Controls(
      network,
      this.parts,
      words,
      (experiment, done) => this.set(experiment, done),
      (preset) => this.beginPreset(preset),
      () => this.pictures.setDrawable(this.isDrawing),
      tell,
    );
    this.transport = new TrainingTransport(words, {
      run: (pace) => this.run(pace),
      pause: () => this.trial.pause(),
      step: (epoch) => this.trial.advance(epoch),
      restart: () => this.restart(false),
    });
    this.surfaces = new SurfacePanel(words, colours, {
      asked: (plane, contender) => this.survey(plane, contender),
      hovered: (hit, host, losses) => this.tip.show(hit, host, this.element, lossScale(losses, true)),
    });
    this.pictures = new NetworkPictures(words, colours, this.surfaces.element);
    this.pictures.onHover = (hit, host, scale) => this.tip.show(hit, host, this.element, scale);
    this.pictures.onDraw = (place, begun) => this.draw(place, begun);
    this.pictures.onDrawn = () => this.drawn();
    const desk = h("div", { class: "desk" }, this.controls.element, this.pictures.element);
    this.element.append(this.said, desk, this.transport.element, this.tip.element);
    this.trial = new Trial(this.parts, {
      begun: () => this.begun(),
      seen: () => this.seen(),
      surface: (surface) => this.showSurface(surface),
      refused: (said) => this.complain(said),
      failed: () => this.complain([{ key: "no_worker", values: {} }]),
    });
  }

  update({ network }: State): void {
    const experiment = experimentOf(network, this.usual);
    const text = experimentText(experiment);
    if (text === this.text) return;
    const goesOn = this.text !== null && this.data !== null && differsInRates(this.experiment, experiment);
    [this.text, this.experiment] = [text, experiment];
    this.settle();
    if (!goesOn) {
      this.restart(this.trial.running);
      return;
    }
    this.complain([]);
    this.trial.change(experiment.contenders);
    this.controls.takeHome(this.data, this.trial.changed);
    this.seen();
  }

  paint(colours: Colours): void {
    this.colours = colours;
    this.pictures.paint(colours);
    this.surfaces.paint(colours);
    this.settle();
    this.begun();
    if (this.trial.seen.length) this.seen();
    if (this.trial.surface) this.showSurface(this.trial.surface);
  }

  resize(): void {
    this.pictures.resize();
    this.surfaces.resize();
  }

  leave(): void {
    if (this.trial.running) this.trial.pause();
  }

  press(key: string, target: HTMLElement): boolean {
    if (key === " " && !target.closest("button")) this.transport.toggle();
    else if (key === "ArrowRight" && !target.closest("[data-arrows]")) this.trial.advance(false);
    else if (/^[1-9]$/.test(key)) this.transport.setSpeed(Number(key));
    else return false;
    return true;
  }

  private set(experiment: Experiment, done: boolean): void {
    const network = experimentText(experiment);
    if (done) this.store.set({ network });
    else this.store.drag({ network });
  }

  // Names and looks of the networks.
  private settle(): void {
    const { contenders } = this.experiment;
    this.names = namesOf(contenders, this.parts, this.words);
    const kinds = contenders.map(({ optimizer }) => parsed(optimizer).name);
    this.looks = looksOf(kinds, this.content.catalogue.looks);
    this.controls.update(this.experiment, { names: this.names, looks: this.looks, theme: this.colours.theme });
  }

  // From the first step; `going` without being asked.
  private async restart(going: boolean): Promise<void> {
    const { experiment } = this;
    this.going = going;
    const data = await this.dataOf(experiment.data);
    if (experiment !== this.experiment) return;
    this.data = data;
    const isHere = experiment.data.startsWith(DRAWN) || Object.hasOwn(this.content.network.data, experiment.data);
    this.complain(isHere ? [] : [{ key: "no_data", values: { given: experiment.data, shown: data?.title ?? "" } }]);
    this.controls.showData(data, this.drawable, this.hues);
    this.controls.takeHome(data, false);
    if (!data) {
      // A board without points: nothing can be learned yet.
      this.trial.forget();
      this.begun();
      return;
    }
    const decision = data.features === 2 ? CELLS : 0;
    this.trial.begin(data, experiment.contenders, { decision, reach: this.reach, weights: UNITS });
    if (this.going) this.run(this.transport.pace);
  }

  private async dataOf(name: string): Promise<Data | null> {
    if (name.startsWith(DRAWN)) {
      const dots = dotsOf(name);
      return dots.length ? drawnData(dots, "drawn") : null;
    }
    const { data } = this.content.network;
    const known = Object.hasOwn(data, name) ? name : this.usual;
    let found = this.unpacked.get(known);
    if (!found) {
      found = unpackedData(data[known]);
      this.unpacked.set(known, found);
    }
    return found;
  }

  private beginPreset({ watch }: Preset): void {
    this.pictures.watch(watch);
    this.element.scrollIntoView({ block: "start" });
    // So that Space trains, and does not choose again.
    this.transport.focus();
  }

  private run(pace: number | null): void {
    if (!this.data) return;
    if (this.trial.ended) {
      this.restart(true);
      return;
    }
    this.trial.run(pace);
    this.transport.show(true);
  }

  private survey(plane: Trial["plane"], contender: number): void {
    [this.trial.plane, this.trial.contender] = [plane, contender];
    this.trial.survey();
  }

  private get hues(): string[] {
    const hues = this.content.catalogue.looks.hues[this.colours.theme];
    return CLASSES.map((name) => hues[name]);
  }

  // Of a plane of inputs, to both sides of 0.
  private get reach(): number {
    const { data } = this;
    if (data?.features !== 2) return REACH;
    const far = data.train.x.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    return far <= REACH ? REACH : ROOM * far;
  }

  private get isDrawing(): boolean {
    return this.controls.brush !== null;
  }

  private get drawable(): boolean {
    return !this.data || (this.data.features === 2 && this.reach === REACH);
  }

  private begun(): void {
    const { names, looks, words } = this;
    const data = this.data ?? drawnData([], "drawn");
    const sizes = this.experiment.contenders.map(({ hidden }) => [data.features, ...hidden, data.classes]);
    const [reach, drawable, classes] = [this.reach, this.isDrawing, this.hues];
    this.pictures.begin({ data, reach, names, looks, sizes, classes, drawable });
    this.surfaces.reset(names);
    this.controls.tell(
      names.map(() => ""),
      false,
      false,
    );
    this.transport.show(this.trial.running);
    this.transport.enable(this.data !== null);
    this.transport.tell(0, 0, this.experiment.contenders[0].epochs, words);
  }

  private seen(): void {
    const { trial, names, words } = this;
    const { seen } = trial;
    if (!seen.length) return;
    const losses = trial.means.map(({ values }) => Float64Array.from(values));
    this.pictures.show(seen, losses, trial.marks, trial.steps);
    const { ended, running } = trial;
    const preset = this.controls.presetOf(this.experiment);
    const standings = seen.map((one) => standing(one, words));
    this.controls.tell(standings, ended, ended && !trial.changed && preset !== null && holds(preset.shows, seen));
    this.transport.tell(trial.step, trial.step / trial.steps, this.experiment.contenders[0].epochs, words);
    if (this.transport.running && !running)
      this.tell(names.map((name, k) => `${name}: ${standings[k]}`).join(words.space));
    this.transport.show(running);
    if (trial.changed) this.controls.takeHome(this.data, true);
  }

  private showSurface(surface: SurfaceSeen | null): void {
    if (surface) this.surfaces.show(surface, this.names, this.looks);
    else this.surfaces.none();
  }

  // A point was put on the board, or a stroke goes on.
  private draw({ x, y }: Place, begun: boolean): void {
    const { data } = this.experiment;
    const { brush } = this.controls;
    if (brush === null) return;
    const dots = this.stroke ?? (data.startsWith(DRAWN) ? dotsOf(data) : this.data ? copied(this.data) : []);
    this.stroke = brush < 0 ? withoutDots(dots, { x, y }) : withDot(dots, { x, y, label: brush }, !begun);
    this.pictures.preview(drawnData(this.stroke, "drawn"));
  }

  private drawn(): void {
    if (this.stroke) this.set({ ...this.experiment, data: textOf(this.stroke) }, true);
    this.stroke = null;
  }

  private complain(said: readonly Said[]): void {
    this.said.textContent = said.map((one) => sentence(one, this.words)).join(this.words.space);
    this.said.hidden = !said.length;
  }
}

// Whether it is the same but for numbers of optimizers, or schedules: then it goes on from where it is.
const differsInRates = (one: Experiment, other: Experiment): boolean => {
  const fixed = ({ data, contenders }: Experiment): string =>
    JSON.stringify([
      data,
      contenders.map((settings) => {
        const { name, options } = parsed(settings.optimizer);
        const around = ["clip", "sam"].map((key) => options[key]);
        return { ...settings, optimizer: [name, around], schedule: "" };
      }),
    ]);
  return fixed(one) === fixed(other);
};

// What is to be read of a network.
const standing = ({ measured, diverged, step }: Seen, words: Words): string => {
  if (diverged) return say(words.diverged, { step: counted(step) });
  const percent = (share: number): string => say(words.percent, { value: percentage(share, 1) });
  const dead = measured.layers.dead.some((share) => share > 0) ? [words.some_dead] : [];
  const values = { loss: show(measured.trainLoss, 2), train: percent(measured.trainAccuracy) };
  const units = Math.max(0, ...measured.layers.dead);
  return [
    say(words.stands, { ...values, test: percent(measured.testAccuracy) }),
    ...dead.map((one) => say(one, { share: percent(units) })),
  ].join(words.name_comma);
};
