// A network of an experiment: how it stands, and what it is made of.

import type { Parameter, Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import { type Icon, iconOf } from "../../icons.ts";
import type { Look } from "../../looks.ts";
import { type Entry, PartPicker } from "../../panels/partPicker.ts";
import type { Parts, Settings } from "../settings.ts";
import { LayersField } from "./layersField.ts";

const FIRST = ["lr", "momentum"]; // those of an optimizer that are seen without asking

export interface CardEvents {
  change(change: Partial<Settings>, done: boolean): void;
  remove(): void;
}

export class NetworkCard {
  readonly element: HTMLElement;
  private readonly icon: Icon;
  private readonly name = h("span", {});
  private readonly standing = h("output", { class: "stands" });
  private readonly remove: HTMLButtonElement;
  private readonly layers: LayersField;
  private readonly pickers: Record<"activation" | "optimizer" | "init" | "schedule", PartPicker>;

  // number: from 1 on.
  constructor(parts: Parts, words: Words, look: Look, number: number, events: CardEvents) {
    const what = say(words.network_of, { number });
    const nameOf = ({ name, label }: Parameter): string => words[name] ?? label;
    const picker = (
      key: keyof typeof this.pickers,
      entries: Record<string, Entry>,
      seen: string[] = [],
    ): PartPicker => {
      const changed = (done: boolean) => (notation: string) => events.change({ [key]: notation }, done);
      return new PartPicker(
        words[`part_${key}`],
        what,
        entries,
        nameOf,
        words,
        { moved: changed(false), done: changed(true) },
        seen,
      );
    };
    const able = Object.entries(parts.optimizers).filter(([, { vector }]) => vector);
    this.pickers = {
      activation: picker("activation", parts.activations),
      optimizer: picker("optimizer", Object.fromEntries(able), FIRST),
      init: picker("init", parts.initialisers),
      schedule: picker("schedule", parts.schedules),
    };
    this.layers = new LayersField(words, what, (hidden) => events.change({ hidden }, true));
    this.icon = iconOf(look);
    this.remove = h(
      "button",
      {
        type: "button",
        class: "remove",
        "aria-label": say(words.remove, { name: what }),
        click: () => events.remove(),
      },
      "×",
    );
    const { activation, optimizer, init, schedule } = this.pickers;
    this.element = h(
      "section",
      { class: "walker", "aria-label": what },
      h("div", { class: "head" }, h("span", { class: "name" }, this.icon.element, this.name), this.remove),
      this.standing,
      this.layers.element,
      activation.row,
      activation.rest,
      optimizer.row,
      optimizer.first,
      h("details", {}, h("summary", {}, words.more), optimizer.rest, init.row, init.rest, schedule.row, schedule.rest),
    );
  }

  update(settings: Settings, name: string, look: Look, colour: string, alone: boolean): void {
    this.element.style.setProperty("--own", colour);
    this.icon.set(look);
    this.name.textContent = name;
    this.remove.hidden = alone;
    this.layers.set(settings.hidden);
    this.pickers.activation.set(settings.activation);
    this.pickers.optimizer.set(settings.optimizer);
    this.pickers.init.set(settings.init);
    this.pickers.schedule.set(settings.schedule);
  }

  tell(standing: string): void {
    if (this.standing.value !== standing) this.standing.value = standing;
  }
}
