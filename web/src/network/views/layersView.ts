// Something of each layer as bars on a logarithmic scale, of one network or of two side by side.

import { show } from "../../pictures/numerals.ts";
import { Board, type Paper } from "./board.ts";

export interface Series {
  name: string;
  colour: string;
  values: readonly number[]; // of the layers, from the input on; 0 has no bar
}

const [LABEL, ROW, AXIS, EDGE] = [74, 40, 34, 46]; // CSS pixels
const LEAST = 1e-12; // below which all is drawn as that
const FEW = 3; // decades that are always shown

// The powers of ten between which values lie.
export const decades = (all: readonly number[]): [number, number] => {
  const known = all.filter((one) => one > 0 && Number.isFinite(one)).map((one) => Math.log10(Math.max(one, LEAST)));
  if (!known.length) return [-FEW, 0];
  const high = Math.ceil(Math.max(...known) + 1e-9);
  return [Math.min(Math.floor(Math.min(...known) - 1e-9), high - FEW), high];
};

// words: `layer`, as "layer {layer}"; said, with `title` above.
export class LayersView extends Board {
  private series: readonly Series[] = [];
  private range: [number, number] | null = null;

  constructor(
    host: HTMLElement,
    private readonly title: string,
    private readonly words: (layer: number, last: boolean) => string,
  ) {
    super(host, title);
  }

  setSeries(series: readonly Series[]): void {
    this.series = series;
    // The scale grows, so that bars and not their scale are seen to move; it shrinks with another experiment.
    const [low, high] = decades(series.flatMap(({ values }) => values));
    this.range = this.range ? [Math.min(this.range[0], low), Math.max(this.range[1], high)] : [low, high];
    const told = series.map(({ name, values }) => `${name}: ${values.map((one) => show(one, 2)).join(", ")}`);
    this.tell([this.title, ...told].join("; "));
    this.changed();
  }

  // Another experiment begins.
  reset(): void {
    this.range = null;
    this.series = [];
    this.changed();
  }

  protected paint({ context, stage, width, height, colours }: Paper): void {
    const { series, range, title } = this;
    const layers = Math.max(0, ...series.map(({ values }) => values.length));
    context.textBaseline = "middle";
    context.font = stage.font(13, 700);
    context.fillStyle = colours.ink;
    context.textAlign = "left";
    context.fillText(title, 0, 9);
    if (!range || !layers) return;
    const [low, high] = range;
    const room = width - LABEL - EDGE;
    const top = 24;
    const row = Math.min((height - AXIS - top) / layers, ROW);
    const xOf = (power: number): number => LABEL + (room * (power - low)) / (high - low);

    context.font = stage.font(12);
    const every = Math.ceil((high - low) / Math.max(Math.floor(room / 44), 1));
    for (let power = low; power <= high; power++) {
      context.strokeStyle = colours.grid;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(xOf(power), top);
      context.lineTo(xOf(power), top + row * layers);
      context.stroke();
      if ((power - low) % every) continue;
      context.textAlign = "center";
      context.fillStyle = colours.muted;
      context.fillText(show(10 ** power, 1), xOf(power), top + row * layers + 12);
    }
    for (let k = 0; k < layers; k++) {
      context.textAlign = "right";
      context.fillStyle = colours.ink;
      context.fillText(this.words(k + 1, k === layers - 1), LABEL - 8, top + row * (k + 0.5));
      const thick = Math.min((0.7 * row) / series.length, 14);
      series.forEach(({ colour, values }, n) => {
        const value = values[k];
        const y = top + row * (k + 0.5) + thick * (n - series.length / 2);
        const end = value > 0 ? xOf(Math.log10(Math.max(value, LEAST))) : LABEL;
        context.fillStyle = colour;
        context.fillRect(LABEL, y + 1, Math.max(end - LABEL, 1), thick - 2);
        context.textAlign = "left";
        context.fillStyle = colours.muted;
        if (thick > 9) context.fillText(show(value ?? null, 2), Math.max(end, LABEL) + 4, y + thick / 2);
      });
    }
  }
}
