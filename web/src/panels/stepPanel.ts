// One step taken apart: an optimizer's rule, and the numbers that it has at the step where the play head is.

import type { Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import type { Model, Walking } from "../model.ts";
import { nameOf } from "../naming.ts";
import { counted, show } from "../pictures/numerals.ts";
import { filled, SYMBOLS } from "../rule.ts";

export class StepPanel {
  readonly element: HTMLElement;
  private readonly menu: HTMLSelectElement;
  private readonly rule = h("pre", { class: "rule" });
  private readonly numbers = h("pre", { class: "rule" });
  private readonly axes: HTMLButtonElement[];
  private axis: 0 | 1 = 0;
  private readonly table = h("table", { class: "numbers" });
  private readonly heading = h("p", { class: "about" });
  private model: Model | null = null;
  private step = 0;

  constructor(private readonly words: Words) {
    this.menu = h("select", { "aria-label": words.optimizer, class: "wide" });
    this.menu.addEventListener("change", () => this.tell());
    this.axes = ([0, 1] as const).map((axis) => {
      const button = h("button", { type: "button" }, ["x", "y"][axis]);
      button.addEventListener("click", () => {
        this.axis = axis;
        this.tell();
      });
      return button;
    });
    const axes = h(
      "div",
      { class: "pair", role: "group", "aria-label": words.coordinate },
      words.coordinate,
      ...this.axes,
    );
    this.element = h(
      "section",
      { "aria-label": words.one_step },
      ...[h("h2", {}, words.one_step), this.menu, this.heading, this.rule, axes, this.numbers, this.table],
    );
  }

  update(model: Model): void {
    this.model = model;
    const { coordinates } = model.ground.spec?.entry ?? { coordinates: ["x", "y"] };
    this.axes.forEach((button, axis) => {
      button.textContent = coordinates[axis];
    });
    const names = model.walking.map(({ spec }) => nameOf(spec, this.words));
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
    this.element.hidden = !one;
    if (!one) return;
    const { walk, spec } = one;
    // From the last point no step leaves.
    const row = Math.max(Math.min(this.step, walk.x.length - 2), 0);
    this.heading.textContent = say(this.words.step_from, { step: counted(row), next: counted(row + 1) });
    this.rule.textContent = oneBelowTheOther(spec.entry.formula);
    this.axes.forEach((button, axis) => {
      button.setAttribute("aria-pressed", String(axis === this.axis));
    });
    this.tellRule(one, row);
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
      line("∇L", [walk.gradient[0][row], walk.gradient[1][row]]),
      line("g", [walk.used[0][row], walk.used[1][row]]),
      ...Object.entries(walk.state)
        .filter(([name]) => name !== "delta")
        .map(([name, columns]) => line(name, next === null ? [] : columns.slice(0, 2).map((column) => column[next]))),
      line("Δx", next === null ? [] : [walk.x[next] - walk.x[row], walk.y[next] - walk.y[row]]),
      ...Object.entries(optionsAt(one, row)).map(([name, value]) =>
        line(SYMBOLS[name] ?? name.replaceAll("_", " "), [value]),
      ),
    ];
    const heads = [h("td", {}), ...this.axes.map(({ textContent }) => h("th", { scope: "col" }, textContent ?? ""))];
    this.table.replaceChildren(h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...numbers));
  }

  // The rule with the numbers of a step in it.
  private tellRule(one: Walking, row: number): void {
    const { walk, spec } = one;
    const next = row + 1;
    this.numbers.hidden = next >= walk.x.length;
    if (this.numbers.hidden) return;
    const { axis } = this;
    const places = axis === 0 ? walk.x : walk.y;
    const at = (row: number): Record<string, number> =>
      Object.fromEntries(
        Object.entries(walk.state)
          .filter(([name]) => name !== "delta")
          .map(([name, columns]) => [name, (columns[axis] ?? columns[0])[row]]),
      );
    const lines = filled(oneBelowTheOther(spec.entry.formula), {
      ...{ t: next, x: places[row], g: walk.used[axis][row], delta: places[next] - places[row] },
      ...{ before: at(row), after: at(next), options: optionsAt(one, row) },
    });
    const pieces = lines.flatMap((line, k) => [
      ...(k ? ["\n"] : []),
      ...line.map(({ text, number }) => (number ? h("b", {}, text) : text)),
    ]);
    this.numbers.replaceChildren(...pieces);
  }
}

// With the rate of this very step.
const optionsAt = ({ walk, spec }: Walking, row: number): Record<string, number> => ({
  ...spec.options,
  lr: walk.rates[row],
});

// What stands side by side in a rule of two columns, and its lines without what sets them in.
const oneBelowTheOther = (formula: string): string =>
  formula
    .split(/\n| {3,}/)
    .map((line) => line.trim())
    .filter(Boolean)
    .join("\n");
