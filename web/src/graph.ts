// Formulas as graphs, in which every part stands once, is differentiated once and computed once: as Python's
// `terrains.graph`, from which the derivatives of functions come, too, written down as programs of a and f.

import { KINDS } from "./kinds.ts";
import { Machine, type Program } from "./program.ts";

export interface Node {
  readonly index: number;
  readonly kind: string;
  readonly parts: readonly Node[];
  readonly number: number | null;
}

export type Derivatives = Record<string, Program>;

const PLACES = new Map(KINDS.map(([kind], place) => [kind, place]));

export class Graph {
  private readonly known = new Map<string, Node>();
  private readonly slopes = { x: new Map<Node, Node>(), y: new Map<Node, Node>() };

  constructor(private readonly derivatives: Derivatives) {}

  number(value: number): Node {
    // 0 and −0 are one number.
    return this.kept("number", [], value + 0);
  }

  variable(name: string): Node {
    return this.kept(name, []);
  }

  // The node of a kind with these parts: a number where all of them are numbers.
  made(kind: string, ...parts: Node[]): Node {
    if (parts.every((part) => part.number !== null)) return this.number(computed(kind, parts));
    const commutes = kind === "+" || kind === "*";
    if (commutes) {
      parts.sort((a, b) => Number(a.number === null) - Number(b.number === null) || a.index - b.index);
    }
    return this.kept(kind, parts);
  }

  // What an operator or a function makes, simplified as Python's.
  of(kind: string, a: Node, ...rest: Node[]): Node {
    const [b] = rest;
    if (kind === "+") return this.plus(a, b);
    if (kind === "-") return this.minus(a, b);
    if (kind === "*") return this.times(a, b);
    if (kind === "/") return this.over(a, b);
    if (kind === "**") return this.power(a, b);
    if (kind === "negative") return a.kind === "negative" ? a.parts[0] : this.made("negative", a);
    return this.made(kind, a, ...rest);
  }

  derivative(of: Node, by: "x" | "y"): Node {
    const slopes = this.slopes[by];
    for (const node of needed([of])) {
      if (!slopes.has(node)) {
        const parts = node.parts.map((part) => slopes.get(part)!);
        slopes.set(node, this.derived(node, parts, by));
      }
    }
    return slopes.get(of)!;
  }

  private plus(a: Node, b: Node): Node {
    if (a.number === 0 || b.number === 0) return a.number === 0 ? b : a;
    if (b.kind === "negative") return this.minus(a, b.parts[0]);
    if (a.kind === "negative") return this.minus(b, a.parts[0]);
    if (hasOffset(a) && b.number === null) return this.plus(a.parts[0], this.plus(this.withoutOffset(a), b));
    return this.made("+", a, b);
  }

  private minus(a: Node, b: Node): Node {
    if (b.number === 0) return a;
    if (a.number === 0) return this.of("negative", b);
    if (b.kind === "negative") return this.plus(a, b.parts[0]);
    if (hasOffset(a) && b.number === null) return this.plus(a.parts[0], this.minus(this.withoutOffset(a), b));
    return this.made("-", a, b);
  }

