// A piece of a path's line with its mark, as in the pictures.

import { h, svg } from "./elements.ts";
import type { Look } from "./looks.ts";

export interface Icon {
  element: HTMLElement;
  set(look: Look): void;
}

export const iconOf = (look: Look): Icon => {
  const line = svg("path", { class: "line", d: "M-18 0H18" });
  const mark = svg("path", { class: "mark" });
  const element = h("span", { class: "icon", "aria-hidden": "true" });
  element.append(svg("svg", { viewBox: "-18 -8 36 16" }, line, mark));
  const set = ({ dash, outline }: Look): void => {
    line.setAttribute("stroke-dasharray", dash.map((part) => 2 * part).join(" "));
    mark.setAttribute("d", outline);
  };
  set(look);
  return { element, set };
};
