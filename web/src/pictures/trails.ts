// The paths over a map: their lines, dots, marks and ways out.

import { colourOf, lineColour } from "./colours.ts";
import { inside, type Points, shownPath, type WayOut, wayOut } from "./exits.ts";
import type { Frame } from "./frame.ts";
import { laid, pointAt, separate, winding } from "./geometry.ts";
import { sidesOf } from "./heights.ts";
import { arrow, mark, outlineOf, ring, write } from "./marks.ts";
import { divergedAt, moveAt } from "./moves.ts";
import type { Layer, Stage } from "./stage.ts";
import { type Reach, type Strand, strandOf, type Tracer } from "./strands.ts";
import type { Colours, Domain, Path, Point, Words } from "./types.ts";

const WINDING = 30; // times the map's diagonal, the length from which on a path is drawn thinly

// A path as it is drawn over a home: `leaves` is the place along it at which it leaves what is shown.
export interface Way {
  path: Path;
  points: Points;
  out: WayOut | null;
  leaves: number;
}

// What a map needs of a path, computed once for a view.
export interface Trail extends Way {
  strand: Strand;
  dots: Uint8Array;
}

// Where a path has got to: its place along itself, and on the map, unless it has left that.
export interface Head<W extends Way> {
  trail: W;
  place: number;
  spot: Point | null;
  gone: boolean;
  ended: boolean;
}

export const wayOf = (path: Path, home: Domain, view: Domain): Way => {
  const { points, out: first } = shownPath(path.walk, home);
  const out = view === home ? first : wayOut(points, view, false);
  return { path, points, out, leaves: leavingPlace(points, out) };
};

export const trailOf = (path: Path, home: Domain, frame: Frame, moving: boolean): Trail => {
  const { view } = frame;
  const way = wayOf(path, home, view);
  const { points } = way;
  const line = laid(points, view);
  const thin = isWinding(points, home);
  // Snapshots of a run are not its steps.
  const dots = path.walk.residual || thin ? new Uint8Array(points.x.length) : separate(points, view);
  // Where a path is cut off at the border it has not arrived.
  if (points.x !== path.walk.x) dots[dots.length - 1] = 0;
  const width = path.apart ? 1.2 : thin ? 0.9 : 2;
  const placed = (k: number, out: Float64Array): void => frame.onto(out, line.x[k], line.y[k]);
  const strand = strandOf(path, line.at.length, placed, line.at, null, width, path.apart || thin ? 0 : 1.5, moving);
  return { ...way, strand, dots };
};

const leavingPlace = ({ x, y }: Points, out: WayOut | null): number => {
  if (!out) return Number.POSITIVE_INFINITY;
  const { row, point, way } = out;
  if (x[row + 1] === point[0] && y[row + 1] === point[1]) return row + 1;
  const k = Math.abs(way[0]) > Math.abs(way[1]) ? 0 : 1;
  return row + (point[k] - (k ? y : x)[row]) / way[k];
};

// Whether a path bounces from wall to wall, and would fill the picture.
export const isWinding = (points: Points, home: Domain): boolean => winding(points, home) > WINDING;

// Of those that have begun by a step.
export const headsOf = <W extends Way>(trails: readonly W[], step: number, view: Domain): Head<W>[] =>
  trails.flatMap((trail) => {
    const move = moveAt(trail.path.walk, step);
    if (!move) return [];
    const place = Math.min(move.row + move.share, trail.points.x.length - 1);
    const gone = place >= trail.leaves;
    const [x, y] = pointAt(trail.points, place);
    return [{ trail, place, spot: !gone && inside(x, y, view) ? [x, y] : null, gone, ended: move.ended }];
  });

// Where the paths that are compared begin.
export const startsOf = (heads: readonly Head<Way>[]): Point[] => {
  const starts = heads.map(({ trail: { points } }): Point => [points.x[0], points.y[0]]);
  return [...new Map(starts.map((start) => [start.join(), start])).values()];
};

