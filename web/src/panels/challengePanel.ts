// The challenges: their list, and of the one that is tried its text, what must be put back, and whether it is met.

import type { Words } from "../catalogue.ts";
import { type Challenge, type Progress, spoiled } from "../challenges.ts";
import { h, say } from "../elements.ts";
import { DEFAULT, fromAddress, type State } from "../state.ts";
import type { Store } from "../store.ts";

export class ChallengePanel {
  readonly element: HTMLElement;
  private readonly list = h("div", { class: "challenges", role: "list" });
  private readonly card = h("div", { class: "challenge", hidden: true });
  private readonly buttons: HTMLButtonElement[];
  private shown = "";

  constructor(
    private readonly challenges: readonly Challenge[],
    private readonly progress: Progress,
    private readonly store: Store,
    private readonly words: Words,
  ) {
    this.buttons = challenges.map((one) => h("button", { type: "button", click: () => this.begin(one) }, one.title));
    this.list.append(...this.buttons.map((button) => h("div", { role: "listitem" }, button)));
    const all = h("details", {}, h("summary", {}, words.challenges), this.list);
    this.list.addEventListener("click", () => {
      all.open = false;
    });
    this.element = h("section", { class: "lead", "aria-label": words.challenges }, this.card, all);
    this.element.hidden = !challenges.length;
    this.tick();
  }

  // The challenge that is tried; null if none is.
  tried(state: State): Challenge | null {
    return this.challenges.find(({ id }) => id === state.challenge) ?? null;
  }

  // holds: whether the goal of the one that is tried is reached now.
  update(state: State, holds: boolean): void {
    const one = this.tried(state);
    this.card.hidden = !one;
    if (!one) {
      this.shown = "";
      return;
    }
    const changed = spoiled(one, this.beginning(one), state);
    const met = holds && !changed.length;
    if (met) this.progress.add(one.id);
    const key = `${one.id} ${met} ${changed}`;
    if (key === this.shown) return;
    this.shown = key;
    const back = changed.map((what) => this.words[`changed_${what}`]).join(this.words.comma);
    const place = this.challenges.indexOf(one);
    const next = this.challenges[place + 1];
    this.card.classList.toggle("met", met);
    this.card.replaceChildren(
      h("h3", {}, one.title),
      h("p", { class: "about" }, one.text),
      ...(changed.length ? [h("p", { class: "wrong" }, say(this.words.put_back, { what: back }))] : []),
      h("p", { class: "verdict", role: "status" }, met ? `★ ${this.words.met}` : this.words.not_met),
      ...(met && one.met ? [h("p", { class: "about" }, one.met)] : []),
      ...(!met && one.hint
        ? [h("details", {}, h("summary", {}, this.words.hint_shown), h("p", { class: "about" }, one.hint))]
        : []),
      h(
        "div",
        { class: "pair" },
        h("button", { type: "button", click: () => this.begin(one) }, this.words.again),
        ...(next ? [h("button", { type: "button", click: () => this.begin(next) }, this.words.next)] : []),
        h("button", { type: "button", click: () => this.store.set({ challenge: "" }) }, this.words.leave),
      ),
    );
    this.tick();
  }

  private begin(one: Challenge): void {
    this.store.set({ ...this.beginning(one), challenge: one.id });
  }

  private beginning(one: Challenge): State {
    return fromAddress(one.state, DEFAULT);
  }

  private tick(): void {
    this.buttons.forEach((button, k) => {
      const { id, title } = this.challenges[k];
      button.textContent = this.progress.has(id) ? `★ ${title}` : title;
      button.setAttribute("aria-pressed", String(this.store.state.challenge === id));
    });
  }
}
