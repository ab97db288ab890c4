// What lets networks learn, step by step or as fast as they can.

import type { Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import { counted } from "../../pictures/numerals.ts";

const PACES: readonly (number | null)[] = [1, 4, 15, 50, 150, 500, 1500, 5000, null]; // steps a second, of keys 1 … 9
const USUAL = 5;

export interface TransportEvents {
  run(pace: number | null): void;
  pause(): void;
  step(epoch: boolean): void;
  restart(): void;
}

export class TrainingTransport {
  readonly element: HTMLElement;
  running = false;
  private readonly button: HTMLButtonElement;
  private readonly at = h("output");
  private readonly progress = h("progress", { max: 1, value: 0 });
  private readonly speed: HTMLSelectElement;

  constructor(
    private readonly words: Words,
    private readonly events: TransportEvents,
  ) {
    const button = (label: string, click: () => void): HTMLButtonElement =>
      h("button", { type: "button", click }, label);
    this.button = h("button", {
      type: "button",
      class: "play",
      title: words.training_keys,
      click: () => this.toggle(),
    });
    this.speed = h("select", { "aria-label": words.speed });
    PACES.forEach((pace, k) => {
      const speed = pace === 1 ? words.speed_one : say(words.speed_of, { speed: counted(pace ?? 0) });
      const told = pace === null ? words.fastest : speed;
      this.speed.append(h("option", { value: k + 1 }, told));
    });
    this.speed.value = String(USUAL);
    this.speed.addEventListener("change", () => {
      if (this.running) events.run(this.pace);
    });
    this.progress.setAttribute("aria-label", words.steps);
    this.element = h(
      "div",
      { class: "transport", role: "group", "aria-label": words.train },
      this.button,
      button(words.one_more, () => events.step(false)),
      button(words.epoch_more, () => events.step(true)),
      button(words.restart, () => events.restart()),
      ...[this.progress, this.at, this.speed],
    );
    this.show(false);
  }

  get pace(): number | null {
    return PACES[Number(this.speed.value) - 1];
  }

  toggle(): void {
    if (this.running) this.events.pause();
    else this.events.run(this.pace);
  }

  focus(): void {
    this.button.focus({ preventScroll: true });
  }

  // Whether there is something to train on.
  enable(able: boolean): void {
    for (const one of this.element.querySelectorAll("button")) one.disabled = !able;
  }

  setSpeed(speed: number): void {
    this.speed.value = String(speed);
    if (this.running) this.events.run(this.pace);
  }

  show(running: boolean): void {
    this.running = running;
    this.button.textContent = running ? this.words.pause : this.words.train;
  }

  // part: of all steps.
  tell(step: number, part: number, epochs: number, words: Words): void {
    this.progress.value = part;
    const values = { epoch: (part * epochs).toFixed(1), epochs: counted(epochs), step: counted(step) };
    const text = say(words.at_epoch, values);
    if (this.at.value !== text) this.at.value = text;
  }
}
