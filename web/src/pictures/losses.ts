// The losses over the steps.

import { colourOf } from "./colours.ts";
import { type Area, type Curve, curveOf, passes, trace, xOf, yOf } from "./curves.ts";
import { arrow, mark, outlineOf, write } from "./marks.ts";
import { divergedAt, lastStep, moveAt } from "./moves.ts";
import { counted } from "./numerals.ts";
import { type LossScale, lossScale, reached, scaleTicks } from "./scales.ts";
import { Stage } from "./stage.ts";
import { nearest } from "./strands.ts";
import { stepTicks, tickWords } from "./ticks.ts";
import type { Colours, Elevation, Hit, Path, Picture, Point, Words } from "./types.ts";

const ROOM = { left: 66, right: 14, top: 10, bottom: 40 };
const NEAR = 12; // pixels from a curve within which the mouse is over it

// The axis of those paths that are compared. range: the least and the highest loss of the map, if it is known.
export const scaleOf = (
  paths: readonly Path[],
  { height, rounding }: Elevation,
  range: readonly [number, number] | null,
): LossScale => {
  const compared = paths.filter(({ apart }) => !apart);
  const curves = compared.flatMap(({ walk }) => (walk.inPlane ? [walk.loss, walk.inPlane] : [walk.loss]));
  return lossScale(curves, height === "log", range, rounding);
};

// A curve that has left through the top (1) or the bottom (0), and where.
interface Gone {
  path: Path;
  ended: boolean;
  edge: 0 | 1;
  at: Point;
}

export class LossView implements Picture {
  onHover: (hit: Hit | null) => void = () => {};

  private readonly stage: Stage;
  private readonly base;
  private readonly top;
  private readonly strong = document.createElement("canvas");
  private readonly ended = new AbortController();
  private paths: readonly Path[] = [];
  private scale: LossScale | null = null;
  private last: number | null = null;
  private colours: Colours | null = null;
  private curves: Curve[] = [];
  private area: Area | null = null;
  private step = 0;
  private pending = 0;
  private stale = true;

  constructor(
    host: HTMLElement,
    private readonly words: Words,
  ) {
    this.stage = new Stage(host, "img", words.losses);
    this.base = this.stage.layer();
    this.top = this.stage.layer();
    const { signal } = this.ended;
    this.stage.root.addEventListener("pointermove", (event) => this.hover(this.stage.pixelOf(event)), { signal });
    this.stage.root.addEventListener("pointerleave", () => this.onHover(null), { signal });
  }

  setPaths(paths: readonly Path[]): void {
    this.paths = paths;
    this.changed();
  }

  setColours(colours: Colours): void {
    this.colours = colours;
    this.changed();
  }

  // last: the step at which the axis ends; that of the paths if it is not given.
  setScale(scale: LossScale, last: number | null = null): void {
    [this.scale, this.last] = [scale, last];
    this.changed();
  }

  resize(): void {
    if (this.stage.fit()) this.stale = true;
    this.show(this.step);
  }

  destroy(): void {
    this.ended.abort();
    cancelAnimationFrame(this.pending);
    this.stage.root.remove();
  }

  show(step: number): void {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { stage, scale, colours } = this;
    if (!scale || !colours) return;
    if (stage.fit()) this.stale = true;
    if (!stage.width || !stage.height) return;
    if (this.stale || !this.area) {
      const compared = this.paths.filter(({ apart }) => !apart);
      const [width, height] = [stage.width - ROOM.left - ROOM.right, stage.height - ROOM.top - ROOM.bottom];
      const last = Math.max(this.last ?? lastStep(compared), 1);
      this.area = { left: ROOM.left, top: ROOM.top, width: Math.max(width, 1), height: Math.max(height, 1), last };
      const area = this.area;
      this.curves = compared.map((path) => curveOf(path, scale, area));
      this.drawBase(area, scale, colours);
      this.drawStrong(area, colours);
      this.stale = false;
    }
    this.drawTop(this.area, scale, colours);
  }

  private changed(): void {
    this.stale = true;
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }

