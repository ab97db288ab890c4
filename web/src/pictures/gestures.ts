// What mouse, fingers and wheel do in a picture.

import type { Stage } from "./stage.ts";
import type { Point } from "./types.ts";

const SLIP = { mouse: 4, touch: 10 }; // pixels that a click or a tap may slip
const TWICE = 260; // milliseconds within which a second click makes a double one

// Each is told a place in pixels; drag and pinch are by how much it has moved since they were last told.
export interface Gestures {
  tap?(at: Point): void;
  drag(by: Point, at: Point): void;
  zoom(factor: number, at: Point): boolean; // whether it did something
  double(): void;
  hover(at: Point | null): void;
  // Whether a second click would do something, so that the first one has to wait for it.
  waits(): boolean;
}

// A finger that moves up or down scrolls the page. Returns a function that ends it.
export const listen = (stage: Stage, gestures: Gestures): (() => void) => {
  const { root } = stage;
  const ended = new AbortController();
  const { signal } = ended;
  const held = new Map<number, Point>();
  let [slipped, start, waiting]: [boolean, Point, ReturnType<typeof setTimeout> | null] = [false, [0, 0], null];
  let moved: Point = [0, 0]; // by one finger, since it came down
  root.style.touchAction = "pan-y";

  const tap = (at: Point): void => {
    if (waiting) {
      clearTimeout(waiting);
      waiting = null;
      gestures.double();
    } else if (gestures.waits()) {
      waiting = setTimeout(() => {
        waiting = null;
        gestures.tap?.(at);
      }, TWICE);
    } else gestures.tap?.(at);
  };

  root.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType === "mouse" && event.button !== 0) return;
      const at = stage.pixelOf(event);
      slipped = held.size > 0;
      moved = [0, 0];
      held.set(event.pointerId, at);
      start = at;
    },
    { signal },
  );
  root.addEventListener(
    "pointermove",
    (event) => {
      const at = stage.pixelOf(event);
      const before = held.get(event.pointerId);
      if (!before) {
        if (event.pointerType === "mouse") gestures.hover(at);
        return;
      }
      const slip = event.pointerType === "mouse" ? SLIP.mouse : SLIP.touch;
      if (!slipped && Math.hypot(at[0] - start[0], at[1] - start[1]) < slip) return;
      if (!slipped) {
        slipped = true;
        gestures.hover(null);
        // What leaves the picture while it is held still belongs to it.
        root.setPointerCapture(event.pointerId);
      }
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      held.set(event.pointerId, at);
      if (!other) {
        moved = [moved[0] + at[0] - before[0], moved[1] + at[1] - before[1]];
        gestures.drag([at[0] - before[0], at[1] - before[1]], at);
        return;
      }
      const apart = (one: Point): number => Math.max(Math.hypot(one[0] - other[0], one[1] - other[1]), 1);
      const middle: Point = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
      gestures.zoom(apart(at) / apart(before), middle);
      gestures.drag([(at[0] - before[0]) / 2, (at[1] - before[1]) / 2], middle);
    },
    { signal },
  );
  root.addEventListener(
    "pointerup",
    (event) => {
      if (held.delete(event.pointerId) && !slipped) tap(stage.pixelOf(event));
    },
    { signal },
  );
  root.addEventListener(
    "pointercancel",
    (event) => {
      // The finger scrolls the page: what it has moved here so far, it did not mean.
      if (held.delete(event.pointerId) && slipped && !held.size) gestures.drag([-moved[0], -moved[1]], start);
    },
    { signal },
  );
  root.addEventListener("pointerleave", () => gestures.hover(null), { signal });
  root.addEventListener(
    "wheel",
    (event) => {
      const lines = event.deltaMode === 1 ? 16 : 1;
      const factor = Math.exp(-Math.min(Math.max(event.deltaY * lines, -200), 200) * 0.002);
      // At the end of the zoom the wheel scrolls the page again.
      if (gestures.zoom(factor, stage.pixelOf(event))) event.preventDefault();
    },
    { signal, passive: false },
  );
  return () => {
    ended.abort();
    if (waiting) clearTimeout(waiting);
  };
};
