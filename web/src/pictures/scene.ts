// What stands and moves on a relief: minima, networks, paths, and where they have got to.

import type { Relief } from "./backdrop.ts";
import type { Box, Camera, Pose, Spot, Vector } from "./camera.ts";
import { colourOf, see } from "./colours.ts";
import type { Mesh } from "./geometry.ts";
import { arrow, cross, mark, outlineOf, ring, star, write } from "./marks.ts";
import { divergedAt } from "./moves.ts";
import { behind, type Raster } from "./raster.ts";
import { drawBall, rollingOf } from "./roller.ts";
import { placed, STAR, THREAD } from "./rolling.ts";
import type { Layer, Stage } from "./stage.ts";
import type { Reach, Strand, Tracer } from "./strands.ts";
import type { Thread } from "./threads.ts";
import { type Head, startsOf } from "./trails.ts";
import type { Colours, Point, Words } from "./types.ts";

const HIDDEN = 0.35; // of a mark that is behind a hill
const SLACK = 0.03; // in sides of the box, by which the relief may be before a mark that stands on it

// A ground with all that is computed from it.
export interface Scenery {
  relief: Relief;
  box: Box;
  mesh: Mesh;
}

// With all that it is drawn with; `home` is from where it is looked at when nobody has turned it.
export interface Scene extends Scenery {
  stage: Stage;
  layer: Layer;
  camera: Camera;
  raster: Raster;
  home: Pose;
  colours: Colours;
  words: Words;
  sprite: HTMLCanvasElement;
  strands: ReadonlyMap<Thread, Strand>;
  tracer: Tracer;
}

// Places of the paths, from which it is decided from where to look.
export const spotsOf = (threads: readonly Thread[], { box, mesh: { domain } }: Scenery): Spot[] =>
  threads.flatMap(({ line: { places, at } }) => {
    const found: Spot[] = [];
    for (let k = 0; k < at.length; k++) {
      const [x, y, z] = places.subarray(3 * k, 3 * k + 3);
      if (Number.isNaN(z)) continue;
      const along = ([low, high]: Point, share: number): number => low + (share + 0.5) * (high - low);
      found.push([along(domain[0], x / box.x), along(domain[1], y / box.y), z / box.z]);
    }
    return found;
  });

export const drawScene = (scene: Scene, heads: readonly Head<Thread>[]): void => {
  const { layer, colours, relief, strands } = scene;
  const { context } = layer;
  drawEdges(scene);
  for (const point of relief.ground.minima) standing(scene, point, STAR, (at) => star(context, at, 15, colours));
  for (const point of relief.ground.networks) standing(scene, point, STAR, (at) => cross(context, at, colours));
  const rolling = heads.map((head) => rollingOf(scene, head));
  const reaches = heads.map(({ place, trail }, k): Reach => {
    const ball = rolling[k];
    return { strand: strands.get(trail) as Strand, place, end: ball && [ball.x, ball.y] };
  });
  scene.tracer.draw(layer, reaches, colours);
  const whole = heads.filter(({ trail }) => !trail.path.apart);
  for (const start of startsOf(whole)) standing(scene, start, THREAD, (at) => ring(context, at, colours));
  const gone = whole.filter(({ gone }) => gone);
  for (const { trail } of gone) drawExit(scene, trail);
  // The nearest ones last.
  const shown = heads.flatMap((head, k) => {
    const ball = rolling[k];
    return ball && !head.trail.path.apart ? [{ head, ball }] : [];
  });
  shown.sort((one, other) => other.ball.away - one.ball.away);
  for (const { head, ball } of shown) {
    if (head.ended) {
      const outline = outlineOf(head.trail.path.look.outline, true);
      mark(context, outline, [ball.x, ball.y], 16, colourOf(head.trail.path, colours), colours.ground);
    } else drawBall(scene, head.trail, ball);
  }
  tellExits(scene, gone);
};

// A mark on the ground, faint behind a hill.
const standing = (scene: Scene, point: Point, radius: number, draw: (at: Point) => void): void => {
  const { mesh, box, camera, raster, layer } = scene;
  const place = placed(mesh, box, ...point, radius);
  if (Number.isNaN(place[2])) return;
  const [x, y, away] = camera.project(...place);
  layer.context.globalAlpha = behind(raster, x, y, away, SLACK) ? HIDDEN : 1;
  draw([x, y]);
  layer.context.globalAlpha = 1;
};

// The block's own edges that face the viewer, so that it stands out from the page.
const drawEdges = ({ mesh, box, camera, layer: { context }, colours }: Scene): void => {
  const [sx, sy] = [Math.sign(camera.towards[0]) || 1, Math.sign(camera.towards[1]) || 1];
  const { columns, rows, values } = mesh;
  const corner = (x: number, y: number): [Vector, number] => {
    const height = values[(y > 0 ? rows - 1 : 0) * columns + (x > 0 ? columns - 1 : 0)];
    return [[(x * box.x) / 2, (y * box.y) / 2, 0], height * box.z];
  };
  const seen = [corner(-sx, sy), corner(sx, sy), corner(sx, -sy)];
  context.strokeStyle = see(colours.muted, 0.4);
  context.lineWidth = 0.8;
  context.lineJoin = "round";
  context.beginPath();
  for (const [[x, y, z]] of seen) {
    const [px, py] = camera.project(x, y, z);
    context.lineTo(px, py);
  }
  for (const [[x, y], height] of seen) {
    if (Number.isNaN(height)) continue;
    const [[ax, ay], [bx, by]] = [camera.project(x, y, 0), camera.project(x, y, height)];
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
  }
  context.stroke();
};

// The arrow where a path has left, which points as the path does in the picture.
const drawExit = (scene: Scene, { exit, path }: Thread): void => {
  const { camera, raster, layer, colours } = scene;
  if (!exit) return;
  const [[fx, fy], [x, y, away]] = exit.map((place) => camera.project(...place));
  layer.context.globalAlpha = behind(raster, x, y, away, SLACK) ? HIDDEN : 1;
  arrow(layer.context, [x, y], [x - fx, y - fy], colourOf(path, colours), colours.ground);
  layer.context.globalAlpha = 1;
};

// When the walks diverged that have left, beside their arrows as far as there is room.
const tellExits = (scene: Scene, heads: readonly Head<Thread>[]): void => {
  const { stage, layer, camera, words, colours } = scene;
  const taken: Point[] = [];
  for (const { trail, ended } of heads) {
    if (!ended || !trail.exit) continue;
    const [x, y] = camera.project(...trail.exit[1]);
    if (taken.some(([u, v]) => Math.abs(u - x) < 100 && Math.abs(v - y) < 16)) continue;
    taken.push([x, y]);
    const left = x < 0.6 * stage.width;
    write(stage, layer, divergedAt(trail.path.walk, words), [x + (left ? 12 : -12), y], colourOf(trail.path, colours), {
      ...{ size: 12, weight: 600, align: left ? "left" : "right", baseline: "middle" },
      halo: colours.ground,
    });
  }
};
