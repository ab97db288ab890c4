// Experiments to begin with: their list, and of the one that is tried what to look at, and what its numbers showed.

import type { Words } from "../../catalogue.ts";
import { h } from "../../elements.ts";
import type { Preset } from "../presets.ts";

export class PresetPanel {
  readonly element: HTMLElement;
  private readonly card = h("div", { class: "challenge", hidden: true });
  private readonly buttons: HTMLButtonElement[];
  private shown = "";

  constructor(
    private readonly presets: readonly Preset[],
    private readonly words: Words,
    private readonly begin: (preset: Preset) => void,
  ) {
    this.buttons = presets.map((one) => h("button", { type: "button", click: () => begin(one) }, one.title));
    const list = h("div", { class: "challenges", role: "list" });
    list.append(...this.buttons.map((button) => h("div", { role: "listitem" }, button)));
    const all = h("details", {}, h("summary", {}, words.experiments), list);
    list.addEventListener("click", () => {
      all.open = false;
    });
    this.element = h("section", { class: "lead", "aria-label": words.experiments }, this.card, all);
    this.element.hidden = !presets.length;
  }

  // tried: the one that is made of just this; ended: whether its trainings are over; holds: whether they showed it.
  update(tried: Preset | null, ended: boolean, holds: boolean): void {
    const key = `${tried?.id} ${ended} ${holds}`;
    if (key === this.shown) return;
    this.shown = key;
    this.card.hidden = !tried;
    this.buttons.forEach((button, k) => {
      button.setAttribute("aria-pressed", String(this.presets[k] === tried));
    });
    if (!tried) return;
    const { words } = this;
    const next = this.presets[this.presets.indexOf(tried) + 1];
    const verdict = holds ? `★ ${tried.shown}` : ended ? words.not_shown : "";
    this.card.classList.toggle("met", holds);
    this.card.replaceChildren(
      h("h3", {}, tried.title),
      h("p", { class: "about" }, tried.text),
      h("p", { class: holds ? "shown" : "about", role: "status" }, verdict),
      ...(next
        ? [
            h(
              "div",
              { class: "pair" },
              h("button", { type: "button", click: () => this.begin(next) }, words.next_experiment),
            ),
          ]
        : []),
    );
  }
}
