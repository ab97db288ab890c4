// The pictures as Plotly's data and layouts: the relief, the map in two layers, and the losses.

const TALLEST = 100; // times the first loss, where logarithmic losses end
const ROOM = {
  relief: { l: 0, r: 0, t: 0, b: 0 },
  map: { l: 40, r: 58, t: 24, b: 26 },
  losses: { l: 58, r: 14, t: 8, b: 40 },
};

const PIT = 0.1; // share of the relief's colours that what has no height is apart from the lowest one

// The relief as a block with walls, which hide the undersides of its pits. The border comes twice before it goes down,
// or the light would round it off. Where there is no height the block is cut away down to its base.
const block = ({ xs, ys, height, low, high }, colours) => {
  const around = (row) => [row[0], row[0], ...row, row.at(-1), row.at(-1)];
  const wide = around(height.map(around));
  const inside = (k, many) => k > 0 && k < many - 1;
  const z = wide.map((row, j) =>
    row.map((one, i) => (inside(j, wide.length) && inside(i, row.length) ? (one ?? low) : low)),
  );
  const [cmax, scale] = [high > low ? high : low + 1, scaleOf(colours)];
  const look = { x: around(xs), y: around(ys), z, cmin: low, cmax };
  if (!height.flat().includes(null)) return { ...look, surfacecolor: wide, colorscale: scale };
  const cmin = low - (PIT / (1 - PIT)) * (cmax - low);
  const lifted = scale.map(([share, colour]) => [PIT + (1 - PIT) * share, colour]);
  const colorscale = [[0, colours.panel], [0.99 * PIT, colours.panel], ...lifted];
  return { ...look, cmin, surfacecolor: wide.map((row) => row.map((one) => one ?? cmin)), colorscale };
};

// The sides of the box around the relief, to the map's scale.
const boxOf = ({ domain, equal }) => {
  const sides = domain.map(([low, high]) => high - low);
  const mean = Math.sqrt(sides[0] * sides[1]);
  return { x: equal ? sides[0] / mean : 1, y: equal ? sides[1] / mean : 1, z: 0.45 };
};

// Ticks without those at the very bottom, where the numbers of two other axes meet.
const above = ({ tickvals, ticktext }, low) => {
  const kept = tickvals.map((tick) => tick > low);
  return { tickvals: tickvals.filter((_, k) => kept[k]), ticktext: ticktext.filter((_, k) => kept[k]) };
};

// So far away that the box fits, in a place that is wide and in one that is high.
const cameraOf = ({ clientWidth, clientHeight }, box, view) => {
  const far = 1.36 * Math.hypot(box.x, box.y) * Math.max(1, (1.12 * clientHeight) / clientWidth);
  return { eye: { x: far * view[0], y: far * view[1], z: far * view[2] }, center: { x: 0, y: 0, z: -0.2 } };
};

// view: where it is looked at from at first, as a direction.
const relief = (place, terrain, mesh, box, moves, colours, view) => {
  const span = mesh.high - mesh.low || 1;
  // What lies on the border of the axes' range is cut off in parts.
  const around = ([low, high], share) => [low - 1e-3 * (high - low), high + share * (high - low)];
  const surface = {
    type: "surface",
    ...block(mesh, colours),
    showscale: false,
    hoverinfo: "skip",
    lighting: { ambient: 0.72, diffuse: 0.55, specular: 0.04, roughness: 0.9, fresnel: 0.05 },
    lightposition: { x: -1e4, y: 1e4, z: 1e4 },
    contours: {
      x: { highlight: false },
      y: { highlight: false },
      z: { show: true, color: mixed(colours.muted, colours.terrain[6]), width: 1, highlight: false, ...levelsOf(mesh) },
    },
  };
  const lines = moves.map(({ path, row }) => {
    const { x, y, z, row: rows, upto } = path.draped;
    const shown = (column) => column.slice(0, upto[row]);
    const colour = path.colour[colours.theme];
    return {
      type: "scatter3d",
      mode: "lines",
      x: shown(x),
      y: shown(y),
      z: shown(z),
      text: shown(rows).map((one) => path.labels[one]),
      hovertemplate: HOVER,
      hoverlabel: { bordercolor: colour },
      line: { color: colour, width: 6, dash: path.dash },
    };
  });
  const at = ({ path, row }, k) => path.spots[row]?.[k] ?? null;
  const balls = {
    type: "scatter3d",
    // The relief's crosses are letters, which not every machine has.
    ...ballsOf(moves, colours, 7, { x: (one) => at(one, 0), y: (one) => at(one, 1), z: (one) => at(one, 2) }, null),
  };
  const axis = {
    gridcolor: colours.grid,
    zeroline: false,
    showspikes: false,
    showbackground: false,
    title: { text: "" },
  };
  const ground = { ...axis, nticks: 5, tickfont: { size: 11, color: colours.muted }, ticks: "" };
  const layout = {
    ...common(colours, ROOM.relief, place),
    scene: {
      xaxis: { ...ground, range: around(terrain.domain[0], 1e-3) },
      yaxis: { ...ground, range: around(terrain.domain[1], 1e-3) },
      zaxis: {
        ...ground,
        range: around([mesh.low, mesh.low + span], 0.06),
        ...above(heightTicks(terrain, mesh.low, mesh.low + span, 5), mesh.low + 0.12 * span),
      },
      aspectmode: "manual",
      aspectratio: box,
      camera: cameraOf(place, box, view),
      dragmode: "turntable",
    },
  };
  return { data: [surface, ...lines, balls], layout };
};

