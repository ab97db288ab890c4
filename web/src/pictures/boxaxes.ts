// The axes around a relief, which lie under it: its numbers stand outside.

import type { Relief } from "./backdrop.ts";
import type { Camera, Vector } from "./camera.ts";
import { write } from "./marks.ts";
import { show } from "./numerals.ts";
import type { Layer, Stage } from "./stage.ts";
import { evenTicks, tickWords } from "./ticks.ts";
import type { Colours, Domain, Point, Words } from "./types.ts";

const OUT = 0.05; // of the box's sides, from its edge to the numbers
const LINE = 13; // pixels that a line of words is high

type Place = (along: number, out: number) => Vector;

export const drawBoxAxes = (
  stage: Stage,
  layer: Layer,
  camera: Camera,
  relief: Relief,
  domain: Domain,
  colours: Colours,
  words: Words,
): void => {
  const { box, towards } = camera;
  const { context } = layer;
  // Where a side faces the viewer.
  const [sx, sy] = [Math.sign(towards[0]) || 1, Math.sign(towards[1]) || 1];
  const pixel = (place: Vector): Point => {
    const [x, y] = camera.project(...place);
    return [x, y];
  };
  const line = (from: Vector, to: Vector): void => {
    context.moveTo(...pixel(from));
    context.lineTo(...pixel(to));
  };
  const marks = heightMarks(relief, words);
  const [bx, by] = [box.x / 2, box.y / 2];
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  context.beginPath();
  // The two sides behind the relief, as far as it does not hide them.
  for (const { share } of [...marks.ticks, { share: 1 }]) {
    line([-sx * bx, -by, share * box.z], [-sx * bx, by, share * box.z]);
    line([-bx, -sy * by, share * box.z], [bx, -sy * by, share * box.z]);
  }
  const corners: Vector[] = [
    [-sx * bx, -sy * by, 0],
    [-sx * bx, sy * by, 0],
    [sx * bx, -sy * by, 0],
  ];
  for (const [x, y] of corners) line([x, y, 0], [x, y, box.z]);
  context.stroke();

  const taken: [Point, number][] = [];
  const put = (text: string, at: Point, align: CanvasTextAlign, size = 11): void => {
    context.font = stage.font(size);
    const wide = context.measureText(text).width;
    const [x, y] = [align === "right" ? at[0] - wide / 2 : align === "left" ? at[0] + wide / 2 : at[0], at[1]];
    const clash = taken.some(([[u, v], w]) => Math.abs(u - x) < (w + wide) / 2 + 4 && Math.abs(v - y) < LINE);
    if (clash || x - wide / 2 < 0 || x + wide / 2 > stage.width) return;
    taken.push([[x, y], wide]);
    write(stage, layer, text, [x, y], colours.muted, { size, align: "center", baseline: "middle" });
  };
  heightAxis(pixel, corners, box.z, marks, put);
  const edges: Place[] = [
    (along, out) => [(along - 0.5) * box.x, sy * (by + out), 0],
    (along, out) => [sx * (bx + out), (along - 0.5) * box.y, 0],
  ];
  context.beginPath();
  edges.forEach((edge, k) => {
    const [low, high] = domain[k];
    const ticks = evenTicks(low, high, 4);
    const { texts, name } = tickWords(ticks, relief.ground.coordinates[k]);
    ticks.forEach((tick, n) => {
      const along = (tick - low) / (high - low);
      line(edge(along, 0), edge(along, 0.35 * OUT));
      const [x, y] = pixel(edge(along, OUT));
      put(texts[n], [x, y + 3], "center");
    });
    const [x, y] = pixel(edge(0.5, 2.9 * OUT));
    put(name, [x, Math.min(y + 3, stage.height - 8)], "center", 12);
  });
  context.stroke();
};

interface HeightMarks {
  ticks: { share: number; text: string }[];
  name: string;
}

// Levels without those at the very bottom, where the numbers of two other axes meet, and far enough from each other. On
// level ground there is its loss alone.
const heightMarks = ({ levels, heights, ground }: Relief, words: Words): HeightMarks => {
  if (!levels.length) {
    const known = ground.loss.values.find((loss) => Number.isFinite(loss)) ?? Number.NaN;
    return { ticks: [], name: heights.high > heights.low ? words.loss : `${words.loss} ${show(known, 6)}` };
  }
  const kept: typeof levels = [];
  for (const level of levels) {
    const last = kept[kept.length - 1];
    if (level.share > 0.12 && !(last && level.share - last.share < 0.15)) kept.push(level);
  }
  if (!kept.length) return { ticks: [], name: words.loss };
  const { texts, name } = tickWords(
    kept.map(({ loss }) => loss),
    words.loss,
  );
  return { ticks: kept.map(({ share }, k) => ({ share, text: texts[k] })), name };
};

// At the corner that is farthest to the left.
const heightAxis = (
  pixel: (place: Vector) => Point,
  corners: readonly Vector[],
  high: number,
  { ticks, name }: HeightMarks,
  put: (text: string, at: Point, align: CanvasTextAlign) => void,
): void => {
  const [x, y] = corners.reduce((best, one) => (pixel(one)[0] < pixel(best)[0] ? one : best));
  for (const { share, text } of ticks) {
    const [u, v] = pixel([x, y, share * high]);
    put(text, [u - 8, v], "right");
  }
  const [u, v] = pixel([x, y, high]);
  put(name, [Math.max(u, 24), v - 10], "center");
};
