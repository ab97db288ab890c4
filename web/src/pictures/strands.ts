// Lines of paths in the pixels of a picture, on a map or over a relief.

import { lineColour, see } from "./colours.ts";
import { upTo } from "./geometry.ts";
import type { Layer, Stage } from "./stage.ts";
import type { Colours, Hit, Path, Point } from "./types.ts";

const FINE = 0.5; // pixels, below which two places are one
const NEAR = 10; // pixels from a line within which the mouse is over it
const MANY = 2500; // places of all lines, from which on only what is new is drawn
const WHILE = 600; // of a path, about as many as are drawn while it is moved
const FAINT = 0.25; // of what is behind a hill

// Places in pixels, NaN where there is a gap; where each is along the path; how long the line is up to it; and, over a
// relief, whether that is before it.
export interface Strand {
  path: Path;
  x: Float32Array;
  y: Float32Array;
  at: Float64Array;
  along: Float32Array;
  hidden: Uint8Array | null;
  width: number;
  casing: number; // pixels that it reaches beyond the line
}

// How far a strand is drawn: its places up to a place along the path, and a last one, unless that is not in the picture.
export interface Reach {
  strand: Strand;
  place: number;
  end: Point | null;
}

// Of places that are less than half a pixel apart one is enough, and of a very long path a part while it is moved.
export const strandOf = (
  path: Path,
  many: number,
  placed: (k: number, out: Float64Array) => void,
  at: Float64Array,
  hidden: Uint8Array | null,
  width: number,
  casing: number,
  moving: boolean,
): Strand => {
  const every = moving ? Math.ceil(many / WHILE) : 1;
  const found: { x: number[]; y: number[]; at: number[]; along: number[]; hidden: number[] } = {
    ...{ x: [], y: [], at: [] },
    ...{ along: [], hidden: [] },
  };
  const place = new Float64Array(3);
  let [lastX, lastY, length, behind] = [Number.NaN, Number.NaN, 0, 0];
  for (let k = 0; k < many; k++) {
    placed(k, place);
    const [x, y] = [place[0], place[1]];
    if (k % every && k + 1 < many && !Number.isNaN(x)) continue;
    const far = Math.hypot(x - lastX, y - lastY);
    const now = hidden ? hidden[k] : 0;
    if (far < FINE && now === behind && k + 1 < many) continue;
    if (Number.isNaN(x) && Number.isNaN(lastX) && found.x.length) continue;
    length += far || 0;
    found.x.push(x);
    found.y.push(y);
    found.at.push(at[k]);
    found.along.push(length);
    found.hidden.push(now);
    [lastX, lastY, behind] = [x, y, now];
  }
  return {
    path,
    x: Float32Array.from(found.x),
    y: Float32Array.from(found.y),
    at: Float64Array.from(found.at),
    along: Float32Array.from(found.along),
    hidden: hidden && Uint8Array.from(found.hidden),
    width,
    casing,
  };
};

