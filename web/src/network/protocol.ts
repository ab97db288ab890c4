// What the page and the worker of its networks say to each other.

import type { Said } from "../reading.ts";
import type { Domain } from "../terrain.ts";
import type { Data } from "./data.ts";
import type { Decision, Layers, Misread, Weights } from "./measuring.ts";
import type { Projected } from "./planes.ts";
import type { Parts, Settings } from "./settings.ts";

// What the page shows, and so is computed. decision: cells along a side, 0 for none; weights: of how many units.
export interface Wanted {
  decision: number;
  reach: number; // of the decision, to both sides of 0
  weights: number;
}

export type PlaneKind = "pca" | "random" | "through";

export interface SurfaceRequest {
  request: number; // said again with each answer
  contender: number; // whose loss it is
  plane: PlaneKind;
  seed: number; // of a random plane
  side: number; // points along each axis
  examples: number; // training examples whose mean loss it is, the first ones
}

export type ToWorker =
  | { kind: "begin"; parts: Parts }
  // One network, or two that begin alike as far as they are alike. Both take as many steps.
  | { kind: "configure"; experiment: number; data: Data; contenders: Settings[]; wanted: Wanted }
  | { kind: "run"; pace: number | null } // steps a second, as many as can be for null
  | { kind: "pause" }
  | { kind: "step"; steps: number }
  // Other numbers of the optimizer, or another schedule, from the next step on.
  | { kind: "change"; contender: number; optimizer: string; schedule: string }
  | { kind: "want"; wanted: Wanted }
  | { kind: "surface"; asked: SurfaceRequest }
  | { kind: "cancel" };

export interface Measured {
  step: number; // after which it was measured
  trainLoss: number;
  trainAccuracy: number;
  testLoss: number;
  testAccuracy: number;
  misread: Misread[];
  layers: Layers;
}

// Shares of examples that are read right, at the end of an epoch.
export interface Mark {
  step: number;
  train: number;
  test: number;
}

export interface Seen {
  step: number;
  steps: number;
  epoch: number; // from 0, with its part
  losses: Float32Array; // of the batches since the last snapshot
  norms: Float32Array; // of their gradients
  diverged: boolean;
  ended: boolean;
  update: (number | null)[]; // |last step| / |weights| of each layer
  marks: Mark[]; // since the last snapshot
  measured: Measured;
  decision: Decision | null;
  weights: Weights | null;
}

// loss: over the surface's examples, at each point of the path, and in the plane below it; NaN until it is computed.
export interface Walk {
  contender: number;
  steps: number[];
  points: Projected[];
  away: Float64Array; // from the start, in weight space as distances off the plane are
  loss: Float64Array;
  inPlane: Float64Array;
}

export interface SurfaceSeen {
  request: number;
  domain: Domain;
  toScale: boolean; // whether lengths and angles are those of weight space
  side: number;
  losses: Float32Array;
  computed: number; // of side² points
  walks: Walk[];
  explained: readonly [number, number] | null;
  chance: number | null; // what the plane would hold of random walks
  examples: number;
}

export type FromWorker =
  | { kind: "configured"; experiment: number; parameters: number[]; steps: number[]; perEpoch: number[] }
  | { kind: "refused"; experiment: number; said: Said[] }
  | { kind: "snapshot"; experiment: number; running: boolean; contenders: Seen[] }
  | { kind: "surface"; experiment: number; surface: SurfaceSeen }
  | { kind: "no_surface"; experiment: number; request: number }; // as nothing has moved yet, or in one direction
