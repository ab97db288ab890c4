// The paths that were recorded: each with its mark, how it stands, and whether it is drawn.

import type { Theme, Words } from "../catalogue.ts";
import { h, say } from "../elements.ts";
import { iconOf } from "../icons.ts";
import type { Path } from "../pictures/types.ts";

interface Card {
  element: HTMLElement;
  note: HTMLElement;
  standing: HTMLOutputElement;
}

export class RecordedPanel {
  readonly element: HTMLElement;
  readonly hidden = new Set<number>();
  private readonly cards: Card[];

  constructor(
    private readonly paths: readonly Path[],
    private readonly words: Words,
    private readonly switched: () => void,
  ) {
    this.cards = paths.map((path, k) => this.card(path, k));
    const list = h("div", { class: "walkers" }, ...this.cards.map(({ element }) => element));
    this.element = h("section", { "aria-label": words.recorded_paths }, h("h2", {}, words.recorded_paths), list);
  }

  // here: whether they lie on the ground that is shown; apart: which of them are no longer compared.
  update(here: boolean, apart: boolean[], theme: Theme): void {
    this.element.hidden = !here || !this.paths.length;
    this.cards.forEach(({ element, note }, k) => {
      element.style.setProperty("--own", this.paths[k].look.colour[theme]);
      note.textContent = apart[k] ? this.words.apart : "";
    });
  }

  tell(standing: string[]): void {
    this.cards.forEach(({ standing: output }, k) => {
      if (output.value !== standing[k]) output.value = standing[k] ?? "";
    });
  }

  private card({ name, look }: Path, k: number): Card {
    const box = h("input", { type: "checkbox", checked: true, "aria-label": say(this.words.show, { name }) });
    const standing = h("output", { class: "standing" });
    const note = h("span", { class: "about" });
    const label = h("label", { class: "name" }, box, iconOf(look).element, h("span", {}, name));
    const element = h("section", { class: "walker recorded" }, h("div", { class: "head" }, label, standing), note);
    box.addEventListener("change", () => {
      if (box.checked) this.hidden.delete(k);
      else this.hidden.add(k);
      element.classList.toggle("off", !box.checked);
      this.switched();
    });
    return { element, note, standing };
  }
}
