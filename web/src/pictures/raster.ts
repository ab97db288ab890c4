// How far away the nearest of a relief is at each pixel: for what is to be hidden behind it, and for a picture of it where
// there is no WebGL.

import type { Camera } from "./camera.ts";
import { type Solid, VERTEX } from "./solid.ts";

// nearness: 1 over the distance, 0 where there is nothing. shares and lights are there if they were asked for.
export interface Raster {
  width: number;
  height: number;
  nearness: Float32Array;
  shares: Float32Array | null;
  lights: Float32Array | null;
}

export const emptyRaster = (width: number, height: number, painted: boolean): Raster => {
  const many = width * height;
  return {
    width,
    height,
    nearness: new Float32Array(many),
    shares: painted ? new Float32Array(many) : null,
    lights: painted ? new Float32Array(many) : null,
  };
};

// Draws a solid into pixels of which one is a CSS pixel. light: of a direction.
export const rasterise = (
  raster: Raster,
  { vertices, triangles }: Solid,
  camera: Camera,
  light: (x: number, y: number, z: number) => number,
): void => {
  const { width, height, nearness, shares, lights } = raster;
  nearness.fill(0);
  const many = vertices.length / VERTEX;
  const [px, py, near] = [new Float32Array(many), new Float32Array(many), new Float32Array(many)];
  const lit = new Float32Array(lights ? many : 0);
  for (let k = 0, at = 0; k < many; k++, at += VERTEX) {
    const [x, y, away] = camera.project(vertices[at], vertices[at + 1], vertices[at + 2]);
    px[k] = x;
    py[k] = y;
    near[k] = 1 / away;
    if (lights) lit[k] = light(vertices[at + 3], vertices[at + 4], vertices[at + 5]);
  }
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ax, ay, bx, by, cx, cy] = [px[a], py[a], px[b], py[b], px[c], py[c]];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    const x0 = Math.max(Math.ceil(Math.min(ax, bx, cx) - 0.5), 0);
    const x1 = Math.min(Math.floor(Math.max(ax, bx, cx) - 0.5), width - 1);
    const y0 = Math.max(Math.ceil(Math.min(ay, by, cy) - 0.5), 0);
    const y1 = Math.min(Math.floor(Math.max(ay, by, cy) - 0.5), height - 1);
    // Shares of the three corners, which grow evenly along a line of pixels.
    const [stepA, stepB] = [(by - cy) / area, (cy - ay) / area];
    for (let y = y0; y <= y1; y++) {
      const v = y + 0.5;
      let wa = ((bx - x0 - 0.5) * (cy - v) - (cx - x0 - 0.5) * (by - v)) / area;
      let wb = ((cx - x0 - 0.5) * (ay - v) - (ax - x0 - 0.5) * (cy - v)) / area;
      for (let x = x0, at = y * width + x0; x <= x1; x++, at++, wa += stepA, wb += stepB) {
        const wc = 1 - wa - wb;
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const here = wa * near[a] + wb * near[b] + wc * near[c];
        if (here <= nearness[at]) continue;
        nearness[at] = here;
        if (!shares || !lights) continue;
        const place = VERTEX - 1;
        shares[at] =
          wa * vertices[a * VERTEX + place] + wb * vertices[b * VERTEX + place] + wc * vertices[c * VERTEX + place];
        lights[at] = wa * lit[a] + wb * lit[b] + wc * lit[c];
      }
    }
  }
};

// Whether something at a pixel, so far away, is behind the relief by more than `slack`.
export const behind = (
  { width, height, nearness }: Raster,
  x: number,
  y: number,
  away: number,
  slack: number,
): boolean => {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  if (i < 0 || j < 0 || i >= width || j >= height) return false;
  const near = nearness[j * width + i];
  return near > 0 && 1 / near < away - slack;
};
