// A picture of a network in its host element, which is drawn anew with the next frame when something of it has changed.

import { Stage } from "../../pictures/stage.ts";
import type { Colours } from "../../pictures/types.ts";

export interface Paper {
  context: CanvasRenderingContext2D;
  stage: Stage;
  width: number;
  height: number;
  colours: Colours;
}

export abstract class Board {
  protected readonly stage: Stage;
  private readonly layer;
  private colours: Colours | null = null;
  private pending = 0;

  constructor(host: HTMLElement, label: string, role = "img") {
    this.stage = new Stage(host, role, label);
    this.layer = this.stage.layer();
  }

  setColours(colours: Colours): void {
    this.colours = colours;
    this.changed();
  }

  resize(): void {
    this.changed();
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    this.stage.root.remove();
  }

  // For those who do not see it.
  protected tell(words: string): void {
    this.stage.root.setAttribute("aria-label", words);
  }

  protected changed(): void {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      const { stage, layer, colours } = this;
      stage.fit();
      stage.clear(layer);
      if (!colours || !stage.width || !stage.height) return;
      this.paint({ context: layer.context, stage, width: stage.width, height: stage.height, colours });
    });
  }

  protected abstract paint(paper: Paper): void;
}
