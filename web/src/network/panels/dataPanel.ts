// What is learned: one of the page's sets, or points drawn by hand.

import type { Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import { counted } from "../../pictures/numerals.ts";
import type { Data, PackedData } from "../data.ts";
import { DRAWN, MOST_CLASSES } from "../drawing.ts";

// How many there are, and how many of the test's are here.
const examplesOf = ({ train, test, tests }: Data, words: Words): string => {
  const key = test.count < tests ? "examples_of" : "examples";
  return say(words[key], { train: counted(train.count), test: counted(test.count), all: counted(tests) });
};

export class DataPanel {
  readonly element: HTMLElement;
  brush = 0; // the class of points that are drawn
  private readonly menu: HTMLSelectElement;
  private readonly about = h("p", { class: "about" });
  private readonly drawing: HTMLElement;
  private readonly brushes: HTMLButtonElement[];

  constructor(
    sets: Record<string, PackedData>,
    private readonly words: Words,
    choose: (data: string) => void,
  ) {
    this.menu = h("select", { "aria-label": words.data, class: "wide" });
    this.menu.append(...Object.entries(sets).map(([name, { title }]) => h("option", { value: name }, title)));
    this.menu.append(h("option", { value: DRAWN }, words.drawn));
    this.menu.addEventListener("change", () => choose(this.menu.value));
    this.brushes = Array.from({ length: MOST_CLASSES }, (_, k) => {
      const name = say(words.class_of, { number: k + 1 });
      const click = (): void => this.take(k);
      return h("button", { type: "button", class: "brush", "aria-label": name, title: name, click }, "●");
    });
    const empty = h("button", { type: "button", click: () => choose(DRAWN) }, words.empty);
    this.drawing = h(
      "div",
      { class: "pair", role: "group", "aria-label": words.draw },
      words.draw,
      ...this.brushes,
      empty,
    );
    this.element = h(
      "section",
      { "aria-label": words.data },
      h("h2", {}, words.data),
      this.menu,
      this.about,
      this.drawing,
    );
    this.take(0);
  }

  // hues: of the classes; known: the data, null while there are none.
  update(data: string, drawable: boolean, hues: readonly string[], known: Data | null): void {
    this.menu.value = data.startsWith(DRAWN) ? DRAWN : data;
    this.drawing.hidden = !drawable;
    this.brushes.forEach((button, k) => {
      button.style.setProperty("--own", hues[k]);
    });
    this.about.textContent = known ? examplesOf(known, this.words) : this.words.draw_some;
  }

  private take(k: number): void {
    this.brush = k;
    this.brushes.forEach((button, at) => {
      button.setAttribute("aria-pressed", String(at === k));
    });
  }
}