  private clipped(context: CanvasRenderingContext2D, { left, top, width, height }: Area, draw: () => void): void {
    context.save();
    context.beginPath();
    context.rect(left, top - 1, width + ROOM.right, height + 2);
    context.clip();
    context.lineJoin = "round";
    draw();
    context.restore();
  }

  // The axes, and each curve as a whole.
  private drawBase(area: Area, scale: LossScale, colours: Colours): void {
    const { stage, base, words } = this;
    const { context } = base;
    const { left, top, width, height, last } = area;
    const bottom = top + height;
    stage.clear(base);
    const ticks = scaleTicks(scale, Math.max(Math.min(5, Math.floor(height / 24)), 2));
    const { texts, name } = tickWords(ticks, words.loss);
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    context.beginPath();
    const taken: number[] = [];
    // On an axis of both signs 0 comes first, and then what has room beside it.
    const order = ticks.map((_, k) => k).sort((one, other) => Number(ticks[one] !== 0) - Number(ticks[other] !== 0));
    order.forEach((k) => {
      const y = Math.round(yOf(area, scale, ticks[k])) + 0.5;
      if (taken.some((other) => Math.abs(other - y) < 13)) return;
      taken.push(y);
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      write(stage, base, texts[k], [left - 8, y], colours.muted, { size: 12, align: "right", baseline: "middle" });
    });
    for (const tick of stepTicks(last, Math.min(8, Math.floor(width / 60)))) {
      const x = Math.round(xOf(area, tick)) + 0.5;
      context.moveTo(x, bottom);
      context.lineTo(x, bottom + 4);
      const style = { size: 12, align: "center", baseline: "top" } as const;
      write(stage, base, counted(tick), [x, bottom + 7], colours.muted, style);
    }
    context.stroke();
    const middle: Point = [left + width / 2, stage.height - 4];
    write(stage, base, words.step, middle, colours.muted, { size: 12, align: "center", baseline: "bottom" });
    context.save();
    context.translate(12, top + height / 2);
    context.rotate(-Math.PI / 2);
    write(stage, base, name, [0, 0], colours.muted, { size: 12, align: "center", baseline: "middle" });
    context.restore();
    this.clipped(context, area, () => {
      context.lineWidth = 1.2;
      context.globalAlpha = 0.4;
      for (const { path, x, y } of this.curves) {
        context.strokeStyle = colourOf(path, colours);
        context.setLineDash(path.look.dash.map((part) => 1.2 * part));
        trace(context, x, y);
      }
    });
    if (this.curves.some(({ path }) => reached(scale, path.walk.loss))) this.drawFloor(area, scale, colours);
  }

  // Below which losses are only rounding.
  private drawFloor(area: Area, scale: LossScale, colours: Colours): void {
    const { context } = this.base;
    const y = Math.round(yOf(area, scale, scale.floor)) + 0.5;
    context.strokeStyle = colours.muted;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.stroke();
    context.setLineDash([]);
    context.font = this.stage.font(11);
    const wide = context.measureText(this.words.floor).width + 12;
    // At the right, in the middle or at the left: where the fewest curves pass.
    const places = [1, 0.5, 0].map((share) => area.left + share * Math.max(area.width - wide, 0));
    const passing = places.map((x) => this.curves.filter((curve) => passes(curve, x, x + wide, y - 16, y - 1)).length);
    const x = places[passing.indexOf(Math.min(...passing))];
    const style = { baseline: "bottom", halo: colours.ground } as const;
    write(this.stage, this.base, this.words.floor, [x + 6, y - 3], colours.muted, style);
  }

  // The curves as far as they have been gone, for all steps: what is shown of them ends at one.
  private drawStrong(area: Area, colours: Colours): void {
    const { stage, strong } = this;
    const { canvas } = this.base;
    [strong.width, strong.height] = [canvas.width, canvas.height];
    const context = strong.getContext("2d");
    if (!context) return;
    context.setTransform(stage.ratio, 0, 0, stage.ratio, 0, 0);
    this.clipped(context, area, () => {
      for (const { path, x, y, plane } of this.curves) {
        context.strokeStyle = colourOf(path, colours);
        if (plane) {
          context.lineWidth = 1.2;
          context.setLineDash([2, 2]);
          trace(context, x, plane);
        }
        context.lineWidth = 2.2;
        context.setLineDash(path.look.dash.map((part) => 2.2 * part));
        trace(context, x, y);
      }
    });
  }

