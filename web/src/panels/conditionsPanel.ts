// What all walks have in common: their start and length, the rate's schedule, and what their gradients lack.

import type { Catalogue, Parameter, Words } from "../catalogue.ts";
import { h } from "../elements.ts";
import type { Model } from "../model.ts";
import { type NumberField, numberField } from "../numberField.ts";
import { notationOf } from "../reading.ts";
import { type Slider, slider } from "../sliders.ts";
import { MOST_STEPS, type State } from "../state.ts";
import type { Store } from "../store.ts";

export class ConditionsPanel {
  readonly element: HTMLElement;
  private readonly starts: NumberField[];
  private readonly steps: NumberField;
  private readonly seed: NumberField;
  private readonly batch: NumberField;
  private readonly noise: Slider;
  private readonly schedule: HTMLSelectElement;
  private readonly sliders = h("div", { class: "sliders" });
  private made: { parameter: Parameter; slider: Slider }[] = [];
  private shown = "";
  private model: Model | null = null;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: Store,
    private readonly words: Words,
  ) {
    this.starts = [0, 1].map((k) =>
      numberField("", [-Infinity, Infinity], false, words, (value) => store.set({ start: this.moved(k, value) })),
    );
    this.steps = numberField(words.steps_taken, [1, MOST_STEPS], true, words, (steps) => store.set({ steps }));
    this.seed = numberField(words.seed, [0, 2 ** 31], true, words, (seed) => store.set({ seed }));
    this.batch = numberField(words.batch, [0, 100], true, words, (batch) => store.set({ batch }));
    const noise: Parameter = { name: "noise", label: words.noise, value: 0, scale: "amount" };
    this.noise = slider(noise, words.conditions, words, {
      moved: (value) => store.drag({ noise: Number(value) }),
      done: (value) => store.set({ noise: Number(value) }),
    });
    this.schedule = h("select", { "aria-label": words.schedule });
    for (const [name, { title }] of Object.entries(catalogue.schedules)) {
      this.schedule.append(h("option", { value: name }, title));
    }
    this.schedule.addEventListener("change", () => {
      const { value } = this.schedule;
      store.set({ schedule: value === "constant" ? "" : value });
    });
    const reset = h("button", { type: "button", click: () => store.set({ start: null }) }, words.reset_start);
    this.element = h(
      "section",
      { "aria-label": words.conditions },
      h("h2", {}, words.conditions),
      h("div", { class: "pair" }, ...this.starts.map(({ row }) => row), reset),
      h("div", { class: "pair" }, this.steps.row, this.seed.row),
      h("label", { class: "slider" }, h("span", {}, words.schedule), this.schedule),
      this.sliders,
      this.noise.row,
      this.batch.row,
    );
  }

  update(model: Model, state: State): void {
    this.model = model;
    this.element.hidden = model.ground.terrain === null;
    const { coordinates } = model.ground.spec?.entry ?? { coordinates: ["x", "y"] };
    this.starts.forEach((field, k) => {
      field.row.firstElementChild!.textContent = coordinates[k];
      field.set(Number(model.start[k].toPrecision(7)));
    });
    this.steps.set(state.steps);
    this.seed.set(state.seed);
    this.batch.set(state.batch);
    this.noise.set(state.noise);
    this.seed.row.hidden = state.noise === 0 && state.batch === 0;
    this.batch.row.hidden = !model.ground.spec?.programs.example;
    const name = model.schedule?.name ?? "constant";
    this.schedule.value = name;
    if (name !== this.shown) this.rebuild(name);
    for (const { parameter, slider: one } of this.made) one.set(model.schedule!.values[parameter.name]);
  }

  private rebuild(name: string): void {
    this.shown = name;
    const { title, parameters } = this.catalogue.schedules[name];
    const change = (parameter: Parameter, value: number | string): { schedule: string } => ({
      schedule: notationOf(name, parameters, { ...this.model!.schedule!.values, [parameter.name]: value }),
    });
    this.made = parameters.map((parameter) => ({
      parameter,
      slider: slider(parameter, title, this.words, {
        moved: (value) => this.store.drag(change(parameter, value)),
        done: (value) => this.store.set(change(parameter, value)),
      }),
    }));
    this.sliders.replaceChildren(...this.made.map((one) => one.slider.row));
  }

  private moved(k: number, value: number): [number, number] {
    const [x, y] = this.model!.start;
    return k === 0 ? [value, y] : [x, value];
  }
}
