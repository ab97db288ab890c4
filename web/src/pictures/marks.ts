// Marks and words, as all pictures draw them.

import { see } from "./colours.ts";
import type { Layer, Stage } from "./stage.ts";
import type { Colours, Point } from "./types.ts";

type Context = CanvasRenderingContext2D;

const OUTLINE = 11; // across, of the outlines that looks hold
const LOST = outlineOfLost(OUTLINE);

// A cross with arms a third as wide as it is, turned by 45°.
function outlineOfLost(size: number): string {
  const [a, b] = [size / 6, size / 2];
  const plus = [
    ...[
      [-a, -b],
      [a, -b],
      [a, -a],
      [b, -a],
      [b, a],
      [a, a],
    ],
    ...[
      [a, b],
      [-a, b],
      [-a, a],
      [-b, a],
      [-b, -a],
      [-a, -a],
    ],
  ];
  const turned = plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2].map((one) => one.toFixed(2)));
  return `M${turned.map((pair) => pair.join(" ")).join("L")}Z`;
}

// What a path's mark is where it has got to: its own, or a cross where it diverged.
export const outlineOf = (outline: string, lost: boolean): string => (lost ? LOST : outline);

// A mark of so many pixels, with a casing of the ground's colour.
export const mark = (
  context: Context,
  outline: string,
  [x, y]: Point,
  size: number,
  face: string,
  edge: string,
): void => {
  const scale = size / OUTLINE;
  const shape = new Path2D(outline);
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineJoin = "round";
  context.lineWidth = 3 / scale;
  context.strokeStyle = edge;
  context.stroke(shape);
  context.fillStyle = face;
  context.fill(shape);
  context.restore();
};

export const ring = (context: Context, [x, y]: Point, colours: Colours): void => {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = colours.ground;
  context.fill();
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.stroke();
};

const STAR = Array.from({ length: 10 }, (_, k) => {
  const [far, turn] = [k % 2 ? 0.382 : 1, (k * Math.PI) / 5];
  return [far * Math.sin(turn), -far * Math.cos(turn)] as const;
});

// A minimum that is known.
export const star = (context: Context, [x, y]: Point, size: number, colours: Colours): void => {
  context.beginPath();
  for (const [u, v] of STAR) context.lineTo(x + 0.5 * size * u, y + 0.5 * size * v);
  context.closePath();
  context.fillStyle = colours.star;
  context.fill();
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  context.lineJoin = "miter";
  context.stroke();
};

// A network that a plane was laid around, or through.
export const cross = (context: Context, [x, y]: Point, colours: Colours): void => {
  context.lineCap = "butt";
  for (const [colour, width, reach] of [
    [colours.ground, 5, 8],
    [colours.ink, 2, 6.5],
  ] as const) {
    context.beginPath();
    context.moveTo(x - reach, y);
    context.lineTo(x + reach, y);
    context.moveTo(x, y - reach);
    context.lineTo(x, y + reach);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
};

// The head of an arrow with its tip at a point; the direction is one of the screen.
export const arrow = (context: Context, [x, y]: Point, [u, v]: Point, face: string, edge: string): void => {
  const length = Math.hypot(u, v) || 1;
  const [ax, ay] = [u / length, v / length];
  context.beginPath();
  for (const [back, aside] of [
    [0, 0],
    [13, 5.5],
    [10, 0],
    [13, -5.5],
  ]) {
    context.lineTo(x - back * ax - aside * ay, y - back * ay + aside * ax);
  }
  context.closePath();
  context.lineJoin = "round";
  context.strokeStyle = edge;
  context.lineWidth = 3;
  context.stroke();
  context.fillStyle = face;
  context.fill();
};

interface Wording {
  size?: number;
  weight?: number;
  align?: CanvasTextAlign;
  baseline?: CanvasTextBaseline;
  halo?: string; // the colour of what is around the letters
}

export const write = (
  stage: Stage,
  { context }: Layer,
  words: string,
  [x, y]: Point,
  colour: string,
  { size = 11, weight = 400, align = "left", baseline = "alphabetic", halo }: Wording = {},
): void => {
  context.font = stage.font(size, weight);
  context.textAlign = align;
  context.textBaseline = baseline;
  if (halo) {
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = see(halo, 0.85);
    context.strokeText(words, x, y);
  }
  context.fillStyle = colour;
  context.fillText(words, x, y);
};
