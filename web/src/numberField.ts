// A field for a number of a range.

import type { Words } from "./catalogue.ts";
import { h } from "./elements.ts";
import { accept, numberOf, rangeOf, refuse } from "./typed.ts";

export interface NumberField {
  row: HTMLElement;
  set(value: number): void;
}

export const numberField = (
  label: string,
  range: readonly [number, number],
  whole: boolean,
  words: Words,
  done: (value: number) => void,
): NumberField => {
  const [least, most] = range;
  const input = h("input", { type: "text", inputmode: whole ? "numeric" : "decimal", class: "typed" });
  let now = Number.NaN;
  input.addEventListener("change", () => {
    const value = numberOf(input.value);
    const fine = Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (fine) {
      accept(input);
      done(value);
    } else refuse(input, rangeOf(range, whole, words));
  });
  // Who leaves the field sees what holds.
  input.addEventListener("blur", () => {
    accept(input);
    input.value = String(now);
  });
  return {
    row: h("label", { class: "field" }, h("span", {}, label), input),
    // What was typed stays as it was typed where it means the same.
    set(value) {
      now = value;
      if (numberOf(input.value) !== value) input.value = String(value);
    },
  };
};
