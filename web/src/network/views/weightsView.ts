// What the units of the first layer look for: of images as images, of points as arrows.

import { layersOf } from "../architecture.ts";
import type { Weights } from "../measuring.ts";
import { Board, type Paper } from "./board.ts";
import { picture, sideOf, strongest, towards } from "./tints.ts";

const [TILE, GAP] = [44, 4]; // CSS pixels: a tile's least side, and between two

export class WeightsView extends Board {
  private weights: Weights | null = null;
  private features = 0;
  private hues: readonly [string, string] = ["#ec9249", "#81a5e4"];

  // hues: of what speaks for, and of what speaks against.
  setWeights(weights: Weights | null, sizes: readonly number[], hues: readonly [string, string]): void {
    [this.weights, this.features, this.hues] = [weights, layersOf(sizes)[0].inputs, hues];
    this.changed();
  }

  protected paint({ context, width, height, colours }: Paper): void {
    const { weights, features, hues } = this;
    const many = weights?.units.length ?? 0;
    if (!weights || !many) return;
    // As many columns as make the tiles largest.
    let [columns, tile] = [1, 0];
    for (let some = 1; some <= many; some++) {
      const rows = Math.ceil(many / some);
      const side = Math.min((width + GAP) / some, (height + GAP) / rows) - GAP;
      if (side > tile) [columns, tile] = [some, side];
    }
    tile = Math.max(Math.min(tile, 2 * TILE), 8);
    const most = strongest(weights.rows);
    const side = sideOf(features);
    context.imageSmoothingEnabled = false;
    for (let k = 0; k < many; k++) {
      const left = (k % columns) * (tile + GAP);
      const top = Math.floor(k / columns) * (tile + GAP);
      const row = weights.rows.subarray(k * features, (k + 1) * features);
      if (side !== null) {
        const image = picture(side, side, (i, j) =>
          towards(colours.ground, hues[0], hues[1], row[j * side + i] / most),
        );
        context.drawImage(image, left, top, tile, tile);
      } else if (features === 2) {
        arrow(context, left, top, tile, row, most, colours);
      }
    }
  }
}

// Where a unit's input grows, and how fast.
const arrow = (
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  tile: number,
  [x, y]: Float32Array,
  most: number,
  colours: Paper["colours"],
): void => {
  context.fillStyle = colours.panel;
  context.fillRect(left, top, tile, tile);
  const [cx, cy, scale] = [left + tile / 2, top + tile / 2, (0.42 * tile) / most];
  const [dx, dy] = [x * scale, -y * scale];
  const length = Math.hypot(dx, dy);
  context.strokeStyle = context.fillStyle = colours.ink;
  context.lineWidth = 1.8;
  context.beginPath();
  context.moveTo(cx - dx, cy - dy);
  context.lineTo(cx + dx, cy + dy);
  context.stroke();
  if (length < 2) return;
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(5, length);
  context.beginPath();
  context.moveTo(cx + dx, cy + dy);
  context.lineTo(cx + dx - head * (ux - 0.5 * uy), cy + dy - head * (uy + 0.5 * ux));
  context.lineTo(cx + dx - head * (ux + 0.5 * uy), cy + dy - head * (uy - 0.5 * ux));
  context.fill();
};
