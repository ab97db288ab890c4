// Where paths lie in the pictures: on the map, and over the relief.

const FAR = 100; // domains, beyond which what has diverged is not placed
const BALL = 0.04; // a ball's radius, and a path's, in sides of the relief's box
const THREAD = 0.014;
const FINE = 160; // pieces of a domain's side, in which a long step is laid over the relief

// The relief that is drawn: its grid, and from where to where its heights go.
const meshOf = ({ xs, ys, height }) => {
  const known = height.flat().filter((one) => one !== null);
  return { xs, ys, height, low: Math.min(...known), high: Math.max(...known) };
};

// The relief's own height between its points, so that paths lie on what is drawn.
const between = ({ xs, ys, height }, x, y) => {
  const place = (at, grid) => {
    const along = ((at - grid[0]) / (grid.at(-1) - grid[0])) * (grid.length - 1);
    const k = Math.min(Math.max(Math.floor(along), 0), grid.length - 2);
    return [k, along - k];
  };
  const [i, u] = place(x, xs);
  const [j, v] = place(y, ys);
  const corners = [height[j][i], height[j][i + 1], height[j + 1][i], height[j + 1][i + 1]];
  if (corners.includes(null)) return null;
  return (1 - v) * ((1 - u) * corners[0] + u * corners[1]) + v * ((1 - u) * corners[2] + u * corners[3]);
};

// The part of the way from p to q, as shares of it, that lies in the domain; null if there is none.
const within = (p, q, domain) => {
  let [from, to] = [0, 1];
  for (const k of [0, 1]) {
    const way = q[k] - p[k];
    const [enter, leave] = domain[k].map((side) => (side - p[k]) / way).sort((a, b) => a - b);
    if (way === 0 && (p[k] < domain[k][0] || p[k] > domain[k][1])) return null;
    if (way !== 0) [from, to] = [Math.max(from, enter), Math.min(to, leave)];
  }
  return from <= to ? [from, to] : null;
};

// The points of a walk as the map places them. A step that leaves for very far keeps its direction; what comes after is
// not shown.
const placed = (walk, domain) => {
  const middle = domain.map(([low, high]) => (low + high) / 2);
  const sides = domain.map(([low, high]) => high - low);
  const distance = (point) => Math.max(...point.map((one, k) => Math.abs(one - middle[k]) / sides[k]));
  const points = walk.x.map((x, row) => [x, walk.y[row]]);
  let near = true;
  return points.map((point, row) => {
    const here = near;
    near = distance(point) < FAR;
    if (near) return point;
    if (!here || row === 0) return null;
    const before = points[row - 1];
    const share = FAR / distance(point.map((one, k) => one - before[k] + middle[k]));
    return before.map((one, k) => one + share * (point[k] - one));
  });
};

// The height at which a ball of some radius comes to rest at (x, y): in a narrow pit it touches the walls, and stays in
// sight. The relief's box has such sides; null beyond what is known.
const resting = (mesh, domain, box, [x, y], radius) => {
  const steep = (mesh.high - mesh.low || 1) / box.z;
  let height = between(mesh, x, y);
  if (height === null) return null;
  height += radius * steep;
  for (const share of [0.5, 0.85]) {
    const up = Math.sqrt(1 - share * share) * radius * steep;
    for (let k = 0; k < 8; k++) {
      const [u, v] = [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)].map((one) => share * radius * one);
      const at = [x + (u / box.x) * (domain[0][1] - domain[0][0]), y + (v / box.y) * (domain[1][1] - domain[1][0])];
      const wall = within(at, at, domain) ? between(mesh, ...at) : null;
      if (wall !== null) height = Math.max(height, wall + up);
    }
  }
  return height;
};

// A path over the relief: its points, the row of the walk that each belongs to, and how many there are up to each row.
const draped = (points, mesh, domain, box) => {
  const path = { x: [], y: [], z: [], row: [], upto: [] };
  const push = (point, row) => {
    const height = point ? resting(mesh, domain, box, point, THREAD) : null;
    const shown = height === null ? [null, null, null] : [...point, height];
    ["x", "y", "z"].forEach((axis, k) => path[axis].push(shown[k]));
    path.row.push(row);
  };
  points.forEach((point, row) => {
    const before = row === 0 ? point : points[row - 1];
    const part = point && before && within(before, point, domain);
    if (part) {
      const at = (share) => point.map((one, k) => before[k] + share * (one - before[k]));
      const length = Math.max(...point.map((one, k) => Math.abs(one - before[k]) / (domain[k][1] - domain[k][0])));
      const pieces = Math.max(1, Math.ceil(FINE * length * (part[1] - part[0])));
      if (part[0] > 0) push(null, row);
      for (let k = part[0] > 0 || row === 0 ? 0 : 1; k <= pieces; k++) {
        push(at(part[0] + (k / pieces) * (part[1] - part[0])), row);
      }
      if (part[1] < 1) push(null, row);
    }
    path.upto.push(path.x.length);
  });
  return path;
};

// Of the map's ground.
const heightOverWidth = ({ domain: [[x0, x1], [y0, y1]], equal }) => (equal ? (y1 - y0) / (x1 - x0) : 1);

const STEEP = 0.86; // of the line of sight to the relief, in radians above the ground
const TURNS = [-60, -30, -120, 30, -150, 60, 120, 150]; // degrees around it, the usual one first

// From where the most of points over the relief can be seen, as a direction of length 1.
const viewpoint = (spots, mesh, domain, box) => {
  const sides = domain.map(([low, high]) => high - low);
  const span = mesh.high - mesh.low || 1;
  const towards = (degrees) => {
    const turn = (degrees * Math.PI) / 180;
    return [Math.cos(turn) * Math.cos(STEEP), Math.sin(turn) * Math.cos(STEEP), Math.sin(STEEP)];
  };
  const clear = ([x, y, z], way) => {
    for (let far = 0.03; far < 0.7; far += 0.03) {
      const at = [x + (far * way[0] * sides[0]) / box.x, y + (far * way[1] * sides[1]) / box.y];
      if (at.some((one, k) => one < domain[k][0] || one > domain[k][1])) return true;
      if (between(mesh, ...at) > z + (far * way[2] * span) / box.z) return false;
    }
    return true;
  };
  const seen = TURNS.map((degrees) => spots.filter((spot) => clear(spot, towards(degrees))).length);
  // A little more to be seen is not worth an unusual side.
  const most = 0.95 * Math.max(...seen);
  return towards(TURNS[seen.findIndex((one) => one >= most)]);
};
