// Sliders of parameters, each with a field for what is typed.

import type { Parameter, Scale, Words } from "./catalogue.ts";
import { h } from "./elements.ts";
import { allowed } from "./reading.ts";
import { accept, numberOf, refuse } from "./typed.ts";

interface Track {
  low: number;
  high: number;
  step: number;
  value(place: number): number;
  place(value: number): number;
}

const digits = (value: number, many: number): number => Number(value.toPrecision(many));

// Rates are logarithmic; what is a memory of the past is logarithmic in what it forgets, so that 0.9, 0.99 and 0.999 are
// equally far from each other; an amount is logarithmic above 0.
const trackOf = (scale: Scale | undefined, usual: number): Track => {
  if (scale === "memory") {
    return {
      ...{ low: 0, high: 4, step: 0.05 },
      value: (place) => digits(1 - digits(10 ** -place, 2), 12),
      place: (value) => -Math.log10(1 - value),
    };
  }
  if (scale === "count") {
    const high = Math.max(50, 4 * usual);
    return { low: 1, high, step: 1, value: (place) => Math.round(place), place: (value) => value };
  }
  if (scale === "angle") return { low: -90, high: 90, step: 1, value: (place) => place, place: (value) => value };
  if (scale === "number") {
    const reach = 3 * Math.max(Math.abs(usual), 1);
    return { low: -reach, high: reach, step: reach / 150, value: (place) => digits(place, 3), place: (value) => value };
  }
  const middle = Number.isFinite(usual) && usual > 0 ? Math.log10(usual) : -2;
  if (scale === "amount") {
    const least = Math.min(-6, Math.floor(middle) - 2);
    return {
      ...{ low: least, high: 1, step: 0.05 },
      value: (place) => (place <= least ? 0 : digits(10 ** place, 3)),
      place: (value) => (value > 0 ? Math.max(Math.log10(value), least) : least),
    };
  }
  return {
    ...{ low: Math.floor(middle) - 3, high: Math.ceil(middle) + 3, step: 0.02 },
    value: (place) => digits(10 ** place, 3),
    place: (value) => Math.log10(value),
  };
};

// A learning rate's track is the same for all optimizers, so that they can be compared.
const RATES: Track = {
  ...{ low: -5, high: 1, step: 0.02 },
  value: (place) => digits(10 ** place, 3),
  place: (value) => Math.log10(value),
};

export interface Slider {
  row: HTMLElement;
  set(value: number | string): void;
}

export interface SliderEvents {
  moved(value: number | string): void; // while it is dragged
  done(value: number | string): void;
}

// what: whose parameter it is, for those who do not see where it stands.
export const slider = (parameter: Parameter, what: string, words: Words, events: SliderEvents): Slider =>
  parameter.choices ? choice(parameter, parameter.choices, what, events) : track(parameter, what, words, events);

const choice = (parameter: Parameter, choices: (number | string)[], what: string, { done }: SliderEvents): Slider => {
  const made = h("select", { "aria-label": `${what}: ${parameter.label}` });
  made.append(...choices.map((one, k) => h("option", { value: one }, parameter.titles?.[k] ?? String(one))));
  made.addEventListener("change", () => done(choices[made.selectedIndex]));
  return {
    row: h("label", { class: "slider" }, h("span", {}, parameter.label), made),
    set(value) {
      made.selectedIndex = choices.indexOf(value);
    },
  };
};

const track = (parameter: Parameter, what: string, words: Words, { moved, done }: SliderEvents): Slider => {
  const usual = Number(parameter.value);
  const scale = parameter.name === "lr" ? RATES : trackOf(parameter.scale, usual);
  const label = `${what}: ${parameter.label}`;
  const input = h("input", { type: "range", step: scale.step, "aria-label": label });
  const field = h("input", { type: "text", inputmode: "decimal", class: "typed", "aria-label": label });
  let now = usual;
  const show = (): void => {
    field.value = String(now);
    accept(field);
    input.setAttribute("aria-valuetext", field.value);
  };
  const set = (value: number | string): void => {
    now = Number(value);
    const place = scale.place(now);
    const known = Number.isFinite(place);
    input.min = String(known ? Math.min(scale.low, Math.floor(place)) : scale.low);
    input.max = String(known ? Math.max(scale.high, Math.ceil(place)) : scale.high);
    input.value = String(known ? place : scale.high);
    if (field.getRootNode() instanceof Document || field.getRootNode() instanceof ShadowRoot) {
      const root = field.getRootNode() as Document | ShadowRoot;
      if (root.activeElement === field && Number(field.value) === now) return;
    }
    show();
  };
  input.addEventListener("input", () => {
    now = scale.value(input.valueAsNumber);
    show();
    moved(now);
  });
  input.addEventListener("change", () => done(now));
  field.addEventListener("change", () => {
    const value = numberOf(field.value);
    if (allowed(parameter, value)) {
      accept(field);
      done(value);
    } else refuse(field, words[`allowed_${parameter.scale ?? "number"}`]);
  });
  // Who leaves the field sees what holds.
  field.addEventListener("blur", show);
  // A finger that scrolls the page over it has changed nothing.
  let before = now;
  input.addEventListener("pointerdown", () => {
    before = now;
  });
  input.addEventListener("pointercancel", () => {
    set(before);
    moved(before);
  });
  set(usual);
  return { row: h("div", { class: "slider" }, h("span", {}, parameter.label), input, field), set };
};
