// What draws a relief's ground into a canvas of its own: a graphics card, or where there is none the processor.

import type { Camera } from "./camera.ts";
import { packed, ramp, rgb } from "./colours.ts";
import { brightness, lit, sunOf } from "./light.ts";
import { emptyRaster, type Raster, rasterise } from "./raster.ts";
import type { Solid } from "./solid.ts";
import type { Stage } from "./stage.ts";
import { Surface } from "./surface.ts";
import type { Colours } from "./types.ts";

// levels: shares at which lines of equal height lie.
export interface Painter {
  setSolid(solid: Solid): void;
  // Quickly. What is computed on the way to it, one pixel to one of the page, is given if there is some.
  draw(camera: Camera, levels: readonly number[], colours: Colours): Raster | null;
  // The same as finely as it gets, once nothing moves any more.
  refine(camera: Camera, levels: readonly number[], colours: Colours): void;
  clear(): void;
  destroy(): void;
}

const TONES = 1024;

// changed: called when the ground has to be drawn again, as a graphics card was lost and found. A browser that only plays
// a graphics card draws a tenth as fast as we do.
export const painterFor = (stage: Stage, changed: () => void): Painter =>
  Surface.made(stage, changed, true) ?? new Plain(stage);

// With the processor, pixel by pixel.
export class Plain implements Painter {
  private solid: Solid | null = null;
  private readonly rasters = new Map<number, Raster>();
  private readonly small = document.createElement("canvas");

  private readonly canvas: HTMLCanvasElement;

  constructor(stage: Stage) {
    this.canvas = stage.canvas();
  }

  setSolid(solid: Solid): void {
    this.solid = solid;
  }

  draw(camera: Camera, levels: readonly number[], colours: Colours): Raster | null {
    return this.paint(camera, levels, colours, 1);
  }

  // Twice as fine as the page, which makes borders smooth where the screen is no finer itself.
  refine(camera: Camera, levels: readonly number[], colours: Colours): void {
    this.paint(camera, levels, colours, 2);
  }

  private paint(camera: Camera, levels: readonly number[], colours: Colours, fine: 1 | 2): Raster | null {
    const context = this.canvas.getContext("2d");
    const own = this.small.getContext("2d");
    if (!context || !own || !this.solid) return null;
    const [width, height] = [camera.width, camera.height].map((side) => Math.max(Math.round(side * fine), 1));
    let raster = this.rasters.get(fine);
    if (raster?.width !== width || raster.height !== height) {
      raster = emptyRaster(width, height, true);
      this.rasters.set(fine, raster);
    }
    const sun = sunOf(camera);
    rasterise(raster, this.solid, camera, fine, (x, y, z) => brightness(sun, x, y, z));
    if (this.small.width !== width || this.small.height !== height) {
      [this.small.width, this.small.height] = [width, height];
    }
    const image = own.createImageData(width, height);
    colour(new Uint32Array(image.data.buffer), raster, levels, colours, fine);
    own.putImageData(image, 0, 0);
    this.clear();
    context.imageSmoothingQuality = "high";
    context.drawImage(this.small, 0, 0, this.canvas.width, this.canvas.height);
    return raster;
  }

  clear(): void {
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  destroy(): void {}
}

// The terrain's colours in its light, and lines at levels as far as there is room between them, as the shader has them.
const colour = (
  pixels: Uint32Array,
  { width, nearness, shares, lights }: Raster,
  levels: readonly number[],
  colours: Colours,
  fine: number,
): void => {
  if (!shares || !lights) return;
  const tones = ramp(colours, TONES);
  const [wall, ink] = [rgb(colours.panel), rgb(colours.ink)];
  const room = levels.map((level, k) =>
    Math.min(level - (levels[k - 1] ?? 0), (levels[k + 1] ?? Number.POSITIVE_INFINITY) - level),
  );
  let near = 0;
  for (let k = 0; k < nearness.length; k++) {
    if (nearness[k] === 0) continue;
    const share = shares[k];
    const light = lights[k];
    if (share < -0.5) {
      const dim = 0.5 + 0.5 * light;
      pixels[k] = packed(wall[0] * dim, wall[1] * dim, wall[2] * dim);
      continue;
    }
    let line = 0;
    if (levels.length) {
      while (near + 1 < levels.length && Math.abs(levels[near + 1] - share) < Math.abs(levels[near] - share)) near++;
      while (near > 0 && Math.abs(levels[near - 1] - share) < Math.abs(levels[near] - share)) near--;
      // Of both neighbours the one that is not beyond a border.
      const across = Math.min(Math.abs(shares[k + 1] - share), Math.abs(share - shares[k - 1]));
      const down = Math.min(Math.abs(shares[k + width] - share), Math.abs(share - shares[k - width]));
      const slope = Math.max(across + down, 1e-7) || 1e-7;
      const apart = Math.abs(levels[near] - share) / slope;
      if (apart < 0.5 + 0.45 * fine) {
        const crowded = Math.min(Math.max(((slope * fine) / Math.max(room[near], 1e-6) - 0.2) / 0.35, 0), 1);
        line = 0.4 * Math.min(0.5 + 0.45 * fine - apart, 1) * (1 - crowded);
      }
    }
    const tone = 4 * Math.round(Math.min(Math.max(share, 0), 1) * (TONES - 1));
    const own = 1 - line;
    pixels[k] = packed(
      own * lit(tones[tone], light) + line * ink[0],
      own * lit(tones[tone + 1], light) + line * ink[1],
      own * lit(tones[tone + 2], light) + line * ink[2],
    );
  }
};
