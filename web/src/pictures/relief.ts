// The relief: the ground as a solid block, drawn when it is looked at from elsewhere, and over it what moves.

import { reliefOf } from "./backdrop.ts";
import { drawBoxAxes } from "./boxaxes.ts";
import { boxOf, Camera, kept, type Pose, STEEP, viewpoint } from "./camera.ts";
import { type Gestures, listen } from "./gestures.ts";
import type { Undrawable } from "./heights.ts";
import { write } from "./marks.ts";
import { type Painter, painterFor } from "./painter.ts";
import { emptyRaster, type Raster, rasterise } from "./raster.ts";
import { drawScene, type Scenery, spotsOf } from "./scene.ts";
import { type Solid, solidOf } from "./solid.ts";
import { Stage } from "./stage.ts";
import { rowUnder, type Strand, Tracer } from "./strands.ts";
import { seenThread, type Thread, threadOf } from "./threads.ts";
import { headsOf } from "./trails.ts";
import type { Colours, Ground, Hit, Path, Picture, Point, Words } from "./types.ts";

const SETTLED = 150; // milliseconds after which what has moved rests
const TURN = 0.008; // radians to a pixel of dragging
const KEYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-12, 0],
  ArrowRight: [12, 0],
  ArrowDown: [0, -12],
  ArrowUp: [0, 12],
};

export class ReliefView implements Picture {
  onHover: (hit: Hit | null) => void = () => {};

  private readonly stage: Stage;
  private readonly under;
  private readonly painter: Painter;
  private readonly over;
  private readonly tracer: Tracer;
  private readonly stop: () => void;
  private readonly sprite = document.createElement("canvas");
  private ground: Ground | null = null;
  private scenery: Scenery | Undrawable | null = null;
  private paths: readonly Path[] = [];
  private threads: Thread[] = [];
  private strands = new Map<Thread, Strand>();
  private colours: Colours | null = null;
  private home: Pose | null = null;
  private pose: Pose | null = null;
  private camera: Camera | null = null;
  private solid: Solid | null = null;
  private raster: Raster | null = null;
  private step = 0;
  private pending = 0;
  private moving = false;
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
    this.tracer = new Tracer(this.stage);
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
    this.scenery = { relief, box, mesh: { ...relief.shares, domain: ground.domain } };
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
      this.home = { turn: viewpoint(spotsOf(this.threads, scenery), mesh, box), lift: STEEP, zoom: 1, shift: [0, 0] };
      this.pose ??= this.home;
    }
    const camera = new Camera(this.pose, box, stage.width, stage.height);
    this.camera = camera;
    const levels = relief.levels.map(({ share }) => share);
    this.raster = this.painter.draw(camera, levels, colours) ?? this.measured(camera);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.painter.refine(camera, levels, colours);
      if (!this.moving) return;
      this.moving = false;
      this.place();
      this.changed({});
    }, SETTLED);
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
    if (!camera || !raster) return;
    this.strands = new Map(this.threads.map((thread) => [thread, seenThread(thread, camera, raster, this.moving)]));
    this.tracer.forget();
  }

  // What stands and moves on the ground.
  private drawOver(scenery: Scenery, colours: Colours): void {
    const { stage, over, camera, raster, home, words } = this;
    if (!camera || !raster || !home) return;
    stage.clear(over);
    const heads = headsOf(this.threads, this.step, scenery.mesh.domain);
    const { sprite, strands, tracer } = this;
    const scene = { ...scenery, stage, layer: over, camera, raster, home, colours, words, sprite, strands, tracer };
    drawScene(scene, heads);
  }

  private changed(what: Partial<typeof this.stale>): void {
    Object.assign(this.stale, what);
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }

  private turn(pose: Pose): void {
    this.pose = kept(pose);
    this.moving = true;
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
        const { ground, strands } = this;
        if (!ground) return;
        const heads = headsOf(this.threads, this.step, ground.domain);
        const reaches = heads.flatMap(({ trail, place }) => {
          const strand = strands.get(trail);
          return strand ? [{ strand, place, end: null }] : [];
        });
        this.onHover(at ? rowUnder(reaches, at) : null);
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
    event.stopPropagation();
  }
}
