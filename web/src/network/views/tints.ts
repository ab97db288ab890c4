// Colours of classes, of what speaks for and against, and of digits, as bytes that images take.

import { mixed, packed, rgb } from "../../pictures/colours.ts";
import type { Colours } from "../../pictures/types.ts";

// How strongly an area shows a class: from a breath, where the network is not sure at all, to a tone that points of the
// same class still stand out from.
const [FAINT, FULL] = [0.1, 0.62];

// The ground's colour with as much of a class's as the network is sure: 1/classes is not at all.
export const tint = (ground: string, hue: string, confidence: number, classes: number): number => {
  const sure = Math.min(Math.max((confidence - 1 / classes) / (1 - 1 / classes), 0), 1);
  return packed(...rgb(mixed(ground, hue, FAINT + (FULL - FAINT) * sure)));
};

// What speaks for is `more`, what speaks against `less`; 1 is as strong as it is shown.
export const towards = (ground: string, more: string, less: string, strength: number): number =>
  packed(...rgb(mixed(ground, strength < 0 ? less : more, Math.min(Math.abs(strength), 1))));

// A grey level in [0, 1].
export const inked = ({ panel, ink }: Colours, level: number): number =>
  packed(...rgb(mixed(panel, ink, Math.min(Math.max(level, 0), 1))));

// An image of so many pixels, each of a colour, to be drawn at any size.
export const picture = (width: number, height: number, colour: (i: number, j: number) => number): HTMLCanvasElement => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) pixels[j * width + i] = colour(i, j);
  context.putImageData(image, 0, 0);
  return canvas;
};

// The side of square images of so many pixels; null where there is none, as of points.
export const sideOf = (features: number): number | null => {
  const side = Math.round(Math.sqrt(features));
  return side > 1 && side * side === features ? side : null;
};

// A quantile of sizes, beyond which a few extreme ones would make all others pale.
export const strongest = (values: Float32Array, share = 0.998): number => {
  const sizes = Float32Array.from(values, Math.abs).sort();
  return sizes[Math.min(Math.floor(share * sizes.length), sizes.length - 1)] || 1;
};
