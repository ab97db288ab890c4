// How the paths of one picture are drawn, no two alike: the rule of Python's `palettes`, which a test holds it to.

import type { LookTable, Theme } from "./catalogue.ts";

export interface Look {
  colour: Record<Theme, string>;
  dash: number[];
  marker: string;
  outline: string; // of the marker around (0, 0), 11 wide, as a path of SVG
}

// The looks of optimizers by their names: each its own or, where its hue is taken by one before it, a free hue with
// dashes that this one has not.
export const looksOf = (names: readonly string[], table: LookTable): Look[] => {
  const stranger = (k: number): [string, number[], string] => [
    "ink",
    table.dashes[2],
    table.markers[k % table.markers.length],
  ];
  const own = names.map((name, k) => table.own[name] ?? stranger(k));
  // Whoever is the first to have a hue keeps it, so it is not given to those who come before.
  const hues = counted(new Set(own.map(([hue]) => hue)));
  const markers = counted(new Set(own.map(([, , marker]) => marker)));
  const dashes = counted(new Set(own.map(([hue, dash]) => `${hue}|${dash}`)));
  const given: { hue: string; dash: number[]; marker: string }[] = [];
  for (const [k, [first, firstDash, firstMarker]] of own.entries()) {
    let [hue, dash, marker] = [first, firstDash, firstMarker];
    const before = own.slice(0, k);
    if (before.some(([other]) => other === hue)) {
      hue = least(table.spare, (one) => hues(one));
      hues.add(hue);
      const taken = counted(given.map((one) => String(one.dash)));
      dash = least(table.dashes, (one) => 1000 * dashes(`${hue}|${one}`) + taken(String(one)));
    }
    if (before.some(([, , other]) => other === marker)) {
      marker = least(table.markers, (one) => markers(one));
      markers.add(marker);
    }
    dashes.add(`${hue}|${dash}`);
    given.push({ hue, dash, marker });
  }
  return given.map(({ hue, dash, marker }) => ({
    colour: { light: table.hues.light[hue], dark: table.hues.dark[hue] },
    dash,
    marker,
    outline: table.outlines[marker],
  }));
};

interface Count {
  (one: string): number;
  add(one: string): void;
}

const counted = (all: Iterable<string>): Count => {
  const counts = new Map<string, number>();
  const count = (one: string): number => counts.get(one) ?? 0;
  const add = (one: string): void => {
    counts.set(one, count(one) + 1);
  };
  for (const one of all) add(one);
  return Object.assign(count, { add });
};

// The first of those of which some number is the least.
const least = <T>(all: readonly T[], of: (one: T) => number): T =>
  all.reduce((best, one) => (of(one) < of(best) ? one : best));
