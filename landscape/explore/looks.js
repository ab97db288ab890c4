// What all pictures have in common: their looks, their balls, and what the mouse is told.

const LEVELS = 14; // of the map
const HOVER = "%{text}<extra></extra>";

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// What the mouse is told over a point of a path.
const pointLabel = (path, row, words) => {
  const { walk } = path;
  const vector = (columns) => {
    const parts = columns.map((column) => show(column[row]));
    return parts.length > 1 ? `(${parts.slice(0, 4).join(", ")}${parts.length > 4 ? ", …" : ""})` : parts[0];
  };
  const projected = Boolean(walk.in_plane);
  const lines = [`<b>${escaped(nameOf(path))}</b>`, `${words.step} ${walk.steps[row]}`];
  lines.push(`${projected ? words.true_loss : words.loss} ${show(walk.loss[row], 4)}`);
  if (projected) lines.push(`${words.in_plane} ${show(walk.in_plane[row], 4)}`);
  if (walk.residual) lines.push(`${words.off_plane} ${show(walk.residual[row])}`);
  if (walk.gradient) lines.push(`${words.gradient} ${show(Math.hypot(...walk.gradient.map((column) => column[row])))}`);
  for (const [name, columns] of Object.entries(walk.state)) {
    lines.push(`${name === "delta" ? "Δx" : escaped(name)} = ${vector(columns)}`);
  }
  return lines.join("<br>");
};

// An optimizer's name, with the rate that it walks at now.
const nameOf = (path) => (path.options ? `${path.name}, lr ${show(path.options.lr)}` : path.name);

const common = (colours, margin, place) => ({
  width: place.clientWidth,
  height: place.clientHeight,
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colours.muted },
  hoverlabel: { bgcolor: colours.panel, font: { color: colours.ink, size: 12 }, align: "left" },
  margin: { ...margin, autoexpand: false },
  hovermode: "closest",
  showlegend: false,
  dragmode: false,
  uirevision: "same",
});

const scaleOf = (colours) => colours.terrain.map((colour, k) => [k / (colours.terrain.length - 1), colour]);

const levelsOf = ({ low, high }) => {
  const span = high - low || 1;
  return { start: low + span / LEVELS, end: low + span * (1 - 0.5 / LEVELS), size: span / LEVELS };
};

const hex = (number) => Math.round(number).toString(16).padStart(2, "0");

// Colours are written #rrggbb.
const see = (colour, opacity) => colour + hex(255 * opacity);

const mixed = (one, other) => {
  const part = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5].map((at) => hex((part(one, at) + part(other, at)) / 2)).join("")}`;
};

// The balls of paths at their rows: where, in which colours and shapes, and what the mouse is told.
const ballsOf = (moves, colours, size, points, ends = "x") => {
  const own = moves.map(({ path }) => path.colour[colours.theme]);
  const hollow = moves.map(({ path, ended }) => path.symbol.endsWith("-open") && !(ended && ends));
  return {
    text: moves.map(({ path, row }) => path.labels[row]),
    hovertemplate: HOVER,
    hoverlabel: { bordercolor: own },
    mode: "markers",
    marker: {
      size,
      symbol: moves.map(({ path, ended }) => (ended && ends) || path.symbol.replace("-open", "")),
      color: own.map((colour, k) => (hollow[k] ? colours.ground : colour)),
      opacity: 1,
      line: { color: own.map((colour, k) => (hollow[k] ? colour : colours.ground)), width: 2 },
    },
    ...Object.fromEntries(Object.entries(points).map(([axis, at]) => [axis, moves.map(at)])),
  };
};
