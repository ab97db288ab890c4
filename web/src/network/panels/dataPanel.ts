// What is learned: one of the page's sets, or points drawn by hand.

import type { Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import { counted } from "../../pictures/numerals.ts";
import type { Data, PackedData } from "../data.ts";
import { DRAWN, MOST_CLASSES } from "../drawing.ts";

// How many there are, and how many of the test's are here.
const examplesOf = ({ train, test, tests }: Data, words: Words): string => {
  const key = test.count < tests ? "examples_of" : train.x.length === 2 * train.count ? "points" : "examples";
  return say(words[key], { train: counted(train.count), test: counted(test.count), all: counted(tests) });
};

const ERASER = -1;

export class DataPanel {
  readonly element: HTMLElement;
  private readonly menu: HTMLSelectElement;
  private readonly about = h("p", { class: "about" });
  private readonly drawing: HTMLElement;
  private readonly brushes: HTMLButtonElement[];
  private readonly eraser: HTMLButtonElement;
  private taken: number | null = null;

  // held: told whenever there is a brush, or none any more.
  constructor(
    sets: Record<string, PackedData>,
    private readonly words: Words,
    choose: (data: string) => void,
    private readonly held: () => void,
  ) {
    this.menu = h("select", { "aria-label": words.data, class: "wide" });
    this.menu.append(...Object.entries(sets).map(([name, { title }]) => h("option", { value: name }, title)));
    this.menu.append(h("option", { value: DRAWN }, words.drawn));
    this.menu.addEventListener("change", () => {
      this.take(this.menu.value === DRAWN ? 0 : null);
      choose(this.menu.value);
    });
    const brush = (sign: string, name: string, value: number): HTMLButtonElement => {
      const click = (): void => this.take(this.taken === value ? null : value);
      return h("button", { type: "button", class: "brush", "aria-label": name, title: name, click }, sign);
    };
    this.brushes = Array.from({ length: MOST_CLASSES }, (_, k) =>
      brush("●", say(words.class_of, { number: k + 1 }), k),
    );
    this.eraser = brush("⌫", words.erase, ERASER);
    const empty = h("button", { type: "button" }, words.empty);
    empty.addEventListener("click", () => {
      this.take(0);
      choose(DRAWN);
    });
    this.drawing = h(
      "div",
      { class: "pair", role: "group", "aria-label": words.draw },
      ...[words.draw, ...this.brushes, this.eraser, empty],
    );
    this.element = h(
      "section",
      { "aria-label": words.data },
      ...[h("h2", {}, words.data), this.menu, this.about, this.drawing],
    );
    this.press();
  }

  // The class of points that are drawn, −1 for the eraser; null while nothing is drawn.
  get brush(): number | null {
    return this.drawing.hidden ? null : this.taken;
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

  private take(brush: number | null): void {
    this.taken = brush;
    this.press();
    this.held();
  }

  private press(): void {
    [...this.brushes, this.eraser].forEach((button, k) => {
      const own = k < this.brushes.length ? k : ERASER;
      button.setAttribute("aria-pressed", String(own === this.taken));
    });
  }
}
