// Images that are misread, the most confident first: what each is, and what it is read as.

import { say } from "../../pictures/numerals.ts";
import type { Misread } from "../measuring.ts";
import type { Examples } from "../passes.ts";
import { Board, type Paper } from "./board.ts";
import { inked, picture, sideOf } from "./tints.ts";

const [TILE, WORDS, GAP] = [52, 17, 6]; // CSS pixels: an image's least side, the line below it, and between two

// words: `read_as`, as "{label} → {answer}"; `none_misread`, and `no_images` for other examples.
export class DigitsView extends Board {
  private examples: Examples | null = null;
  private misread: readonly Misread[] = [];
  private images: HTMLCanvasElement[] = [];

  constructor(
    host: HTMLElement,
    label: string,
    private readonly words: Record<string, string>,
  ) {
    super(host, label);
  }

  setData(examples: Examples): void {
    this.examples = examples;
    this.images = [];
    this.changed();
  }

  setMisread(misread: readonly Misread[]): void {
    this.misread = misread;
    this.images = [];
    this.changed();
  }

  protected paint({ context, stage, width, height, colours }: Paper): void {
    const { examples, misread, words } = this;
    const features = examples ? examples.x.length / examples.count : 0;
    const side = sideOf(features);
    context.textAlign = "center";
    context.textBaseline = "top";
    if (!misread.length || !examples || side === null) {
      context.font = stage.font(14);
      context.fillStyle = colours.muted;
      if (examples) context.fillText(side === null ? words.no_images : words.none_misread, width / 2, height / 2);
      return;
    }
    const columns = Math.max(Math.floor((width + GAP) / (TILE + GAP)), 1);
    const tile = (width + GAP) / columns - GAP;
    const rows = Math.max(Math.floor((height + GAP) / (tile + WORDS + GAP)), 1);
    const shown = misread.slice(0, rows * columns);
    context.imageSmoothingEnabled = false;
    shown.forEach(({ example, answer }, k) => {
      const left = (k % columns) * (tile + GAP);
      const top = Math.floor(k / columns) * (tile + WORDS + GAP);
      const pixels = examples.x.subarray(example * features, (example + 1) * features);
      this.images[k] ??= picture(side, side, (i, j) => inked(colours, pixels[j * side + i]));
      context.drawImage(this.images[k], left, top, tile, tile);
      context.font = stage.font(13);
      context.fillStyle = colours.ink;
      const told = say(words.read_as, { label: String(examples.y[example]), answer: String(answer) });
      context.fillText(told, left + tile / 2, top + tile + 2);
    });
  }

  override setColours(colours: Paper["colours"]): void {
    this.images = [];
    super.setColours(colours);
  }
}
