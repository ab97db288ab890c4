// The hidden layers of a network: so many units in each, and layers more or fewer.

import type { Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import { accept, numberOf, rangeOf, refuse } from "../../typed.ts";
import { MOST } from "../experiment.ts";

export class LayersField {
  readonly element: HTMLElement;
  private readonly inputs = h("span", { class: "layers" });
  private readonly less: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private units: readonly number[] = [];
  private shown = "";

  constructor(
    private readonly words: Words,
    private readonly what: string,
    private readonly done: (units: readonly number[]) => void,
  ) {
    const button = (sign: string, name: string, click: () => void): HTMLButtonElement =>
      h("button", { type: "button", class: "small", "aria-label": `${what}: ${name}`, title: name, click }, sign);
    this.less = button("−", words.layer_less, () => done(this.units.slice(0, -1)));
    this.more = button("+", words.layer_more, () => done([...this.units, this.units.at(-1) ?? 8]));
    this.element = h(
      "div",
      { class: "slider" },
      h("span", {}, words.hidden_layers),
      this.inputs,
      h("span", {}, this.less, this.more),
    );
  }

  set(units: readonly number[]): void {
    this.units = units;
    this.less.disabled = !units.length;
    this.more.disabled = units.length >= MOST.layers;
    if (units.join() === this.shown) return;
    this.shown = units.join();
    const { words, what } = this;
    const focused = [...this.inputs.children].indexOf(document.activeElement as Element);
    const inputs = units.map((many, k) => {
      const name = `${what}: ${say(words.units_of, { layer: k + 1 })}`;
      const input = h("input", { type: "text", inputmode: "numeric", value: many, "aria-label": name });
      input.addEventListener("change", () => {
        const value = numberOf(input.value);
        if (Number.isInteger(value) && value >= 1 && value <= MOST.units) {
          accept(input);
          this.done(this.units.map((one, at) => (at === k ? value : one)));
        } else refuse(input, rangeOf([1, MOST.units], true, words));
      });
      input.addEventListener("blur", () => {
        accept(input);
        input.value = String(many);
      });
      return input;
    });
    this.inputs.replaceChildren(...inputs);
    inputs[focused]?.focus();
  }
}
