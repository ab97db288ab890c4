// The relief: the ground as a solid block, drawn when it is looked at from elsewhere, and over it what moves.

import { type Relief, reliefOf } from "./backdrop.ts";
import { type Ball, paintBall } from "./ball.ts";
import { drawBoxAxes } from "./boxaxes.ts";
import {
  type Box,
  boxOf,
  Camera,
  directionOf,
  kept,
  type Pose,
  type Spot,
  STEEP,
  type Vector,
  viewpoint,
} from "./camera.ts";
import { colourOf, rgb, see } from "./colours.ts";
import { type Mesh, upTo } from "./geometry.ts";
import { type Gestures, listen } from "./gestures.ts";
import type { Undrawable } from "./heights.ts";
import { sunOf } from "./light.ts";
import { cross, mark, outlineOf, ring, star, write } from "./marks.ts";
import { divergedAt } from "./moves.ts";
import { type Painter, painterFor } from "./painter.ts";
import { behind, emptyRaster, type Raster, rasterise } from "./raster.ts";
import { BALL, matrixOf, placed, rolled, STAR, THREAD, type Turn } from "./rolling.ts";
import { type Solid, solidOf } from "./solid.ts";
import { Stage } from "./stage.ts";
import { drawHead, drawThread, rowUnder3d, see3d, type Thread, threadOf } from "./threads.ts";
import { type Head, headsOf, startsOf } from "./trails.ts";
import type { Colours, Ground, Hit, Path, Picture, Point, Words } from "./types.ts";

const SETTLED = 150; // milliseconds after which what has moved rests
const TURN = 0.008; // radians to a pixel of dragging
const KEYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-12, 0],
  ArrowRight: [12, 0],
  ArrowDown: [0, -12],
  ArrowUp: [0, 12],
};

// A ground with all that is computed from it.
interface Scenery {
  relief: Relief;
  box: Box;
  mesh: Mesh;
}

export class ReliefView implements Picture {
  onHover: (hit: Hit | null) => void = () => {};

  private readonly stage: Stage;
  private readonly under;
  private readonly painter: Painter;
  private readonly over;
  private readonly stop: () => void;
  private readonly sprite = document.createElement("canvas");
  private ground: Ground | null = null;
  private scenery: Scenery | Undrawable | null = null;
  private paths: readonly Path[] = [];
  private threads: Thread[] = [];
  private colours: Colours | null = null;
  private home: Pose | null = null;
  private pose: Pose | null = null;
  private camera: Camera | null = null;
  private solid: Solid | null = null;
  private raster: Raster | null = null;
  private step = 0;
  private pending = 0;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private stale = { ground: true, threads: true, view: true };

  constructor(
    host: HTMLElement,
    private readonly words: Words,
    paint: typeof painterFor = painterFor,
  ) {
    this.stage = new Stage(host, "img", words.relief);
    this.stage.root.tabIndex = 0;
    this.stage.root.style.cursor = "grab";
    this.under = this.stage.layer();
    this.painter = paint(this.stage, () => this.changed({ ground: true }));
    this.over = this.stage.layer();
    this.stop = listen(this.stage, this.gestures());
    this.stage.root.addEventListener("keydown", (event) => this.key(event));
  }

  // Another home is looked at anew.
  setGround(ground: Ground): void {
    const before = this.ground?.home.flat();
    if (!ground.home.flat().every((end, k) => end === before?.[k])) this.pose = null;
    this.ground = ground;
    this.changed({ ground: true });
  }

  setPaths(paths: readonly Path[]): void {
    this.paths = paths;
    this.changed({ threads: true });
  }

  setColours(colours: Colours): void {
    this.colours = colours;
    this.changed({ view: true });
  }

  // Looks from where the most of the paths can be seen.
  reset(): void {
    this.pose = null;
    this.changed({ view: true });
  }

  resize(): void {
    if (this.stage.fit()) this.changed({ view: true });
    this.show(this.step);
  }

