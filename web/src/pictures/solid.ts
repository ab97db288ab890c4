// A relief as a solid block: the ground, and walls from its borders down to its base. Where nothing is known it is cut
// away.

import type { Box } from "./camera.ts";
import type { Grid } from "./types.ts";

// Of each vertex its place in the box, the direction that it faces, and its height as a share, or −1 on walls: seven
// numbers.
export interface Solid {
  vertices: Float32Array;
  triangles: Uint32Array;
}

export const VERTEX = 7;
export const WALL = -1; // the share of what is a wall

export const solidOf = (grid: Grid, box: Box): Solid => {
  const { columns, rows } = grid;
  const cells = cellsOf(grid);
  const edges = borders(grid, cells);
  const points = columns * rows;
  const vertices = new Float32Array(VERTEX * (points + 4 * edges.length));
  const triangles = new Uint32Array(cells.length + 6 * edges.length);
  placePoints(vertices, grid, box);
  triangles.set(cells);
  const outer = (at: number): boolean =>
    Math.abs(vertices[at]) > (1 - 1e-6) * (box.x / 2) || Math.abs(vertices[at + 1]) > (1 - 1e-6) * (box.y / 2);
  // A wall under each edge. The ground is to the left of the way from p to q, so that the wall faces to the right.
  edges.forEach(([from, to], n) => {
    const [p, q] = [VERTEX * from, VERTEX * to];
    const [u, v] = [vertices[q] - vertices[p], vertices[q + 1] - vertices[p + 1]];
    const length = Math.hypot(u, v);
    const first = points + 4 * n;
    for (let corner = 0; corner < 4; corner++) {
      const at = corner === 1 || corner === 2 ? q : p;
      const z = corner < 2 ? vertices[at + 2] : 0;
      // Around a hole it goes in steps, which are not to be seen.
      const facing = outer(p) && outer(q) ? [v / length, -u / length, 0] : [0, 0, -1];
      vertices.set([vertices[at], vertices[at + 1], z, ...facing, WALL], VERTEX * (first + corner));
    }
    triangles.set([first, first + 2, first + 1, first, first + 3, first + 2], cells.length + 6 * n);
  });
  return { vertices, triangles };
};

const placePoints = (vertices: Float32Array, { columns, rows, values }: Grid, box: Box): void => {
  const [dx, dy] = [box.x / (columns - 1), box.y / (rows - 1)];
  for (let j = 0, k = 0, at = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, k++, at += VERTEX) {
      const z = values[k];
      const u = slope(i > 0 ? values[k - 1] : Number.NaN, z, i + 1 < columns ? values[k + 1] : Number.NaN);
      const v = slope(j > 0 ? values[k - columns] : Number.NaN, z, j + 1 < rows ? values[k + columns] : Number.NaN);
      const [a, b] = [-u * (box.z / dx), -v * (box.z / dy)];
      const length = Math.hypot(a, b, 1);
      vertices[at] = -box.x / 2 + i * dx;
      vertices[at + 1] = -box.y / 2 + j * dy;
      vertices[at + 2] = (z || 0) * box.z;
      vertices[at + 3] = a / length;
      vertices[at + 4] = b / length;
      vertices[at + 5] = 1 / length;
      vertices[at + 6] = z || 0;
    }
  }
};

// The rise from one point to the next, from both sides as far as they are known.
const slope = (before: number, here: number, after: number): number => {
  const [left, right] = [here - before, after - here];
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : right;
  return Number.isNaN(right) ? left : (left + right) / 2;
};

// Two triangles for each cell, parted along the diagonal that is nearer to level; one for a cell of three corners.
const cellsOf = ({ columns, rows, values }: Grid): Uint32Array => {
  const found = new Uint32Array(6 * (columns - 1) * (rows - 1));
  let many = 0;
  for (let j = 0; j + 1 < rows; j++) {
    for (let a = j * columns; a + 1 < (j + 1) * columns; a++) {
      const [b, c, d] = [a + 1, a + columns + 1, a + columns];
      if (!Number.isNaN(values[a] + values[b] + values[c] + values[d])) {
        const first = Math.abs(values[a] - values[c]) <= Math.abs(values[b] - values[d]);
        found[many] = a;
        found[many + 1] = b;
        found[many + 2] = first ? c : d;
        found[many + 3] = first ? a : b;
        found[many + 4] = c;
        found[many + 5] = d;
        many += 6;
        continue;
      }
      const known = [a, b, c, d].filter((corner) => !Number.isNaN(values[corner]));
      if (known.length === 3) {
        found.set(known, many);
        many += 3;
      }
    }
  }
  return found.subarray(0, many);
};

// Edges with a triangle at their left alone. On ground without holes they are those around the grid.
const borders = ({ columns, rows, values }: Grid, triangles: Uint32Array): [number, number][] => {
  if (!values.some(Number.isNaN)) {
    const corner = (i: number, j: number): number => j * columns + i;
    const found: [number, number][] = [];
    for (let i = 0; i + 1 < columns; i++) {
      found.push([corner(i, 0), corner(i + 1, 0)], [corner(i + 1, rows - 1), corner(i, rows - 1)]);
    }
    for (let j = 0; j + 1 < rows; j++) {
      found.push([corner(columns - 1, j), corner(columns - 1, j + 1)], [corner(0, j + 1), corner(0, j)]);
    }
    return found;
  }
  const many = columns * rows;
  const edges = new Set<number>();
  for (let k = 0; k < triangles.length; k += 3) {
    for (const [p, q] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      const [from, to] = [triangles[k + p], triangles[k + q]];
      if (!edges.delete(to * many + from)) edges.add(from * many + to);
    }
  }
  return [...edges].map((edge) => [Math.floor(edge / many), edge % many]);
};
