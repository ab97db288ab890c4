// The losses over the steps.

const LOSS_ROOM = { l: 66, r: 14, t: 10, b: 40 };

const losses = (at, scale, moves, colours, words, last) => {
  const place = (loss) => placeOf(scale, loss);
  const range = [place(scale.low), place(scale.high)];
  const span = range[1] - range[0];
  // Plotly cannot place what lies very far outside of the picture.
  const near = (loss) =>
    Number.isNaN(loss) ? null : Math.min(Math.max(place(loss), range[0] - 9 * span), range[1] + 9 * span);
  const whole = moves.filter(({ path }) => !path.apart);
  const lines = whole.flatMap(({ path, row }) => {
    const { walk, curve } = path;
    const colour = colourOf(path, colours);
    const line = (column, count, width, style) => ({
      type: "scatter",
      x: walk.steps.slice(0, count),
      y: column.slice(0, count).map(near),
      mode: "lines",
      hoverinfo: "skip",
      line: { color: colour, width, dash: dashed(path, width) },
      ...style,
    });
    const told = { text: path.labels, hoverinfo: "text", hovertemplate: HOVER, hoverlabel: { bordercolor: colour } };
    const inPlane =
      curve.inPlane && line(curve.inPlane, row + 1, 1.2, { line: { color: colour, width: 1.2, dash: "2px,2px" } });
    return [
      line(curve.loss, walk.loss.length, 1.2, { ...told, opacity: 0.4 }),
      ...(inPlane ? [inPlane] : []),
      line(curve.loss, row + 1, 2.2),
    ];
  });
  const left = ({ path, step }) => path.curve.out !== null && step >= path.curve.out.step;
  const balls = ballsOf(whole, colours, 10, ({ path, row, step }) => {
    const { walk, curve } = path;
    if (left({ path, step })) {
      return curve.out.edge === null ? { x: curve.out.step, y: near(curve.out.loss), lost: true } : null;
    }
    const loss = curve.loss[row];
    return loss >= scale.low && loss <= scale.high ? { x: walk.steps[row], y: near(loss) } : null;
  });
  const exits = whole.filter(left).filter(({ path }) => path.curve.out.edge !== null);
  const arrows = exits.map(({ path }) => {
    const { step, edge } = path.curve.out;
    return { path, x: step, y: range[edge], degrees: edge ? 0 : 180 };
  });
  const floor = whole.some(({ path }) => reached(scale, path.walk.loss));
  const ticks = scaleTicks(scale, 5);
  const { texts, name } = tickWords(ticks, words.loss);
  const axis = { gridcolor: colours.grid, zeroline: false, fixedrange: true };
  const title = (text) => ({ text, font: { size: 12, color: colours.muted }, standoff: 10 });
  const layout = {
    ...common(colours, LOSS_ROOM, at),
    xaxis: {
      ...axis,
      showgrid: false,
      range: [0, Math.max(last, 1) * 1.01],
      nticks: 8,
      ticks: "outside",
      ticklen: 4,
      tickcolor: colours.grid,
      tickformat: ",d",
      title: title(words.step),
    },
    yaxis: { ...axis, range, tickvals: ticks.map(place), ticktext: texts, title: title(name) },
    shapes: floor ? [floorLine(place(scale.floor), colours)] : [],
    annotations: [
      ...(floor ? [floorNote(place(scale.floor), colours, words)] : []),
      ...lost(exits, arrows, last, colours, words),
    ],
  };
  return { data: [...lines, arrowsOf(arrows, colours), balls], layout };
};

// Where losses that are less are only rounding.
const floorLine = (y, colours) => ({
  type: "line",
  xref: "paper",
  x0: 0,
  x1: 1,
  y0: y,
  y1: y,
  line: { color: colours.muted, width: 1, dash: "dot" },
  layer: "below",
});
const floorNote = (y, colours, words) =>
  note(words.floor, colours.muted, colours, {
    xref: "paper",
    x: 0,
    xshift: 4,
    y,
    xanchor: "left",
    yanchor: "bottom",
    font: { size: 11, color: colours.muted },
  });

// When the walks diverged whose curves have left, beside their arrows as far as they have room.
const lost = (exits, arrows, last, colours, words) => {
  const taken = [];
  return exits.flatMap(({ path, ended }, k) => {
    const [x, edge] = [arrows[k].x / Math.max(last, 1), path.curve.out.edge];
    if (!ended || taken.some((other) => other.edge === edge && Math.abs(other.x - x) < 0.14)) return [];
    taken.push({ x, edge });
    const left = x < 0.8;
    const place = { x: arrows[k].x, y: arrows[k].y, xanchor: left ? "left" : "right", xshift: left ? 10 : -10 };
    return [
      note(divergedAt(path, words), colourOf(path, colours), colours, { ...place, yanchor: edge ? "top" : "bottom" }),
    ];
  });
};
