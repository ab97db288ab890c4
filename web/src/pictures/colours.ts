// Colours, which are written #rrggbb.

import type { Colours, Path } from "./types.ts";

export type Rgb = readonly [number, number, number];

export const rgb = (colour: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as never;

// As one number, of which canvases have one for each pixel.
export const packed = (red: number, green: number, blue: number): number =>
  ((255 << 24) | (Math.min(blue, 255) << 16) | (Math.min(green, 255) << 8) | Math.min(red, 255)) >>> 0;

const hex = (number: number): string => Math.round(number).toString(16).padStart(2, "0");

export const see = (colour: string, opacity: number): string => colour + hex(255 * opacity);

export const mixed = (one: string, other: string, share = 0.5): string => {
  const [from, to] = [rgb(one), rgb(other)];
  return `#${from.map((part, k) => hex((1 - share) * part + share * to[k])).join("")}`;
};

// The terrain's colour at a share of the way from its lowest to its highest point.
export const colourAt = ({ terrain }: Pick<Colours, "terrain">, share: number): string => {
  const along = Math.min(Math.max(share, 0), 1) * (terrain.length - 1);
  const k = Math.min(Math.floor(along), terrain.length - 2);
  return mixed(terrain[k], terrain[k + 1], along - k);
};

// So many of the terrain's colours, from the lowest on, as bytes of red, green, blue and opacity.
export const ramp = (colours: Pick<Colours, "terrain">, many: number): Uint8Array =>
  Uint8Array.from(Array.from({ length: many }, (_, k) => [...rgb(colourAt(colours, k / (many - 1))), 255]).flat());

export const colourOf = ({ look }: Pick<Path, "look">, { theme }: Pick<Colours, "theme">): string => look.colour[theme];

// That of a path's line, which is faint where it is no longer compared.
export const lineColour = (path: Path, colours: Colours): string =>
  path.apart ? mixed(colourOf(path, colours), colours.ground, 0.6) : colourOf(path, colours);
