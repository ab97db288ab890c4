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

// Draws a solid into pixels of which `fine` are one of the page. light: how bright what faces some way is.
export const rasterise = (
  raster: Raster,
  { vertices, triangles }: Solid,
  camera: Camera,
  fine: number,
  light: (x: number, y: number, z: number) => number,
): void => {
  const { width, height, nearness, shares, lights } = raster;
  nearness.fill(0);
  const many = vertices.length / VERTEX;
  const px = new Float32Array(many);
  const py = new Float32Array(many);
  const near = new Float32Array(many);
  const place = new Float64Array(3);
  const lit = new Float32Array(lights ? many : 0);
  for (let k = 0, at = 0; k < many; k++, at += VERTEX) {
    camera.onto(place, vertices[at], vertices[at + 1], vertices[at + 2]);
    px[k] = place[0] * fine;
    py[k] = place[1] * fine;
    near[k] = 1 / place[2];
    if (lights) lit[k] = light(vertices[at + 3], vertices[at + 4], vertices[at + 5]);
  }
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t];
    const b = triangles[t + 1];
    const c = triangles[t + 2];
    const ax = px[a];
    const ay = py[a];
    const bx = px[b];
    const by = py[b];
    const cx = px[c];
    const cy = py[c];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    // What faces away is hidden by what does not.
    if (area >= 0) continue;
    const x0 = Math.max(Math.ceil(Math.min(ax, bx, cx) - 0.5), 0);
    const x1 = Math.min(Math.floor(Math.max(ax, bx, cx) - 0.5), width - 1);
    const y0 = Math.max(Math.ceil(Math.min(ay, by, cy) - 0.5), 0);
    const y1 = Math.min(Math.floor(Math.max(ay, by, cy) - 0.5), height - 1);
    if (x0 > x1 || y0 > y1) continue;
    // Shares of the three corners, which grow evenly along a line of pixels.
    const stepA = (by - cy) / area;
    const stepB = (cy - ay) / area;
    const dx = bx - x0 - 0.5;
    const ex = cx - x0 - 0.5;
    const fx = ax - x0 - 0.5;
    for (let y = y0; y <= y1; y++) {
      const v = y + 0.5;
      let wa = (dx * (cy - v) - ex * (by - v)) / area;
      let wb = (ex * (ay - v) - fx * (cy - v)) / area;
      for (let x = x0, at = y * width + x0; x <= x1; x++, at++, wa += stepA, wb += stepB) {
        const wc = 1 - wa - wb;
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const here = wa * near[a] + wb * near[b] + wc * near[c];
        if (here <= nearness[at]) continue;
        nearness[at] = here;
        if (!shares || !lights) continue;
        const last = VERTEX - 1;
        shares[at] =
          wa * vertices[a * VERTEX + last] + wb * vertices[b * VERTEX + last] + wc * vertices[c * VERTEX + last];
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
