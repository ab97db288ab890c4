// Programs over vectors of float32, as NumPy computes them: each operation is a loop over a vector and rounds what it
// makes; numbers that do not differ along a vector are computed once, in float64, and rounded where they meet one.

import { KINDS } from "../kinds.ts";
import { Machine, type Program, unpacked, WIDTH } from "../program.ts";
import { LOOPS, type Loop } from "../rows.ts";

const BLOCK = 512; // numbers at a time, whose rows stay in a core's cache

// What stands in a place: a number; a vector; or a single float32 that was made of a vector, as a norm.
export type Sort = "number" | "single" | "vector";

const WHOLE = new Set(["sum", "largest", "any", "every"]);
const CHOICE = "where";

interface Line {
  kind: string;
  out: number;
  operands: number[];
}

// An operation of a plan: a loop, or what makes one number of a whole vector.
interface Task {
  loop: Loop | null;
  kind: string;
  out: number;
  operands: number[];
  single: boolean;
}

interface Plan {
  tasks: Task[];
  numbers: number[]; // places of numbers that meet vectors
  sources: Map<string, number>; // of each result, where it is made
}

// What stands in each place, if inputs are of these sorts and all others numbers.
export const sortsOf = (program: Program, inputs: Record<string, Sort>): Sort[] => {
  const sorts: Sort[] = [
    ...program.inputs.map((name) => inputs[name] ?? "number"),
    ...program.numbers.map(() => "number" as const),
  ];
  for (const { kind, operands } of linesOf(program)) {
    const met = operands.map((place) => sorts[place]);
    const many = met.includes("vector");
    sorts.push(many && WHOLE.has(kind) ? "single" : many ? "vector" : met.includes("single") ? "single" : "number");
  }
  return sorts;
};

const linesOf = (program: Program): Line[] => {
  const code = unpacked(program);
  return Array.from({ length: code.length / WIDTH }, (_, k) => {
    const [place, out, ...rest] = code.subarray(k * WIDTH, (k + 1) * WIDTH);
    const [kind, many] = KINDS[place];
    return { kind, out, operands: rest.slice(0, many) };
  });
};

export class Vectors {
  private readonly machine: Machine;
  private readonly sorts: Sort[];
  private readonly lines: Map<number, Line>;
  private readonly conditions: number[];
  private readonly plans = new Map<string, Plan>();
  private readonly rows: Float32Array[] = [];
  private readonly spread: Float64Array; // what fills the row of a number
  private readonly block: number;
  // Views of what was given, block by block.
  private readonly given: { place: number; views: Float32Array[] }[];
  private readonly singles: { place: number; one: Float32Array }[];
  private readonly made: Map<string, Float32Array[]>;

  // given, results: vectors, or singles, by the names of inputs and of results; they may be the same.
  constructor(
    private readonly program: Program,
    given: Record<string, Float32Array>,
    results: Record<string, Float32Array>,
    private readonly length: number,
  ) {
    this.machine = new Machine(program);
    const sorts = Object.fromEntries(
      Object.entries(given).map(([name, one]): [string, Sort] => [
        name,
        one.length === 1 && length > 1 ? "single" : "vector",
      ]),
    );
    this.sorts = sortsOf(program, sorts);
    const lines = linesOf(program);
    this.lines = new Map(lines.map((line) => [line.out, line]));
    this.conditions = lines
      .filter(
        ({ kind, out, operands }) =>
          kind === CHOICE && this.sorts[out] !== "number" && this.sorts[operands[0]] === "number",
      )
      .map(({ operands }) => operands[0]);
    const whole = lines.some(({ kind, operands }) => WHOLE.has(kind) && this.sorts[operands[0]] !== "number");
    this.block = Math.max(whole ? length : Math.min(length, BLOCK), 1);
    this.spread = new Float64Array(this.machine.places.length).fill(Number.NaN);
    const placed = Object.entries(given)
      .map(([name, one]) => ({ place: program.inputs.indexOf(name), one }))
      .filter(({ place }) => place >= 0);
    this.singles = placed.filter(({ place }) => this.sorts[place] === "single");
    this.given = placed
      .filter(({ place }) => this.sorts[place] === "vector")
      .map(({ place, one }) => ({ place, views: this.views(one) }));
    this.made = new Map(Object.entries(results).map(([name, one]) => [name, this.views(one)]));
  }

  // Numbers by the names of inputs; of names that the program has not nothing becomes.
  set(values: Record<string, number>): void {
    this.machine.set(values);
  }

  // The number that a result is.
  number(name: string): number {
    return this.machine.places[this.program.results[name][0]];
  }

