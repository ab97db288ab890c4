// Paths over a relief in the picture: which of their places are hidden behind hills, and their lines.

import { maskOf } from "./ball.ts";
import type { Box, Camera, Vector } from "./camera.ts";
import { lineColour, see } from "./colours.ts";
import type { WayOut } from "./exits.ts";
import { type Mesh, upTo } from "./geometry.ts";
import { sidesOf } from "./heights.ts";
import { outlineOf } from "./marks.ts";
import { behind, type Raster } from "./raster.ts";
import { type Draped, draped, placed, THREAD } from "./rolling.ts";
import type { Layer } from "./stage.ts";
import { type Head, type Way, wayOf } from "./trails.ts";
import type { Colours, Domain, Hit, Path, Point } from "./types.ts";

const SLACK = 0.012; // in sides of the box, by which the relief may be before a path that lies on it
const BACK = 0.02; // of the domain's sides, from where on the way out is looked at
const NEAR = 10; // pixels from a path within which the mouse is over it

// exit: where it leaves, after a place just before that; screen: x and y in the picture; hidden: whether the relief is
// before it.
export interface Thread extends Way {
  line: Draped;
  exit: readonly [Vector, Vector] | null;
  mask: Float32Array;
  screen: Float32Array;
  hidden: Uint8Array;
}

export const threadOf = (path: Path, home: Domain, mesh: Mesh, box: Box): Thread => {
  const way = wayOf(path, home, home);
  const line = draped(way.points, mesh, box);
  return {
    ...way,
    line,
    exit: way.out && exitOf(way.out, mesh, box),
    mask: maskOf(outlineOf(path.look.outline, false)),
    screen: new Float32Array(2 * line.at.length),
    hidden: new Uint8Array(line.at.length),
  };
};

const exitOf = ({ point, way }: WayOut, mesh: Mesh, box: Box): readonly [Vector, Vector] | null => {
  const sides = sidesOf(mesh.domain);
  const most = Math.max(Math.abs(way[0]) / sides[0], Math.abs(way[1]) / sides[1]) || 1;
  const [x, y] = point.map((one, k) => one - (BACK * way[k]) / most);
  const [before, tip] = [placed(mesh, box, x, y, THREAD), placed(mesh, box, ...point, THREAD)];
  if (Number.isNaN(tip[2])) return null;
  return [Number.isNaN(before[2]) ? [before[0], before[1], tip[2]] : before, tip];
};

// Where a thread is in the picture of a camera.
export const see3d = ({ line: { places, at }, screen, hidden }: Thread, camera: Camera, raster: Raster): void => {
  const place = new Float64Array(3);
  for (let k = 0; k < at.length; k++) {
    camera.onto(place, places[3 * k], places[3 * k + 1], places[3 * k + 2]);
    screen[2 * k] = place[0];
    screen[2 * k + 1] = place[1];
    hidden[k] = Number(behind(raster, place[0], place[1], place[2], SLACK));
  }
};

// A thread's line up to its head, whose place in the picture is `end`, if it has one there; faint where it is hidden.
export const drawThread = (
  { context }: Layer,
  { trail, place }: Head<Thread>,
  end: Point | null,
  colours: Colours,
): void => {
  const { line, path, screen, hidden } = trail;
  const count = upTo(line.at, place);
  const colour = lineColour(path, colours);
  const width = path.apart ? 1.2 : 2.6;
  context.lineJoin = "round";
  context.lineCap = "butt";
  for (const behindHills of [1, 0]) {
    context.beginPath();
    let [down, lastX, lastY] = [false, 0, 0];
    for (let k = 0; k < count; k++) {
      const [x, y] = [screen[2 * k], screen[2 * k + 1]];
      // A piece is hidden if both of its ends are.
      const before = k > 0 ? hidden[k - 1] & hidden[k] : hidden[k];
      if (Number.isNaN(x) || before !== behindHills) {
        down = false;
        continue;
      }
      if (!down) {
        const from = k > 0 && !Number.isNaN(screen[2 * k - 2]) ? k - 1 : k;
        context.moveTo(screen[2 * from], screen[2 * from + 1]);
        [down, lastX, lastY] = [true, screen[2 * from], screen[2 * from + 1]];
      }
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.5 && k + 1 < count) continue;
      context.lineTo(x, y);
      [lastX, lastY] = [x, y];
    }
    if (end && down) context.lineTo(...end);
    if (!behindHills && !path.apart) {
      context.strokeStyle = see(colours.ground, 0.5);
      context.lineWidth = width + 2.4;
      context.stroke();
    }
    context.globalAlpha = behindHills ? 0.25 : 1;
    context.strokeStyle = colour;
    context.lineWidth = behindHills ? 1.2 : width;
    context.setLineDash(path.look.dash.map((part) => 2 * part));
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
};

// The row of a path that is nearest to a pixel.
export const rowUnder3d = (heads: readonly Head<Thread>[], [px, py]: Point): Hit | null => {
  let [best, least]: [Hit | null, number] = [null, NEAR];
  for (const { trail, place } of heads) {
    const { line, screen, hidden, path } = trail;
    const count = upTo(line.at, place);
    for (let k = 0; k < count; k++) {
      const [x, y] = [screen[2 * k], screen[2 * k + 1]];
      const far = Math.hypot(x - px, y - py);
      if (!(far < least) || hidden[k]) continue;
      least = far;
      best = { path, row: Math.min(Math.round(line.at[k]), Math.floor(place)), pixel: [x, y] };
    }
  }
  return best;
};
