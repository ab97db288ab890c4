// The map: the ground in a layer of its own, which is drawn once, and the paths over it.

import { drawAxes, drawBar, drawField, drawMarks, painted, type Relief, reliefOf } from "./backdrop.ts";
import { Frame, moved, type Room } from "./frame.ts";
import { type Gestures, listen } from "./gestures.ts";
import { isToScale, sidesOf, type Undrawable } from "./heights.ts";
import { write } from "./marks.ts";
import { Stage } from "./stage.ts";
import { rowUnder, Tracer } from "./strands.ts";
import { drawTrails, headsOf, reachesOf, type Trail, trailOf } from "./trails.ts";
import type { Colours, Domain, Ground, Hit, Path, Picture, Point, Words } from "./types.ts";

const ROOM: Room = { left: 44, right: 66, top: 24, bottom: 30 };
const SETTLED = 150; // milliseconds after which what has moved rests
const STEP = 0.02; // of the view's sides, by which keys move the cross
const KEYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

export class MapView implements Picture {
  // A point was clicked, or chosen by keys; the cross was moved by keys; other losses are wanted than those that are
  // there; the mouse is over a step.
  onPick: (point: Point) => void = () => {};
  onCross: (point: Point) => void = () => {};
  onView: (view: Domain) => void = () => {};
  onHover: (hit: Hit | null) => void = () => {};

  private readonly stage: Stage;
  private readonly base;
  private readonly top;
  private readonly tracer: Tracer;
  private readonly stop: () => void;
  private relief: Relief | Undrawable | null = null;
  private ground: Ground | null = null;
  private image: HTMLCanvasElement | null = null;
  private view: Domain | null = null;
  private frame: Frame | null = null;
  private paths: readonly Path[] = [];
  private trails: Trail[] = [];
  private colours: Colours | null = null;
  private slope: ((x: number, y: number) => Point) | null = null;
  private cross: Point | null = null;
  private crossMoved = false;
  private step = 0;
  private pending = 0;
  private moving = false;
  private settling: ReturnType<typeof setTimeout> | undefined;
  // What has to be made anew.
  private stale = { image: true, base: true, trails: true };

  constructor(
    host: HTMLElement,
    private readonly words: Words,
  ) {
    this.stage = new Stage(host, "application", words.map);
    this.stage.root.tabIndex = 0;
    this.base = this.stage.layer();
    this.top = this.stage.layer();
    this.tracer = new Tracer(this.stage);
    this.stop = listen(this.stage, this.gestures());
    this.stage.root.addEventListener("keydown", (event) => this.key(event));
  }

  // With a home that is another than before, the view goes there.
  setGround(ground: Ground): void {
    const before = this.ground?.home;
    const same = before && ground.home.flat().every((end, k) => end === before.flat()[k]);
    if (!same || !this.view || this.view === before) this.view = ground.home;
    this.ground = ground;
    this.relief = reliefOf(ground);
    this.changed({ image: true, base: true, trails: true });
  }

  setPaths(paths: readonly Path[]): void {
    this.paths = paths;
    this.changed({ trails: true });
  }

  setColours(colours: Colours): void {
    this.colours = colours;
    this.changed({ image: true, base: true });
  }

  // The gradient at a point, for a field of arrows against it; null for none.
  setField(slope: ((x: number, y: number) => Point) | null): void {
    this.slope = slope;
    this.changed({ base: true });
  }

  // The cross at which paths start, or which keys have moved away from there; null for none.
  setCross(point: Point | null, moved = false): void {
    [this.cross, this.crossMoved] = [point, moved];
    this.changed({});
  }

  reset(): void {
    if (this.ground) this.look(this.ground.home);
  }

  resize(): void {
    if (this.stage.fit()) this.changed({ image: true, base: true });
    this.show(this.step);
  }

