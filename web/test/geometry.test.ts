import assert from "node:assert/strict";
import { test } from "node:test";
import { between, laid, type Mesh, pointAt, separate, upTo, winding, within } from "../src/pictures/geometry.ts";
import { moveAt } from "../src/pictures/moves.ts";
import type { Domain, Track } from "../src/pictures/types.ts";

const UNIT: Domain = [
  [0, 1],
  [0, 1],
];
const points = (...pairs: [number, number][]) => ({
  x: Float64Array.from(pairs, ([x]) => x),
  y: Float64Array.from(pairs, ([, y]) => y),
});

test("heights between points are bilinear, and beside a hole those of what is known", () => {
  const mesh: Mesh = { columns: 2, rows: 2, values: Float64Array.of(0, 1, 2, 5), domain: UNIT };
  assert.equal(between(mesh, 0.5, 0.5), 2);
  assert.equal(between(mesh, 1, 0), 1);
  mesh.values[3] = Number.NaN;
  assert.equal(between(mesh, 0.5, 0.5), 1);
  assert.ok(Number.isNaN(between({ ...mesh, values: new Float64Array(4).fill(Number.NaN) }, 0.2, 0.2)));
});

test("the part of a way that lies in a domain", () => {
  assert.deepEqual(within([-1, 0.5], [3, 0.5], UNIT), [0.25, 0.5]);
  assert.deepEqual(within([0.5, 0.5], [0.5, 0.5], UNIT), [0, 1]);
  assert.equal(within([-1, 2], [3, 2], UNIT), null);
  assert.equal(within([-1, 0.5], [0.5, 3], UNIT), null);
});

test("a path is laid with gaps where it is away, and each place knows how far along it is", () => {
  const line = laid(points([0.5, 0.5], [1.5, 0.5], [0.5, 0.5]), UNIT);
  assert.deepEqual([...line.x], [0.5, 1, Number.NaN, Number.NaN, 1, 0.5]);
  assert.deepEqual([...line.at], [0, 0.5, 0.5, 1.5, 1.5, 2]);
});

test("long steps are laid in pieces, and those to what is extremely far end at the border", () => {
  assert.deepEqual([...laid(points([0, 0], [1, 0]), UNIT, 0.25).x], [0, 0.25, 0.5, 0.75, 1]);
  const far = laid(points([0.5, 0.5], [1e300, 0.5]), UNIT);
  assert.equal(far.x[1], 1);
});

test("how many places come up to one", () => {
  const at = Float64Array.of(0, 0.5, 1, 1, 2);
  assert.deepEqual(
    [-1, 0, 0.7, 1, 5].map((place) => upTo(at, place)),
    [0, 1, 2, 4, 5],
  );
});

test("a place between two rows is on the line between them", () => {
  const path = points([0, 0], [1, 2], [1e300, 0]);
  assert.deepEqual(pointAt(path, 0.25), [0.25, 0.5]);
  assert.deepEqual(pointAt(path, 2), [1e300, 0]);
  assert.ok(Number.isFinite(pointAt(path, 1.5)[0]));
});

test("steps are seen one by one where they are long, and on the map", () => {
  assert.deepEqual([...separate(points([0, 0], [0.1, 0], [0.11, 0], [0.5, 0], [1.5, 0]), UNIT)], [1, 0, 0, 1, 0]);
});

test("a path that bounces from wall to wall is long, and one that is away is not", () => {
  const bouncing = points(...Array.from({ length: 101 }, (_, k): [number, number] => [k % 2, k % 2]));
  assert.ok(Math.abs(winding(bouncing, UNIT) - 100) < 1e-9);
  assert.equal(winding(points([2, 2], [1e300, 2], [5, Number.NaN]), UNIT), 0);
});

const track = (x: number[], more: Partial<Track> = {}): Track => ({
  x: Float64Array.from(x),
  y: Float64Array.from(x),
  loss: Float64Array.from(x),
  diverged: -1,
  outside: false,
  ...more,
});

test("a move is between two rows, and at the last one when the steps go on", () => {
  assert.deepEqual(moveAt(track([5, 6, 7]), 1.25), { row: 1, share: 0.25, ended: false });
  assert.deepEqual(moveAt(track([5, 6, 7]), 9), { row: 2, share: 0, ended: false });
  assert.equal(moveAt(track([]), 0), null);
});

test("a recorded run has steps of its own, and has not begun before them", () => {
  const run = track([5, 6, 7], { steps: Float64Array.of(10, 20, 60), diverged: 60 });
  assert.equal(moveAt(run, 9), null);
  assert.deepEqual(moveAt(run, 30), { row: 1, share: 0.25, ended: false });
  assert.deepEqual(moveAt(run, 60), { row: 2, share: 0, ended: true });
});