  private times(a: Node, b: Node): Node {
    // 0 times anything is 0, also where that has no value: so it is not computed.
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      if (one.number === 0) return one;
      if (one.number === 1) return other;
      if (one.number === -1) return this.of("negative", other);
    }
    return this.made("*", a, b);
  }

  private over(a: Node, b: Node): Node {
    if (a.number === 0 || b.number === 1) return a;
    // Its derivatives would be 0/∞ where the exponential overflows.
    if (b.kind === "exp") return this.times(a, this.made("exp", this.of("negative", b.parts[0])));
    return this.made("/", a, b);
  }

  private power(a: Node, b: Node): Node {
    if (b.number === 0) return this.number(1);
    return b.number === 1 ? a : this.made("**", a, b);
  }

  // A number at the head of a sum is added last: beside 1e15 each term alone would be rounded to an eighth.
  private withoutOffset(node: Node): Node {
    return node.kind === "+" ? node.parts[1] : this.of("negative", node.parts[1]);
  }

  private derived(node: Node, slopes: Node[], by: string): Node {
    const [u, v] = slopes;
    const [a, b] = node.parts;
    if (node.kind === by) return this.number(1);
    if (slopes.every((slope) => slope.number === 0)) return this.number(0);
    switch (node.kind) {
      case "+":
        return this.plus(u, v);
      case "-":
        return this.minus(u, v);
      case "negative":
        return this.of("negative", u);
      case "*":
        return this.plus(this.times(u, b), this.times(a, v));
      case "/":
        return this.over(this.minus(u, this.times(node, v)), b);
      case "**": {
        if (b.number !== null) {
          return this.times(this.times(b, this.power(a, this.number(b.number - 1))), u);
        }
        const ofExponent = this.times(v, this.made("log", a));
        return this.times(node, this.plus(ofExponent, this.over(this.times(b, u), a)));
      }
      case "max":
        return this.pick(a, b, u, v);
      case "min":
        return this.pick(a, b, v, u);
      case "pick":
        return this.pick(a, b, slopes[2], slopes[3]);
      case "sign":
        return this.number(0);
      default:
        return this.times(this.inserted(this.derivatives[node.kind], a, node), u);
    }
  }

  private pick(a: Node, b: Node, above: Node, below: Node): Node {
    return above === below ? above : this.made("pick", a, b, above, below);
  }

  // A program of a and f, as nodes.
  private inserted({ numbers, operations, results }: Program, a: Node, f: Node): Node {
    const nodes = [a, f, ...numbers.map((value) => this.number(value ?? Number.NaN))];
    for (let at = 0; at < operations.length; ) {
      const [kind, many] = KINDS[operations[at]];
      const parts = operations.slice(at + 1, at + 1 + many).map((place) => nodes[place]);
      nodes.push(this.of(kind, parts[0], ...parts.slice(1)));
      at += 1 + many;
    }
    return nodes[results.slope[0]];
  }

  private kept(kind: string, parts: readonly Node[], number: number | null = null): Node {
    const key = `${kind}|${parts.map(({ index }) => index)}|${number}`;
    const found = this.known.get(key);
    if (found) return found;
    const node = { index: this.known.size, kind, parts, number };
    this.known.set(key, node);
    return node;
  }
}

const hasOffset = ({ kind, parts }: Node): boolean => (kind === "+" || kind === "-") && parts[0].number !== null;

const computed = (kind: string, parts: readonly Node[]): number => {
  const places = parts.map((_, k) => k);
  const machine = new Machine({
    inputs: [],
    numbers: parts.map((part) => part.number!),
    operations: [PLACES.get(kind)!, ...places],
    results: { value: [parts.length] },
  });
  machine.run();
  return machine.result("value")[0];
};

// These nodes and all that they are made from, each after its parts.
export const needed = (nodes: readonly Node[]): Node[] => {
  const found = new Set<Node>();
  const waiting = [...nodes];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...node.parts);
  }
  return [...found].sort((a, b) => a.index - b.index);
};

// The program that computes results from x and y.
export const programOf = (results: Record<string, Node[]>): Program => {
  const inputs = ["x", "y"];
  const nodes = needed(Object.values(results).flat());
  const numbers = nodes.filter(({ number }) => number !== null);
  const places = new Map<Node, number>(numbers.map((node, k) => [node, inputs.length + k]));
  const operations: number[] = [];
  let free = inputs.length + numbers.length;
  for (const node of nodes) {
    if (places.has(node)) continue;
    if (inputs.includes(node.kind)) places.set(node, inputs.indexOf(node.kind));
    else {
      operations.push(PLACES.get(node.kind)!, ...node.parts.map((part) => places.get(part)!));
      places.set(node, free++);
    }
  }
  return {
    inputs,
    numbers: numbers.map(({ number }) => number!),
    operations,
    results: Object.fromEntries(
      Object.entries(results).map(([name, group]) => [name, group.map((node) => places.get(node)!)]),
    ),
  };
};
