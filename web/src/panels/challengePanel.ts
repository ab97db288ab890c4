// The challenges: their list, and of the one that is tried its text, what must be put back, and whether it is met.

import type { Words } from "../catalogue.ts";
import { type Challenge, type Progress, spoiled } from "../challenges.ts";
import { h, say } from "../elements.ts";
import type { Goal } from "../goals.ts";
import { DEFAULT, fromAddress, type State } from "../state.ts";
import type { Store } from "../store.ts";

export interface Standing {
  text: string;
  met: boolean;
}

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

  // goals: of the one that is tried. Returns how it stands, in a few words; null if none is tried.
  update(state: State, goals: readonly Goal[]): Standing | null {
    const one = this.tried(state);
    this.card.hidden = !one;
    if (!one) {
      this.shown = "";
      this.tick();
      return null;
    }
    const changed = spoiled(one, this.beginning(one), state);
    const met = goals.every(({ holds }) => holds) && !changed.length;
    if (met) this.progress.add(one.id);
    const before = !met && this.progress.has(one.id);
    const verdict = met ? `★ ${this.words.met}` : before ? this.words.met_before : this.words.not_met;
    const told = { text: `${one.title} · ${verdict}`, met };
    const key = JSON.stringify([one.id, met, changed, goals]);
    if (key === this.shown) return told;
    this.shown = key;
    const back = changed.map((what) => this.words[`changed_${what}`]).join(this.words.comma);
    const place = this.challenges.indexOf(one);
    const next = this.challenges[place + 1];
    this.card.classList.toggle("met", met);
    this.card.replaceChildren(
      h("h3", {}, one.title),
      h("p", { class: "about" }, one.text),
      ...(changed.length ? [h("p", { class: "wrong" }, say(this.words.put_back, { what: back }))] : []),
      h("ul", { class: "goals" }, ...goals.map((goal) => this.goal(goal))),
      h("p", { class: "verdict", role: "status" }, verdict),
      ...((met || before) && one.met ? [h("p", { class: "about" }, one.met)] : []),
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
    return told;
  }

  private goal({ holds, text, now }: Goal): HTMLElement {
    const state = holds ? this.words.holds : this.words.holds_not;
    const mark = h("span", { role: "img", "aria-label": state }, holds ? "✓" : "○");
    return h("li", {}, mark, h("span", {}, text, ...(now ? [h("span", { class: "now" }, now)] : [])));
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
