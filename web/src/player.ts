// The play head: a step that need not be whole, so that balls roll from one to the next.

export const SPEEDS = [1, 3, 8, 25, 60, 150, 400, 1000, 2500]; // steps a second, of the keys 1 … 9

export class Player {
  at = 0;
  last = 0; // the last step
  speed = 4; // of SPEEDS, from 1
  private frame: number | null = null;

  constructor(
    private readonly moved: () => void,
    private readonly changed: (playing: boolean) => void,
  ) {}

  get playing(): boolean {
    return this.frame !== null;
  }

  goTo(step: number): void {
    this.at = Math.min(Math.max(step, 0), this.last);
    this.moved();
  }

  play(from = this.at >= this.last ? 0 : this.at): void {
    this.stop();
    this.at = from;
    let before: number | null = null;
    const advance = (now: number): void => {
      // By the clock, so that a slow machine shows fewer steps and not a slower walk.
      const passed = before === null ? 0 : Math.min(now - before, 250) / 1000;
      before = now;
      this.at = Math.min(this.at + SPEEDS[this.speed - 1] * passed, this.last);
      this.moved();
      if (this.at >= this.last) this.stop();
      else this.frame = requestAnimationFrame(advance);
    };
    this.frame = requestAnimationFrame(advance);
    this.changed(true);
    this.moved();
  }

  stop(): void {
    if (this.frame === null) return;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.changed(false);
  }

  toggle(): void {
    if (this.playing) this.stop();
    else this.play();
  }

  // To the next or the last whole step.
  nudge(by: number): void {
    this.stop();
    this.goTo(by > 0 ? Math.floor(this.at + 1e-9) + by : Math.ceil(this.at - 1e-9) + by);
  }
}
