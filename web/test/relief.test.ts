import assert from "node:assert/strict";
import { test } from "node:test";
import { fillBands } from "../src/pictures/bands.ts";
import { Camera, kept, STEEP, viewpoint } from "../src/pictures/camera.ts";
import { colourAt, packed, rgb } from "../src/pictures/colours.ts";
import type { Mesh } from "../src/pictures/geometry.ts";
import { brightness, lit, sunOf } from "../src/pictures/light.ts";
import { behind, emptyRaster, rasterise } from "../src/pictures/raster.ts";
import { BALL, draped, matrixOf, placed, resting, rolled } from "../src/pictures/rolling.ts";
import { solidOf, VERTEX, WALL } from "../src/pictures/solid.ts";
import { strandOf } from "../src/pictures/strands.ts";
import type { Domain, Grid, Path } from "../src/pictures/types.ts";

const BOX = { x: 1, y: 1, z: 0.45 };
const UNIT: Domain = [
  [0, 1],
  [0, 1],
];
const POSE = { turn: -1, lift: STEEP, zoom: 1, shift: [0, 0] as const };
const near = (one: number, other: number, far = 1e-9) => assert.ok(Math.abs(one - other) <= far, `${one} ≠ ${other}`);

const gridOf = (columns: number, rows: number, height: (x: number, y: number) => number): Grid => ({
  columns,
  rows,
  values: Float64Array.from({ length: columns * rows }, (_, k) =>
    height((k % columns) / (columns - 1), Math.floor(k / columns) / (rows - 1)),
  ),
});
const meshOf = (height: (x: number, y: number) => number, many = 41): Mesh => ({
  ...gridOf(many, many, height),
  domain: UNIT,
});

test("a camera's matrix and its projection are the same", () => {
  const camera = new Camera({ ...POSE, zoom: 1.7, shift: [13, -8] }, { x: 1.3, y: 0.8, z: 0.45 }, 680, 430);
  const m = camera.matrix();
  for (const [x, y, z] of [
    [0, 0, 0],
    [0.5, -0.3, 0.4],
    [-0.6, 0.4, 0.1],
  ]) {
    const [u, v, w] = [0, 1, 3].map((row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row]);
    const [px, py, away] = camera.project(x, y, z);
    near(((u / w + 1) / 2) * 680, px, 1e-3);
    near(((1 - v / w) / 2) * 430, py, 1e-3);
    near(w, away, 1e-5);
  }
});

test("the box is in the picture wherever it is turned", () => {
  for (const lift of [0.2, STEEP, 1.5]) {
    for (let turn = 0; turn < 6.3; turn += 0.3) {
      const camera = new Camera({ ...POSE, turn, lift }, BOX, 500, 300);
      for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const [x, y] = camera.project((corner & 1) - 0.5, ((corner >> 1) & 1) - 0.5, (corner >> 2) * BOX.z);
        assert.ok(x > 0 && x < 500 && y > 0 && y < 300, `${lift} ${turn}: ${x}, ${y}`);
      }
    }
  }
});

test("nobody looks from below the ground", () => {
  assert.ok(kept({ ...POSE, lift: -1 }).lift > 0);
  assert.ok(kept({ ...POSE, lift: 3 }).lift < Math.PI / 2);
  assert.deepEqual(kept({ ...POSE, zoom: 0.9, shift: [5, 5] }).shift, [0, 0]);
});

test("what lies behind a wall is looked at from the other side", () => {
  // Low in the south, where the usual side is, and a wall in the middle.
  const wall = meshOf((_, y) => (Math.abs(y - 0.5) < 0.06 ? 1 : 0));
  const degrees = (spot: readonly [number, number, number]) => (viewpoint([spot], wall, BOX) * 180) / Math.PI;
  near(degrees([0.5, 0.35, 0.01]), -60, 1e-9);
  const behindIt = degrees([0.5, 0.62, 0.01]);
  assert.ok(behindIt > 0 && behindIt < 180);
});

