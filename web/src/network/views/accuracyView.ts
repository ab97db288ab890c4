// The share of examples that are read right, over the steps: of training a thin line, of the test a strong one.

import { counted, show } from "../../pictures/numerals.ts";
import { stepTicks } from "../../pictures/ticks.ts";
import type { Mark } from "../protocol.ts";
import { Board, type Paper } from "./board.ts";

const ROOM = { left: 66, right: 14, top: 10, bottom: 40 }; // as of the losses beside it
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export interface Accuracies {
  name: string;
  colour: string;
  dash: readonly number[];
  marks: readonly Mark[];
}

export class AccuracyView extends Board {
  private all: readonly Accuracies[] = [];
  private last = 1;

  constructor(
    host: HTMLElement,
    private readonly title: string,
    private readonly axis: string,
    private readonly percent: (value: string) => string,
  ) {
    super(host, title);
  }

  set(all: readonly Accuracies[], last: number): void {
    [this.all, this.last] = [all, Math.max(last, 1)];
    const told = all.map(({ name, marks }) => `${name}: ${this.percent(show(100 * (marks.at(-1)?.test ?? 0), 3))}`);
    this.tell([this.title, ...told].join("; "));
    this.changed();
  }

  protected paint({ context, stage, width, height, colours }: Paper): void {
    const { left, right, top, bottom } = ROOM;
    const [wide, high] = [width - left - right, height - top - bottom];
    const xOf = (step: number): number => left + (wide * step) / this.last;
    const yOf = (share: number): number => top + high * (1 - share);
    context.font = stage.font(12);
    context.lineWidth = 1;
    context.strokeStyle = colours.grid;
    context.fillStyle = colours.muted;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const share of TICKS) {
      context.beginPath();
      context.moveTo(left, yOf(share));
      context.lineTo(left + wide, yOf(share));
      context.stroke();
      context.fillText(this.percent(`${100 * share}`), left - 8, yOf(share));
    }
    context.textAlign = "center";
    for (const step of stepTicks(this.last, Math.min(8, Math.floor(wide / 60)))) {
      context.fillText(counted(step), xOf(step), top + high + 13);
    }
    context.fillText(this.axis, left + wide / 2, height - 10);
    context.lineJoin = "round";
    for (const { colour, dash, marks } of this.all) {
      context.strokeStyle = colour;
      const line = (part: "train" | "test", thick: number, faint: number): void => {
        context.lineWidth = thick;
        context.globalAlpha = faint;
        context.setLineDash(dash.map((one) => one * thick));
        context.beginPath();
        for (const one of marks) context.lineTo(xOf(one.step), yOf(one[part]));
        context.stroke();
      };
      line("train", 1.2, 0.6);
      line("test", 2.4, 1);
      context.setLineDash([]);
      context.globalAlpha = 1;
    }
  }
}