  destroy(): void {
    this.stop();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.settling);
    this.painter.destroy();
    this.stage.root.remove();
  }

  show(step: number): void {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { stage, ground, colours } = this;
    if (!ground || !colours) return;
    if (stage.fit()) this.stale.view = true;
    if (!stage.width || !stage.height) return;
    if (this.stale.ground) this.build(ground);
    const { scenery } = this;
    if (!scenery) return;
    if (typeof scenery === "string") {
      this.complain(scenery, colours);
      return;
    }
    if (this.stale.threads) {
      const { mesh, box } = scenery;
      this.threads = this.paths.map((path) => threadOf(path, ground.domain, mesh, box));
    }
    if (this.stale.view || !this.camera || !this.pose) this.look(scenery, colours);
    else if (this.stale.threads) this.place();
    this.stale = { ground: false, threads: false, view: false };
    this.drawOver(scenery, colours);
  }

  private build(ground: Ground): void {
    const relief = reliefOf(ground);
    if (typeof relief === "string") {
      this.scenery = relief;
      return;
    }
    const box = boxOf(ground, ground.domain);
    const mesh = { ...relief.shares, domain: ground.domain };
    this.scenery = { relief, box, mesh };
    this.solid = solidOf(relief.shares, box);
    this.painter.setSolid(this.solid);
    Object.assign(this.stale, { threads: true, view: true });
  }

  private complain(why: Undrawable, colours: Colours): void {
    const { stage, under, over, words } = this;
    stage.clear(under);
    stage.clear(over);
    this.painter.clear();
    const middle: Point = [stage.width / 2, stage.height / 2];
    write(stage, under, words[why], middle, colours.muted, { size: 13, align: "center", baseline: "middle" });
  }

  // The picture from where it is looked at.
  private look(scenery: Scenery, colours: Colours): void {
    const { stage, under } = this;
    const { relief, box, mesh } = scenery;
    if (!this.pose || !this.home) {
      this.home = { turn: viewpoint(this.spots(scenery), mesh, box), lift: STEEP, zoom: 1, shift: [0, 0] };
      this.pose ??= this.home;
    }
    const camera = new Camera(this.pose, box, stage.width, stage.height);
    this.camera = camera;
    const levels = relief.levels.map(({ share }) => share);
    this.raster = this.painter.draw(camera, levels, colours) ?? this.measured(camera);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.painter.refine(camera, levels, colours), SETTLED);
    stage.clear(under);
    drawBoxAxes(stage, under, camera, relief, mesh.domain, colours, this.words);
    this.place();
  }

  // How far away the relief is, where the painter does not tell.
  private measured({ width, height }: Camera): Raster {
    const [columns, rows] = [width, height].map((side) => Math.max(Math.round(side), 1));
    const same = this.raster?.width === columns && this.raster.height === rows;
    const raster = same && this.raster ? this.raster : emptyRaster(columns, rows, false);
    if (this.solid && this.camera) rasterise(raster, this.solid, this.camera, 1, () => 1);
    return raster;
  }

  private place(): void {
    const { camera, raster } = this;
    if (camera && raster) for (const thread of this.threads) see3d(thread, camera, raster);
  }

  // Places of the paths, from which it is decided from where to look.
  private spots({ box, mesh: { domain } }: Scenery): Spot[] {
    return this.threads.flatMap(({ line: { places, at } }) => {
      const found: Spot[] = [];
      for (let k = 0; k < at.length; k++) {
        const [x, y, z] = [places[3 * k], places[3 * k + 1], places[3 * k + 2]];
        if (Number.isNaN(z)) continue;
        const along = ([low, high]: Point, share: number): number => low + (share + 0.5) * (high - low);
        found.push([along(domain[0], x / box.x), along(domain[1], y / box.y), z / box.z]);
      }
      return found;
    });
  }

  // What stands and moves on the ground.
  private drawOver(scenery: Scenery, colours: Colours): void {
    const { stage, over, camera, raster, step, ground } = this;
    if (!camera || !raster || !ground) return;
    const { context } = over;
    const { box, mesh } = scenery;
    stage.clear(over);
    const heads = headsOf(this.threads, step, mesh.domain);
    const standing = (point: Point, radius: number, draw: (at: Point) => void): void => {
      const [x, y, z] = placed(mesh, box, ...point, radius);
      if (Number.isNaN(z)) return;
      const [px, py, away] = camera.project(x, y, z);
      context.globalAlpha = behind(raster, px, py, away, 0.03) ? 0.35 : 1;
      draw([px, py]);
      context.globalAlpha = 1;
    };
    for (const point of ground.minima) standing(point, STAR, (at) => star(context, at, 15, colours));
    for (const point of ground.networks) standing(point, STAR, (at) => cross(context, at, colours));
    const places = heads.map((head) => this.ballOf(head, scenery, camera));
    heads.forEach((head, k) => {
      drawThread(over, head, places[k] && [places[k].x, places[k].y], colours);
      if (head.gone && !head.trail.path.apart) drawHead(over, head.trail, camera, colours);
    });
    const whole = heads.filter(({ trail }) => !trail.path.apart);
    for (const start of startsOf(whole)) standing(start, BALL, (at) => ring(context, at, colours));
    // The nearest ones last.
    const shown = heads.flatMap((head, k) => {
      const ball = places[k];
      return ball && !head.trail.path.apart ? [{ head, ball }] : [];
    });
    shown.sort((one, other) => other.ball.away - one.ball.away);
    for (const { head, ball } of shown) {
      if (head.ended) {
        const outline = outlineOf(head.trail.path.look.outline, true);
        mark(context, outline, [ball.x, ball.y], 16, colourOf(head.trail.path, colours), colours.ground);
      } else this.drawBall(head, ball, scenery, colours);
    }
    this.tellExits(whole, colours);
  }

  private ballOf({ trail, place, spot }: Head<Thread>, { mesh, box }: Scenery, camera: Camera): Rolling | null {
    if (!spot) return null;
    const at = placed(mesh, box, ...spot, BALL);
    if (Number.isNaN(at[2])) return null;
    const { line } = trail;
    const k = upTo(line.at, place) - 1;
    let turn: Turn = [0, 0, 0, 1];
    if (k >= 0) {
      const [x, y, z, w] = line.turns.subarray(4 * k, 4 * k + 4);
      const from: Vector = [line.places[3 * k], line.places[3 * k + 1], line.places[3 * k + 2]];
      turn = Number.isNaN(from[2]) ? [x, y, z, w] : rolled([x, y, z, w], from, placed(mesh, box, ...spot, THREAD));
    }
    const [x, y, away] = camera.project(...at);
    return { x, y, away, turn, spot, radius: (camera.scale * BALL) / away };
  }

  private drawBall({ trail }: Head<Thread>, at: Rolling, scenery: Scenery, colours: Colours): void {
    const { stage, over, camera, raster, home, sprite } = this;
    if (!camera || !raster || !home) return;
    const { context } = over;
    this.drawShadow(at, scenery, camera, colours);
    const { ratio } = stage;
    const side = Math.ceil(2 * (at.radius + 2) * ratio) + 2;
    if (sprite.width < side) sprite.width = sprite.height = side;
    const own = sprite.getContext("2d");
    if (!own) return;
    // The sprite's pixels are the picture's.
    const [left, top] = [at.x * ratio - side / 2, at.y * ratio - side / 2].map(Math.floor);
    const ball: Ball = {
      x: at.x * ratio - left,
      y: at.y * ratio - top,
      radius: at.radius * ratio,
      turn: ballToPicture(at.turn, home, camera),
      face: rgb(colourOf(trail.path, colours)),
      badge: rgb(colours.ground),
      edge: rgb(colours.ground),
      mask: trail.mask,
    };
    const image = own.createImageData(side, side);
    const hidden = (i: number, j: number, nearer: number): boolean =>
      behind(raster, (left + i + 0.5) / ratio, (top + j + 0.5) / ratio, at.away - nearer * BALL, SLACK);
    paintBall(image.data, side, ball, ratio, inPicture(sunOf(camera), camera), hidden);
    own.clearRect(0, 0, sprite.width, sprite.height);
    own.putImageData(image, 0, 0);
    context.drawImage(sprite, 0, 0, side, side, left / ratio, top / ratio, side / ratio, side / ratio);
  }

  // On the ground under a ball.
  private drawShadow(at: Rolling, { mesh, box }: Scenery, camera: Camera, colours: Colours): void {
    const { context } = this.over;
    const [x, y, z] = placed(mesh, box, ...at.spot, 0);
    const [px, py, away] = camera.project(x, y, z);
    if (Number.isNaN(z) || (this.raster && behind(this.raster, px, py, away, SLACK))) return;
    const dark = colours.theme === "dark" ? "#000000" : colours.ink;
    for (const [reach, opacity] of [
      [1.25, 0.1],
      [0.95, 0.16],
      [0.6, 0.2],
    ]) {
      context.beginPath();
      for (let k = 0; k < 20; k++) {
        const [u, v] = [Math.cos((k * Math.PI) / 10), Math.sin((k * Math.PI) / 10)].map((one) => one * reach * BALL);
        const [sx, sy] = camera.project(x + u, y + v, z);
        context.lineTo(sx, sy);
      }
      context.fillStyle = see(dark, opacity);
      context.fill();
    }
  }

  // When the walks diverged that have left, beside their arrows as far as there is room.
  private tellExits(heads: readonly Head<Thread>[], colours: Colours): void {
    const { stage, over, camera, words } = this;
    const taken: Point[] = [];
    for (const { trail, gone, ended } of heads) {
      if (!gone || !ended || !camera || !trail.head.length) continue;
      const [x, y] = camera.project(...trail.head[1]);
      if (taken.some(([u, v]) => Math.abs(u - x) < 100 && Math.abs(v - y) < 16)) continue;
      taken.push([x, y]);
      const left = x < 0.6 * stage.width;
      const style = { size: 12, weight: 600, align: left ? "left" : "right", baseline: "middle" } as const;
      write(
        stage,
        over,
        divergedAt(trail.path.walk, words),
        [x + (left ? 12 : -12), y],
        colourOf(trail.path, colours),
        {
          ...style,
          halo: colours.ground,
        },
      );
    }
  }

  private changed(what: Partial<typeof this.stale>): void {
    Object.assign(this.stale, what);
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }

  private turn(pose: Pose): void {
    this.pose = kept(pose);
    this.changed({ view: true });
  }

  private gestures(): Gestures {
    return {
      drag: ([u, v]) => {
        const { pose } = this;
        if (pose) this.turn({ ...pose, turn: pose.turn - TURN * u, lift: pose.lift + TURN * v });
      },
      zoom: (factor, [x, y]) => {
        const { pose, camera } = this;
        if (!pose || !camera) return false;
        const { zoom } = kept({ ...pose, zoom: pose.zoom * factor });
        if (zoom === pose.zoom) return false;
        // What is under the mouse stays there.
        const by = zoom / pose.zoom;
        const shift = [x, y].map((at, k) => (at - camera.middle[k]) * (1 - by) + by * pose.shift[k]);
        this.turn({ ...pose, zoom, shift: [shift[0], shift[1]] });
        return true;
      },
      double: () => this.reset(),
      hover: (at) => {
        const { ground } = this;
        if (ground) this.onHover(at ? rowUnder3d(headsOf(this.threads, this.step, ground.domain), at) : null);
      },
      waits: () => true,
    };
  }

  private key(event: KeyboardEvent): void {
    const { pose } = this;
    if (!pose || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (way) this.turn({ ...pose, turn: pose.turn - TURN * way[0], lift: pose.lift + TURN * way[1] });
    else if (zoom) this.turn({ ...pose, zoom: pose.zoom * zoom });
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }
}

