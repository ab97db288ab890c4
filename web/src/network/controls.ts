// All that can be changed of an experiment: presets, data, networks, what they have in common, and the way home.

import type { Words } from "../catalogue.ts";
import type { NetworkContent } from "../content.ts";
import { h } from "../elements.ts";
import type { Look } from "../looks.ts";
import { type NumberField, numberField } from "../numberField.ts";
import { PartPicker } from "../panels/partPicker.ts";
import type { Theme } from "../pictures/types.ts";
import type { Data } from "./data.ts";
import { DRAWN } from "./drawing.ts";
import { type Experiment, experimentOf, experimentText, MOST } from "./experiment.ts";
import { DataPanel } from "./panels/dataPanel.ts";
import { HomePanel } from "./panels/homePanel.ts";
import { NetworkCard } from "./panels/networkCard.ts";
import { PresetPanel } from "./panels/presetPanel.ts";
import type { Preset } from "./presets.ts";
import { type Parts, type Settings, USUAL } from "./settings.ts";

const FEWER = 10; // epochs of images

export interface Named {
  names: readonly string[];
  looks: readonly Look[];
  theme: Theme;
}

export class Controls {
  readonly element: HTMLElement;
  private readonly presets: PresetPanel;
  private readonly sets: DataPanel;
  private readonly home: HomePanel;
  private readonly list = h("div", { class: "walkers" });
  private readonly second: HTMLButtonElement;
  private readonly loss: PartPicker;
  private readonly batch: NumberField;
  private readonly epochs: NumberField;
  private readonly seed: NumberField;
  private cards: NetworkCard[] = [];
  private experiment: Experiment;
  private readonly usual: string;

  constructor(
    private readonly content: NetworkContent,
    private readonly parts: Parts,
    private readonly words: Words,
    private readonly set: (experiment: Experiment, done: boolean) => void,
    begun: (preset: Preset) => void,
    held: () => void, // a brush was taken, or laid down
    tell: (news: string) => void,
  ) {
    [this.usual] = Object.keys(content.data);
    this.experiment = experimentOf("", this.usual);
    this.presets = new PresetPanel(content.presets, words, (preset) => {
      set(this.made(preset), true);
      begun(preset);
    });
    this.sets = new DataPanel(content.data, words, (data) => this.choose(data), held);
    this.home = new HomePanel(words, tell);
    this.second = h("button", { type: "button", click: () => this.addSecond() }, words.second_network);
    const all = (change: Partial<Settings>, done = true): void => this.change(() => true, change, done);
    this.loss = new PartPicker(words.loss, words.networks, parts.losses, ({ label }) => label, words, {
      moved: (loss) => all({ loss }, false),
      done: (loss) => all({ loss }),
    });
    this.batch = numberField(words.batch, [0, MOST.batch], true, words, (value) => all({ batch: value || "full" }));
    this.epochs = numberField(words.epochs, [1, MOST.epochs], true, words, (epochs) => all({ epochs }));
    this.seed = numberField(words.seed, [0, 2 ** 31], true, words, (seed) => all({ seed }));
    this.element = h(
      "aside",
      { class: "side", "aria-label": words.controls },
      this.presets.element,
      this.sets.element,
      h(
        "section",
        { "aria-label": words.networks },
        ...[h("h2", {}, words.networks), this.list, h("div", { class: "pair" }, this.second)],
      ),
      h(
        "section",
        { "aria-label": words.training },
        h("h2", {}, words.training),
        h("div", { class: "pair" }, this.epochs.row, this.seed.row),
        ...[this.batch.row, this.loss.row, this.loss.rest],
      ),
      this.home.element,
    );
  }

  get brush(): number | null {
    return this.sets.brush;
  }

  // The preset that an experiment is.
  presetOf(experiment: Experiment): Preset | null {
    const text = experimentText(experiment);
    return this.content.presets.find((one) => experimentText(this.made(one)) === text) ?? null;
  }

  update(experiment: Experiment, { names, looks, theme }: Named): void {
    this.experiment = experiment;
    const { contenders } = experiment;
    if (this.cards.length !== contenders.length) {
      this.cards = contenders.map((_, k) => this.card(looks[k], k));
      this.list.replaceChildren(...this.cards.map(({ element }) => element));
    }
    contenders.forEach((one, k) => {
      this.cards[k].update(one, names[k], looks[k], looks[k].colour[theme], contenders.length === 1);
    });
    this.second.hidden = contenders.length > 1;
    const [{ loss, batch, epochs, seed }] = contenders;
    this.loss.set(loss);
    this.batch.set(batch === "full" ? 0 : batch);
    this.epochs.set(epochs);
    this.seed.set(seed);
  }

  // The data, once they are unpacked; null for a board without points.
  showData(data: Data | null, drawable: boolean, hues: readonly string[]): void {
    this.sets.update(this.experiment.data, drawable, hues, data);
  }

  // How networks stand, and what came of the preset.
  tell(standings: readonly string[], ended: boolean, holds: boolean): void {
    standings.forEach((one, k) => {
      this.cards[k]?.tell(one);
    });
    this.presets.update(this.presetOf(this.experiment), ended, holds);
  }

  takeHome(data: Data | null, changed: boolean): void {
    const { data: name, contenders } = this.experiment;
    this.home.element.hidden = !data;
    if (data) this.home.update(data, contenders, name.startsWith(DRAWN), changed);
  }

  private made({ net }: Preset): Experiment {
    return experimentOf(net, this.usual);
  }

  private change(which: (k: number) => boolean, change: Partial<Settings>, done: boolean): void {
    const { experiment } = this;
    const contenders = experiment.contenders.map((one, k) => (which(k) ? { ...one, ...change } : one));
    this.set({ ...experiment, contenders }, done);
  }

  // Of what is larger fewer epochs are usual; who chose a number keeps it.
  private choose(data: string): void {
    const { experiment } = this;
    const usual = (name: string): number => ((this.content.data[name]?.features ?? 2) === 2 ? USUAL.epochs : FEWER);
    const [before, after] = [usual(experiment.data), usual(data)];
    const contenders = experiment.contenders.map((one) => (one.epochs === before ? { ...one, epochs: after } : one));
    this.set({ data, contenders }, true);
  }

  private addSecond(): void {
    const { experiment } = this;
    const [first] = experiment.contenders;
    this.set({ ...experiment, contenders: [first, first] }, true);
  }

  private card(look: Look, k: number): NetworkCard {
    return new NetworkCard(this.parts, this.words, look, k + 1, {
      change: (change, done) => this.change((at) => at === k, change, done),
      remove: () =>
        this.set({ ...this.experiment, contenders: this.experiment.contenders.filter((_, at) => at !== k) }, true),
    });
  }
}
