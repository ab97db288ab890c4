// Formulas in x and y that a user types: read into a graph, never executed. As Python's `terrains.formula` reads them.

import { type Derivatives, Graph, type Node, programOf } from "./graph.ts";
import type { TerrainPrograms } from "./terrain.ts";

const MOST = 500; // characters, far more than a formula worth drawing has
const CONSTANTS: Record<string, number> = { pi: Math.PI, e: Math.E };
const FUNCTIONS = [
  ..."sin cos tan asin acos atan sinh cosh tanh exp log log10 sqrt erf abs sign sigmoid softplus".split(" "),
  ...["max", "min", "relu", "gaussian"],
];
const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),²³·×−÷]))/y;
// Signs as mathematics is typeset.
const TYPESET = new Map([
  ["·", "*"],
  ["×", "*"],
  ["−", "-"],
  ["÷", "/"],
]);

// What is wrong with a formula: the name of a sentence, what it is about, and where in the text, from 0.
export class FormulaError extends Error {
  constructor(
    readonly reason: string,
    readonly at: number,
    readonly about = "",
    readonly nearest = "",
  ) {
    super(`${reason} at ${at}: ${about}`);
  }
}

interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
  at: number;
}

// The programs of a formula. FormulaError for what is none.
export const formula = (text: string, derivatives: Derivatives): TerrainPrograms => {
  const graph = new Graph(derivatives);
  const value = new Reader(text, graph).read();
  const by = (node: Node, name: "x" | "y"): Node => graph.derivative(node, name);
  const slopes = [by(value, "x"), by(value, "y")];
  const seconds = [by(slopes[0], "x"), by(slopes[0], "y"), by(slopes[1], "y")];
  // Where a formula has no value it has no slope, though that of log x can be computed for x < 0.
  const lost = graph.made("isnan", value);
  const nan = graph.number(Number.NaN);
  const known = (nodes: Node[]): Node[] => nodes.map((node) => graph.made("where", lost, nan, node));
  return {
    value: programOf({ value: [value] }),
    slopes: programOf({ gradient: known(slopes), value: [value] }),
    hessian: programOf({ hessian: known(seconds) }),
  };
};

