// The map, in two layers: the ground, which is drawn once, and the paths over it.

const MAP_ROOM = { l: 44, r: 66, t: 24, b: 30 };

// Both layers of the map; its margins leave a ground with the domain's own proportions, where there are any to be kept.
const mapLayout = (place, terrain, colours, style) => {
  const sides = sidesOf(terrain.domain);
  const { l, r, t, b } = MAP_ROOM;
  const free = [place.clientWidth - l - r, place.clientHeight - t - b];
  const scale = Math.min(free[0] / sides[0], free[1] / sides[1]);
  const [dx, dy] = terrain.equal ? free.map((one, k) => Math.max(one - scale * sides[k], 0) / 2) : [0, 0];
  const axis = (k) => ({
    range: [...terrain.domain[k]],
    fixedrange: true,
    showgrid: false,
    zeroline: false,
    ...style(k),
  });
  return {
    ...common(colours, { l: l + dx, r: r + dx, t: t + dy, b: b + dy }, place),
    xaxis: axis(0),
    yaxis: axis(1),
  };
};

// Heights as places among the levels, of which each band has one unit: so that contours may lie at any round losses. The
// lowest and the highest band go on as their neighbours do, as they may be so narrow that lines at them would be bent.
const banded = (height, levels) => {
  const edges = levels.map(({ at }) => at);
  const many = edges.length;
  const place = (share) => {
    if (many < 2) return many ? 1 + share - edges[0] : 0;
    const above = edges.findIndex((edge) => share < edge);
    const k = Math.min(Math.max((above < 0 ? many : above) - 1, 0), many - 2);
    return k + 1 + (share - edges[k]) / (edges[k + 1] - edges[k]);
  };
  return height.map((row) => row.map(place));
};

// The map's ground. bands: its heights as `banded` gives them.
const map = (place, terrain, bands, colours, words) => {
  const { levels, domain } = terrain;
  const many = levels.length;
  const edges = [0, ...levels.map(({ at }) => at), 1];
  const middles = many ? edges.slice(1).map((edge, k) => (edge + edges[k]) / 2) : [0];
  const colorscale = middles.map((share, k) => [many ? k / many : 0, colourAt(colours, share)]);
  // A bar needs room for each number.
  const every = Math.max(1, Math.ceil((16 * many) / Math.max(place.clientHeight - 80, 1)));
  const marked = levels.map(({ loss }, k) => ({ loss, k })).filter(({ k }) => k % every === 0);
  const { texts, name } = tickWords(
    marked.map(({ loss }) => loss),
    words.loss,
  );
  const filled = {
    type: "contour",
    x: terrain.map.xs,
    y: terrain.map.ys,
    z: bands,
    colorscale: many ? colorscale : [0, 1].map((end) => [end, colorscale[0][1]]),
    zmin: 0,
    zmax: many + 1,
    contours: { start: 1, end: Math.max(many, 1), size: 1 },
    autocontour: false,
    line: { color: see(colours.ink, 0.4), width: 0.7 },
    hoverinfo: "skip",
    showscale: many > 0,
    colorbar: {
      x: 1,
      xpad: 10,
      ypad: 0,
      thickness: 9,
      outlinewidth: 0,
      ticks: "",
      tickfont: { size: 11, color: colours.muted },
      tickvals: marked.map(({ k }) => k + 1),
      ticktext: texts,
    },
  };
  const title = { font: { size: 11 }, showarrow: false, xref: "paper", yref: "paper" };
  const axes = domain.map((range, k) => {
    const ticks = evenTicks(...range, 6);
    return { ticks, ...tickWords(ticks, terrain.coordinates[k]) };
  });
  const level = many ? name : `${words.loss} ${show(terrain.loss, 6)}`;
  const short = level.length < 8;
  const annotations = [
    // Over its bar, or as far to the left as it needs.
    short
      ? { ...title, text: level, x: 1, y: 1, xanchor: "left", yanchor: "bottom", xshift: 6, yshift: 2 }
      : { ...title, text: level, x: 1, y: 1, xanchor: "right", yanchor: "bottom", xshift: MAP_ROOM.r - 2, yshift: 2 },
    { ...title, text: axes[0].name, x: 1, y: 0, xanchor: "left", yanchor: "top", xshift: 8, yshift: -7 },
    { ...title, text: axes[1].name, x: 0, y: 1, xanchor: "right", yanchor: "bottom", xshift: -8, yshift: 2 },
  ];
  const style = (k) => ({
    ticks: "outside",
    ticklen: 4,
    tickcolor: colours.grid,
    tickvals: axes[k].ticks,
    ticktext: axes[k].texts,
  });
  const star = { symbol: "star", size: 14, color: colours.star, line: { color: colours.ink, width: 1 } };
  return {
    data: [
      ...(terrain.map.holes ? [filled, ...holes(terrain, colours)] : [filled]),
      marksAt(terrain.minima, star),
      ...networksOf(terrain, colours, words),
    ],
    layout: { ...mapLayout(place, terrain, colours, style), annotations },
  };
};

