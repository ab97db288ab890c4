// A picture's place: canvases on top of each other that fill a host element, sharp on every screen.

export interface Layer {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
}

export class Stage {
  readonly root = document.createElement("div");
  // In CSS pixels, and how many of a canvas are one of them.
  width = 0;
  height = 0;
  ratio = 1;
  family = "sans-serif";
  private readonly canvases: HTMLCanvasElement[] = [];
  private readonly layers: Layer[] = [];

  // role: "img", or "application" for what can be moved by keyboard.
  constructor(host: HTMLElement, role: string, label: string) {
    this.root.style.cssText = "position:relative;width:100%;height:100%;overflow:hidden;border-radius:inherit";
    this.root.setAttribute("role", role);
    this.root.setAttribute("aria-label", label);
    host.append(this.root);
  }

  // On top of those that there are.
  canvas(): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
    canvas.setAttribute("aria-hidden", "true");
    this.root.append(canvas);
    this.canvases.push(canvas);
    return canvas;
  }

  discard(canvas: HTMLCanvasElement): void {
    canvas.remove();
    this.canvases.splice(this.canvases.indexOf(canvas), 1);
  }

  layer(): Layer {
    const canvas = this.canvas();
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    const layer = { canvas, context };
    this.layers.push(layer);
    return layer;
  }

  // Takes on the host's size; whether that has changed.
  fit(): boolean {
    const { clientWidth: width, clientHeight: height } = this.root;
    const ratio = Math.min(Math.max(devicePixelRatio, 1), 3);
    this.family = getComputedStyle(this.root).fontFamily;
    if (width === this.width && height === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width, height, ratio });
    for (const canvas of this.canvases) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    for (const { context } of this.layers) context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }

  clear({ context }: Layer): void {
    context.clearRect(0, 0, this.width, this.height);
  }

  font(size: number, weight = 400): string {
    return `${weight} ${size}px ${this.family}`;
  }

  // Where an event is, from the upper left corner.
  pixelOf(event: { clientX: number; clientY: number }): [number, number] {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