  // Computes the results, of the first numbers of all vectors if there are fewer than room.
  run(many = this.length): void {
    const { machine, rows, spread, block } = this;
    machine.run();
    const plan = this.plan();
    for (const place of plan.numbers) {
      const value = machine.places[place];
      if (Object.is(spread[place], value)) continue;
      this.row(place).fill(value);
      spread[place] = value;
    }
    for (const { place, one } of this.singles) this.row(place).fill(one[0]);
    for (let from = 0, k = 0; from < many; from += block, k++) {
      const n = Math.min(block, many - from);
      for (const { place, views } of this.given) rows[place] = views[Math.min(k, views.length - 1)];
      for (const task of plan.tasks) this.work(task, n);
      for (const [name, views] of this.made) {
        const source = rows[plan.sources.get(name)!];
        const target = views[Math.min(k, views.length - 1)];
        const size = Math.min(n, target.length);
        if (source !== target) target.set(source.length === size ? source : source.subarray(0, size));
      }
    }
  }

  private work({ loop, kind, out, operands: [a, b, c, d], single }: Task, n: number): void {
    const { rows } = this;
    if (!loop) {
      rows[out].fill(over(kind, rows[a], n));
      return;
    }
    const zero = rows[out];
    loop(single ? 1 : n, zero, rows[a], rows[b] ?? zero, rows[c] ?? zero, rows[d] ?? zero);
    if (single) zero.fill(zero[0]);
  }

  // Which operations there are to do: where a number chooses between vectors, one of them is not needed.
  private plan(): Plan {
    const { places } = this.machine;
    const key = this.conditions.map((place) => (places[place] ? 1 : 0)).join("");
    let found = this.plans.get(key);
    if (!found) {
      found = this.planned();
      this.plans.set(key, found);
    }
    return found;
  }

  private planned(): Plan {
    const { sorts, machine, program } = this;
    const tasks: Task[] = [];
    const numbers = new Set<number>();
    const done = new Map<number, number>();
    const visit = (place: number): number => {
      const before = done.get(place);
      if (before !== undefined) return before;
      let row = place;
      const line = this.lines.get(place);
      if (sorts[place] === "number") {
        numbers.add(place);
        this.row(place);
      } else if (line?.kind === CHOICE && sorts[line.operands[0]] === "number") {
        row = visit(machine.places[line.operands[0]] ? line.operands[1] : line.operands[2]);
      } else if (line) {
        const operands = line.operands.map(visit);
        this.row(place);
        tasks.push(this.task(line, operands));
      }
      done.set(place, row);
      return row;
    };
    const sources = new Map<string, number>();
    const wanted = [...this.made.keys()].map((name) => [name, visit(program.results[name][0])] as const);
    // A result that was given as something else is copied first, as that may be overwritten by another result.
    for (const [name, place] of wanted) {
      if (place >= program.inputs.length || sorts[place] === "number") {
        sources.set(name, place);
        continue;
      }
      const copy = this.machine.places.length + place;
      this.row(copy);
      tasks.push({ loop: copied, kind: "", out: copy, operands: [place], single: sorts[place] === "single" });
      sources.set(name, copy);
    }
    return { tasks, numbers: [...numbers], sources };
  }

  private task({ kind, out }: Line, operands: number[]): Task {
    const whole = WHOLE.has(kind);
    const loop = whole ? null : LOOPS[kind];
    if (loop === undefined) throw new Error(`${kind} is no operation of vectors`);
    return { loop, kind, out, operands, single: this.sorts[out] === "single" };
  }

  private row(place: number): Float32Array {
    this.rows[place] ??= new Float32Array(this.block);
    return this.rows[place];
  }

  private views(vector: Float32Array): Float32Array[] {
    // A single has the same number all along.
    if (vector.length === 1 && this.length > 1) return [vector];
    return Array.from({ length: Math.max(Math.ceil(vector.length / this.block), 1) }, (_, k) =>
      vector.subarray(k * this.block, (k + 1) * this.block),
    );
  }
}

const copied: Loop = (n, out, a) => {
  for (let i = 0; i < n; i++) out[i] = a[i];
};

const over = (kind: string, row: Float32Array, n: number): number => {
  if (kind === "sum") {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += row[i];
    return sum;
  }
  if (kind === "largest") {
    let most = -Infinity;
    for (let i = 0; i < n; i++) most = Math.max(most, row[i]);
    return most;
  }
  const part = row.subarray(0, n);
  return Number(kind === "any" ? part.some(Boolean) : part.every(Boolean));
};
