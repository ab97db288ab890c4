// An optimizer's rule with the numbers of one step in it: each symbol that is known by what it stands for.

import { show } from "./pictures/numerals.ts";

export interface StepNumbers {
  t: number; // the step that is taken, from 1
  x: number;
  g: number;
  delta: number;
  before: Record<string, number>; // what is remembered, by the paper's symbols
  after: Record<string, number>;
  options: Record<string, number>;
}

export interface Piece {
  text: string;
  number: boolean; // whether it was put in
}

// Hyperparameters as rules write them.
export const SYMBOLS: Record<string, string> = {
  ...{ lr: "lr", beta1: "β₁", beta2: "β₂", beta3: "β₃", alpha: "α", rho: "ρ", eps: "ε", momentum: "μ" },
  ...{ weight_decay: "λ", dampening: "τ", gamma: "γ", momentum_decay: "ψ", d0: "d₀" },
};

// What is remembered, as rules write it.
const stateSymbol = (name: string): string => (name === "eta" ? "η" : name);

// The lines of a formula, each as pieces.
export const filled = (formula: string, numbers: StepNumbers): Piece[][] => {
  const known = valuesOf(numbers);
  // What a rule corrects for its beginning, where it says so.
  for (const [corrected, name, memory] of CORRECTED) {
    if (formula.includes(`${corrected} = ${name} / (1 − ${memory})`) && known.has(name) && known.has(memory)) {
      known.set(corrected, known.get(name)! / (1 - known.get(memory)!));
    }
  }
  const names = [...known.keys()].sort((a, b) => b.length - a.length);
  return formula.split("\n").map((line) => multiplied(piecesOf(line, names, known)));
};

const valuesOf = ({ t, x, g, delta, before, after, options }: StepNumbers): Map<string, number> => {
  const known = new Map<string, number>([
    ["Δx", delta],
    ["gₜ", g],
    ["g", g],
    ["x", x],
  ]);
  for (const [name, value] of Object.entries(after)) if (name !== "g_last") known.set(`${stateSymbol(name)}ₜ`, value);
  for (const [name, value] of Object.entries(before))
    known.set(name === "g_last" ? "gₜ₋₁" : `${stateSymbol(name)}ₜ₋₁`, value);
  for (const [name, value] of Object.entries(options)) {
    const symbol = SYMBOLS[name] ?? name;
    known.set(symbol, value);
    known.set(`${symbol}ᵗ`, value ** t);
  }
  return known;
};

const CORRECTED = [
  ["m̂ₜ", "mₜ", "β₁ᵗ"],
  ["v̂ₜ", "vₜ", "β₂ᵗ"],
] as const;

// Letters that stand side by side are multiplied; numbers need a sign for that.
const multiplied = (pieces: Piece[]): Piece[] =>
  pieces.map((piece, k) =>
    piece.text === " " && pieces[k - 1]?.number && pieces[k + 1]?.number ? { ...piece, text: " · " } : piece,
  );

const LETTER = /[\p{L}\p{M}₀-₉ₜ]/u;

const piecesOf = (line: string, names: string[], known: Map<string, number>): Piece[] => {
  const pieces: Piece[] = [];
  const put = (text: string, number: boolean): void => {
    const last = pieces.at(-1);
    if (last && !last.number && !number) last.text += text;
    else pieces.push({ text, number });
  };
  for (let at = 0; at < line.length; ) {
    const name = names.find(
      (one) =>
        line.startsWith(one, at) &&
        !(at > 0 && LETTER.test(line[at - 1])) &&
        !LETTER.test(line[at + one.length] ?? " ") &&
        !/[̂′ᵀ∞]/.test(line[at + one.length] ?? " "),
    );
    if (name) {
      const value = known.get(name)!;
      put(value < 0 ? `(${show(value, 3)})` : show(value, 3), true);
      at += name.length;
    } else {
      put(line[at], false);
      at++;
    }
  }
  return pieces;
};