// A part of a strand, from one of its places to another, and to an end beyond that.
const drawPart = (
  context: CanvasRenderingContext2D,
  strand: Strand,
  from: number,
  to: number,
  end: Point | null,
  colours: Colours,
): void => {
  const { path, width, casing, hidden, along } = strand;
  context.lineJoin = "round";
  context.lineCap = "butt";
  const colour = lineColour(path, colours);
  // What is before the hills is drawn over what is behind them.
  for (const behind of hidden ? [1, 0] : [0]) {
    if (casing && !behind) {
      follow(context, strand, from, to, end, behind);
      context.strokeStyle = see(colours.ground, 0.55);
      context.lineWidth = width + 2 * casing;
      context.stroke();
    }
    // With the corner at which it goes on.
    const start = Math.max(from - 1, 0);
    follow(context, strand, start, to, end, behind);
    context.globalAlpha = behind ? FAINT : 1;
    context.strokeStyle = colour;
    context.lineWidth = behind ? Math.min(1.2, width) : width;
    context.setLineDash(path.look.dash.map((part) => 2 * part));
    context.lineDashOffset = along[start] ?? 0;
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
};

// A piece is hidden if both of its ends are.
const follow = (
  context: CanvasRenderingContext2D,
  { x, y, hidden }: Strand,
  from: number,
  to: number,
  end: Point | null,
  behind: number,
): void => {
  context.beginPath();
  let down = false;
  const step = (px: number, py: number, k: number, shown: boolean): void => {
    if (Number.isNaN(px) || !shown) {
      down = false;
      return;
    }
    if (!down && k > from) context.moveTo(x[k - 1], y[k - 1]);
    context.lineTo(px, py);
    down = true;
  };
  const isHidden = (k: number): number => (hidden ? hidden[k] & hidden[Math.max(k - 1, from)] : 0);
  for (let k = from; k < to; k++) {
    if (k > from && Number.isNaN(x[k - 1])) {
      // After a gap it begins anew.
      down = !Number.isNaN(x[k]) && isHidden(k) === behind;
      if (down) context.moveTo(x[k], y[k]);
    } else step(x[k], y[k], k, isHidden(k) === behind);
  }
  const last = to - 1;
  if (end && to > from && !Number.isNaN(x[last]) && (hidden ? hidden[last] : 0) === behind) {
    if (!down) context.moveTo(x[last], y[last]);
    context.lineTo(...end);
  }
};

// Draws strands, and keeps a picture of what has been drawn of very long ones: then a frame costs what is new in it.
export class Tracer {
  private readonly kept = document.createElement("canvas");
  private drawn: number[] = [];

  constructor(private readonly stage: Stage) {}

  // After whatever changes what is drawn already.
  forget(): void {
    this.drawn = [];
  }

  draw(layer: Layer, reaches: readonly Reach[], colours: Colours): void {
    const counts = reaches.map(({ strand, place }) => upTo(strand.at, place));
    const { context, canvas } = layer;
    if (reaches.reduce((sum, { strand }) => sum + strand.at.length, 0) < MANY) {
      reaches.forEach(({ strand, end }, k) => {
        drawPart(context, strand, 0, counts[k], end, colours);
      });
      return;
    }
    const own = this.kept.getContext("2d");
    if (!own) return;
    const { ratio } = this.stage;
    const same = this.kept.width === canvas.width && this.kept.height === canvas.height;
    if (!same || this.drawn.length !== counts.length || counts.some((count, k) => count < this.drawn[k])) {
      [this.kept.width, this.kept.height] = [canvas.width, canvas.height];
      own.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.drawn = counts.map(() => 0);
    }
    reaches.forEach(({ strand }, k) => {
      if (counts[k] > this.drawn[k]) drawPart(own, strand, Math.max(this.drawn[k] - 1, 0), counts[k], null, colours);
    });
    this.drawn = counts;
    context.drawImage(this.kept, 0, 0, this.stage.width, this.stage.height);
    reaches.forEach(({ strand, end }, k) => {
      if (end) drawPart(context, strand, Math.max(counts[k] - 1, 0), counts[k], end, colours);
    });
  }
}

// The row that is nearest to a pixel: the nearer end of the step whose line it is over.
export const rowUnder = (reaches: readonly Reach[], pixel: Point): Hit | null => {
  let [best, least]: [Hit | null, number] = [null, NEAR];
  for (const { strand, place } of reaches) {
    const { x, y, at, hidden, path } = strand;
    const count = upTo(at, place);
    for (let k = 0; k < count; k++) {
      if (Number.isNaN(x[k]) || hidden?.[k]) continue;
      const next = k + 1 < count && !Number.isNaN(x[k + 1]) ? k + 1 : k;
      const [share, far] = nearest([x[k], y[k]], [x[next], y[next]], pixel);
      if (far >= least) continue;
      const row = Math.min(Math.round(at[k] + share * (at[next] - at[k])), Math.floor(place));
      const end = Math.abs(at[k] - row) < Math.abs(at[next] - row) ? k : next;
      least = far;
      best = { path, row, pixel: [x[end], y[end]] };
    }
  }
  return best;
};

// How far along a line from p to q, and how far from it, a pixel is.
export const nearest = (p: Point, q: Point, [x, y]: Point): [number, number] => {
  const [u, v] = [q[0] - p[0], q[1] - p[1]];
  const length = u * u + v * v;
  const share = length > 0 ? Math.min(Math.max(((x - p[0]) * u + (y - p[1]) * v) / length, 0), 1) : 0;
  return [share, Math.hypot(p[0] + share * u - x, p[1] + share * v - y)];
};
