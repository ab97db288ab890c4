// Where a path leaves what is shown, with the rule of figures and films: Python's `figures.exits`, which the tests hold
// it against.

const FAR = 1e150; // beyond which lengths of steps overflow

// Where points leave a view for the first time, or for good: {row, point, way}; null if they do not.
const wayOut = (points, view, first) => {
  const inside = points.map((point) => point.every((one, k) => one >= view[k][0] && one <= view[k][1]));
  const leaves = [];
  for (let row = 0; row + 1 < points.length; row++) {
    if (inside[row] && !inside[row + 1] && !points[row + 1].some(Number.isNaN)) leaves.push(row);
  }
  if (!leaves.length || (first ? !inside[0] : leaves.at(-1) !== inside.lastIndexOf(true))) return null;
  const row = first ? leaves[0] : leaves.at(-1);
  const here = points[row];
  const way = points[row + 1].map((one, k) => Math.min(Math.max(one, -FAR), FAR) - here[k]);
  const share = Math.min(
    ...way.map((one, k) => (one === 0 ? Infinity : ((one > 0 ? view[k][1] : view[k][0]) - here[k]) / one)),
  );
  return { row, point: here.map((one, k) => one + share * way[k]), way };
};

// The points of a walk as they are drawn on a map, and where it leaves that for good. A walk that diverged ends at its
// first way out, or at its last finite point; any other is drawn whole.
const shownPath = ({ x, y, diverged }, view) => {
  const points = x.map((one, row) => [one, y[row]]);
  if (diverged < 0) return { points, out: wayOut(points, view, false) };
  const out = wayOut(points, view, true);
  return out ? { points: [...points.slice(0, out.row + 1), out.point], out } : { points, out };
};
