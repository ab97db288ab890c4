import assert from "node:assert/strict";
import { test } from "node:test";
import { Frame, moved } from "../src/pictures/frame.ts";
import type { Domain } from "../src/pictures/types.ts";

const HOME: Domain = [
  [-2, 2],
  [-1, 3],
];
const ROOM = { left: 10, right: 20, top: 5, bottom: 15 };

test("a frame has the domain's proportions where they are kept, in the middle of its room", () => {
  const wide: Domain = [
    [0, 2],
    [0, 1],
  ];
  const kept = Frame.inside(430, 430, ROOM, wide, true);
  assert.deepEqual([kept.left, kept.top, kept.width, kept.height], [10, 5 + (410 - 200) / 2, 400, 200]);
  const filled = Frame.inside(430, 430, ROOM, wide, false);
  assert.deepEqual([filled.left, filled.top, filled.width, filled.height], [10, 5, 400, 410]);
});

test("pixels and points are each other's", () => {
  const frame = Frame.inside(300, 200, ROOM, HOME, true);
  const [x, y] = frame.toPoint(frame.toPixel(0.3, 2.2));
  assert.ok(Math.abs(x - 0.3) < 1e-12 && Math.abs(y - 2.2) < 1e-12);
  const out = new Float64Array(2);
  frame.onto(out, 0.3, 2.2);
  assert.deepEqual([...out], [...frame.toPixel(0.3, 2.2)]);
  assert.ok(frame.holds(frame.toPixel(-2, 3)) && !frame.holds(frame.toPixel(-2.01, 3)));
});

test("a zoom leaves the point under the mouse where it is", () => {
  const view = moved(HOME, HOME, false, [1, 0], 4, [0, 0]);
  assert.deepEqual(view, [
    [0.25, 1.25],
    [-0.25, 0.75],
  ]);
});

test("a view ends where the terrain does, or far out if nothing says where that is", () => {
  assert.equal(moved(HOME, HOME, true, [1, 0], 0.5, [0, 0]), HOME);
  assert.equal(moved(HOME, HOME, true, [0, 0], 1, [0.3, 0.3]), HOME);
  const far = moved(HOME, HOME, false, [0, 1], 1e-9, [0, 0]);
  assert.deepEqual(far, [
    [-8, 8],
    [-7, 9],
  ]);
  const close = moved(HOME, HOME, true, [0.5, 0.5], 1e12, [0, 0]);
  assert.ok(Math.abs(close[0][1] - close[0][0] - 4e-5) < 1e-12);
});

test("far from 0 a view is no closer than digits are there", () => {
  const home: Domain = [
    [1e9, 1e9 + 4],
    [0, 4],
  ];
  const close = moved(home, home, true, [1e9 + 1, 1], 1e12, [0, 0]);
  assert.ok(close[0][1] - close[0][0] > 0.9);
});

test("there and back again is the home", () => {
  const closer = moved(HOME, HOME, false, [0.7, 0.1], 3, [0, 0]);
  assert.equal(moved(closer, HOME, true, [0.7, 0.1], 1e-3, [0, 0]), HOME);
});
