// The pictures of an experiment: of each network how it reads and what its first layer looks for; of both together their
// losses and what they read right, how errors and units fare layer by layer, and the loss around their weights.

import type { Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import { iconOf } from "../icons.ts";
import type { Look } from "../looks.ts";
import { LossView, scaleOf } from "../pictures/losses.ts";
import { type LossScale, lossScale } from "../pictures/scales.ts";
import type { Colours, Hit } from "../pictures/types.ts";
import type { Data } from "./data.ts";
import type { Layers } from "./measuring.ts";
import type { Mark, Seen } from "./protocol.ts";
import { curveOf } from "./sights.ts";
import { AccuracyView } from "./views/accuracyView.ts";
import { DecisionView, type Place } from "./views/decisionView.ts";
import { DigitsView } from "./views/digitsView.ts";
import { Decades, LayersView, Shares } from "./views/layersView.ts";
import { WeightsView } from "./views/weightsView.ts";

// What is drawn of each layer; "arriving" is its error beside that at the outputs.
const MEASURES = ["arriving", "error", "gradient", "signal", "dead", "saturated"] as const;
export type Measure = (typeof MEASURES)[number];
const WITH_OUTPUTS: readonly Measure[] = ["arriving", "error", "gradient"];
const SHARES: readonly Measure[] = ["dead", "saturated"];
export const UNITS = 36; // of a first layer, at most
const LOSS = { height: "log", floor: 0, rounding: 64 * 2 ** -23 } as const;

// An experiment, as its pictures need it.
export interface Shown {
  data: Data;
  reach: number; // of a plane of inputs
  names: readonly string[];
  looks: readonly Look[];
  sizes: readonly (readonly number[])[]; // of each network's layers
  classes: readonly string[]; // their colours
  drawable: boolean; // whether points can be added
}

interface Reading {
  element: HTMLElement;
  first: HTMLElement;
  look: Look;
  view: DecisionView | DigitsView;
  weights: WeightsView;
}

export class NetworkPictures {
  readonly element: HTMLElement;
  onDraw: (place: Place, begun: boolean) => void = () => {};
  onDrawn: () => void = () => {};
  onHover: (hit: Hit | null, host: HTMLElement, scale: LossScale) => void = () => {};
  private readonly readings = h("div", { class: "readings" });
  private readonly weights = h("div", { class: "weights" });
  private readonly legend = h("p", { class: "about" });
  private readonly measure: HTMLSelectElement;
  private readonly bars = h("div", { class: "bars" });
  private readonly losses: LossView;
  private readonly accuracy: AccuracyView;
  private layers: LayersView | null = null;
  private shown: Shown | null = null;
  private each: Reading[] = [];
  private scale: LossScale = lossScale([], true);
  private seen: readonly Seen[] = [];

  constructor(
    private readonly words: Words,
    private colours: Colours,
    surface: HTMLElement,
  ) {
    this.measure = h("select", { "aria-label": words.by_layer, change: () => this.measured() });
    this.measure.append(...MEASURES.map((one) => h("option", { value: one }, words[`layer_${one}`])));
    const [losses, accuracy] = ["losses", "accuracy"].map((name) => h("div", { class: name }));
    const figure = (name: string, caption: string, ...inside: HTMLElement[]): HTMLElement =>
      h("figure", { class: name }, h("figcaption", {}, caption), ...inside);
    this.element = h(
      "main",
      { class: "bench" },
      this.readings,
      h("div", { class: "curves" }, figure("", words.losses_network, losses), figure("", words.accuracy, accuracy)),
      figure("layers-seen", words.by_layer, h("div", { class: "pair" }, this.measure), this.bars),
      figure("first", words.first_weights, this.weights, this.legend),
      surface,
    );
    this.losses = new LossView(losses, { ...words, losses: words.losses_network });
    this.losses.onHover = (hit) => this.onHover(hit, losses, this.scale);
    const percent = (value: string): string => say(words.percent, { value });
    this.accuracy = new AccuracyView(accuracy, words.accuracy, words.step, percent);
    this.paint(colours);
    this.measured();
    // Words above and below grow and shrink.
    const watch = new ResizeObserver(() => this.resize());
    for (const one of [this.readings, losses, accuracy, this.bars, this.weights]) watch.observe(one);
  }

  // Another experiment, of which nothing is measured yet.
  begin(shown: Shown): void {
    this.shown = shown;
    this.seen = [];
    for (const { view, weights } of this.each) {
      view.destroy();
      weights.destroy();
    }
    this.each = shown.names.map((_, k) => this.reading(shown, k));
    this.readings.replaceChildren(...this.each.map(({ element }) => element));
    this.weights.replaceChildren(...this.each.map(({ first }) => first));
    this.element.dataset.many = String(shown.names.length);
    this.explain(shown);
    this.layers?.reset();
    this.paint(this.colours);
    this.resize();
  }

  setDrawable(drawable: boolean): void {
    for (const { view } of this.each) if (view instanceof DecisionView) view.setDrawable(drawable);
  }

  // Other points, as they are being drawn.
  preview({ train, test }: Data): void {
    for (const { view } of this.each) {
      if (view instanceof DecisionView) view.setData(train, test, this.shown?.classes ?? []);
    }
  }

  // losses: of each step; marks: of accuracy; last: the step at which all ends.
  show(
    seen: readonly Seen[],
    losses: readonly Float64Array[],
    marks: readonly (readonly Mark[])[],
    last: number,
  ): void {
    const { shown } = this;
    if (!shown) return;
    this.seen = seen;
    const { names, looks, sizes, classes } = shown;
    const { theme } = this.colours;
    seen.forEach(({ decision, measured, weights }, k) => {
      const { view, weights: first } = this.each[k];
      if (view instanceof DecisionView) view.setDecision(decision);
      else view.setMisread(measured.misread);
      first.setWeights(weights, sizes[k], [classes[1], classes[0]]);
    });
    const paths = losses.map((one, k) => curveOf(one, names[k], looks[k], seen[k].diverged ? seen[k].step : -1));
    this.losses.setPaths(paths);
    this.scale = scaleOf(paths, LOSS, null);
    this.losses.setScale(this.scale, last);
    this.losses.show(Math.max(...seen.map(({ step }) => step)));
    const curves = names.map((name, k) => ({
      name,
      colour: looks[k].colour[theme],
      dash: looks[k].dash,
      marks: marks[k],
    }));
    this.accuracy.set(curves, last);
    this.tellLayers();
  }

  paint(colours: Colours): void {
    this.colours = colours;
    for (const one of this.all()) one.setColours(colours);
    for (const { element, look } of this.each) element.style.setProperty("--own", look.colour[colours.theme]);
  }

  resize(): void {
    for (const one of this.all()) one.resize();
  }

  private all() {
    const each = this.each.flatMap(({ view, weights }) => [view, weights]);
    return [...each, this.losses, this.accuracy, ...(this.layers ? [this.layers] : [])];
  }

  private reading({ data, reach, classes, names, looks, drawable }: Shown, k: number): Reading {
    const { words } = this;
    const [name, look] = [names[k], looks[k]];
    const host = h("div", { class: data.features === 2 ? "decision" : "digits" });
    const element = h(
      "figure",
      { class: "reading" },
      h("figcaption", {}, iconOf(look).element, h("span", {}, name)),
      host,
    );
    const first = h("div", { class: "weight" });
    let view: DecisionView | DigitsView;
    if (data.features === 2) {
      view = new DecisionView(host, say(words.decision, { name }), reach);
      view.setData(data.train, data.test, classes);
      view.setDrawable(drawable);
      view.onDraw = (place, begun) => this.onDraw(place, begun);
      view.onDrawn = () => this.onDrawn();
    } else {
      view = new DigitsView(host, say(words.misread, { name }), words);
      element.append(h("p", { class: "about" }, words.misread_most));
      view.setData(data.test);
    }
    return { element, first, look, view, weights: new WeightsView(first, say(words.weights_of, { name })) };
  }

  // How the first layer is to be read.
  private explain({ data, sizes }: Shown): void {
    const { words } = this;
    const most = Math.max(...sizes.map(([, units]) => units));
    const some = most > UNITS ? [say(words.some_units, { count: UNITS, all: most })] : [];
    const how =
      data.features === 2
        ? words.legend_arrows
        : say(words.legend_images, { more: words.hue_green, less: words.hue_magenta });
    this.legend.textContent = [how, ...some].join(words.space);
  }

  // Something of the layers is to be looked at.
  watch(kind: Measure): void {
    this.measure.selectedIndex = MEASURES.indexOf(kind);
    this.measured();
  }

  // Another measure is chosen.
  private measured(): void {
    const { words } = this;
    const kind = MEASURES[this.measure.selectedIndex];
    this.layers?.destroy();
    const withOutputs = WITH_OUTPUTS.includes(kind);
    const nameOf = (layer: number, last: boolean): string =>
      last && withOutputs ? words.last_layer : say(words.layer_of, { layer });
    const ruler = SHARES.includes(kind) ? new Shares() : new Decades();
    this.layers = new LayersView(this.bars, words[`layer_${kind}`], nameOf, ruler, withOutputs);
    this.layers.setColours(this.colours);
    this.tellLayers();
  }

  private tellLayers(): void {
    const { shown, seen, layers } = this;
    if (!shown || !seen.length || !layers) return;
    const kind = MEASURES[this.measure.selectedIndex];
    const series = seen.map(({ measured }, k) => ({
      name: shown.names[k],
      colour: shown.looks[k].colour[this.colours.theme],
      values: valuesOf(kind, measured.layers),
    }));
    layers.setSeries(series);
  }
}

const valuesOf = (kind: Measure, layers: Layers): readonly number[] => {
  if (kind !== "arriving") return layers[kind];
  const { error } = layers;
  return error.map((one) => one / error[error.length - 1]);
};
