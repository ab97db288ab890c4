import assert from "node:assert/strict";
import test from "node:test";
import { filled } from "../src/rule.ts";

const text = (formula: string, more = {}): string[] =>
  filled(formula, {
    ...{ t: 2, x: -3, g: 0.5, delta: -0.1 },
    ...{ before: { m: 0.2, v: 4 }, after: { m: 0.3, v: 5 }, options: { lr: 0.1, beta1: 0.9, eps: 1e-8 } },
    ...more,
  }).map((line) => line.map((piece) => piece.text).join(""));

test("each symbol becomes what it stands for", () => {
  assert.deepEqual(text("mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ"), ["0.3 = 0.9 · 0.2 + (1 − 0.9) 0.5"]);
  assert.deepEqual(text("Δx = −lr · gₜ / (√vₜ + ε)"), ["(−0.1) = −0.1 · 0.5 / (√5 + 10⁻⁸)"]);
});

test("powers of the step, and signs of what is negative", () => {
  assert.deepEqual(text("1 − β₁ᵗ"), ["1 − 0.81"]);
  assert.deepEqual(text("λ x"), ["λ (−3)"]);
});

test("letters within words, and symbols that are not known, stay", () => {
  assert.deepEqual(text("max(wₜ₋₁, vₜ) if sign(x)"), ["max(wₜ₋₁, 5) if sign((−3))"]);
  assert.deepEqual(text("m̂ₜ / √v̂ₜ"), ["m̂ₜ / √v̂ₜ"]);
});

test("what a rule corrects itself is a number, too", () => {
  assert.deepEqual(text("m̂ₜ = mₜ / (1 − β₁ᵗ)\nΔx = −lr · m̂ₜ"), ["1.58 = 0.3 / (1 − 0.81)", "(−0.1) = −0.1 · 1.58"]);
});

test("a line stays a line", () => {
  assert.equal(text("gₜ\nmₜ").length, 2);
});
