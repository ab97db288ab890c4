// Colours and words of the pages to look at pictures alone.

import type { Colours, Words } from "../src/pictures/types.ts";

export const PALETTES: Record<string, Colours> = {
  light: {
    theme: "light",
    ground: "#ffffff",
    panel: "#f4f5f8",
    ink: "#1d2130",
    muted: "#5b6275",
    grid: "#d9dce4",
    accent: "#8a5a00",
    star: "#ffd23f",
    terrain: "#6981ab #7391b7 #7ca3c1 #89b3c8 #9ac3cd #afd2ce #cadfd0 #e8e9d6 #faf7ee".split(" "),
  },
  dark: {
    theme: "dark",
    ground: "#10131c",
    panel: "#191d2a",
    ink: "#f2f3f7",
    muted: "#a8aec0",
    grid: "#343a4d",
    accent: "#ffcc66",
    star: "#ffd23f",
    terrain: "#252e55 #2c4368 #315879 #3d6e81 #528388 #6e968d #90a790 #b8b497 #d1c6b5".split(" "),
  },
};

export const WORDS: Words = {
  loss: "loss",
  step: "step",
  diverged: "diverged, step {step}",
  undefined: "loss undefined, step {step}",
  no_slope: "no finite slope at the start",
  floor: "reached, but for rounding",
  network: "the network",
  no_ground: "no ground with a finite loss",
  beyond: "most of the loss is too large to be drawn",
  map: "map",
  relief: "relief",
  losses: "losses",
};
