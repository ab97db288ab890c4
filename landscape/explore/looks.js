// What all pictures have in common: their looks, their marks, and what the mouse is told.

const HOVER = "%{text}<extra></extra>";
const MARKS = "Landscape Marks"; // the font of the relief's marks

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// An optimizer's name, with the rate that it walks at now.
const nameOf = (path) => (path.options ? `${path.name}, lr ${setting(path.options.lr)}` : path.name);

// What the mouse is told over a point of a path.
const pointLabel = (path, row, scale, words) => {
  const { walk } = path;
  const vector = (columns) => {
    const parts = columns.map((column) => show(column[row]));
    return parts.length > 1 ? `(${parts.slice(0, 4).join(", ")}${parts.length > 4 ? ", …" : ""})` : parts[0];
  };
  const loss = (one) => show(one, 4, fineness(scale, one));
  const projected = Boolean(walk.in_plane);
  const lines = [`<b>${escaped(nameOf(path))}</b>`, `${words.step} ${counted(walk.steps[row])}`];
  lines.push(`${projected ? words.true_loss : words.loss} ${loss(walk.loss[row])}`);
  if (projected) lines.push(`${words.in_plane} ${loss(walk.in_plane[row])}`);
  if (walk.residual) lines.push(`${words.off_plane} ${show(walk.residual[row])}`);
  if (walk.gradient) lines.push(`${words.gradient} ${show(Math.hypot(...walk.gradient.map((column) => column[row])))}`);
  for (const [name, columns] of Object.entries(walk.state)) {
    lines.push(`${name === "delta" ? "Δx" : escaped(name)} = ${vector(columns)}`);
  }
  return lines.join("<br>");
};

// The labels of the first so many points that `laid` gives: between two rows' own points nothing was measured.
const labelsOf = (path, { row, own }, count, words) => {
  const { steps } = path.walk;
  const between = (k) =>
    `<b>${escaped(nameOf(path))}</b><br>${say(words.between, { from: counted(steps[k - 1]), to: counted(steps[k]) })}`;
  return row.slice(0, count).map((k, at) => (own[at] ? path.labels[k] : between(k)));
};

const common = (colours, margin, place) => {
  const { fontFamily: family } = getComputedStyle(document.body);
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family, size: 12, color: colours.muted },
    // What is said of a point does not take on the picture's own font.
    hoverlabel: { bgcolor: colours.panel, font: { family, color: colours.ink, size: 12 }, align: "left" },
    margin: { ...margin, autoexpand: false },
    hovermode: "closest",
    showlegend: false,
    dragmode: false,
    uirevision: "same",
  };
};

const hex = (number) => Math.round(number).toString(16).padStart(2, "0");

// Colours are written #rrggbb.
const see = (colour, opacity) => colour + hex(255 * opacity);

const mixed = (one, other, share = 0.5) => {
  const part = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  return `#${[1, 3, 5].map((at) => hex((1 - share) * part(one, at) + share * part(other, at))).join("")}`;
};

// The terrain's colour at a share of the way from its lowest to its highest point.
const colourAt = ({ terrain }, share) => {
  const along = Math.min(Math.max(share, 0), 1) * (terrain.length - 1);
  const k = Math.min(Math.floor(along), terrain.length - 2);
  return mixed(terrain[k], terrain[k + 1], along - k);
};

// The dash of a path's line of some width, as Plotly takes it for drawings in the plane.
const dashed = ({ look }, width) => look.dash.map((part) => `${part * width}px`).join(",") || "solid";

const colourOf = (path, colours) => path.look.colour[colours.theme];

// Marks at points of a picture in the plane.
const marksAt = (points, marker) => ({
  type: "scatter",
  mode: "markers",
  x: points.map(([x]) => x),
  y: points.map(([, y]) => y),
  marker,
});

// The marks of paths where they have got to, with what the mouse is told: at(move) is the place {x, y, lost}, or null
// where there is none; what is lost ends in a cross.
const ballsOf = (moves, colours, size, at) => {
  const places = moves.map((move) => at(move) ?? { x: null, y: null });
  const own = moves.map(({ path }) => colourOf(path, colours));
  const points = places.map(({ x, y }) => [x, y]);
  const symbol = moves.map(({ path }, k) => (places[k].lost ? "x" : path.look.symbol));
  return {
    ...marksAt(points, { size, symbol, color: own, opacity: 1, line: { color: colours.ground, width: 1.5 } }),
    text: moves.map(({ path, row }) => path.labels[row]),
    hovertemplate: HOVER,
    hoverlabel: { bordercolor: own },
    cliponaxis: false,
  };
};

// Arrows where paths leave a picture, with words beside them as far as they have room: {path, x, y, degrees, words},
// degrees from upwards, clockwise.
const arrowsOf = (exits, colours) => {
  const points = exits.map(({ x, y }) => [x, y]);
  const look = { symbol: "arrow", size: 15, opacity: 1, line: { color: colours.ground, width: 1.5 } };
  const angle = exits.map(({ degrees }) => degrees);
  const color = exits.map(({ path }) => colourOf(path, colours));
  return { ...marksAt(points, { ...look, angle, color }), hoverinfo: "skip", cliponaxis: false };
};

// Words on the ground's colour, in a picture.
const note = (text, colour, colours, place) => ({
  text,
  font: { size: 12, color: colour, weight: 600 },
  bgcolor: see(colours.ground, 0.75),
  borderpad: 1,
  showarrow: false,
  ...place,
});
