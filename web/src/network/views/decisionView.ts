// Points in the plane, and how the network reads every place around them; new points can be drawn.

import type { Decision } from "../measuring.ts";
import type { Examples } from "../passes.ts";
import { Board, type Paper } from "./board.ts";
import { picture, tint } from "./tints.ts";

const [POINT, RING] = [3.2, 2.6]; // radii of training and of test points, in CSS pixels

export interface Place {
  x: number;
  y: number;
}

export class DecisionView extends Board {
  // A place was pressed, or the mouse moved over it while it was pressed; and it was let go.
  onDraw: (place: Place, begun: boolean) => void = () => {};
  onDrawn: () => void = () => {};
  private drawable = false;
  private decision: Decision | null = null;
  private train: Examples | null = null;
  private test: Examples | null = null;
  private hues: readonly string[] = [];
  private readonly ended = new AbortController();
  private down = false;

  // reach: of both axes, to both sides of 0.
  constructor(
    host: HTMLElement,
    label: string,
    private reach: number,
  ) {
    super(host, label);
    const { root } = this.stage;
    const { signal } = this.ended;
    const draw = (event: PointerEvent, begun: boolean): void =>
      this.onDraw(this.placeOf(this.stage.pixelOf(event)), begun);
    root.addEventListener(
      "pointerdown",
      (event) => {
        if (!this.drawable || event.button !== 0) return;
        this.down = true;
        root.setPointerCapture(event.pointerId);
        draw(event, true);
      },
      { signal },
    );
    root.addEventListener("pointermove", (event) => this.down && draw(event, false), { signal });
    for (const kind of ["pointerup", "pointercancel"]) {
      root.addEventListener(
        kind,
        () => {
          if (this.down) this.onDrawn();
          this.down = false;
        },
        { signal },
      );
    }
  }

  // hues: of the classes.
  setData(train: Examples, test: Examples, hues: readonly string[]): void {
    [this.train, this.test, this.hues] = [train, test, hues];
    this.changed();
  }

  setDrawable(drawable: boolean): void {
    this.drawable = drawable;
    this.stage.root.style.cursor = drawable ? "crosshair" : "default";
    // A finger that draws does not scroll.
    this.stage.root.style.touchAction = drawable ? "none" : "auto";
  }

  setDecision(decision: Decision | null): void {
    this.decision = decision;
    this.changed();
  }

  override destroy(): void {
    this.ended.abort();
    super.destroy();
  }

  private get square(): { left: number; top: number; side: number } {
    // As it is now, and not as it was drawn.
    const { clientWidth: width, clientHeight: height } = this.stage.root;
    const side = Math.min(width, height);
    return { left: (width - side) / 2, top: (height - side) / 2, side };
  }

  private placeOf([px, py]: readonly [number, number]): Place {
    const { left, top, side } = this.square;
    const along = (share: number): number => this.reach * (2 * Math.min(Math.max(share, 0), 1) - 1);
    return { x: along((px - left) / side), y: along(1 - (py - top) / side) };
  }

  protected paint({ context, colours }: Paper): void {
    const { left, top, side } = this.square;
    const { decision, train, test, hues, reach } = this;
    context.save();
    context.beginPath();
    context.rect(left, top, side, side);
    context.clip();
    if (decision) {
      const { side: cells, answers, confidence } = decision;
      const image = picture(cells, cells, (i, j) => {
        const k = (cells - 1 - j) * cells + i;
        return tint(colours.ground, hues[answers[k] % hues.length], confidence[k], Math.max(hues.length, 2));
      });
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, left, top, side, side);
    } else {
      context.fillStyle = colours.panel;
      context.fillRect(left, top, side, side);
    }
    const dots = (examples: Examples | null, radius: number, filled: boolean): void => {
      for (let k = 0; k < (examples?.count ?? 0); k++) {
        const { x, y } = examples!;
        const hue = hues[y[k] % hues.length];
        context.beginPath();
        const [px, py] = [x[2 * k], x[2 * k + 1]].map((one) => (one / reach + 1) / 2);
        context.arc(left + px * side, top + (1 - py) * side, radius, 0, 2 * Math.PI);
        context.fillStyle = filled ? hue : colours.ground;
        context.strokeStyle = filled ? colours.ground : hue;
        context.lineWidth = filled ? 1 : 1.6;
        context.fill();
        context.stroke();
      }
    };
    dots(test, RING, false);
    dots(train, POINT, true);
    context.restore();
  }
}
