// Where paths lie in the pictures: on the map, and over the relief. Heights are shares of the way from the terrain's
// lowest to its highest.

const BALL = 0.04; // a ball's radius, and a path's, in sides of the relief's box
const THREAD = 0.014;
const STAR = 0.03; // of what stands on the ground
const FINE = 160; // pieces of a domain's side, in which a long step is laid over the relief
const LONG = 0.02; // of the map's longer side, the shortest step that is shown as one
const BARB = 0.05; // of an arrow's head on the relief, in sides of its box

const sidesOf = (domain) => domain.map(([low, high]) => high - low);

// The relief's own height between its points, so that paths lie on what is drawn; next to where nothing is known, from
// the points that are.
const between = ({ height, domain }, x, y) => {
  const place = (at, [low, high], many) => {
    const along = ((at - low) / (high - low)) * (many - 1);
    const k = Math.min(Math.max(Math.floor(along), 0), many - 2);
    return [k, along - k];
  };
  const [i, u] = place(x, domain[0], height[0].length);
  const [j, v] = place(y, domain[1], height.length);
  const corners = [height[j][i], height[j][i + 1], height[j + 1][i], height[j + 1][i + 1]];
  const shares = [(1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u].map((share, k) =>
    corners[k] === null ? 0 : share,
  );
  const known = shares.reduce((sum, share) => sum + share, 0);
  return known > 0 ? corners.reduce((sum, one, k) => sum + shares[k] * one, 0) / known : null;
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

// The parts of a path that lie in the domain, in pieces between two rows that are no longer than `fine` of its sides:
// points, null where there is a gap; the row that each belongs to, and whether it is that row's own point; and how many
// points there are up to each row.
const laid = (path, domain, fine = Infinity) => {
  const parts = { points: [], row: [], own: [], upto: [] };
  const push = (point, row, own = false) => {
    parts.points.push(point);
    parts.row.push(row);
    parts.own.push(own);
  };
  // Steps from or to what is extremely far would overflow.
  const near = path.map((point) => point.map((one) => Math.min(Math.max(one, -FAR), FAR)));
  near.forEach((point, row) => {
    const before = row === 0 ? point : near[row - 1];
    const part = within(before, point, domain);
    if (part) {
      const [from, to] = part;
      const at = (share) => (share === 1 ? point : point.map((one, k) => before[k] + share * (one - before[k])));
      const length = Math.max(...sidesOf(domain).map((side, k) => Math.abs(point[k] - before[k]) / side));
      const pieces = Math.max(1, Math.ceil((length * (to - from)) / fine));
      if (row > 0 && from > 0) {
        push(null, row);
        push(at(from), row);
      }
      for (let k = 1; k < pieces; k++) push(at(from + (k / pieces) * (to - from)), row);
      push(at(to), row, to === 1);
      if (to < 1) push(null, row);
    }
    parts.upto.push(parts.points.length);
  });
  return parts;
};

// Whether each row of a path is apart enough from those before and after it to be seen as a step of its own.
const separate = (points, domain) => {
  const side = Math.max(...sidesOf(domain));
  const far = points.slice(1).map((point, row) => Math.hypot(...point.map((one, k) => one - points[row][k])) / side);
  return points.map((_, row) => (far[row - 1] ?? 1) > LONG && (far[row] ?? 1) > LONG);
};

// The height at which a ball of some radius comes to rest at (x, y): in a narrow pit it touches the walls, and stays in
// sight. The relief's box has such sides; null beyond what is known.
const resting = (mesh, box, [x, y], radius) => {
  const { domain } = mesh;
  let height = between(mesh, x, y);
  if (height === null) return null;
  height += radius / box.z;
  for (const share of [0.5, 0.85]) {
    const up = (Math.sqrt(1 - share * share) * radius) / box.z;
    for (let k = 0; k < 8; k++) {
      const [u, v] = [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)].map((one) => share * radius * one);
      const at = [x + (u / box.x) * (domain[0][1] - domain[0][0]), y + (v / box.y) * (domain[1][1] - domain[1][0])];
      const wall = within(at, at, domain) ? between(mesh, ...at) : null;
      if (wall !== null) height = Math.max(height, wall + up);
    }
  }
  return height;
};

// A point of the map as the relief's; null where there is no height.
const rest = (mesh, box, point, radius) => {
  const height = within(point, point, mesh.domain) ? resting(mesh, box, point, radius) : null;
  return height === null ? null : [...point, height];
};

// A path over the relief: as `laid`, with heights.
const draped = (path, mesh, box) => {
  const parts = laid(path, mesh.domain, 1 / FINE);
  const points = parts.points.map((point) => point && rest(mesh, box, point, THREAD));
  return { ...parts, points };
};

// The head of an arrow over the relief, as a line from barb to tip to barb.
const arrowhead = ({ point, way }, mesh, box) => {
  const sides = sidesOf(mesh.domain);
  const scale = [box.x / sides[0], box.y / sides[1]];
  const onwards = way.map((one, k) => (one / Math.max(...way.map(Math.abs))) * scale[k]);
  const turn = Math.atan2(onwards[1], onwards[0]);
  const tip = [...point, resting(mesh, box, point, THREAD)];
  const barbs = [2.6, -2.6].map((bend) => {
    const back = [Math.cos(turn + bend), Math.sin(turn + bend)].map((one, k) => point[k] + (BARB * one) / scale[k]);
    const kept = back.map((one, k) => Math.min(Math.max(one, mesh.domain[k][0]), mesh.domain[k][1]));
    return [...kept, resting(mesh, box, kept, THREAD) ?? tip[2]];
  });
  return tip[2] === null ? [] : [barbs[0], tip, barbs[1]];
};

// A cross over the relief, as lines with gaps between them.
const crossAt = (point, mesh, box) => {
  const sides = sidesOf(mesh.domain);
  const arm = (k, way) =>
    point.map((one, axis) => one + (axis === k ? (way * STAR * sides[k]) / [box.x, box.y][k] : 0));
  return [0, 1].flatMap((k) => [...[-1, 0, 1].map((way) => rest(mesh, box, arm(k, way), THREAD)), null]);
};

// A level's lines over the relief, given in columns and rows of its grid, with gaps between them.
const levelLines = ({ xs, ys }, { at, lines }) => {
  const place = (grid, along) => grid[0] + (along / (grid.length - 1)) * (grid.at(-1) - grid[0]);
  return lines.flatMap(([columns, rows]) => [
    ...columns.map((one, k) => [place(xs, one), place(ys, rows[k]), at]),
    null,
  ]);
};

// Of the map's ground.
const heightOverWidth = ({ domain: [[x0, x1], [y0, y1]], equal }) => (equal ? (y1 - y0) / (x1 - x0) : 1);

const STEEP = 0.86; // of the line of sight to the relief, in radians above the ground
const TURNS = [-60, -30, -120, 30, -150, 60, 120, 150]; // degrees around it, the usual one first

// From where the most of points over the relief can be seen, as a direction of length 1.
const viewpoint = (spots, mesh, box) => {
  const { domain } = mesh;
  const sides = sidesOf(domain);
  const towards = (degrees) => {
    const turn = (degrees * Math.PI) / 180;
    return [Math.cos(turn) * Math.cos(STEEP), Math.sin(turn) * Math.cos(STEEP), Math.sin(STEEP)];
  };
  const clear = ([x, y, z], way) => {
    for (let far = 0.03; far < 0.7; far += 0.03) {
      const at = [x + (far * way[0] * sides[0]) / box.x, y + (far * way[1] * sides[1]) / box.y];
      if (at.some((one, k) => one < domain[k][0] || one > domain[k][1])) return true;
      if (between(mesh, ...at) > z + (far * way[2]) / box.z) return false;
    }
    return true;
  };
  const seen = TURNS.map((degrees) => spots.filter((spot) => clear(spot, towards(degrees))).length);
  // A little more to be seen is not worth an unusual side.
  const most = 0.95 * Math.max(...seen);
  return towards(TURNS[seen.findIndex((one) => one >= most)]);
};
