// The mean of the last so many numbers, or of all while they are fewer.

export class MovingMean {
  readonly values: number[] = [];
  private readonly last: number[] = [];
  private sum = 0;

  constructor(readonly size: number) {}

  add(value: number): void {
    const place = this.values.length % this.size;
    this.sum += value - (this.last[place] ?? 0);
    this.last[place] = value;
    // What rounding leaves is cleared away once in a round.
    if (place === this.size - 1) this.sum = this.last.reduce((sum, one) => sum + one, 0);
    this.values.push(this.sum / Math.min(this.values.length + 1, this.size));
  }
}
