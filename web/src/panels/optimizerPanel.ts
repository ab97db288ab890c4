// The optimizers that walk: each with its mark, how it stands, its parameters and what is around it; and others to add.

import type { Catalogue, Parameter, Theme, Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import { type Icon, iconOf } from "../icons.ts";
import type { Model, Walking } from "../model.ts";
import { walkerNotation } from "../reading.ts";
import { type Slider, slider } from "../sliders.ts";
import type { Store } from "../store.ts";
import type { Wrapper } from "../walk.ts";

const FIRST = ["lr", "momentum", "alpha", "beta1", "beta2"]; // those that are seen without asking
const MOST = 12; // walkers, beyond which no picture tells them apart

interface Card {
  element: HTMLElement;
  name: string;
  standing: HTMLOutputElement;
  sliders: { parameter: Parameter; slider: Slider }[];
  wrappers: { name: Wrapper["name"]; box: HTMLInputElement; slider: Slider }[];
  icon: Icon;
  title: HTMLElement;
}

export interface OptimizerEvents {
  switched(): void; // what is drawn
  tuned(walkers: string[]): string[]; // each at its best rate
}

export class OptimizerPanel {
  readonly element: HTMLElement;
  readonly hidden = new Set<number>(); // those that are not drawn
  private readonly list = h("div", { class: "walkers" });
  private readonly best: HTMLButtonElement;
  private readonly menu: HTMLSelectElement;
  private cards: Card[] = [];
  private model: Model | null = null;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: Store,
    private readonly words: Words,
    private readonly texts: Record<string, string>,
    private readonly events: OptimizerEvents,
  ) {
    const { optimizers } = catalogue;
    this.menu = h("select", { "aria-label": words.add_optimizer });
    this.menu.append(...Object.entries(optimizers).map(([name, { title }]) => h("option", { value: name }, title)));
    this.best = h("button", { type: "button", title: words.best_rates_how }, words.best_rates);
    this.best.addEventListener("click", () => store.set({ walkers: events.tuned(store.state.walkers) }));
    const add = h("button", { type: "button", click: () => this.add(this.menu.value) }, words.add);
    this.element = h(
      "section",
      { "aria-label": words.optimizers },
      h("h2", {}, words.optimizers),
      this.list,
      h("div", { class: "add" }, this.menu, add),
      this.best,
    );
  }

  update(model: Model, theme: Theme): void {
    this.model = model;
    this.element.hidden = model.ground.terrain === null;
    this.best.hidden = this.store.state.challenge !== "";
    const names = model.walking.map(({ spec }) => spec.name);
    if (names.join() !== this.cards.map(({ name }) => name).join()) {
      this.hidden.clear();
      this.cards = model.walking.map((one, k) => this.card(one, k));
      this.list.replaceChildren(...this.cards.map(({ element }) => element));
    }
    model.walking.forEach(({ spec, look }, k) => {
      const card = this.cards[k];
      card.element.style.setProperty("--own", look.colour[theme]);
      card.icon.set(look);
      const around = spec.around.map(({ name, size }) => `${this.words[`${name}_short`]} ${size}`);
      card.title.textContent = [spec.entry.title, ...around].join(this.words.name_comma);
      for (const one of card.sliders) one.slider.set(spec.options[one.parameter.name]);
      for (const { name, box, slider: one } of card.wrappers) {
        const size = spec.around.find((around) => around.name === name)?.size;
        box.checked = size !== undefined;
        one.row.toggleAttribute("hidden", size === undefined);
        one.set(size ?? this.catalogue.sizes[name]);
      }
    });
  }

  // How each stands at a step, as the words that are given.
  tell(standing: string[]): void {
    this.cards.forEach(({ standing: output }, k) => {
      if (output.value !== standing[k]) output.value = standing[k] ?? "";
    });
  }

  private add(name: string): void {
    if (this.store.state.walkers.length >= MOST) return;
    const { parameters } = this.catalogue.optimizers[name];
    const lr = parameters.find((one) => one.name === "lr")!.value;
    const { walkers, challenge } = this.store.state;
    const usual = `${name}:lr=${lr}`;
    // In a challenge it is the student who finds the rate.
    const [made] = challenge ? [usual] : this.events.tuned([usual]);
    this.store.set({ walkers: [...walkers, made ?? usual] });
  }

  private change(k: number, options: Record<string, number>, around: readonly Wrapper[]): { walkers: string[] } {
    const { spec } = this.model!.walking[k];
    const notation = walkerNotation(spec, { ...spec.options, ...options }, around);
    return { walkers: this.model!.walking.map((one, at) => (at === k ? notation : one.spec.notation)) };
  }

  private card({ spec, look }: Walking, k: number): Card {
    const { words } = this;
    const { title, parameters, formula } = spec.entry;
    const box = h("input", { type: "checkbox", checked: true, "aria-label": say(words.show, { name: title }) });
    box.addEventListener("change", () => {
      if (box.checked) this.hidden.delete(k);
      else this.hidden.add(k);
      element.classList.toggle("off", !box.checked);
      this.events.switched();
    });
    const icon = iconOf(look);
    const named = h("span", {}, title);
    const standing = h("output", { class: "standing" });
    const remove = h(
      "button",
      { type: "button", class: "remove", "aria-label": say(words.remove, { name: title }) },
      "×",
    );
    remove.addEventListener("click", () =>
      this.store.set({ walkers: this.model!.walking.filter((_, at) => at !== k).map((one) => one.spec.notation) }),
    );
    const sliders = parameters.map((parameter) => ({
      parameter,
      slider: slider({ ...parameter, label: words[parameter.name] ?? parameter.label }, title, words, {
        moved: (value) => this.store.drag(this.change(k, { [parameter.name]: Number(value) }, this.around(k))),
        done: (value) => this.store.set(this.change(k, { [parameter.name]: Number(value) }, this.around(k))),
      }),
    }));
    const wrappers = (["clip", "sam"] as const).map((name) => this.wrapper(name, title, k));
    const seen = sliders.filter(({ parameter }) => FIRST.includes(parameter.name));
    const rest = sliders.filter(({ parameter }) => !FIRST.includes(parameter.name));
    const more = h(
      "details",
      {},
      h("summary", {}, words.more),
      ...rest.map((one) => one.slider.row),
      ...wrappers.flatMap(({ label, slider: one }) => [label, one.row]),
      ...(formula ? [h("pre", { class: "formula" }, formula)] : []),
      h("p", { class: "about" }, this.texts[spec.name] ?? ""),
    );
    const head = h("div", { class: "head" }, h("label", { class: "name" }, box, icon.element, named), standing, remove);
    const element = h(
      "section",
      { class: "walker", "aria-label": title },
      head,
      ...seen.map((one) => one.slider.row),
      more,
    );
    return { element, name: spec.name, standing, sliders, wrappers, icon, title: named };
  }

  private around(k: number): Wrapper[] {
    return this.model!.walking[k].spec.around;
  }

  private wrapper(name: Wrapper["name"], title: string, k: number) {
    const box = h("input", { type: "checkbox" });
    const others = (): Wrapper[] => this.around(k).filter((one) => one.name !== name);
    const size = (value: number | string): Wrapper[] => [{ name, size: Number(value) }, ...others()];
    box.addEventListener("change", () =>
      this.store.set(this.change(k, {}, box.checked ? size(this.catalogue.sizes[name]) : others())),
    );
    const parameter: Parameter = {
      name,
      label: this.words[`${name}_size`],
      value: this.catalogue.sizes[name],
      scale: "rate",
    };
    const made = slider(parameter, title, this.words, {
      moved: (value) => this.store.drag(this.change(k, {}, size(value))),
      done: (value) => this.store.set(this.change(k, {}, size(value))),
    });
    return { name, box, slider: made, label: h("label", { class: "switch" }, box, this.words[name]) };
  }
}
