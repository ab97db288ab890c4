// Something of each layer as bars, of one network or of two side by side.

import { show } from "../../pictures/numerals.ts";
import { Board, type Paper } from "./board.ts";

export interface Series {
  name: string;
  colour: string;
  values: readonly number[]; // of the layers, from the input on; 0 has no bar
}

const [LABEL, ROW, AXIS, EDGE, TICK] = [74, 40, 34, 46, 44]; // CSS pixels
const LEAST = 1e-12; // below which all is drawn as that
const FEW = 3; // decades that are always shown

// Where values lie on a bar's way from 0 to 1. It is told all that is to be shown, and grows: so bars, and not their
// scale, are seen to move.
export interface Ruler {
  show(values: readonly number[]): void;
  place(value: number): number;
  readonly ticks: readonly number[];
  reset(): void;
}

// The powers of ten between which values lie.
export const decades = (all: readonly number[]): [number, number] => {
  const known = all.filter((one) => one > 0 && Number.isFinite(one)).map((one) => Math.log10(Math.max(one, LEAST)));
  if (!known.length) return [-FEW, 0];
  const high = Math.ceil(Math.max(...known) + 1e-9);
  return [Math.min(Math.floor(Math.min(...known) - 1e-9), high - FEW), high];
};

export class Decades implements Ruler {
  private range: [number, number] | null = null;

  show(values: readonly number[]): void {
    const [low, high] = decades(values);
    this.range = this.range ? [Math.min(this.range[0], low), Math.max(this.range[1], high)] : [low, high];
  }

  place(value: number): number {
    const [low, high] = this.range ?? [-FEW, 0];
    return value > 0 ? (Math.log10(Math.max(value, LEAST)) - low) / (high - low) : 0;
  }

  get ticks(): number[] {
    const [low, high] = this.range ?? [-FEW, 0];
    return Array.from({ length: high - low + 1 }, (_, k) => 10 ** (low + k));
  }

  reset(): void {
    this.range = null;
  }
}

// Shares of a whole.
export class Shares implements Ruler {
  readonly ticks = [0, 0.25, 0.5, 0.75, 1];

  show(): void {}

  place(value: number): number {
    return Math.min(Math.max(value, 0), 1);
  }

  reset(): void {}
}

// words: what a layer is called, from 1 on.
export class LayersView extends Board {
  private series: readonly Series[] = [];

  constructor(
    host: HTMLElement,
    private readonly title: string,
    private readonly words: (layer: number, last: boolean) => string,
    private readonly ruler: Ruler,
    private readonly withOutputs: boolean, // whether the last value is the outputs', which all networks have
  ) {
    super(host, title);
  }

  setSeries(series: readonly Series[]): void {
    this.series = series;
    this.ruler.show(series.flatMap(({ values }) => values));
    const told = series.map(({ name, values }) => `${name}: ${values.map((one) => show(one, 2)).join(", ")}`);
    this.tell([this.title, ...told].join("; "));
    this.changed();
  }

  // Another experiment begins.
  reset(): void {
    this.ruler.reset();
    this.series = [];
    this.changed();
  }

  protected paint({ context, stage, width, height, colours }: Paper): void {
    const { series, ruler } = this;
    const layers = Math.max(0, ...series.map(({ values }) => values.length));
    context.textBaseline = "middle";
    if (!layers) return;
    const room = width - LABEL - EDGE;
    const top = 6;
    const row = Math.min((height - AXIS - top) / layers, ROW);
    const xOf = (value: number): number => LABEL + room * ruler.place(value);

    context.font = stage.font(12);
    const every = Math.ceil((ruler.ticks.length * TICK) / room);
    ruler.ticks.forEach((value, k) => {
      const x = LABEL + (room * k) / (ruler.ticks.length - 1);
      context.strokeStyle = colours.grid;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, top + row * layers);
      context.stroke();
      if (k % every) return;
      context.textAlign = "center";
      context.fillStyle = colours.muted;
      context.fillText(show(value, 2), x, top + row * layers + 12);
    });
    for (let k = 0; k < layers; k++) {
      context.textAlign = "right";
      context.fillStyle = colours.ink;
      context.fillText(this.words(k + 1, k === layers - 1), LABEL - 8, top + row * (k + 0.5));
      const thick = Math.min((0.7 * row) / series.length, 14);
      series.forEach(({ colour, values }, n) => {
        const own = this.withOutputs && k === layers - 1 ? values.length - 1 : k;
        // A network of fewer layers has none here.
        if (own >= values.length || (this.withOutputs && own === values.length - 1 && k < layers - 1)) return;
        const value = values[own];
        const y = top + row * (k + 0.5) + thick * (n - series.length / 2);
        const end = xOf(value);
        context.fillStyle = colour;
        context.fillRect(LABEL, y + 1, Math.max(end - LABEL, 1), thick - 2);
        context.textAlign = "left";
        context.fillStyle = colours.muted;
        if (thick > 9) context.fillText(show(value ?? null, 2), Math.max(end, LABEL) + 4, y + thick / 2);
      });
    }
  }
}
