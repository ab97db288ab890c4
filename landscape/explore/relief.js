// The relief: the terrain as a block, with the paths laid over it.

const PIT = 0.1; // share of the relief's colours that what has no height is apart from the lowest one
const LIFT = 0.006; // of level lines over the relief, in sides of its box, so that its facets do not hide them
const RELIEF_DASHES = { 0: "solid", 2: "dash", 4: "dashdot" }; // by how many parts a pattern has

// The relief as a block with walls, which hide the undersides of its pits. The border comes twice before it goes down,
// or the light would round it off. Where there is no height the block is cut away down to its base.
const block = ({ height, xs, ys, shift }, colours) => {
  const around = (row) => [row[0], row[0], ...row, row.at(-1), row.at(-1)];
  const wide = around(height.map(around));
  const inside = (k, many) => k > 0 && k < many - 1;
  const z = wide.map((row, j) =>
    row.map((one, i) => (inside(j, wide.length) && inside(i, row.length) ? (one ?? 0) : 0)),
  );
  const scale = colours.terrain.map((colour, k) => [k / (colours.terrain.length - 1), colour]);
  const near = (grid, k) => around(grid).map((one) => one - shift[k]);
  const look = { x: near(xs, 0), y: near(ys, 1), z, cmin: 0, cmax: 1 };
  if (!height.flat().includes(null)) return { ...look, surfacecolor: wide, colorscale: scale };
  const cmin = -PIT / (1 - PIT);
  // The colours meet half-way to what has a height, or the lowest would be mixed with those of the base.
  const lifted = [[0.6 * PIT, scale[0][1]], ...scale.map(([share, colour]) => [PIT + (1 - PIT) * share, colour])];
  const colorscale = [[0, colours.panel], [0.4 * PIT, colours.panel], ...lifted];
  return { ...look, cmin, surfacecolor: wide.map((row) => row.map((one) => one ?? cmin)), colorscale };
};

// The sides of the box around the relief, to the map's scale.
const boxOf = ({ domain, equal }) => {
  const sides = sidesOf(domain);
  const mean = Math.sqrt(sides[0] * sides[1]);
  return { x: equal ? sides[0] / mean : 1, y: equal ? sides[1] / mean : 1, z: 0.45 };
};

// So far away that the box fits, in a place that is wide and in one that is high.
const cameraOf = ({ clientWidth, clientHeight }, box, view) => {
  const far = 1.36 * Math.hypot(box.x, box.y) * Math.max(1, (1.12 * clientHeight) / clientWidth);
  return { eye: { x: far * view[0], y: far * view[1], z: far * view[2] }, center: { x: 0, y: 0, z: -0.2 } };
};

// Lines through points, null where there is a gap. What is drawn on a graphics card has few digits, so places are
// counted from near by.
const threads = (points, shift, line) => ({
  type: "scatter3d",
  mode: "lines",
  x: points.map((point) => point && point[0] - shift[0]),
  y: points.map((point) => point && point[1] - shift[1]),
  z: points.map((point) => point && point[2]),
  hoverinfo: "skip",
  line,
});

// Marks of one colour each, as letters of a font of shapes: Plotly has few shapes of its own for reliefs.
const glyphs = (marks, shift, size, colour) => ({
  type: "scatter3d",
  mode: "text",
  x: marks.map(({ point }) => point && point[0] - shift[0]),
  y: marks.map(({ point }) => point && point[1] - shift[1]),
  z: marks.map(({ point }) => point && point[2]),
  text: marks.map(({ letter }) => letter),
  textposition: "middle center",
  textfont: { family: MARKS, size, color: marks.map(colour) },
  hoverinfo: "skip",
});

// Ticks without those at the very bottom, where the numbers of two other axes meet, and far enough from each other;
// what they are of does not fit beside them.
const heightTicks = ({ levels, loss }, words) => {
  const kept = [];
  for (const level of levels) {
    if (level.at > 0.12 && !(kept.length && level.at - kept.at(-1).at < 0.15)) kept.push(level);
  }
  const { texts, name } = tickWords(
    kept.map(({ loss }) => loss),
    words.loss,
  );
  return {
    name: levels.length ? name : `${words.loss} ${show(loss, 6)}`,
    axis: { tickvals: kept.map(({ at }) => at), ticktext: texts, title: { text: "" } },
  };
};

