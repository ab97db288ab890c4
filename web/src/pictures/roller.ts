// A ball that rolls on a relief, as it is seen in the picture.

import { type Ball, paintBall } from "./ball.ts";
import { type Camera, directionOf, type Pose, type Vector } from "./camera.ts";
import { colourOf, rgb, see } from "./colours.ts";
import { upTo } from "./geometry.ts";
import { sunOf } from "./light.ts";
import { behind } from "./raster.ts";
import { BALL, matrixOf, placed, rolled, THREAD, type Turn } from "./rolling.ts";
import type { Scene } from "./scene.ts";
import type { Thread } from "./threads.ts";
import type { Head } from "./trails.ts";
import type { Point } from "./types.ts";

const SLACK = 0.012; // in sides of the box, by which the relief may be before what touches it
// Of a ball's radius, and how dark each is.
const SHADOWS = [
  [1.25, 0.1],
  [0.95, 0.16],
  [0.6, 0.2],
];

// Its middle in the picture, how far away it is, how it has turned, and over which point of the map it is.
export interface Rolling {
  x: number;
  y: number;
  away: number;
  radius: number;
  turn: Turn;
  spot: Point;
}

// Null where a path has no place on the relief.
export const rollingOf = ({ mesh, box, camera }: Scene, { trail, place, spot }: Head<Thread>): Rolling | null => {
  if (!spot) return null;
  const at = placed(mesh, box, ...spot, BALL);
  if (Number.isNaN(at[2])) return null;
  const { places, turns, at: rows } = trail.line;
  const k = upTo(rows, place) - 1;
  let turn: Turn = [0, 0, 0, 1];
  if (k >= 0) {
    const [a, b, c, d] = turns.subarray(4 * k, 4 * k + 4);
    const from: Vector = [places[3 * k], places[3 * k + 1], places[3 * k + 2]];
    turn = Number.isNaN(from[2]) ? [a, b, c, d] : rolled([a, b, c, d], from, placed(mesh, box, ...spot, THREAD));
  }
  const [x, y, away] = camera.project(...at);
  return { x, y, away, turn, spot, radius: (camera.scale * BALL) / away };
};

export const drawBall = (scene: Scene, { path, mask }: Thread, at: Rolling): void => {
  const { layer, camera, raster, home, sprite, colours } = scene;
  drawShadow(scene, at);
  const { ratio } = scene.stage;
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
    turn: inPictureOf(at.turn, home, camera),
    face: rgb(colourOf(path, colours)),
    badge: rgb(colours.ground),
    edge: rgb(colours.ground),
    mask,
  };
  const image = own.createImageData(side, side);
  const hidden = (i: number, j: number, nearer: number): boolean =>
    behind(raster, (left + i + 0.5) / ratio, (top + j + 0.5) / ratio, at.away - nearer * BALL, SLACK);
  paintBall(image.data, side, ball, ratio, inPicture(sunOf(camera), camera), hidden);
  own.clearRect(0, 0, sprite.width, sprite.height);
  own.putImageData(image, 0, 0);
  layer.context.drawImage(sprite, 0, 0, side, side, left / ratio, top / ratio, side / ratio, side / ratio);
};

// On the ground under a ball.
const drawShadow = ({ mesh, box, camera, raster, layer, colours }: Scene, { spot }: Rolling): void => {
  const { context } = layer;
  const [x, y, z] = placed(mesh, box, ...spot, 0);
  const [px, py, away] = camera.project(x, y, z);
  if (Number.isNaN(z) || behind(raster, px, py, away, SLACK)) return;
  const dark = colours.theme === "dark" ? "#000000" : colours.ink;
  for (const [reach, opacity] of SHADOWS) {
    context.beginPath();
    for (let k = 0; k < 20; k++) {
      const turn = (k * Math.PI) / 10;
      const [sx, sy] = camera.project(x + reach * BALL * Math.cos(turn), y + reach * BALL * Math.sin(turn), z);
      context.lineTo(sx, sy);
    }
    context.fillStyle = see(dark, opacity);
    context.fill();
  }
};

const dot = (one: Vector, other: Vector): number => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];

// A direction as the viewer has it: right, up, towards them.
const inPicture = (way: Vector, { right, up, towards }: Camera): Vector => [
  dot(way, right),
  dot(way, up),
  dot(way, towards),
];

// A ball's own directions in the picture. Before it rolls its first side faces who looks from home, and is upright.
const inPictureOf = (turn: Turn, { turn: side, lift }: Pose, camera: Camera): readonly [Vector, Vector, Vector] => {
  const rows = matrixOf(turn);
  const along = (way: Vector): Vector => inPicture([dot(rows[0], way), dot(rows[1], way), dot(rows[2], way)], camera);
  const right: Vector = [-Math.sin(side), Math.cos(side), 0];
  const up: Vector = [-Math.cos(side) * Math.sin(lift), -Math.sin(side) * Math.sin(lift), Math.cos(lift)];
  return [along(directionOf(side, lift)), along(right), along(up)];
};
