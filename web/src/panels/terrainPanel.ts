// The choice of the terrain: its menu, its parameters, a formula of one's own, and where the walks start.

import type { Catalogue, Parameter, Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import { FormulaError, formula } from "../formula.ts";
import type { Model } from "../model.ts";
import { notationOf } from "../reading.ts";
import { type Slider, slider } from "../sliders.ts";
import type { Store } from "../store.ts";

const FORMULA = "\u0000"; // of the menu, what no terrain is called

export class TerrainPanel {
  readonly element: HTMLElement;
  private readonly menu: HTMLSelectElement;
  private readonly sliders = h("div", { class: "sliders" });
  private readonly line = h("p", { class: "formula" });
  private readonly about = h("p", { class: "about" });
  private readonly typed: HTMLInputElement;
  private readonly wrong = h("p", { class: "wrong", role: "alert" });
  private readonly own: HTMLElement;
  private shown = "";
  private made: { parameter: Parameter; slider: Slider }[] = [];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: Store,
    private readonly words: Words,
    private readonly texts: Record<string, string>,
    private readonly chosen: (name: string) => void,
    given: string | null, // the title of what the page was made of, if that is no terrain of the menu
  ) {
    this.menu = h("select", { "aria-label": words.terrain, class: "wide" });
    if (given !== null) this.menu.append(h("option", { value: "" }, given));
    for (const [name, { title }] of Object.entries(catalogue.terrains))
      this.menu.append(h("option", { value: name }, title));
    this.menu.append(h("option", { value: FORMULA }, words.own_formula));
    this.menu.addEventListener("change", () => this.choose(this.menu.value));
    this.typed = h("input", { type: "text", class: "wide", spellcheck: "false", autocomplete: "off", maxlength: 500 });
    this.typed.setAttribute("aria-label", words.formula);
    this.typed.addEventListener("input", () => this.read(false));
    this.typed.addEventListener("change", () => this.read(true));
    this.own = h("div", { class: "own", hidden: true }, this.typed, this.wrong);
    this.element = h(
      "section",
      { "aria-label": words.terrain },
      h("h2", {}, words.terrain),
      ...[this.menu, this.own, this.line, this.sliders, this.about],
    );
  }

  update({ ground: { spec } }: Model): void {
    const name = spec?.name ?? "";
    const isFormula = spec !== null && spec.entry === null;
    this.rebuild(name, spec?.entry?.parameters ?? []);
    this.menu.value = isFormula ? FORMULA : name;
    this.own.hidden = !isFormula;
    if (isFormula && this.typed.getAttribute("aria-invalid") !== "true" && this.typed.value.trim() !== name) {
      this.typed.value = name;
    }
    this.line.textContent = spec?.entry?.formula ?? "";
    this.about.textContent = this.texts[name] ?? "";
    for (const { parameter, slider: one } of this.made) one.set(spec!.values[parameter.name]);
  }

  private choose(name: string): void {
    if (name !== FORMULA) {
      this.chosen(name);
      return;
    }
    this.own.hidden = false;
    this.typed.value ||= "x^2 + 10*y^2 + sin(3*x)";
    this.typed.focus();
    this.read(true);
  }

  private read(done: boolean): void {
    const text = this.typed.value.trim();
    try {
      formula(text, this.catalogue.derivatives);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      const { reason, at, about, nearest } = error;
      this.wrong.textContent = say(this.words[nearest && `${reason}_near` in this.words ? `${reason}_near` : reason], {
        ...{ at: at + 1, about, near: nearest },
      });
      this.typed.setAttribute("aria-invalid", "true");
      return;
    }
    this.wrong.textContent = "";
    this.typed.removeAttribute("aria-invalid");
    const change = { terrain: text, start: null, challenge: "" };
    if (done) this.store.set(change);
    else this.store.drag(change);
  }

  private rebuild(name: string, parameters: Parameter[]): void {
    if (this.shown === name) return;
    this.shown = name;
    const title = this.catalogue.terrains[name]?.title ?? name;
    const change = (parameter: Parameter, value: number | string): { terrain: string; start: null } => {
      const values = Object.fromEntries(this.made.map((one) => [one.parameter.name, this.now(one.parameter)]));
      return { terrain: notationOf(name, parameters, { ...values, [parameter.name]: value }), start: null };
    };
    this.made = parameters.map((parameter) => ({
      parameter,
      slider: slider(parameter, title, this.words, {
        moved: (value) => this.store.drag(change(parameter, value)),
        done: (value) => this.store.set(change(parameter, value)),
      }),
    }));
    this.sliders.replaceChildren(...this.made.map((one) => one.slider.row));
  }

  // A parameter as the state has it.
  private now(parameter: Parameter): number | string {
    const found = new RegExp(`[:,]${parameter.name}=([^,]*)`).exec(this.store.state.terrain)?.[1];
    if (found === undefined) return parameter.value;
    return parameter.choices
      ? (parameter.choices.find((one) => String(one) === found) ?? parameter.value)
      : Number(found);
  }
}
