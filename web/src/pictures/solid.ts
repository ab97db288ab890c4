// A relief as a solid block: the ground, and walls from its borders down to its base. Where nothing is known it is cut
// away.

import type { Box } from "./camera.ts";
import type { Grid } from "./types.ts";

// Of each vertex its place in the box, the direction that it faces, and its height as a share, or −1 on walls: seven
// numbers. The first so many triangles are the ground.
export interface Solid {
  vertices: Float32Array;
  triangles: Uint32Array;
  ground: number;
}

export const VERTEX = 7;
export const WALL = -1; // the share of what is a wall

export const solidOf = (grid: Grid, box: Box): Solid => {
  const { columns, rows, values } = grid;
  const points = columns * rows;
  const at = (i: number, j: number): number => {
    const z = i < 0 || j < 0 || i >= columns || j >= rows ? Number.NaN : values[j * columns + i];
    return z;
  };
  const [dx, dy] = [box.x / (columns - 1), box.y / (rows - 1)];
  const vertices: number[] | Float32Array = new Float32Array(VERTEX * points);
  for (let j = 0, k = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, k++) {
      const z = values[k];
      const place = VERTEX * k;
      vertices[place] = -box.x / 2 + i * dx;
      vertices[place + 1] = -box.y / 2 + j * dy;
      vertices[place + 2] = (Number.isNaN(z) ? 0 : z) * box.z;
      const u = -slope(at(i - 1, j), z, at(i + 1, j)) * (box.z / dx);
      const v = -slope(at(i, j - 1), z, at(i, j + 1)) * (box.z / dy);
      const length = Math.hypot(u, v, 1);
      vertices[place + 3] = u / length;
      vertices[place + 4] = v / length;
      vertices[place + 5] = 1 / length;
      vertices[place + 6] = Number.isNaN(z) ? 0 : z;
    }
  }
  const triangles = cellsOf(grid);
  const ground = triangles.length / 3;
  const walls = wallsOf(grid, vertices, triangles, points);
  const all = new Float32Array(vertices.length + walls.length);
  all.set(vertices);
  all.set(walls, vertices.length);
  return { vertices: all, triangles: Uint32Array.from(triangles), ground };
};

// The rise from one point to the next, from both sides as far as they are known.
const slope = (before: number, here: number, after: number): number => {
  const [left, right] = [here - before, after - here];
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : right;
  return Number.isNaN(right) ? left : (left + right) / 2;
};

// Two triangles for each cell, parted along the diagonal that is nearer to level; one for a cell of three corners.
const cellsOf = ({ columns, rows, values }: Grid): number[] => {
  const found: number[] = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let k = j * columns; k + 1 < (j + 1) * columns; k++) {
      const [a, b, c, d] = [k, k + 1, k + columns + 1, k + columns];
      const sum = values[a] + values[b] + values[c] + values[d];
      if (!Number.isNaN(sum)) {
        if (Math.abs(values[a] - values[c]) <= Math.abs(values[b] - values[d])) found.push(a, b, c, a, c, d);
        else found.push(a, b, d, b, c, d);
        continue;
      }
      const known = [a, b, c, d].filter((corner) => !Number.isNaN(values[corner]));
      if (known.length === 3) found.push(...known);
    }
  }
  return found;
};

// A wall under each edge of the ground's triangles that has no other triangle at its side; appends its own triangles.
const wallsOf = (grid: Grid, vertices: Float32Array, triangles: number[], points: number): Float32Array => {
  const walls: number[] = [];
  for (const [from, to] of borders(grid, triangles)) {
    const [p, q] = [VERTEX * from, VERTEX * to];
    // The ground is to the left of the way from p to q, so that the wall faces to the right.
    const [u, v] = [vertices[q] - vertices[p], vertices[q + 1] - vertices[p + 1]];
    const length = Math.hypot(u, v);
    const first = points + walls.length / VERTEX;
    for (const [place, z] of [
      [p, vertices[p + 2]],
      [q, vertices[q + 2]],
      [q, 0],
      [p, 0],
    ]) {
      walls.push(vertices[place], vertices[place + 1], z, v / length, -u / length, 0, WALL);
    }
    triangles.push(first, first + 2, first + 1, first, first + 3, first + 2);
  }
  return Float32Array.from(walls);
};

// Edges with a triangle at their left alone. On ground without holes they are those around the grid.
const borders = ({ columns, rows, values }: Grid, triangles: readonly number[]): [number, number][] => {
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