// Both layers of the map; its margins leave a ground with the domain's own proportions, where there are any to be kept.
const mapLayout = (place, terrain, colours, style) => {
  const sides = terrain.domain.map(([low, high]) => high - low);
  const { l, r, t, b } = ROOM.map;
  const free = [place.clientWidth - l - r, place.clientHeight - t - b];
  const scale = Math.min(free[0] / sides[0], free[1] / sides[1]);
  const [dx, dy] = terrain.equal ? free.map((one, k) => Math.max(one - scale * sides[k], 0) / 2) : [0, 0];
  const axis = (range) => ({ range: [...range], fixedrange: true, showgrid: false, zeroline: false, ...style });
  return {
    ...common(colours, { l: l + dx, r: r + dx, t: t + dy, b: b + dy }, place),
    xaxis: axis(terrain.domain[0]),
    yaxis: axis(terrain.domain[1]),
  };
};

// The map's ground, which is drawn once.
const map = (place, terrain, mesh, colours, words) => {
  const filled = {
    type: "contour",
    x: terrain.map.xs,
    y: terrain.map.ys,
    z: terrain.map.height,
    colorscale: scaleOf(colours),
    zmin: mesh.low,
    zmax: mesh.high > mesh.low ? mesh.high : mesh.low + 1,
    contours: levelsOf(mesh),
    autocontour: false,
    line: { color: see(colours.ink, 0.4), width: 0.7 },
    hoverinfo: "skip",
    colorbar: {
      x: 1,
      xpad: 10,
      ypad: 0,
      thickness: 9,
      outlinewidth: 0,
      ticks: "",
      tickfont: { size: 11, color: colours.muted },
      ...heightTicks(terrain, mesh.low, mesh.high, 6),
    },
  };
  const ticks = { ticks: "outside", ticklen: 4, tickcolor: colours.grid, nticks: 6 };
  const title = { text: words.loss, font: { size: 11 }, showarrow: false, xref: "paper", yref: "paper" };
  const annotations = [{ ...title, x: 1, y: 1, xanchor: "left", yanchor: "bottom", xshift: 6, yshift: 2 }];
  return {
    data: terrain.map.holes ? [filled, holes] : [filled],
    layout: { ...mapLayout(place, terrain, colours, ticks), annotations },
  };
};

// What hides the map where it has no height; Plotly draws it below contours, so it belongs to the layer above.
const holes = ({ map: { xs, ys, holes: z } }, colours) => {
  const colorscale = [0, 1].map((end) => [end, colours.ground]);
  return z ? [{ type: "heatmap", x: xs, y: ys, z, colorscale, showscale: false, hoverinfo: "skip" }] : [];
};

// The paths over the map, in a layer of their own, so that the ground need not be drawn at every step.
const trails = (place, terrain, moves, colours) => {
  const lines = moves.flatMap(({ path, row }) => {
    const points = path.points.slice(0, row + 1);
    const colour = path.colour[colours.theme];
    const line = {
      x: points.map((point) => point && point[0]),
      y: points.map((point) => point && point[1]),
      text: path.labels.slice(0, row + 1),
      hovertemplate: HOVER,
      hoverlabel: { bordercolor: colour },
      mode: "lines+markers",
      line: { color: colour, width: 2, dash: path.dash },
      marker: { color: colour, size: 4, opacity: 0.9 },
    };
    const casing = {
      x: line.x,
      y: line.y,
      mode: "lines",
      line: { color: colours.ground, width: 5 },
      opacity: 0.55,
      hoverinfo: "skip",
    };
    return [casing, line];
  });
  const at = ({ path, row }, k) => path.points[row]?.[k] ?? null;
  const balls = ballsOf(moves, colours, 13, { x: (one) => at(one, 0), y: (one) => at(one, 1) });
  const layout = mapLayout(place, terrain, colours, { showticklabels: false, ticks: "" });
  return { data: [...holes(terrain, colours), ...lines, balls], layout };
};

