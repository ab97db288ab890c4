// The loss over a plane through the weights, with the walk through it: which plane, as a map or as a relief, and what
// the plane holds of the walk.

import type { Words } from "../../catalogue.ts";
import { h, say } from "../../elements.ts";
import type { Look } from "../../looks.ts";
import { MapView } from "../../pictures/map.ts";
import { counted, percentage } from "../../pictures/numerals.ts";
import { ReliefView } from "../../pictures/relief.ts";
import type { Colours, Ground, Hit, Path } from "../../pictures/types.ts";
import type { PlaneKind, SurfaceSeen } from "../protocol.ts";
import { groundOf, offPlane, pathOf } from "../sights.ts";

const KINDS: readonly PlaneKind[] = ["pca", "random", "through"];
const WHOLE = Number.MAX_SAFE_INTEGER; // a step after all others

export interface SurfaceEvents {
  asked(plane: PlaneKind, contender: number): void; // for another plane, or for the present one anew
  hovered(hit: Hit | null, host: HTMLElement, losses: readonly Float64Array[]): void;
}

export class SurfacePanel {
  readonly element: HTMLElement;
  private readonly caption = h("figcaption", {});
  private readonly host = h("div", { class: "ground" });
  private readonly told = h("p", { class: "about", role: "status" });
  private readonly kind: HTMLSelectElement;
  private readonly whose: HTMLSelectElement;
  private readonly solid: HTMLButtonElement;
  private picture: MapView | ReliefView | null = null;
  private isRelief = false;
  private ground: Ground | null = null;
  private paths: Path[] = [];

  constructor(
    private readonly words: Words,
    private colours: Colours,
    private readonly events: SurfaceEvents,
  ) {
    this.kind = h("select", { "aria-label": words.plane, change: () => this.ask() });
    this.kind.append(...KINDS.map((one) => h("option", { value: one }, words[`plane_${one}`])));
    this.whose = h("select", { "aria-label": words.whose, change: () => this.ask() });
    this.solid = h("button", { type: "button", "aria-pressed": "false", click: () => this.turn() }, words.as_relief);
    const anew = h(
      "button",
      { type: "button", "aria-label": words.anew, title: words.anew, click: () => this.ask() },
      "↻",
    );
    this.element = h(
      "figure",
      { class: "surface" },
      this.caption,
      h("div", { class: "pair" }, this.kind, this.whose, this.solid, anew),
      this.host,
      this.told,
    );
    new ResizeObserver(() => this.resize()).observe(this.host);
    this.reset([]);
  }

  private ask(): void {
    this.events.asked(KINDS[this.kind.selectedIndex], Math.max(this.whose.selectedIndex, 0));
  }

  // Another experiment begins, with networks of these names.
  reset(names: readonly string[]): void {
    const before = this.whose.selectedIndex;
    this.whose.replaceChildren(...names.map((name, k) => h("option", { value: k }, name)));
    this.whose.selectedIndex = Math.min(Math.max(before, 0), names.length - 1);
    this.whose.hidden = names.length < 2;
    this.ground = null;
    this.picture?.destroy();
    this.picture = null;
    this.told.textContent = this.words.surface_comes;
    this.caption.textContent = this.words.surface;
  }

  // Nothing has moved yet, or in one direction alone.
  none(): void {
    if (!this.ground) this.told.textContent = this.words.no_surface;
  }

  show(surface: SurfaceSeen, names: readonly string[], looks: readonly Look[]): void {
    const { words } = this;
    this.ground = groundOf(surface, [words.first_axis, words.second_axis]);
    this.paths = surface.walks.map((one) => pathOf(one, names[one.contender], looks[one.contender]));
    this.draw();
    const percent = (share: number): string => say(words.percent, { value: percentage(share) });
    const { explained, chance } = surface;
    const holds =
      explained && chance !== null
        ? [say(words.plane_holds, { share: percent(explained[0] + explained[1]), chance: percent(chance) })]
        : [];
    const shares = surface.walks.map((one) =>
      say(words.share_of, { name: names[one.contender], share: percent(offPlane(one)) }),
    );
    const off = say(words.off_plane_most, { shares: shares.join(words.semicolon) });
    const other = surface.walks.length < names.length ? [words.other_loss] : [];
    const over = say(words.loss_over, { count: surface.examples });
    const bent = surface.toScale ? [] : [words.not_to_scale];
    this.told.textContent = [...holds, off, ...other, ...bent, over].join(words.space);
    this.caption.textContent = say(words.surface_over, {
      step: counted(Math.max(...surface.walks.flatMap(({ steps }) => steps))),
    });
  }

  paint(colours: Colours): void {
    this.colours = colours;
    this.picture?.setColours(colours);
  }

  resize(): void {
    this.picture?.resize();
  }

  private turn(): void {
    this.isRelief = !this.isRelief;
    this.solid.setAttribute("aria-pressed", String(this.isRelief));
    this.picture?.destroy();
    this.picture = null;
    this.draw();
  }

  private draw(): void {
    if (!this.ground) return;
    if (!this.picture) {
      const { words, host } = this;
      this.picture = this.isRelief ? new ReliefView(host, words) : new MapView(host, { ...words, map: words.surface });
      this.picture.onHover = (hit) =>
        this.events.hovered(
          hit,
          host,
          this.paths.map(({ walk }) => walk.loss),
        );
      this.picture.setColours(this.colours);
    }
    this.picture.setGround(this.ground);
    this.picture.setPaths(this.paths);
    this.picture.show(WHOLE);
  }
}
