// A terrain as the page computes it: its programs, at values of its parameters.

import { Machine, type Program } from "./program.ts";
import { Rows } from "./rows.ts";

export type Point = readonly [number, number];
export type Domain = readonly [Point, Point];
export type Parameters = Record<string, number>;

export interface TerrainPrograms {
  value: Program;
  slopes: Program;
  hessian: Program;
  frame?: Program; // of the parameters alone: the start, and the minima one after the other
  example?: ExamplePrograms; // of a mean over examples
}

// Slopes and bends of one example, from what is drawn for it: normal numbers, or shares of which one is 1, its own.
export interface ExamplePrograms {
  gradient: Program;
  hessian: Program;
  draws: { kind: "normal" | "one"; size: number };
}

// Computes at one point after the other; what it gives is overwritten by the next point.
export class Terrain {
  // Of the last point: its slopes and its loss.
  readonly gradient = new Float64Array(2);
  loss = Number.NaN;
  private readonly slopes: Machine;
  private readonly curved: Machine;
  private readonly at: readonly number[];
  private readonly curvedAt: readonly number[];

  constructor(
    readonly programs: TerrainPrograms,
    readonly parameters: Parameters = {},
  ) {
    this.slopes = new Machine(programs.slopes);
    this.curved = new Machine(programs.hessian);
    this.slopes.set(parameters);
    this.curved.set(parameters);
    const { gradient, value } = programs.slopes.results;
    this.at = [...gradient, value[0]];
    this.curvedAt = programs.hessian.results.hessian;
  }

  // Brings `gradient` and `loss` to a point.
  feel(x: number, y: number): void {
    const { places } = this.slopes;
    [places[0], places[1]] = [x, y];
    this.slopes.run();
    this.gradient[0] = places[this.at[0]];
    this.gradient[1] = places[this.at[1]];
    this.loss = places[this.at[2]];
  }

  // The Hessian's xx, xy and yy.
  hessian(x: number, y: number): [number, number, number] {
    const { places } = this.curved;
    [places[0], places[1]] = [x, y];
    this.curved.run();
    return [places[this.curvedAt[0]], places[this.curvedAt[1]], places[this.curvedAt[2]]];
  }

  // Losses over a grid of a domain, row by row from its lower left corner.
  grid(domain: Domain, columns: number, rows: number): Float64Array {
    const along = ([low, high]: Point, k: number, many: number): number => low + (k / (many - 1)) * (high - low);
    const [x, y] = [new Float64Array(columns * rows), new Float64Array(columns * rows)];
    for (let j = 0, at = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        x[at] = along(domain[0], i, columns);
        y[at] = along(domain[1], j, rows);
      }
    }
    const losses = new Float64Array(columns * rows);
    new Rows(this.programs.value, "value").run({ x, y }, this.parameters, [losses]);
    return losses;
  }

  // Where walks begin, and the isolated minima, which depend on the parameters.
  frame(): { start: Point | null; minima: Point[] } {
    const { frame } = this.programs;
    if (!frame) return { start: null, minima: [] };
    const machine = new Machine(frame);
    machine.set(this.parameters);
    machine.run();
    const minima = machine.result("minima");
    const pairs = minima.flatMap((x, k) => (k % 2 ? [] : [[x, minima[k + 1]] as const]));
    const [x, y] = machine.result("start");
    return { start: [x, y], minima: pairs.filter((point) => point.every(Number.isFinite)) };
  }
}