  // How far the paths have got.
  private drawTop(area: Area, scale: LossScale, colours: Colours): void {
    const { stage, top, step, strong } = this;
    const { context } = top;
    stage.clear(top);
    const begun = this.curves.flatMap((curve) => {
      const move = moveAt(curve.path.walk, step);
      return move ? [{ curve, move, left: curve.out !== null && step >= curve.out.step }] : [];
    });
    const wide = Math.ceil(Math.min(xOf(area, step), stage.width) * stage.ratio);
    if (wide > 0) context.drawImage(strong, 0, 0, wide, strong.height, 0, 0, wide / stage.ratio, stage.height);
    const exits = begun.filter(({ left, curve: { out } }) => left && out && out.edge !== null);
    const gone = exits.map(({ curve: { path, out }, move: { ended } }): Gone => {
      const edge = out?.edge === 1 ? 1 : 0;
      return { path, ended, edge, at: [xOf(area, out?.step ?? 0), area.top + (edge ? 0 : area.height)] };
    });
    for (const { path, at, edge } of gone) {
      arrow(context, at, [0, edge ? -1 : 1], colourOf(path, colours), colours.ground);
    }
    for (const { curve, move, left } of begun) {
      const { path, x, y, out } = curve;
      if (left && out && out.edge !== null) continue;
      const share = move.row + 1 < y.length && !Number.isNaN(y[move.row + 1]) ? move.share : 0;
      const place = (column: Float32Array): number =>
        share > 0 ? column[move.row] + share * (column[move.row + 1] - column[move.row]) : column[move.row];
      const spot: Point = left && out ? [xOf(area, out.step), yOf(area, scale, out.loss)] : [place(x), place(y)];
      if (!(spot[1] >= area.top - 0.5 && spot[1] <= area.top + area.height + 0.5)) continue;
      mark(context, outlineOf(path.look.outline, left), spot, 10, colourOf(path, colours), colours.ground);
    }
    this.tellExits(gone, area, colours);
  }

  // When the walks diverged whose curves have left, beside their arrows as far as there is room.
  private tellExits(gone: readonly Gone[], area: Area, colours: Colours): void {
    const { stage, top, words } = this;
    const taken: Gone[] = [];
    for (const one of gone) {
      const { path, ended, edge, at } = one;
      const near = (other: Gone, far: number): boolean => other.edge === edge && Math.abs(other.at[0] - at[0]) < far;
      if (!ended || taken.some((other) => near(other, 0.14 * area.width))) continue;
      taken.push(one);
      const left = at[0] < area.left + 0.8 * area.width;
      // Beyond other arrows that stand close by.
      const beside = gone.filter((other) => near(other, 40)).map((other) => other.at[0]);
      const x = left ? Math.max(...beside) + 11 : Math.min(...beside) - 11;
      write(stage, top, divergedAt(path.walk, words), [x, at[1] + (edge ? 3 : -3)], colourOf(path, colours), {
        ...{ size: 12, weight: 600, align: left ? "left" : "right", baseline: edge ? "top" : "bottom" },
        halo: colours.ground,
      });
    }
  }

  private hover(pixel: Point): void {
    let [best, least]: [Hit | null, number] = [null, NEAR];
    for (const { path, x, y } of this.curves) {
      for (let k = 0; k < y.length; k++) {
        const next = k + 1 < y.length && !Number.isNaN(y[k + 1]) ? k + 1 : k;
        if (Number.isNaN(y[k]) || x[next] < pixel[0] - NEAR || x[k] > pixel[0] + NEAR) continue;
        const [share, far] = nearest([x[k], y[k]], [x[next], y[next]], pixel);
        if (far >= least) continue;
        const row = share < 0.5 ? k : next;
        least = far;
        best = { path, row, pixel: [x[row], y[row]] };
      }
    }
    this.onHover(best);
  }
}
