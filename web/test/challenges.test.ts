import assert from "node:assert/strict";
import test from "node:test";
import {
  type Challenge,
  type Condition,
  checksOf,
  Progress,
  type Situation,
  spoiled,
  type Walker,
} from "../src/challenges.ts";
import { DEFAULT, fromAddress, type State } from "../src/state.ts";
import type { Point } from "../src/terrain.ts";
import type { Walk } from "../src/walk.ts";

const challenge = (goal: Condition[], more: Partial<Challenge> = {}): Challenge => ({
  ...{ id: "a", state: "", change: [], only: [], title: "", text: "" },
  goal,
  ...more,
});

// A walk along x, whose loss is its distance from 0.
const walk = (x: number[], diverged = -1): Walk => ({
  ...{ x: Float64Array.from(x), y: new Float64Array(x.length), loss: Float64Array.from(x, Math.abs) },
  ...{ gradient: [], used: [], rates: new Float64Array(x.length), state: {}, diverged, outside: false },
});

const walker = (kind: string, x: number[], at: (factor: number) => Walk = () => walk(x)): Walker => ({
  ...{ kind, walk: walk(x), at },
});

const holds = (goal: Condition[], walkers: Walker[], more: Partial<Situation> = {}, rest = {}): boolean =>
  checksOf(challenge(goal, rest), { walkers, minima: [[0, 0]], near: 0.1, parameters: {}, ...more }).every(
    (one) => one.holds,
  );

test("a loss or a star is reached in time or not", () => {
  const walkers = [walker("sgd", [3, 2, 1, 0.05, 2])];
  assert.ok(holds([{ reaches: 1, within: 2 }], walkers));
  assert.ok(!holds([{ reaches: 1, within: 1 }], walkers));
  assert.ok(holds([{ reaches: "minimum", within: 3 }], walkers));
  assert.ok(!holds([{ reaches: "minimum", within: 2 }], walkers));
  assert.ok(!holds([{ reaches: 0.01 }], walkers));
  assert.ok(!holds([{ reaches: "minimum" }], walkers, { minima: [] }));
});

test("only those count that are asked for", () => {
  const walkers = [walker("sgd", [3, 3]), walker("adam", [3, 0])];
  assert.ok(holds([{ reaches: 0 }], walkers));
  assert.ok(holds([{ by: "adam", reaches: 0 }], walkers));
  assert.ok(!holds([{ by: "sgd", reaches: 0 }], walkers));
  assert.ok(!holds([{ reaches: 0 }], walkers, {}, { only: ["sgd"] }));
  assert.ok(!holds([{ reaches: 0 }], []));
});

test("conditions hold all at once, of a parameter by its size", () => {
  const walkers = [walker("sgd", [3, 1])];
  const turned = (angle: number): boolean =>
    holds([{ ends: 1 }, { parameter: "angle", least: 10 }], walkers, { parameters: { angle } });
  assert.deepEqual([0, 9, 10, -30].map(turned), [false, false, true, true]);
  assert.ok(!holds([{ parameter: "angle", least: 10 }], walkers));
});

test("what ends low has not run away", () => {
  assert.ok(holds([{ ends: 1 }], [walker("sgd", [3, 1])]));
  assert.ok(!holds([{ ends: 1 }], [walker("sgd", [1, 3])]));
  assert.ok(!holds([{ ends: 1 }], [{ kind: "sgd", walk: walk([3, 1], 1), at: () => walk([]) }]));
});

test("a rate is at the edge where little more explodes, and little less does not", () => {
  const edge = 0.05; // its loss grows from this rate on
  const at = (rate: number): Walker[] => [
    walker("sgd", [1, 5], (factor) => walk(factor * rate > edge ? [1, 2] : [1, 0.5])),
  ];
  const near = (share: number): boolean => holds([{ explodes: true, edge: 0.05 }], at(share * edge));
  assert.deepEqual([0.94, 0.951, 1, 1.049, 1.06].map(near), [false, true, true, true, false]);
  assert.ok(!holds([{ explodes: true }], [walker("sgd", [1, 0.5])]));
  assert.ok(holds([{ explodes: true }], [{ kind: "sgd", walk: walk([1, 1], 2), at: () => walk([1, 0]) }]));
});

test("a rival must be there, and is beaten only by being earlier", () => {
  const goal = [{ by: "momentum", before: "adam", reaches: 1 }];
  const quick = walker("momentum", [3, 1, 1]);
  assert.ok(holds(goal, [quick, walker("adam", [3, 2, 1])]));
  assert.ok(holds(goal, [quick, walker("adam", [3, 3, 3])]));
  assert.ok(!holds(goal, [quick, walker("adam", [3, 1, 1])]));
  assert.ok(!holds(goal, [quick]));
  assert.ok(!holds(goal, [quick, walker("adam", [3, 2, 1]), walker("adam", [3, 1, 1])]));
});

test("two that are apart end at a star each", () => {
  const minima: Point[] = [
    [-2, 0],
    [2, 0],
  ];
  const apart = (a: number[], b: number[]): boolean =>
    holds([{ by: "momentum", apart: "sgd" }], [walker("momentum", a), walker("sgd", b)], { minima });
  assert.ok(apart([0, 2], [0, -2]));
  assert.ok(!apart([0, 2], [0, 2]));
  assert.ok(!apart([0, 1], [0, -2]));
  assert.ok(!apart([0, 2], [0, -1]));
});

