// The way home: the command line that repeats a training in Python, and the points that were drawn, as a file.

import type { Words } from "../../catalogue.ts";
import { h } from "../../elements.ts";
import type { Data } from "../data.ts";
import { npz } from "../npz.ts";
import type { Settings } from "../settings.ts";
import { commandsOf } from "../takehome.ts";

export class HomePanel {
  readonly element: HTMLElement;
  private readonly commands = h("pre", { class: "rule", tabindex: 0 });
  private readonly note = h("p", { class: "about", role: "status" });
  private readonly file: HTMLButtonElement;
  private data: Data | null = null;

  constructor(
    private readonly words: Words,
    tell: (news: string) => void,
  ) {
    const copy = h("button", { type: "button" }, words.copy);
    copy.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(this.commands.textContent ?? "").catch(() => {});
      tell(words.copied);
    });
    this.file = h("button", { type: "button", hidden: true, click: () => this.save() }, words.save_points);
    this.element = h(
      "section",
      { "aria-label": words.home },
      h("h2", {}, words.home),
      this.commands,
      h("div", { class: "pair" }, copy, this.file),
      this.note,
    );
  }

  // drawn: whether the data are only here; changed: whether what trains now was not so from the start.
  update(data: Data, contenders: readonly Settings[], drawn: boolean, changed: boolean): void {
    this.data = data;
    this.commands.textContent = commandsOf(data, contenders).join("\n");
    this.file.hidden = !drawn;
    this.note.textContent = changed ? this.words.changed_midway : "";
  }

  // In the layout of Keras, which `landscape train --data` reads.
  private save(): void {
    if (!this.data) return;
    const { train, test, notation } = this.data;
    const points = ({ x, count }: Data["train"]) => ({ values: x, shape: [count, 2] });
    const labels = ({ y, count }: Data["train"]) => ({ values: Uint16Array.from(y), shape: [count] });
    const bytes = npz({
      x_train: points(train),
      y_train: labels(train),
      x_test: points(test),
      y_test: labels(test),
    });
    const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
    h("a", { href: address, download: notation }).click();
    URL.revokeObjectURL(address);
  }
}
