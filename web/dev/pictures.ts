// The pictures alone, to be looked at and measured: `npm run pictures`, and open dev/pictures.html in a browser, with
// ?t=himmelblau&theme=dark&step=40&field. It is no part of the package.

import { LossView, scaleOf } from "../src/pictures/losses.ts";
import { MapView } from "../src/pictures/map.ts";
import { lastStep } from "../src/pictures/moves.ts";
import { type Painter, Plain, painterFor } from "../src/pictures/painter.ts";
import { ReliefView } from "../src/pictures/relief.ts";
import type { Stage } from "../src/pictures/stage.ts";
import { Surface } from "../src/pictures/surface.ts";
import type { Domain, Elevation, Ground, Look, Path, Point, Track } from "../src/pictures/types.ts";
import { GROUNDS, type Sketch } from "./grounds.ts";
import { PALETTES, WORDS } from "./palettes.ts";

const asked = new URLSearchParams(location.search);
const began = performance.now();

const circle = Array.from({ length: 24 }, (_, k) => {
  const turn = (k * Math.PI) / 12;
  return `${(5.5 * Math.cos(turn)).toFixed(2)} ${(5.5 * Math.sin(turn)).toFixed(2)}`;
});
const OUTLINES = {
  o: `M${circle.join("L")}Z`,
  s: "M-5.5 5.5L5.5 5.5L5.5 -5.5L-5.5 -5.5Z",
  "^": "M0 -5.5L-5.5 5.5L5.5 5.5Z",
  v: "M0 5.5L5.5 -5.5L-5.5 -5.5Z",
};

const look = (light: string, dark: string, marker: keyof typeof OUTLINES, dash: number[] = []): Look => ({
  colour: { light, dark },
  dash,
  marker,
  outline: OUTLINES[marker],
});

type Rule = (g: readonly number[], s: number[][], t: number) => number[];

const RULES: Record<string, { look: Look; rule: (lr: number) => Rule }> = {
  SGD: { look: look("#c26201", "#ec9249", "o"), rule: (lr) => (g) => g.map((one) => -lr * one) },
  Momentum: {
    look: look("#0a6c49", "#49eaac", "s"),
    rule: (lr) => (g, s) => {
      s[0] = g.map((one, k) => 0.9 * (s[0]?.[k] ?? 0) + one);
      return s[0].map((one) => -lr * one);
    },
  },
  RMSProp: {
    look: look("#872d69", "#e23a81", "v", [5, 1.6]),
    rule: (lr) => (g, s) => {
      s[0] = g.map((one, k) => 0.99 * (s[0]?.[k] ?? 0) + 0.01 * one * one);
      return g.map((one, k) => (-lr * one) / (Math.sqrt(s[0][k]) + 1e-8));
    },
  },
  Adam: {
    look: look("#155bd6", "#81a5e4", "^"),
    rule: (lr) => (g, s, t) => {
      s[0] = g.map((one, k) => 0.9 * (s[0]?.[k] ?? 0) + 0.1 * one);
      s[1] = g.map((one, k) => 0.999 * (s[1]?.[k] ?? 0) + 0.001 * one * one);
      return s[0].map((one, k) => (-lr * one) / (1 - 0.9 ** t) / (Math.sqrt(s[1][k] / (1 - 0.999 ** t)) + 1e-8));
    },
  },
};

const slopeOf = ({ value }: Sketch, x: number, y: number): Point => {
  const [h, k] = [x, y].map((one) => 1e-5 * Math.max(Math.abs(one), 1));
  return [(value(x + h, y) - value(x - h, y)) / (2 * h), (value(x, y + k) - value(x, y - k)) / (2 * k)];
};

const walked = (sketch: Sketch, [x0, y0]: Point, rule: Rule, steps: number): Track => {
  const [x, y, loss]: number[][] = [[x0], [y0], [sketch.value(x0, y0)]];
  const state: number[][] = [];
  let diverged = -1;
  for (let t = 1; t <= steps; t++) {
    const g = slopeOf(sketch, x[t - 1], y[t - 1]);
    const [dx, dy] = rule(g, state, t);
    const [u, v] = [x[t - 1] + dx, y[t - 1] + dy];
    const height = sketch.value(u, v);
    if (![u, v, height].every(Number.isFinite)) {
      diverged = t;
      break;
    }
    x.push(u);
    y.push(v);
    loss.push(height);
  }
  const [cx, cy, cl] = [x, y, loss].map((one) => Float64Array.from(one));
  return { x: cx, y: cy, loss: cl, diverged, outside: false };
};

