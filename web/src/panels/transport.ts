// What moves the play head, and what the pictures show beside the paths.

import type { Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import { counted } from "../pictures/numerals.ts";
import { type Player, SPEEDS } from "../player.ts";
import type { State } from "../state.ts";
import type { Standing } from "./challengePanel.ts";

export class Transport {
  readonly element: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly step: HTMLInputElement;
  private readonly at = h("output");
  private readonly speed: HTMLSelectElement;
  private readonly standing = h("p", { class: "tried", hidden: true });
  private readonly field: HTMLButtonElement;

  constructor(
    private readonly player: Player,
    private readonly words: Words,
    events: { reset(): void; field(): void },
  ) {
    const button = (label: string, click: () => void, name = label): HTMLButtonElement =>
      h("button", { type: "button", "aria-label": name, title: name, click }, label);
    this.toggle = h(
      "button",
      { type: "button", class: "play", title: words.keys, click: () => player.toggle() },
      words.play,
    );
    this.step = h("input", { type: "range", min: 0, step: 1, "aria-label": words.steps, autocomplete: "off" });
    this.step.addEventListener("input", () => {
      player.stop();
      player.goTo(this.step.valueAsNumber);
    });
    this.speed = h("select", { "aria-label": words.speed });
    SPEEDS.forEach((speed, k) => {
      this.speed.append(
        h("option", { value: k + 1 }, speed === 1 ? words.speed_one : say(words.speed_of, { speed: counted(speed) })),
      );
    });
    this.speed.addEventListener("change", () => {
      player.speed = Number(this.speed.value);
    });
    this.speed.value = String(player.speed);
    this.field = h("button", { type: "button", "aria-pressed": "false", click: events.field }, words.field);
    this.element = h(
      "div",
      { class: "transport", role: "group", "aria-label": words.play },
      this.standing,
      ...[
        this.toggle,
        button("‹", () => player.nudge(-1), words.back),
        button("›", () => player.nudge(1), words.forth),
      ],
      ...[this.step, this.at, this.speed, this.field, button(words.reset_view, events.reset)],
    );
  }

  setSpeed(speed: number): void {
    this.player.speed = speed;
    this.speed.value = String(speed);
  }

  // standing: of the challenge that is tried, which stays in sight here.
  update(state: State, standing: Standing | null): void {
    this.standing.hidden = !standing;
    this.standing.textContent = standing?.text ?? "";
    this.standing.classList.toggle("met", standing?.met ?? false);
    this.field.setAttribute("aria-pressed", String(state.field));
  }

  playing(on: boolean): void {
    this.toggle.textContent = on ? this.words.pause : this.words.play;
  }

  show(at: number, last: number): void {
    this.step.max = String(last);
    this.step.value = String(at);
    const step = counted(Math.floor(at + 1e-9));
    const text = say(this.words.at_step, { step, last: counted(last) });
    if (this.at.value !== text) {
      this.at.value = text;
      this.step.setAttribute("aria-valuetext", text);
    }
  }
}
