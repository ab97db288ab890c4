// Fields in which numbers are typed: how they are read, and what is said where one is not allowed.

import { say } from "./elements.ts";

// A comma may stand for the point, as in many languages.
export const numberOf = (text: string): number => {
  const plain = text.trim().replace(/^([-+]?\d*),(\d+)$/, "$1.$2");
  return plain === "" ? Number.NaN : Number(plain);
};

// The browser says it beside the field, and the field shows it.
export const refuse = (field: HTMLInputElement, allowed: string): void => {
  field.setAttribute("aria-invalid", "true");
  field.setCustomValidity(allowed);
  field.reportValidity();
};

export const accept = (field: HTMLInputElement): void => {
  field.removeAttribute("aria-invalid");
  field.setCustomValidity("");
};

// words: `number_between`, `number_from`, and what a number is called, `any_number` or `whole_number`.
export const rangeOf = (
  [least, most]: readonly [number, number],
  whole: boolean,
  words: Record<string, string>,
): string => {
  const kind = whole ? words.whole_number : words.any_number;
  if (Number.isFinite(least) && Number.isFinite(most)) return say(words.number_between, { kind, least, most });
  return Number.isFinite(least) ? say(words.number_from, { kind, least }) : kind;
};