const SLACK = 0.012; // in sides of the box, by which the relief may be before what touches it

// A ball in the picture: its middle, how far away it is, how it has turned, and over which point of the map.
interface Rolling {
  x: number;
  y: number;
  away: number;
  radius: number;
  turn: Turn;
  spot: Point;
}

const dot = (one: Vector, other: Vector): number => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];

// A direction as the viewer has it: right, up, towards them.
const inPicture = (way: Vector, { right, up, towards }: Camera): Vector => [
  dot(way, right),
  dot(way, up),
  dot(way, towards),
];

// A ball's own directions in the picture. Before it rolls its first side faces who looks from home, and is upright.
const ballToPicture = (turn: Turn, home: Pose, camera: Camera): readonly [Vector, Vector, Vector] => {
  const rows = matrixOf(turn);
  const along = (way: Vector): Vector => inPicture([dot(rows[0], way), dot(rows[1], way), dot(rows[2], way)], camera);
  const right: Vector = [-Math.sin(home.turn), Math.cos(home.turn), 0];
  const up: Vector = [
    -Math.cos(home.turn) * Math.sin(home.lift),
    -Math.sin(home.turn) * Math.sin(home.lift),
    Math.cos(home.lift),
  ];
  return [along(directionOf(home.turn, home.lift)), along(right), along(up)];
};