  destroy(): void {
    this.stop();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.settling);
    this.stage.root.remove();
  }

  // The place of a point in the picture, and the point at a place; null where there is none.
  pixelOf([x, y]: Point): Point | null {
    return this.frame ? this.frame.toPixel(x, y) : null;
  }

  pointAt(pixel: Point): Point | null {
    return this.frame?.holds(pixel) ? rounded(this.frame.toPoint(pixel), this.frame) : null;
  }

  show(step: number): void {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { ground, colours, view, stage } = this;
    if (!ground || !colours || !view) return;
    if (stage.fit()) Object.assign(this.stale, { image: true, base: true });
    if (!stage.width || !stage.height) return;
    const frame = Frame.inside(stage.width, stage.height, ROOM, view, isToScale(ground, ground.home));
    this.frame = frame;
    if (this.stale.base) this.drawBase(frame, colours);
    if (this.stale.base || this.stale.trails) {
      this.trails = this.paths.map((path) => trailOf(path, ground.home, frame, this.moving));
      this.tracer.forget();
    }
    this.stale = { image: false, base: false, trails: false };
    stage.clear(this.top);
    drawTrails(stage, this.top, this.tracer, frame, headsOf(this.trails, step, view), colours, this.words);
    if (this.cross)
      drawCross(this.top.context, frame, this.cross, this.crossMoved ? colours.accent : colours.ink, colours);
  }

  private drawBase(frame: Frame, colours: Colours): void {
    const { stage, base, ground, relief, words } = this;
    stage.clear(base);
    if (!ground || !relief) return;
    const { context } = base;
    if (typeof relief === "string") {
      const middle: Point = [frame.left + frame.width / 2, frame.top + frame.height / 2];
      write(stage, base, words[relief], middle, colours.muted, { size: 13, align: "center", baseline: "middle" });
      drawAxes(stage, base, frame, ground.coordinates, colours);
      return;
    }
    if (this.stale.image || !this.image) {
      this.image = painted(relief, frame.width * stage.ratio, frame.height * stage.ratio, stage.ratio, colours);
    }
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    // Until the losses of a new view are there, the old ones lie where they belong.
    const [[x0, x1], [y0, y1]] = ground.domain;
    const [left, bottom] = frame.toPixel(x0, y0);
    const [right, top] = frame.toPixel(x1, y1);
    context.drawImage(this.image, left, top, right - left, bottom - top);
    if (this.slope) drawField(base, frame, this.slope, colours);
    context.restore();
    drawAxes(stage, base, frame, ground.coordinates, colours);
    drawBar(stage, base, frame, relief, colours, words);
    drawMarks(stage, base, frame, ground, colours, words);
  }

  private changed(what: Partial<typeof this.stale>): void {
    Object.assign(this.stale, what);
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }

  private look(view: Domain): boolean {
    const same = this.view?.flat().every((end, k) => end === view.flat()[k]);
    if (same) return false;
    this.view = view;
    this.moving = true;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.moving = false;
      this.changed({ trails: true });
    }, SETTLED);
    this.changed({ base: true, trails: true });
    this.onView(view);
    return true;
  }

  private gestures(): Gestures {
    return {
      tap: (at) => {
        const point = this.pointAt(at);
        if (point) this.onPick(point);
      },
      drag: (by) => {
        const { frame, view, ground } = this;
        if (!frame || !view || !ground) return;
        const middle: Point = [(view[0][0] + view[0][1]) / 2, (view[1][0] + view[1][1]) / 2];
        this.look(moved(view, ground.home, ground.bounded, middle, 1, [by[0] / frame.width, -by[1] / frame.height]));
      },
      zoom: (factor, at) => {
        const { frame, view, ground } = this;
        if (!frame || !view || !ground || !frame.holds(at)) return false;
        return this.look(moved(view, ground.home, ground.bounded, frame.toPoint(at), factor, [0, 0]));
      },
      double: () => this.reset(),
      hover: (at) => {
        const { frame, view } = this;
        if (!frame || !view) return;
        const holds = at !== null && frame.holds(at);
        this.stage.root.style.cursor = holds ? "crosshair" : "";
        this.onHover(holds ? rowUnder(reachesOf(headsOf(this.trails, this.step, view), frame), at) : null);
      },
      waits: () => this.view !== this.ground?.home,
    };
  }

  private key(event: KeyboardEvent): void {
    const { view, cross, frame, ground } = this;
    if (!view || !frame || !ground || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    const middle: Point = [(view[0][0] + view[0][1]) / 2, (view[1][0] + view[1][1]) / 2];
    const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (way && cross) {
      const sides = sidesOf(view);
      const share = event.shiftKey ? STEP / 10 : STEP;
      const at = ([0, 1] as const).map((k) =>
        Math.min(Math.max(cross[k] + share * way[k] * sides[k], view[k][0]), view[k][1]),
      );
      this.onCross(rounded([at[0], at[1]], frame));
    } else if (event.key === "Enter" && cross) this.onPick(cross);
    else if (zoom) this.look(moved(view, ground.home, ground.bounded, cross ?? middle, zoom, [0, 0]));
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// As many digits as the map can tell apart, so that what is shown is what is used.
const rounded = (point: Point, { view }: Frame): Point => {
  const [x, y] = point.map((one, k) => {
    const visible = sidesOf(view)[k] / 2000;
    return Number(one.toFixed(Math.min(Math.max(Math.ceil(-Math.log10(visible)), 0), 20)));
  });
  return [x, y];
};

const drawCross = (
  context: CanvasRenderingContext2D,
  frame: Frame,
  at: Point,
  colour: string,
  colours: Colours,
): void => {
  const [x, y] = frame.toPixel(...at);
  if (!frame.holds([x, y])) return;
  context.lineCap = "round";
  context.beginPath();
  for (const [u, v] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + 6 * u, y + 6 * v);
    context.lineTo(x + 13 * u, y + 13 * v);
  }
  context.strokeStyle = colours.ground;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
};
