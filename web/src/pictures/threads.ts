// Paths over a relief.

import { maskOf } from "./ball.ts";
import type { Box, Camera, Vector } from "./camera.ts";
import type { WayOut } from "./exits.ts";
import type { Mesh } from "./geometry.ts";
import { sidesOf } from "./heights.ts";
import { outlineOf } from "./marks.ts";
import { behind, type Raster } from "./raster.ts";
import { type Draped, draped, placed, THREAD } from "./rolling.ts";
import { type Strand, strandOf } from "./strands.ts";
import { isWinding, type Way, wayOf } from "./trails.ts";
import type { Domain, Path } from "./types.ts";

const SLACK = 0.012; // in sides of the box, by which the relief may be before a path that lies on it
const BACK = 0.02; // of the domain's sides, from where on the way out is looked at

// exit: where it leaves, after a place just before that; mask: of its mark on its ball.
export interface Thread extends Way {
  line: Draped;
  exit: readonly [Vector, Vector] | null;
  mask: Float32Array;
  thin: boolean;
}

export const threadOf = (path: Path, home: Domain, mesh: Mesh, box: Box): Thread => {
  const way = wayOf(path, home, home);
  return {
    ...way,
    line: draped(way.points, mesh, box),
    exit: way.out && exitOf(way.out, mesh, box),
    mask: maskOf(outlineOf(path.look.outline, false)),
    thin: isWinding(way.points, home),
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

// A thread in the picture of a camera.
export const seenThread = (
  { path, thin, line: { places, at } }: Thread,
  camera: Camera,
  raster: Raster,
  moving: boolean,
): Strand => {
  const screen = new Float64Array(3 * at.length);
  const hidden = new Uint8Array(at.length);
  for (let k = 0; k < at.length; k++) {
    const place = screen.subarray(3 * k, 3 * k + 3);
    camera.onto(place, places[3 * k], places[3 * k + 1], places[3 * k + 2]);
    hidden[k] = Number(behind(raster, place[0], place[1], place[2], SLACK));
  }
  const onto = (k: number, out: Float64Array): void => {
    out[0] = screen[3 * k];
    out[1] = screen[3 * k + 1];
  };
  const width = path.apart || thin ? 1.2 : 2.6;
  return strandOf(path, at.length, onto, at, hidden, width, path.apart || thin ? 0 : 1.2, moving);
};
