// What draws a relief's ground into a canvas of its own: a graphics card, or where there is none the processor.

import type { Camera } from "./camera.ts";
import { ramp, rgb } from "./colours.ts";
import { brightness, sunOf } from "./light.ts";
import { emptyRaster, type Raster, rasterise } from "./raster.ts";
import type { Solid } from "./solid.ts";
import { Surface } from "./surface.ts";
import type { Colours } from "./types.ts";

export interface Painter {
  setSolid(solid: Solid): void;
  // levels: shares at which lines of equal height lie.
  draw(camera: Camera, levels: readonly number[], colours: Colours): void;
  clear(): void;
  destroy(): void;
}

const TONES = 256;

// changed: called when the ground has to be drawn again, as a graphics card was lost and found.
export const painterFor = (canvas: HTMLCanvasElement, changed: () => void): Painter =>
  Surface.made(canvas, changed) ?? new Plain(canvas);

// With the processor, pixel by pixel.
class Plain implements Painter {
  private solid: Solid | null = null;
  private raster: Raster | null = null;
  private readonly small = document.createElement("canvas");

  constructor(private readonly canvas: HTMLCanvasElement) {}

  setSolid(solid: Solid): void {
    this.solid = solid;
  }

  draw(camera: Camera, levels: readonly number[], colours: Colours): void {
    const context = this.canvas.getContext("2d");
    const own = this.small.getContext("2d");
    if (!context || !own || !this.solid) return;
    const [width, height] = [Math.max(Math.round(camera.width), 1), Math.max(Math.round(camera.height), 1)];
    if (this.raster?.width !== width || this.raster.height !== height) {
      [this.small.width, this.small.height] = [width, height];
      this.raster = emptyRaster(width, height, true);
    }
    const sun = sunOf(camera);
    rasterise(this.raster, this.solid, camera, (x, y, z) => brightness(sun, x, y, z));
    const image = own.createImageData(width, height);
    colour(image.data, this.raster, levels, colours);
    own.putImageData(image, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.small, 0, 0, this.canvas.width, this.canvas.height);
  }

  clear(): void {
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  destroy(): void {}
}

// The terrain's colours in its light, with lines where a level lies between a pixel and the next ones.
const colour = (data: Uint8ClampedArray, raster: Raster, levels: readonly number[], colours: Colours): void => {
  const { width, nearness, shares, lights } = raster;
  if (!shares || !lights) return;
  const tones = ramp(colours, TONES);
  const [wall, ink] = [rgb(colours.panel), rgb(colours.ink)];
  const bandOf = (share: number): number => levels.reduce((band, level) => band + Number(share >= level), 0);
  const bands = Int16Array.from(shares, (share, k) => (nearness[k] > 0 && share >= 0 ? bandOf(share) : -1));
  for (let k = 0; k < nearness.length; k++) {
    if (nearness[k] === 0) continue;
    const tone = 4 * Math.round(Math.min(Math.max(shares[k], 0), 1) * (TONES - 1));
    const crossed = [k + 1, k + width].some((other) => bands[k] >= 0 && bands[other] >= 0 && bands[other] !== bands[k]);
    for (let part = 0; part < 3; part++) {
      const own = bands[k] < 0 ? wall[part] * (0.5 + 0.5 * lights[k]) : tones[tone + part] * lights[k];
      data[4 * k + part] = crossed ? 0.65 * own + 0.35 * ink[part] : own;
    }
    data[4 * k + 3] = 255;
  }
};