test("a solid is closed but for its base, with and without a hole", () => {
  for (const hole of [false, true]) {
    const grid = gridOf(9, 7, (x, y) => (hole && Math.hypot(x - 0.5, y - 0.5) < 0.25 ? Number.NaN : 0.2 + 0.3 * x * y));
    const { vertices, triangles } = solidOf(grid, BOX);
    const edges = new Map<string, number>();
    const name = (k: number) => [0, 1, 2].map((n) => vertices[VERTEX * k + n].toFixed(6)).join();
    for (let t = 0; t < triangles.length; t += 3) {
      for (const [p, q] of [
        [0, 1],
        [1, 2],
        [2, 0],
      ]) {
        const [from, to] = [name(triangles[t + p]), name(triangles[t + q])];
        edges.set(`${from} ${to}`, (edges.get(`${from} ${to}`) ?? 0) + 1);
      }
    }
    for (const [edge, many] of edges) {
      const [from, to] = edge.split(" ");
      const base = [from, to].every((one) => one.endsWith(",0.000000"));
      assert.equal(many, base ? many : (edges.get(`${to} ${from}`) ?? 0), edge);
    }
  }
});

test("walls face outwards, and the ground upwards", () => {
  const { vertices } = solidOf(
    gridOf(5, 5, (x) => x),
    BOX,
  );
  for (let at = 0; at < vertices.length; at += VERTEX) {
    const [x, y, , u, v, w, share] = vertices.subarray(at, at + VERTEX);
    if (share === WALL) assert.ok(u * x + v * y > 0.4);
    else near(u / w, -BOX.z, 1e-6);
  }
});

test("a raster knows how far away the ground is", () => {
  const camera = new Camera(POSE, BOX, 300, 200);
  const raster = emptyRaster(300, 200, true);
  const solid = solidOf(
    gridOf(21, 21, (x) => x),
    BOX,
  );
  rasterise(raster, solid, camera, 1, () => 1);
  for (const [x, y] of [
    [0.1, 0.2],
    [-0.3, 0.4],
    [0.45, -0.45],
  ]) {
    const z = (x + 0.5) * BOX.z;
    const [px, py, away] = camera.project(x, y, z);
    const k = Math.floor(py) * 300 + Math.floor(px);
    near(1 / raster.nearness[k], away, 0.01);
    near((raster.shares as Float32Array)[k], x + 0.5, 0.02);
    assert.ok(behind(raster, px, py, away + 0.1, 0.02) && !behind(raster, px, py, away - 0.1, 0.02));
  }
  assert.equal(raster.nearness[0], 0);
  assert.ok(!behind(raster, 0, 0, 9, 0) && !behind(raster, -5, 1000, 9, 0));
});

test("level ground has the theme's own colours in the light, and no light takes one beyond white", () => {
  const sun = sunOf({ pose: { ...POSE, turn: 2 } });
  near(brightness(sun, 0, 0, 1), 1);
  near(lit(137, 1), 137);
  assert.ok(lit(250, brightness(sun, ...sun)) <= 255 && brightness(sun, ...sun) > 1);
  assert.ok(brightness(sun, -sun[0], -sun[1], -sun[2]) > 0.5);
});

test("a ball rests on level ground, and on the walls of a pit", () => {
  near(
    resting(
      meshOf(() => 0.5),
      BOX,
      0.5,
      0.5,
      BALL,
    ),
    0.5 + BALL / BOX.z,
  );
  const pit = meshOf((x) => Math.min(Math.abs(x - 0.5) * 40, 1), 161);
  assert.ok(resting(pit, BOX, 0.5, 0.5, BALL) > 1);
  assert.ok(Number.isNaN(placed(pit, BOX, 1.2, 0.5, BALL)[2]));
});