// From where to where the losses are drawn: a walk that diverges leaves through the top, one that falls without end
// through the bottom, and neither flattens the others.
const lossRange = (terrain, mesh, paths, log) => {
  const all = paths.flatMap(({ walk }) => {
    const tallest = Math.max(TALLEST * walk.loss[0], walk.loss[0] + 1);
    return [...walk.loss, ...(walk.in_plane ?? [])].filter((loss) => Number.isFinite(loss) && loss <= tallest);
  });
  if (log) {
    const positive = all.filter((loss) => loss > 0).map(Math.log10);
    const [low, high] = positive.length ? [Math.min(...positive), Math.max(...positive)] : [0, 1];
    const room = 0.06 * Math.max(high - low, 0.1);
    return [low - room, high + room];
  }
  const span = mesh.high - mesh.low || 1;
  const seen = all.filter((loss) => loss >= mesh.low - 0.1 * span && loss <= mesh.high + 0.1 * span);
  const [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [mesh.low, mesh.high];
  const room = 0.06 * (high - low || 1);
  return [low - room, high + room];
};

const losses = (at, terrain, mesh, paths, moves, colours, words, last) => {
  const log = terrain.log && paths.some(({ walk }) => walk.loss.some((loss) => loss > 0));
  const range = lossRange(terrain, mesh, paths, log);
  const span = range[1] - range[0];
  // Plotly cannot place what lies very far outside of the picture.
  const place = (loss) => {
    if (loss === null || Number.isNaN(loss) || (log && loss <= 0)) return null;
    return Math.min(Math.max(log ? Math.log10(loss) : loss, range[0] - 9 * span), range[1] + 9 * span);
  };
  const lines = moves.flatMap(({ path, row }) => {
    const { walk } = path;
    const colour = path.colour[colours.theme];
    const line = (column, count, style) => ({
      x: walk.steps.slice(0, count),
      y: column.slice(0, count).map(place),
      mode: "lines",
      hoverinfo: "skip",
      ...style,
    });
    const told = { text: path.labels, hoverinfo: "text", hovertemplate: HOVER, hoverlabel: { bordercolor: colour } };
    const dashed =
      walk.in_plane && line(walk.in_plane, row + 1, { line: { color: colour, width: 1.2, dash: "4px,3px" } });
    return [
      line(walk.loss, walk.loss.length, {
        ...told,
        line: { color: colour, width: 1.2, dash: path.dash },
        opacity: 0.4,
      }),
      ...(dashed ? [dashed] : []),
      line(walk.loss, row + 1, { line: { color: colour, width: 2.2, dash: path.dash } }),
    ];
  });
  // What diverged has left through the top; what is out of the picture without that has no ball.
  const shown = (y) => (y !== null && y >= range[0] && y <= range[1] ? y : null);
  const balls = ballsOf(moves, colours, 10, {
    x: ({ path: { walk }, row, ended }) => (ended ? walk.diverged : walk.steps[row]),
    y: ({ path: { walk }, row, ended }) => (ended ? range[1] : shown(place(walk.loss[row]))),
  });
  balls.cliponaxis = false;
  const ticks = log ? logTicks(10 ** range[0], 10 ** range[1], 5) : evenTicks(...range, 5);
  const axis = { gridcolor: colours.grid, zeroline: false, fixedrange: true };
  const title = (text) => ({ text, font: { size: 12, color: colours.muted }, standoff: 10 });
  const layout = {
    ...common(colours, ROOM.losses, at),
    xaxis: {
      ...axis,
      showgrid: false,
      range: [0, last * 1.01],
      nticks: 8,
      ticks: "outside",
      ticklen: 4,
      tickcolor: colours.grid,
      title: title(words.step),
    },
    yaxis: { ...axis, range, ...labelled(ticks, (tick) => (log ? Math.log10(tick) : tick)), title: title(words.loss) },
  };
  return { data: [...lines, balls], layout };
};
