// Terrains, written out by hand.

import type { Domain, Point } from "../src/pictures/types.ts";

export interface Sketch {
  value(x: number, y: number): number;
  home: Domain;
  start: Point;
  minima: Point[];
  networks?: Point[];
  height: "linear" | "log";
  floor: number;
  rates: Record<"SGD" | "Momentum" | "RMSProp" | "Adam", number>;
}

const RATES = { SGD: 0.01, Momentum: 0.01, RMSProp: 0.05, Adam: 0.1 };
const square = (domain: number): Domain => [
  [-domain, domain],
  [-domain, domain],
];

export const GROUNDS: Record<string, Sketch> = {
  himmelblau: {
    value: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    home: square(5),
    start: [-0.3, -0.9],
    minima: [
      [3, 2],
      [-2.805118, 3.131312],
      [-3.77931, -3.283186],
      [3.584428, -1.848126],
    ],
    height: "log",
    floor: 1,
    rates: RATES,
  },
  rosenbrock: {
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    home: [
      [-2, 2],
      [-1, 3],
    ],
    start: [-1.5, 2.5],
    minima: [[1, 1]],
    height: "log",
    floor: 0.1,
    rates: { SGD: 0.001, Momentum: 0.001, RMSProp: 0.02, Adam: 0.1 },
  },
  // SGD is thrown out of it, and ends nowhere.
  steep: {
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    home: [
      [-2, 2],
      [-1, 3],
    ],
    start: [-1.5, 2.5],
    minima: [[1, 1]],
    height: "log",
    floor: 0.1,
    rates: { SGD: 0.01, Momentum: 0.004, RMSProp: 0.02, Adam: 0.5 },
  },
  cliff: {
    value: (x, y) => 0.5 * Math.tanh(6 * (y + 3 + 0.4 * Math.sin(x))) + 0.08 * ((x - 6) ** 2 + (y + 4) ** 2),
    home: [
      [2, 9],
      [-6, 0],
    ],
    start: [3, -1],
    minima: [],
    height: "linear",
    floor: 0,
    rates: RATES,
  },
  rastrigin: {
    value: (x, y) => 20 + x * x + y * y - 10 * Math.cos(2 * Math.PI * x) - 10 * Math.cos(2 * Math.PI * y),
    home: square(5.12),
    start: [3.4, -3.7],
    minima: [[0, 0]],
    height: "linear",
    floor: 0,
    rates: { SGD: 0.002, Momentum: 0.002, RMSProp: 0.05, Adam: 0.3 },
  },
  saddle: {
    value: (x, y) => x * x - y * y,
    home: square(2),
    start: [1.6, 0.01],
    minima: [],
    height: "linear",
    floor: 0,
    rates: { SGD: 0.05, Momentum: 0.02, RMSProp: 0.02, Adam: 0.05 },
  },
  holes: {
    value: (x, y) => Math.sqrt(x * x + y * y - 1) + 0.3 * y + Math.log(x + 3.5),
    home: square(4),
    start: [3, 3],
    minima: [],
    networks: [[-1, -2]],
    height: "linear",
    floor: 0,
    rates: RATES,
  },
  level: {
    value: () => 3,
    home: [
      [0, 4],
      [0, 3],
    ],
    start: [1, 1],
    minima: [],
    networks: [
      [1, 2],
      [3, 1],
    ],
    height: "linear",
    floor: 0,
    rates: RATES,
  },
  nothing: {
    value: () => Number.NaN,
    home: square(1),
    start: [0, 0],
    minima: [],
    height: "linear",
    floor: 0,
    rates: RATES,
  },
};
