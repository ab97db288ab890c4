// One step taken apart: an optimizer's rule, and the numbers that it has at the step where the play head is.

import type { Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import type { Model } from "../model.ts";
import { show } from "../pictures/numerals.ts";

// What the symbols of a rule stand for; what optimizers remember is in it by its own name.
const GREEK: Record<string, string> = {
  ...{ beta1: "β₁", beta2: "β₂", beta3: "β₃", alpha: "α", rho: "ρ", eps: "ε", momentum: "μ", weight_decay: "λ" },
  ...{ dampening: "τ", gamma: "γ", momentum_decay: "ψ" },
};

export class StepPanel {
  readonly element: HTMLElement;
  private readonly menu: HTMLSelectElement;
  private readonly rule = h("pre", { class: "rule" });
  private readonly table = h("table", { class: "numbers" });
  private readonly heading = h("p", { class: "about" });
  private model: Model | null = null;
  private step = 0;

  constructor(private readonly words: Words) {
    this.menu = h("select", { "aria-label": words.optimizer, class: "wide" });
    this.menu.addEventListener("change", () => this.tell());
    this.element = h(
      "section",
      { "aria-label": words.one_step },
      ...[h("h2", {}, words.one_step), this.menu, this.heading, this.rule, this.table],
    );
  }

  update(model: Model): void {
    this.model = model;
    const names = model.walking.map(({ spec }) => spec.notation);
    const [chosen, many] = [this.menu.selectedIndex, this.menu.options.length];
    this.menu.replaceChildren(...names.map((name, k) => h("option", { value: k }, name)));
    if (names.length === many && chosen >= 0) this.menu.selectedIndex = chosen;
    this.tell();
  }

  at(step: number): void {
    const whole = Math.floor(step + 1e-9);
    if (whole === this.step) return;
    this.step = whole;
    if (this.element.isConnected && this.element.offsetParent) this.tell();
  }

  private tell(): void {
    const one = this.model?.walking[Math.max(this.menu.selectedIndex, 0)];
    this.element.classList.toggle("empty", !one);
    if (!one) return;
    const { walk, spec } = one;
    const row = Math.min(this.step, walk.x.length - 1);
    this.heading.textContent = say(this.words.step_from, { step: row });
    this.rule.textContent = spec.entry.formula;
    const line = (name: string, values: (number | undefined)[]): HTMLElement =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, name),
        ...values.map((value) => h("td", {}, value === undefined ? "" : show(value, 4))),
      );
    const next = row + 1 < walk.x.length ? row + 1 : null;
    const numbers = [
      line("x", [walk.x[row], walk.y[row]]),
      line("g", [walk.gradient[0][row], walk.gradient[1][row]]),
      ...Object.entries(walk.state)
        .filter(([name]) => name !== "delta")
        .map(([name, columns]) => line(name, next === null ? [] : columns.slice(0, 2).map((column) => column[next]))),
      line("Δx", next === null ? [] : [walk.x[next] - walk.x[row], walk.y[next] - walk.y[row]]),
      ...Object.entries(spec.options).map(([name, value]) => line(GREEK[name] ?? name.replaceAll("_", " "), [value])),
    ];
    this.table.replaceChildren(h("tbody", {}, ...numbers));
  }
}
