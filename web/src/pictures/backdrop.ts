// What lies under the paths of a map: the ground in bands with level lines, axes, a bar of its colours, and marks.

import { bandColours, fillBands } from "./bands.ts";
import { see } from "./colours.ts";
import { downhill } from "./downhill.ts";
import { inside } from "./exits.ts";
import type { Frame } from "./frame.ts";
import { elevationOf, type Heights, heights, shareOf, sharesOf, type Undrawable } from "./heights.ts";
import { isolines } from "./isolines.ts";
import { roundLevels } from "./levels.ts";
import { cross, star, write } from "./marks.ts";
import { show } from "./numerals.ts";
import type { Layer, Stage } from "./stage.ts";
import { evenTicks, tickWords } from "./ticks.ts";
import type { Colours, Grid, Ground, Point, Words } from "./types.ts";

const LEVELS = 14;
const ARROWS = 24; // pixels between two arrows
const BAR = 9; // width of the bar of colours

// A level's loss, and the share of the way from the lowest to the highest at which it lies.
interface Level {
  loss: number;
  share: number;
}

// A ground as it is drawn.
export interface Relief {
  ground: Ground;
  heights: Heights;
  shares: Grid;
  levels: Level[];
}

export const reliefOf = (ground: Ground): Relief | Undrawable => {
  const found = heights(ground, ground.loss);
  if (typeof found === "string") return found;
  const losses = roundLevels(ground, found.low, found.high, LEVELS);
  const levels = losses.map((loss) => ({ loss, share: shareOf(found, elevationOf(ground, loss)) }));
  return { ground, heights: found, shares: sharesOf(found), levels };
};

// The ground alone, in a canvas of its own that has so many pixels.
export const painted = ({ shares, levels }: Relief, width: number, height: number, ratio: number, colours: Colours) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(Math.round(width), 1), Math.max(Math.round(height), 1)];
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const places = levels.map(({ share }) => share);
  const pixels = new Uint32Array(image.data.buffer);
  fillBands(pixels, canvas.width, canvas.height, shares, places, bandColours(places, colours));
  context.putImageData(image, 0, 0);
  context.strokeStyle = see(colours.ink, 0.4);
  context.lineWidth = 0.7 * ratio;
  context.lineJoin = "round";
  const [across, up] = [canvas.width / (shares.columns - 1), canvas.height / (shares.rows - 1)];
  context.beginPath();
  for (const place of places) {
    for (const line of isolines(shares, place)) {
      context.moveTo(line[0] * across, canvas.height - line[1] * up);
      for (let k = 2; k < line.length; k += 2) context.lineTo(line[k] * across, canvas.height - line[k + 1] * up);
    }
  }
  context.stroke();
  return canvas;
};

// The axes of a frame, with round numbers and their names.
export const drawAxes = (
  stage: Stage,
  layer: Layer,
  frame: Frame,
  names: readonly string[],
  colours: Colours,
): void => {
  const { context } = layer;
  const { left, top, width, height } = frame;
  const bottom = top + height;
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  const [x, y] = ([0, 1] as const).map((k) => {
    const room = k ? height / 34 : width / 44;
    const ticks = evenTicks(...frame.view[k], Math.max(Math.min(6, Math.floor(room)), 2));
    return { ticks, ...tickWords(ticks, names[k]) };
  });
  context.beginPath();
  x.ticks.forEach((tick, k) => {
    const [px] = frame.toPixel(tick, 0);
    context.moveTo(px, bottom);
    context.lineTo(px, bottom + 4);
    write(stage, layer, x.texts[k], [px, bottom + 7], colours.muted, { align: "center", baseline: "top" });
  });
  y.ticks.forEach((tick, k) => {
    const [, py] = frame.toPixel(0, tick);
    context.moveTo(left, py);
    context.lineTo(left - 4, py);
    write(stage, layer, y.texts[k], [left - 8, py], colours.muted, { align: "right", baseline: "middle" });
  });
  context.stroke();
  // Beside the last number, as far as it is from the corner.
  write(stage, layer, x.name, [left + width + 14, bottom + 7], colours.muted, { baseline: "top" });
  write(stage, layer, y.name, [Math.max(left - 8, 40), top - 11], colours.muted, { align: "right" });
};