// How far each is drawn.
export const reachesOf = (heads: readonly Head<Trail>[], frame: Frame): Reach[] =>
  heads.map(({ trail: { strand }, place, spot }) => ({ strand, place, end: spot && frame.toPixel(...spot) }));

// At steps that are long enough to be told from each other.
const drawDots = ({ context }: Layer, frame: Frame, { trail, place }: Head<Trail>, colours: Colours): void => {
  const { dots, points, path } = trail;
  context.fillStyle = lineColour(path, colours);
  context.beginPath();
  for (let row = 0; row <= place && row < dots.length; row++) {
    if (!dots[row]) continue;
    const [px, py] = frame.toPixel(points.x[row], points.y[row]);
    context.moveTo(px + 2.5, py);
    context.arc(px, py, 2.5, 0, 2 * Math.PI);
  }
  context.fill();
};

export const drawTrails = (
  stage: Stage,
  layer: Layer,
  tracer: Tracer,
  frame: Frame,
  heads: readonly Head<Trail>[],
  colours: Colours,
  words: Words,
): void => {
  const { context } = layer;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  tracer.draw(layer, reachesOf(heads, frame), colours);
  for (const head of heads) drawDots(layer, frame, head, colours);
  context.restore();
  const whole = heads.filter(({ trail }) => !trail.path.apart);
  for (const [x, y] of startsOf(whole)) {
    if (inside(x, y, frame.view)) ring(context, frame.toPixel(x, y), colours);
  }
  const gone = whole.filter(({ gone, trail }) => gone && trail.out);
  for (const { trail } of gone) {
    const { point, way } = trail.out as WayOut;
    arrow(context, frame.toPixel(...point), onScreen(way, frame), colourOf(trail.path, colours), colours.ground);
  }
  for (const { trail, spot, ended } of whole) {
    if (!spot) continue;
    const { outline } = trail.path.look;
    mark(context, outlineOf(outline, ended), frame.toPixel(...spot), 13, colourOf(trail.path, colours), colours.ground);
  }
  tellExits(stage, layer, frame, gone, colours, words);
};

const onScreen = ([u, v]: Point, { view, width, height }: Frame): Point => {
  const sides = sidesOf(view);
  const [a, b] = [(u / sides[0]) * width, (-v / sides[1]) * height];
  const most = Math.max(Math.abs(a), Math.abs(b)) || 1;
  return [a / most, b / most];
};

// When the walks diverged that have left, inwards of their arrows and beside their paths, as far as there is room.
const tellExits = (
  stage: Stage,
  layer: Layer,
  frame: Frame,
  gone: readonly Head<Trail>[],
  colours: Colours,
  words: Words,
): void => {
  const taken: Point[] = [];
  const sides = sidesOf(frame.view);
  for (const { trail, ended } of gone) {
    if (!ended || !trail.out) continue;
    const { point, way } = trail.out;
    const [u, v] = point.map((one, k) => (one - frame.view[k][0]) / sides[k]);
    if (taken.some(([a, b]) => Math.abs(a - u) < 0.3 && Math.abs(b - v) < 0.06)) continue;
    taken.push([u, v]);
    const upright = Math.min(v, 1 - v) < Math.min(u, 1 - u);
    const right = upright ? (way[0] >= 0 && u < 0.65) || u < 0.2 : u < 0.5;
    const up = upright ? v < 0.5 : (way[1] >= 0 && v < 0.92) || v < 0.08;
    const [px, py] = frame.toPixel(...point);
    const style = { size: 12, weight: 600, halo: colours.ground } as const;
    write(
      stage,
      layer,
      divergedAt(trail.path.walk, words),
      [px + (right ? 10 : -10), py + (up ? -6 : 6)],
      colourOf(trail.path, colours),
      { ...style, align: right ? "left" : "right", baseline: up ? "bottom" : "top" },
    );
  }
};