// Crosses at the networks that a plane was laid around, or through, with words where there is one.
const networksOf = ({ networks }, colours, words) => {
  const cross = (color, width) => marksAt(networks, { symbol: "cross-thin", size: 13, line: { color, width } });
  const label = { ...cross(colours.ink, 2), mode: "markers+text", text: networks.map(() => words.network) };
  Object.assign(label, { textposition: "top right", textfont: { size: 12, color: colours.ink } });
  if (!networks.length) return [];
  return [cross(colours.ground, 5), networks.length === 1 ? label : cross(colours.ink, 2)];
};

// What hides the map where it has no height; Plotly draws it below contours, so it belongs to the layer above.
const holes = ({ map: { xs, ys, holes: z } }, colours) => {
  const colorscale = [0, 1].map((end) => [end, colours.ground]);
  return z ? [{ type: "heatmap", x: xs, y: ys, z, colorscale, showscale: false, hoverinfo: "skip" }] : [];
};

// A path's line up to a row, with dots at steps that are long enough to be told from each other, in a casing.
const trail = ({ path, row }, colours, words) => {
  const { points, own, row: rows, upto } = path.trail;
  const shown = points.slice(0, upto[row]);
  const colour = path.apart ? mixed(colourOf(path, colours), colours.ground, 0.6) : colourOf(path, colours);
  const [x, y] = [0, 1].map((k) => shown.map((point) => point && point[k]));
  const line = {
    type: "scatter",
    x,
    y,
    text: labelsOf(path, path.trail, upto[row], words),
    hovertemplate: HOVER,
    hoverlabel: { bordercolor: colour },
    mode: "lines+markers",
    line: { color: colour, width: path.apart ? 1.2 : 2, dash: dashed(path, 2) },
    marker: {
      color: colour,
      size: rows.slice(0, upto[row]).map((k, at) => (own[at] && path.dots[k] ? 5 : 0)),
      opacity: 1,
      line: { width: 0 },
    },
  };
  const opacity = path.apart ? 0 : 0.55;
  const casing = {
    type: "scatter",
    x,
    y,
    mode: "lines",
    line: { color: colours.ground, width: 5 },
    opacity,
    hoverinfo: "skip",
  };
  return [casing, line];
};

// Where the paths that are shown begin.
const startsOf = (moves) => {
  const starts = moves.filter(({ path }) => !path.apart).map(({ path }) => path.points[0]);
  return [...new Map(starts.map((start) => [start.join(), start])).values()];
};

// The paths over the map, in a layer of their own, so that the ground need not be drawn at every step.
const trails = (place, terrain, moves, colours, words) => {
  const whole = moves.filter(({ path }) => !path.apart);
  const ring = { size: 9, color: colours.ground, line: { color: colours.ink, width: 2 } };
  const rings = { ...marksAt(startsOf(moves), ring), hoverinfo: "skip" };
  const gone = whole.filter(({ path, row }) => path.out && row > path.out.row);
  const aspect = terrain.equal ? [1, 1] : sidesOf(terrain.domain);
  const exits = gone.map(({ path, ended }) => {
    const { point, way } = path.out;
    const degrees = (Math.atan2(way[0] / aspect[0], way[1] / aspect[1]) * 180) / Math.PI;
    return { path, x: point[0], y: point[1], degrees, words: ended && divergedAt(path, words) };
  });
  const balls = ballsOf(whole, colours, 13, ({ spot, lost }) => spot && { x: spot[0], y: spot[1], lost });
  const layout = {
    ...mapLayout(place, terrain, colours, () => ({ showticklabels: false, ticks: "" })),
    annotations: beside(exits, terrain.domain, colours),
  };
  const lines = moves.flatMap((move) => trail(move, colours, words));
  return { data: [...holes(terrain, colours), ...lines, rings, arrowsOf(exits, colours), balls], layout };
};

// When a walk diverged or came to where there is no loss, or that it could not begin.
const divergedAt = ({ walk: { diverged, outside } }, words) =>
  diverged || outside ? say(outside ? words.undefined : words.diverged, { step: counted(diverged) }) : words.no_slope;

// The words of arrows, inwards of them and beside their paths, as far as they have room beside each other.
const beside = (exits, domain, colours) => {
  const sides = sidesOf(domain);
  const taken = [];
  return exits
    .filter(({ words }) => words)
    .flatMap(({ path, x, y, words }) => {
      const { way } = path.out;
      const [u, v] = [(x - domain[0][0]) / sides[0], (y - domain[1][0]) / sides[1]];
      if (taken.some(([a, b]) => Math.abs(a - u) < 0.3 && Math.abs(b - v) < 0.06)) return [];
      taken.push([u, v]);
      const upright = Math.min(v, 1 - v) < Math.min(u, 1 - u);
      const right = upright ? (way[0] >= 0 && u < 0.65) || u < 0.2 : u < 0.5;
      const up = upright ? v < 0.5 : (way[1] >= 0 && v < 0.92) || v < 0.08;
      const place = { x, y, xref: "x", yref: "y" };
      Object.assign(place, { xanchor: right ? "left" : "right", xshift: right ? 10 : -10 });
      Object.assign(place, { yanchor: up ? "bottom" : "top", yshift: up ? 5 : -5 });
      return [note(words, colourOf(path, colours), colours, place)];
    });
};
