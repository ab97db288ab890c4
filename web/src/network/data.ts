// Data as Python packs them: deflated numbers in letters; and as the page makes them of what is drawn by hand.

import type { Examples } from "./passes.ts";

// Numbers or labels, row by row; "bytes" are grey levels, to be divided by 255.
export interface Packed {
  kind: "bytes" | "float32" | "uint16";
  packed: string;
}

// notation: what `--data` reads, images: what `--images` does; null for all. tests: of the whole set, of which here are
// the first.
export interface PackedData {
  name: string;
  title: string;
  notation: string;
  images: number | null;
  features: number;
  classes: number;
  tests: number;
  train: { x: Packed; y: Packed };
  test: { x: Packed; y: Packed };
}

export interface Data extends Omit<PackedData, "train" | "test"> {
  train: Examples;
  test: Examples;
}

export const unpackedData = async ({ train, test, ...about }: PackedData): Promise<Data> => {
  const examples = async (part: PackedData["train"]): Promise<Examples> => {
    const [x, y] = await Promise.all([numbersOf(part.x), labelsOf(part.y)]);
    return { x, y, count: y.length };
  };
  const [first, second] = await Promise.all([examples(train), examples(test)]);
  return { ...about, train: first, test: second };
};

const numbersOf = async ({ kind, packed }: Packed): Promise<Float32Array> => {
  const bytes = await inflated(packed);
  if (kind !== "bytes") return new Float32Array(bytes.buffer);
  // As Python multiplies them: by the nearest float32 of 1/255.
  const share = Math.fround(1 / 255);
  return Float32Array.from(bytes, (one) => one * share);
};

const labelsOf = async ({ packed }: Packed): Promise<Uint16Array> => new Uint16Array((await inflated(packed)).buffer);

const inflated = async (packed: string): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

export interface Dot {
  x: number;
  y: number;
  label: number;
}

// Points that were drawn by hand: every fourth is for the test, if there are so many; else all are for both.
export const drawnData = (dots: readonly Dot[], name: string): Data => {
  const test = dots.filter((_, k) => k % 4 === 3);
  const train = dots.filter((_, k) => k % 4 !== 3);
  const few = test.length === 0 || train.length === 0;
  const examples = (some: readonly Dot[]): Examples => ({
    x: Float32Array.from(some.flatMap(({ x, y }) => [x, y])),
    y: Uint16Array.from(some, ({ label }) => label),
    count: some.length,
  });
  const classes = Math.max(2, 1 + Math.max(0, ...dots.map(({ label }) => label)));
  const tests = few ? dots.length : test.length;
  return {
    ...{ name, title: name, notation: `${name}.npz`, images: null, features: 2, classes, tests },
    train: examples(few ? dots : train),
    test: examples(few ? dots : test),
  };
};