test("leaving is meant to either side", () => {
  const goal: Condition[] = [{ leaves: "x", beyond: 1 }];
  assert.deepEqual(
    [1, -1.5, 1.5].map((far) => holds(goal, [walker("sgd", [0, far])])),
    [false, true, true],
  );
  assert.ok(!holds([{ leaves: "y", beyond: 1 }], [walker("sgd", [0, 5])]));
});

const BEGUN = "t=ravine:kappa=9,angle=30&o=sgd:lr=0.1&o=adam:lr=0.2&x=1,2&n=100&s=cosine&noise=0.1";
const changes = (address: string, change: string[], goal: Condition[] = [], more: Partial<Challenge> = {}): string[] =>
  spoiled(challenge(goal, { change, ...more }), fromAddress(BEGUN), { ...DEFAULT, ...fromAddress(address) });

test("what was changed and must stay is named", () => {
  assert.deepEqual(changes(BEGUN, []), []);
  const moves: [string, string, string][] = [
    ["kappa=9", "kappa=8", "terrain"],
    ["t=ravine", "t=booth", "terrain"],
    ["sgd:lr=0.1", "sgd:lr=0.3", "optimizer"],
    ["&o=adam:lr=0.2", "", "optimizer"],
    ["x=1,2", "x=1,3", "start"],
    ["n=100", "n=101", "steps"],
    ["s=cosine", "s=step", "schedule"],
    ["noise=0.1", "noise=0.1&seed=1", "noise"],
    ["noise=0.1", "noise=0.1&batch=4", "noise"],
  ];
  for (const [from, to, what] of moves) {
    const now = BEGUN.replace(from, to);
    assert.notEqual(now, BEGUN);
    assert.deepEqual(changes(now, []), [what]);
    if (to !== "t=booth" && to !== "") assert.deepEqual(changes(now, [what === "optimizer" ? "parameters" : what]), []);
  }
});

test("single parameters are free by their names, and no others", () => {
  const now = (from: string, to: string): string => BEGUN.replace(from, to);
  assert.deepEqual(changes(now("angle=30", "angle=60"), ["angle"]), []);
  assert.deepEqual(changes(now(",angle=30", ""), ["angle"]), []);
  assert.deepEqual(changes(now("kappa=9", "kappa=2"), ["angle"]), ["terrain"]);
  assert.deepEqual(changes(now("sgd:lr=0.1", "sgd:lr=0.3"), ["lr"]), []);
  assert.deepEqual(changes(now("sgd:lr=0.1", "sgd:lr=0.1,clip=1"), ["lr"]), ["optimizer"]);
  assert.deepEqual(changes(now("sgd:lr=0.1", "sgd:lr=0.1,clip=1"), ["clip"]), []);
  assert.deepEqual(changes(now("sgd:lr=0.1", "momentum:lr=0.1"), ["lr"]), ["optimizer"]);
  assert.deepEqual(changes(now("lr=0.1", "lr=0.10"), []), []);
  // The number of all steps is meant, and not that of a recurrent unit.
  const begun = fromAddress("t=cliff:steps=50");
  const other: State = { ...begun, terrain: "cliff:steps=10" };
  assert.deepEqual(spoiled(challenge([], { change: ["steps"] }), begun, other), ["terrain"]);
});

test("a rival stays as it is, whatever may be changed", () => {
  const goal = [{ by: "sgd", before: "adam", reaches: 1 }];
  const slower = BEGUN.replace("adam:lr=0.2", "adam:lr=0.001");
  for (const change of [["optimizer"], ["parameters"], ["lr"]]) {
    assert.deepEqual(changes(BEGUN.replace("sgd:lr=0.1", "sgd:lr=0.3"), change, goal), []);
    assert.deepEqual(changes(slower, change, goal), ["optimizer"]);
    assert.deepEqual(changes(slower, change), []);
  }
  assert.deepEqual(changes(slower, ["optimizer"], [{ apart: "adam" }]), ["optimizer"]);
});

test("no other kinds are added where some alone count", () => {
  assert.deepEqual(changes(`${BEGUN}&o=lion:lr=0.1`, ["optimizer"]), []);
  assert.deepEqual(changes(`${BEGUN}&o=lion:lr=0.1`, ["optimizer"], [], { only: ["sgd", "adam"] }), ["optimizer"]);
});

class Box {
  kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => {
    this.kept.set(key, value);
  };
}

test("what was met is kept, and is there again", () => {
  const box = new Box();
  const progress = new Progress(box);
  assert.ok(!progress.has("star"));
  progress.add("star");
  progress.add("edge");
  const again = new Progress(box);
  assert.deepEqual(
    ["star", "edge", "turn"].map((id) => again.has(id)),
    [true, true, false],
  );
});

test("where nothing can be kept, or something else is, it is remembered as long as the page is open", () => {
  const refusing = {
    getItem: (): string | null => null,
    setItem(): void {
      throw new Error("full");
    },
  };
  const strange = new Box();
  strange.getItem = () => "{ not ours";
  const odd = new Box();
  odd.getItem = () => "5";
  for (const store of [null, refusing, strange, odd]) {
    const progress = new Progress(store);
    assert.ok(!progress.has("star"));
    progress.add("star");
    assert.ok(progress.has("star"));
  }
});