test("a ball turns once around when it has rolled its own circumference", () => {
  const way = 2 * Math.PI * BALL;
  let turn = [0, 0, 0, 1] as const as readonly [number, number, number, number];
  for (let k = 0; k < 8; k++) turn = rolled(turn, [(k * way) / 8, 0, 0], [((k + 1) * way) / 8, 0, 0]);
  near(Math.abs(turn[3]), 1);
  // Half-way its upper side is below, and after a quarter of the way to the right it faces that way.
  const quarter = matrixOf(rolled([0, 0, 0, 1], [0, 0, 0], [way / 4, 0, 0]));
  assert.deepEqual(
    quarter.map((row) => Math.round(row[2])),
    [1, 0, 0],
  );
});

test("a path over the relief turns its ball as much as it is long", () => {
  const flat = meshOf(() => 0.5);
  const long = 0.6;
  const path = { x: Float64Array.of(0.2, 0.2 + long / 2, 0.2 + long), y: Float64Array.of(0.5, 0.5, 0.5) };
  const { places, turns, at } = draped(path, flat, BOX);
  assert.ok(at.length > 90 && at[at.length - 1] === 2);
  assert.ok(!places.some(Number.isNaN));
  const [, y, , w] = turns.subarray(turns.length - 4);
  const angle = long / BALL;
  near(w, Math.cos(angle / 2), 1e-6);
  near(y, Math.sin(angle / 2), 1e-6);
});

test("of a path that stays where it is few places are kept", () => {
  const flat = meshOf(() => 0.5);
  const still = new Float64Array(20_001).fill(0.5);
  assert.ok(draped({ x: still, y: still }, flat, BOX).at.length < 5);
});

test("bands have one colour each, and their borders one between both", () => {
  const colours = { terrain: ["#000000", "#ffffff"] };
  const fills = ["#204060", "#c0a080"];
  const pixels = new Uint32Array(20 * 4);
  fillBands(
    pixels,
    20,
    4,
    gridOf(3, 2, (x) => x),
    [0.525],
    fills,
  );
  assert.equal(pixels[9], packed(...rgb(fills[0])));
  assert.equal(pixels[11], packed(...rgb(fills[1])));
  // The level goes through the middle of the pixel between them.
  assert.equal(pixels[10], packed(0x70, 0x70, 0x70));
  assert.equal(colourAt(colours, 0.5), "#808080");
});

test("where there is no height a map stays clear", () => {
  const pixels = new Uint32Array(100);
  const values = Float64Array.of(0, 0, 0, 0, Number.NaN, 0, 0, 0, 0);
  fillBands(pixels, 10, 10, { columns: 3, rows: 3, values }, [], ["#123456"]);
  assert.equal(pixels[44], 0);
  assert.notEqual(pixels[0], 0);
  // The corners of the four cells are known, and so are the triangles there.
  assert.notEqual(pixels[9], 0);
});

const PATH: Path = {
  name: "SGD",
  look: { colour: { light: "#000000", dark: "#ffffff" }, dash: [], marker: "o", outline: "M0 0Z" },
  walk: { x: new Float64Array(0), y: new Float64Array(0), loss: new Float64Array(0), diverged: -1, outside: false },
  apart: false,
};

test("a strand drops what cannot be seen, and keeps gaps, ends and where it is hidden", () => {
  const x = [0, 0.1, 0.2, 5, Number.NaN, Number.NaN, 9, 9.1];
  const at = Float64Array.from(x, (_, k) => k);
  const onto = (k: number, out: Float64Array): void => {
    out[0] = x[k];
    out[1] = 0;
  };
  const strand = strandOf(PATH, x.length, onto, at, null, 2, 1, false);
  assert.deepEqual([...strand.at], [0, 3, 4, 6, 7]);
  assert.deepEqual([...strand.along].map(Math.round), [0, 5, 5, 5, 5]);
  const hidden = Uint8Array.from([0, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual([...strandOf(PATH, x.length, onto, at, hidden, 2, 1, false).at], [0, 1, 3, 4, 6, 7]);
});