class Reader {
  private tokens: Token[] = [];
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly graph: Graph,
  ) {}

  read(): Node {
    if (!this.text.trim()) throw new FormulaError("formula_empty", 0);
    if (this.text.length > MOST) throw new FormulaError("formula_long", MOST, String(MOST));
    this.tokens = tokens(this.text);
    const node = this.sum();
    const rest = this.peek();
    if (rest.kind !== "end") throw this.unexpected(rest);
    return node;
  }

  private peek(): Token {
    return this.tokens[this.next];
  }

  private take(...signs: string[]): Token | null {
    const token = this.peek();
    if (token.kind !== "sign" || !signs.includes(token.text)) return null;
    this.next++;
    return token;
  }

  private expect(sign: string): void {
    const token = this.peek();
    if (this.take(sign)) return;
    throw token.kind === "end" ? new FormulaError("formula_ends", token.at) : this.unexpected(token);
  }

  // Where something stands that could be multiplied.
  private unexpected({ kind, at, text }: Token): FormulaError {
    const isFactor = this.next > 0 && (kind !== "sign" || text === "(");
    return new FormulaError(isFactor ? "formula_product" : "formula_unexpected", at, text);
  }

  private sum(): Node {
    let node = this.product();
    for (let sign = this.take("+", "-"); sign; sign = this.take("+", "-")) {
      node = this.real(sign.at, this.graph.of(sign.text, node, this.product()));
    }
    return node;
  }

  private product(): Node {
    let node = this.signed();
    for (let sign = this.take("*", "/"); sign; sign = this.take("*", "/")) {
      const other = this.signed();
      if (sign.text === "/" && other.number === 0) throw new FormulaError("formula_infinite", sign.at);
      node = this.real(sign.at, this.graph.of(sign.text, node, other));
    }
    return node;
  }

  private signed(): Node {
    const sign = this.take("+", "-");
    if (!sign) return this.power();
    const node = this.signed();
    return sign.text === "-" ? this.graph.of("negative", node) : node;
  }

  // Powers bind to the right, and closer than a sign before them.
  private power(): Node {
    const base = this.atom();
    const sign = this.take("**", "^", "²", "³");
    if (!sign) return base;
    if (sign.text === "²" || sign.text === "³") {
      return this.real(sign.at, this.graph.of("**", base, this.graph.number(sign.text === "²" ? 2 : 3)));
    }
    const exponent = this.signed();
    if (exponent.number === null && base.number !== null && base.number <= 0) {
      throw new FormulaError("formula_base", sign.at);
    }
    return this.real(sign.at, this.graph.of("**", base, exponent));
  }

  private atom(): Node {
    const token = this.peek();
    if (token.kind === "end") throw new FormulaError("formula_ends", token.at);
    if (token.kind === "number") {
      this.next++;
      return this.real(token.at, this.graph.number(Number(token.text)));
    }
    if (token.kind === "name") {
      this.next++;
      return this.named(token);
    }
    if (!this.take("(")) throw new FormulaError("formula_unexpected", token.at, token.text);
    const node = this.sum();
    this.expect(")");
    return node;
  }

  private named({ text: name, at }: Token): Node {
    if (!this.take("(")) {
      if (name === "x" || name === "y") return this.graph.variable(name);
      if (Object.hasOwn(CONSTANTS, name)) return this.graph.number(CONSTANTS[name]);
      const known = FUNCTIONS.includes(name);
      throw new FormulaError(known ? "formula_call" : "formula_name", at, name, nearest(name, ["x", "y", "pi", "e"]));
    }
    if (!FUNCTIONS.includes(name)) throw new FormulaError("formula_function", at, name, nearest(name, FUNCTIONS));
    const given = [this.sum()];
    while (this.take(",")) given.push(this.sum());
    this.expect(")");
    const many = name === "max" || name === "min";
    if (many ? given.length < 2 : given.length > 1) {
      throw new FormulaError(many ? "formula_two" : "formula_one", at, name);
    }
    return this.real(
      at,
      given.slice(1).reduce((a, b) => this.graph.made(name, a, b), many ? given[0] : this.called(name, given[0])),
    );
  }

  private called(name: string, a: Node): Node {
    const { graph } = this;
    if (name === "relu") return graph.made("max", a, graph.number(0));
    if (name === "gaussian") return graph.made("exp", graph.of("negative", graph.of("**", a, graph.number(2))));
    return graph.made(name, a);
  }

  private real(at: number, node: Node): Node {
    if (node.number !== null && !Number.isFinite(node.number)) throw new FormulaError("formula_infinite", at);
    return node;
  }
}

const tokens = (text: string): Token[] => {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const at = from + text.slice(from).search(/\S/);
      throw new FormulaError("formula_sign", at, [...text.slice(at)][0]);
    }
    const [number, name, sign] = match.slice(1);
    const kind = number !== undefined ? "number" : name !== undefined ? "name" : "sign";
    const written = number ?? name ?? sign;
    found.push({ kind, text: TYPESET.get(written) ?? written, at: TOKEN.lastIndex - written.length });
  }
  found.push({ kind: "end", text: "", at: end });
  return found;
};

// The one of some names that takes the fewest changes of letters; empty if none is near.
export const nearest = (name: string, names: readonly string[]): string => {
  const far = names.map((one) => [changes(name.toLowerCase(), one), one] as const).sort(([a], [b]) => a - b);
  return far.length && far[0][0] <= Math.max(1, Math.floor(name.length / 3)) ? far[0][1] : "";
};

const changes = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let k = 1; k <= b.length; k++) {
      row.push(Math.min(row[k - 1] + 1, above[k] + 1, above[k - 1] + Number(a[i - 1] !== b[k - 1])));
    }
  }
  return row[b.length];
};
