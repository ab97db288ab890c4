// A field for a number of a range.

import { h } from "./elements.ts";

export interface NumberField {
  row: HTMLElement;
  set(value: number): void;
}

export const numberField = (
  label: string,
  [least, most]: readonly [number, number],
  whole: boolean,
  done: (value: number) => void,
  name = label, // for those who do not see where it stands
): NumberField => {
  const input = h("input", { type: "text", inputmode: whole ? "numeric" : "decimal", class: "typed" });
  if (name !== label) input.setAttribute("aria-label", name);
  input.addEventListener("change", () => {
    const value = input.value.trim() === "" ? Number.NaN : Number(input.value);
    const fine = Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (fine) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    if (fine) done(value);
  });
  return {
    row: h("label", { class: "field" }, h("span", {}, label), input),
    // What was typed stays as it was typed where it means the same.
    set(value) {
      if (Number(input.value) !== value || input.value.trim() === "") input.value = String(value);
    },
  };
};
