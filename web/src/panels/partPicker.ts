// The choice of a part, such as an activation: its menu, and a slider for each of its parameters.

import type { Parameter, Words } from "../catalogue.ts";
import { h } from "../elements.ts";
import { parsed, written } from "../notation.ts";
import { type Slider, slider } from "../sliders.ts";

export interface Entry {
  title: string;
  parameters: Parameter[];
}

export interface PickerEvents {
  moved(notation: string): void; // while a slider is dragged
  done(notation: string): void;
}

export class PartPicker {
  readonly row: HTMLElement;
  // The sliders of the first parameters, and of the others.
  readonly first = h("div", { class: "sliders" });
  readonly rest = h("div", { class: "sliders" });
  private readonly menu: HTMLSelectElement;
  private readonly label: string;
  private shown: string | null = null;
  private notation = "";
  private made: { parameter: Parameter; slider: Slider }[] = [];

  // what: whose part it is, for those who do not see where it stands; seen: the parameters that come first.
  constructor(
    label: string,
    what: string,
    private readonly entries: Record<string, Entry>,
    private readonly nameOf: (parameter: Parameter) => string,
    private readonly words: Words,
    private readonly events: PickerEvents,
    private readonly seen: readonly string[] = [],
  ) {
    this.label = `${what}: ${label}`;
    this.menu = h("select", { "aria-label": this.label });
    this.menu.append(...Object.entries(entries).map(([name, { title }]) => h("option", { value: name }, title)));
    this.menu.addEventListener("change", () => events.done(this.usual(this.menu.value)));
    this.row = h("label", { class: "slider" }, h("span", {}, label), this.menu);
  }

  set(notation: string): void {
    this.notation = notation;
    const { name, options } = parsed(notation);
    this.menu.value = name;
    if (name !== this.shown) this.rebuild(name);
    for (const { parameter, slider: one } of this.made) one.set(options[parameter.name] ?? parameter.value);
  }

  // A part as it is at first, with its rate if it has one.
  private usual(name: string): string {
    const rate = this.entries[name].parameters.find((one) => one.name === "lr");
    return written(name, rate ? { lr: rate.value } : {});
  }

  private rebuild(name: string): void {
    this.shown = name;
    const parameters = this.entries[name]?.parameters ?? [];
    this.made = parameters.map((parameter) => {
      const changed = (value: number | string): string => {
        const now = parsed(this.notation);
        return written(now.name, { ...now.options, [parameter.name]: value });
      };
      const named = { ...parameter, label: this.nameOf(parameter) };
      const one = slider(named, this.label, this.words, {
        moved: (value) => this.events.moved(changed(value)),
        done: (value) => this.events.done(changed(value)),
      });
      return { parameter, slider: one };
    });
    const isFirst = ({ parameter }: { parameter: Parameter }): boolean => this.seen.includes(parameter.name);
    const rows = (some: typeof this.made): HTMLElement[] => some.map((one) => one.slider.row);
    this.first.replaceChildren(...rows(this.made.filter(isFirst)));
    this.rest.replaceChildren(...rows(this.made.filter((one) => !isFirst(one))));
  }
}