// The bar of the ground's colours, each as high as the others, with the losses between them; over it their name. On level
// ground there is its loss alone.
export const drawBar = (
  stage: Stage,
  layer: Layer,
  frame: Frame,
  relief: Relief,
  colours: Colours,
  words: Words,
): void => {
  const { levels, heights: range } = relief;
  const [right, top] = [frame.left + frame.width, frame.top];
  const many = levels.length;
  if (!many) {
    const loss = relief.ground.loss.values.find((one) => elevationOf(relief.ground, one) === range.low);
    const name = `${words.loss} ${show(loss ?? Number.NaN, 6)}`;
    write(stage, layer, name, [right, top - 9], colours.muted, { align: "right" });
    return;
  }
  const fills = bandColours(
    levels.map(({ share }) => share),
    colours,
  );
  const { context } = layer;
  const [x, step] = [right + 10, frame.height / (many + 1)];
  fills.forEach((fill, k) => {
    context.fillStyle = fill;
    // A little lower, so that nothing shines through between two of them.
    context.fillRect(x, frame.top + frame.height - (k + 1) * step, BAR, step + (k ? 0.5 : 0));
  });
  const every = Math.max(1, Math.ceil(15 / step));
  const marked = levels.map(({ loss }, k) => ({ loss, k })).filter(({ k }) => k % every === 0);
  const { texts, name } = tickWords(
    marked.map(({ loss }) => loss),
    words.loss,
  );
  context.strokeStyle = see(colours.ink, 0.4);
  context.lineWidth = 0.7;
  context.beginPath();
  for (let k = 1; k <= many; k++) {
    const y = top + frame.height - k * step;
    context.moveTo(x, y);
    context.lineTo(x + BAR, y);
  }
  context.stroke();
  marked.forEach(({ k }, n) => {
    const y = top + frame.height - (k + 1) * step;
    write(stage, layer, texts[n], [x + BAR + 5, y], colours.muted, { baseline: "middle" });
  });
  // Over its bar, or as far to the left as it needs.
  const short = name.length < 8;
  const place: Point = short ? [x - 2, top - 9] : [stage.width - 2, top - 9];
  write(stage, layer, name, place, colours.muted, { align: short ? "left" : "right" });
};

// Arrows against the gradient, on a grid of pixels.
export const drawField = (
  { context }: Layer,
  frame: Frame,
  slope: (x: number, y: number) => Point,
  colours: Colours,
): void => {
  const many = [frame.width, frame.height].map((side) => Math.max(Math.round(side / ARROWS), 1));
  const apart = [frame.width / many[0], frame.height / many[1]];
  const pixels = Array.from({ length: many[0] * many[1] }, (_, k): Point => {
    const [i, j] = [k % many[0], Math.floor(k / many[0])];
    return [frame.left + (i + 0.5) * apart[0], frame.top + (j + 0.5) * apart[1]];
  });
  // On the screen, where the way downhill is not that of the numbers, were the two scales to differ.
  const [[x0, x1], [y0, y1]] = frame.view;
  const scale = [frame.width / (x1 - x0), frame.height / (y1 - y0)];
  const sides = Math.min(...apart);
  const ways = downhill(pixels.map((pixel) => slope(...frame.toPoint(pixel)))).map(([u, v]): Point => {
    const size = Math.hypot(u, v);
    const [a, b] = [u * scale[0], -v * scale[1]];
    const length = Math.hypot(a, b) || 1;
    return [(a * size * sides) / length, (b * size * sides) / length];
  });
  for (const [colour, width] of [
    [see(colours.ground, 0.5), 3],
    [see(colours.ink, 0.8), 1.1],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    ways.forEach(([u, v], k) => {
      const [px, py] = pixels[k];
      if (!Number.isFinite(u)) return;
      const [tx, ty] = [px + u / 2, py + v / 2];
      context.moveTo(px - u / 2, py - v / 2);
      context.lineTo(tx, ty);
      if (Math.hypot(u, v) < 3) return;
      context.moveTo(tx - 0.32 * u - 0.2 * v, ty - 0.32 * v + 0.2 * u);
      context.lineTo(tx, ty);
      context.lineTo(tx - 0.32 * u + 0.2 * v, ty - 0.32 * v - 0.2 * u);
    });
    context.stroke();
  }
};

// Stars at minima, and crosses at networks, with words where there is one.
export const drawMarks = (
  stage: Stage,
  layer: Layer,
  frame: Frame,
  { minima, networks }: Ground,
  colours: Colours,
  words: Words,
): void => {
  for (const [x, y] of minima) {
    if (inside(x, y, frame.view)) star(layer.context, frame.toPixel(x, y), 14, colours);
  }
  for (const [x, y] of networks) {
    if (!inside(x, y, frame.view)) continue;
    const [px, py] = frame.toPixel(x, y);
    cross(layer.context, [px, py], colours);
    if (networks.length > 1) continue;
    const left = px < frame.left + 0.6 * frame.width;
    const style = { size: 12, align: left ? "left" : "right", halo: colours.ground } as const;
    write(stage, layer, words.network, [px + (left ? 6 : -6), py - 6], colours.ink, style);
  }
};
