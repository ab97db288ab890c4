// What the mouse is told over a step of a path.

import type { Words } from "./catalogue.ts";
import { h, say } from "./elements.ts";
import { counted, show } from "./pictures/numerals.ts";
import { fineness, type LossScale } from "./pictures/scales.ts";
import type { Hit } from "./pictures/types.ts";

const GAP = 12; // pixels from the point

export class Tooltip {
  readonly element = h("div", { class: "tip", hidden: true });

  constructor(private readonly words: Words) {}

  // host: the picture that the place of a hit is in; around: what the tip must not leave.
  show(hit: Hit | null, host: HTMLElement, around: HTMLElement, scale: LossScale): void {
    this.element.hidden = !hit;
    if (!hit) return;
    const lines = linesOf(hit, scale, this.words);
    this.element.replaceChildren(h("b", {}, hit.path.name), ...lines.map((line) => h("div", {}, line)));
    const [inner, outer] = [host.getBoundingClientRect(), around.getBoundingClientRect()];
    const [x, y] = [inner.left - outer.left + hit.pixel[0], inner.top - outer.top + hit.pixel[1]];
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = x + GAP + width > outer.width ? x - GAP - width : x + GAP;
    this.element.style.left = `${Math.max(left, 0)}px`;
    this.element.style.top = `${Math.min(Math.max(y - height / 2, 0), outer.height - height)}px`;
  }
}

const linesOf = ({ path: { walk }, row }: Hit, scale: LossScale, words: Words): string[] => {
  const loss = (one: number): string => show(one, 4, fineness(scale, one));
  const vector = (columns: readonly Float64Array[]): string => {
    const parts = columns.slice(0, 4).map((column) => show(column[row]));
    return parts.length > 1 ? `(${parts.join(", ")}${columns.length > 4 ? ", …" : ""})` : parts[0];
  };
  const lines = [`${words.step} ${counted(walk.steps ? walk.steps[row] : row)}`];
  lines.push(`${walk.inPlane ? words.true_loss : words.loss} ${loss(walk.loss[row])}`);
  if (walk.inPlane) lines.push(`${words.in_plane} ${loss(walk.inPlane[row])}`);
  if (walk.residual) lines.push(`${words.off_plane} ${show(walk.residual[row])}`);
  if (walk.gradient) {
    lines.push(
      say("{name} {size}", { name: words.gradient, size: show(Math.hypot(...walk.gradient.map((one) => one[row]))) }),
    );
  }
  for (const [name, columns] of Object.entries(walk.state ?? {})) {
    lines.push(`${name === "delta" ? "Δx" : name} = ${vector(columns)}`);
  }
  return lines;
};