const sketch = GROUNDS[asked.get("t") ?? "himmelblau"];
const size = Number(asked.get("size") ?? 160);

const groundOf = (domain: Domain): Ground => {
  const values = new Float64Array(size * size);
  for (let j = 0, k = 0; j < size; j++) {
    const y = domain[1][0] + (j / (size - 1)) * (domain[1][1] - domain[1][0]);
    for (let i = 0; i < size; i++, k++) {
      values[k] = sketch.value(domain[0][0] + (i / (size - 1)) * (domain[0][1] - domain[0][0]), y);
    }
  }
  const { home, minima, networks = [], height, floor } = sketch;
  const loss = { columns: size, rows: size, values };
  const elevation: Elevation = { height, floor, rounding: 1e-14 };
  return { ...elevation, home, domain, coordinates: ["x", "y"], toScale: true, bounded: false, loss, minima, networks };
};

const steps = Number(asked.get("steps") ?? 200);
const copies = Number(asked.get("copies") ?? 1);
let start = sketch.start;
const walkAll = (): Path[] =>
  Array.from({ length: copies }, (_, n) =>
    Object.entries(RULES).map(([name, { look, rule }]): Path => {
      const begin: Point = [start[0] + 0.13 * n, start[1] + 0.07 * n];
      const walk = walked(sketch, begin, rule(sketch.rates[name as keyof Sketch["rates"]]), steps);
      return { name, look, walk, apart: asked.has("apart") && name === "Adam" };
    }),
  ).flat();

const host = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const map = new MapView(host("map"), WORDS);
// ?card is drawn by whatever plays a graphics card, however slowly.
const onCard = (stage: Stage, changed: () => void): Painter => Surface.made(stage, changed, false) ?? new Plain(stage);
const relief = new ReliefView(host("relief"), WORDS, asked.has("card") ? onCard : painterFor);
const losses = new LossView(host("losses"), WORDS);
const views = [relief, map, losses];
let step = Number(asked.get("step") ?? steps);

const paint = (theme: string): void => {
  const colours = PALETTES[theme];
  document.documentElement.style.setProperty("--ground", colours.ground);
  document.documentElement.style.setProperty("--ink", colours.ink);
  for (const view of views) view.setColours(colours);
};

const walkAgain = (): void => {
  const paths = walkAll();
  for (const view of views) view.setPaths(paths);
  const ground = groundOf(sketch.home);
  losses.setScale(scaleOf(paths, ground, null), Math.max(lastStep(paths), steps));
  map.setCross(start);
};

const ground = groundOf(sketch.home);
map.setGround(ground);
relief.setGround(ground);
if (asked.has("field")) map.setField((x, y) => slopeOf(sketch, x, y));
paint(asked.get("theme") ?? "light");
walkAgain();
const showAll = (at: number): void => {
  step = at;
  for (const view of views) view.show(at);
};
map.onView = (view) => map.setGround(groundOf(view));
map.onPick = (point) => {
  start = point;
  walkAgain();
};
map.onCross = (point) => map.setCross(point, true);
addEventListener("resize", () => {
  for (const view of views) view.resize();
});

// Plays all steps in so many milliseconds; the times between frames, and those that drawing took.
const play = (lasting: number): Promise<{ frames: number[]; drawn: number[] }> =>
  new Promise((done) => {
    const [frames, drawn]: number[][] = [[], []];
    const first = performance.now();
    let before = first;
    const next = (): void => {
      const now = performance.now();
      frames.push(now - before);
      before = now;
      showAll(Math.min(((now - first) / lasting) * steps, steps));
      drawn.push(performance.now() - now);
      if (now - first < lasting) requestAnimationFrame(next);
      else done({ frames: frames.slice(1), drawn: drawn.slice(1) });
    };
    requestAnimationFrame(next);
  });

// How long each picture takes when it is drawn for the first time, in milliseconds.
const first: Record<string, number> = { before: performance.now() - began };
document.fonts.load(`12px "Source Sans 3"`).then(() => {
  for (const [name, view] of Object.entries({ relief, map, losses })) {
    const now = performance.now();
    view.show(step);
    first[name] = performance.now() - now;
  }
  requestAnimationFrame(() =>
    setTimeout(() => {
      Object.assign(window, {
        pictures: { drawn: performance.now(), began, first, play, showAll, map, relief, losses, paint },
      });
    }),
  );
});
