// The light on a relief: soft, from the viewer's upper left, so that level ground has the theme's own colours.

import { type Camera, directionOf, type Vector } from "./camera.ts";

const ASIDE = -0.9; // radians around the relief from the viewer to the sun
const HIGH = 0.85; // above the ground
const STRENGTH = 0.4;
const DARKEST = 0.68;
const BRIGHTEST = 1.12; // what is over 1 goes towards white

export const sunOf = ({ pose }: Pick<Camera, "pose">): Vector => directionOf(pose.turn + ASIDE, HIGH);

// How bright what faces some way is; 1 if that is upwards.
export const brightness = (sun: Vector, x: number, y: number, z: number): number => {
  const light = 1 + STRENGTH * (x * sun[0] + y * sun[1] + z * sun[2] - sun[2]);
  return Math.min(Math.max(light, DARKEST), BRIGHTEST);
};

// A part of a colour, from 0 to 255, in a light.
export const lit = (part: number, bright: number): number =>
  bright > 1 ? part + (255 - part) * (bright - 1) : part * bright;

// Both as code of a shader.
export const LIGHT = `
vec3 lit(vec3 own, float bright) {
  return bright > 1.0 ? mix(own, vec3(1.0), bright - 1.0) : own * bright;
}
float brightness(vec3 sun, vec3 facing) {
  return clamp(1.0 + ${STRENGTH.toFixed(2)} * (dot(facing, sun) - sun.z), ${DARKEST.toFixed(2)}, ${BRIGHTEST.toFixed(2)});
}`;