const groundTicks = ([low, high], shift, name) => {
  const ticks = evenTicks(low, high, 4);
  const words = tickWords(ticks, name);
  return {
    tickvals: ticks.map((tick) => tick - shift),
    ticktext: words.texts,
    title: { text: words.name, font: { size: 11 } },
    range: [low - 1e-3 * (high - low) - shift, high + 1e-3 * (high - low) - shift],
  };
};

// view: where it is looked at from at first, as a direction.
const relief = (place, terrain, mesh, box, moves, colours, words, view) => {
  const { shift } = mesh;
  const surface = {
    type: "surface",
    ...block(mesh, colours),
    showscale: false,
    hoverinfo: "skip",
    lighting: { ambient: 0.72, diffuse: 0.55, specular: 0.04, roughness: 0.9, fresnel: 0.05 },
    lightposition: { x: -1e4, y: 1e4, z: 1e4 },
    contours: Object.fromEntries(["x", "y", "z"].map((axis) => [axis, { highlight: false }])),
  };
  const heights = heightTicks(terrain, words);
  const lifted = mesh.lines.map((point) => point && [point[0], point[1], point[2] + LIFT / box.z]);
  const levels = threads(lifted, shift, { color: mixed(colours.ink, colours.terrain[4]), width: 1.5 });
  const lines = moves.map(({ path, row }) => {
    const count = path.draped.upto[row];
    const points = path.draped.points.slice(0, count);
    const colour = colourOf(path, colours);
    const head = path.out && row > path.out.row ? [null, ...path.head] : [];
    return {
      ...threads([...points, ...head], shift, { color: colour, width: 6, dash: RELIEF_DASHES[path.look.dash.length] }),
      text: [...labelsOf(path, path.draped, count, words), ...head.map(() => null)],
      hoverinfo: "text",
      hovertemplate: HOVER,
      hoverlabel: { bordercolor: colour },
      opacity: path.apart ? 0.3 : 1,
    };
  });
  const stars = mesh.stars.map((point) => ({ point, letter: mesh.letters["*"] }));
  const rings = startsOf(moves).map((start) => ({ point: rest(mesh, box, start, BALL), letter: mesh.letters.o }));
  const balls = moves
    .filter(({ path }) => !path.apart)
    .map(({ path, row, spot, lost }) => ({
      path,
      row,
      point: spot && path.spots[row],
      letter: lost ? mesh.letters.X : path.look.letter,
    }));
  const marks = [
    threads(mesh.crosses, shift, { color: colours.ink, width: 5 }),
    glyphs(stars, shift, 19, () => colours.ink),
    glyphs(stars, shift, 15, () => colours.star),
    glyphs(rings, shift, 15, () => colours.ink),
    glyphs(rings, shift, 11, () => colours.ground),
    glyphs(balls, shift, 24, () => colours.ground),
  ];
  const faces = {
    ...glyphs(balls, shift, 19, ({ path }) => colourOf(path, colours)),
    hovertext: balls.map(({ path, row }) => path.labels[row]),
    hoverinfo: "text",
    hovertemplate: "%{hovertext}<extra></extra>",
    hoverlabel: { bordercolor: balls.map(({ path }) => colourOf(path, colours)) },
  };
  const axis = { gridcolor: colours.grid, zeroline: false, showspikes: false, showbackground: false };
  const ground = { ...axis, tickfont: { size: 11, color: colours.muted }, ticks: "" };
  const layout = {
    ...common(colours, { l: 0, r: 0, t: 0, b: 0 }, place),
    scene: {
      xaxis: { ...ground, ...groundTicks(terrain.domain[0], shift[0], terrain.coordinates[0]) },
      yaxis: { ...ground, ...groundTicks(terrain.domain[1], shift[1], terrain.coordinates[1]) },
      // What lies on the border of an axis' range is cut off in parts.
      zaxis: { ...ground, range: [-1e-3, 1.06], ...heights.axis },
      aspectmode: "manual",
      aspectratio: box,
      camera: cameraOf(place, box, view),
      dragmode: "turntable",
    },
    annotations: [
      {
        text: heights.name,
        font: { size: 11 },
        showarrow: false,
        xref: "paper",
        yref: "paper",
        x: 0,
        y: 1,
        xanchor: "left",
        yanchor: "top",
      },
    ],
  };
  return { data: [surface, levels, ...lines, ...marks, faces], layout };
};
