// The page: what is chosen, which step it is at, and how it is drawn again when one of them changes.

const data = JSON.parse(document.getElementById("data").textContent);
const { words, terrain } = data;
const find = (id) => document.getElementById(id);

const SPEED = 25; // steps a second, at the least
const LONGEST = 10; // seconds of play
const SLOW = 50; // milliseconds for the relief, from which on it need not keep up
const CONFIG = { displayModeBar: false, scrollZoom: false, plotGlPixelRatio: Math.max(devicePixelRatio, 1.5) };

// Places on a grid over the domain.
const along = ([low, high], many) => Array.from({ length: many }, (_, k) => low + (k / (many - 1)) * (high - low));
const gridOf = ({ height }) => ({
  xs: along(terrain.domain[0], height[0].length),
  ys: along(terrain.domain[1], height.length),
});
Object.assign(terrain.map, gridOf(terrain.map));

const live = terrain.live && groundOf(terrain.live);
const bands = banded(terrain.map.height, terrain.levels);
const box = boxOf(terrain);
// A domain that is small and far away would have no digits left on a graphics card.
const shift = terrain.domain.map(([low, high]) => (Math.abs(low) > 100 * (high - low) ? low : 0));
const mesh = { ...terrain.relief, ...gridOf(terrain.relief), domain: terrain.domain, shift, letters: data.letters };
mesh.lines = terrain.levels.flatMap((level) => levelLines(mesh, level));
mesh.crosses = terrain.networks.flatMap((point) => crossAt(point, mesh, box));
mesh.stars = terrain.minima.map((point) => rest(mesh, box, point, STAR));

const dark = matchMedia("(prefers-color-scheme: dark)");
const colours = () => {
  const theme = data.theme === "auto" ? (dark.matches ? "dark" : "light") : data.theme;
  return { ...data.colours[theme], theme };
};

// Paths -------------------------------------------------------------------------------------------

// Numbers that are none.
const known = (column) => column.map((one) => one ?? NaN);

// What the pictures need of a walk, computed once.
const settle = (path, walk) => {
  const inPlane = walk.in_plane && known(walk.in_plane);
  path.walk = { ...walk, steps: walk.steps ?? walk.x.map((_, row) => row), loss: known(walk.loss), in_plane: inPlane };
  Object.assign(path, shownPath(path.walk, terrain.domain));
  path.trail = laid(path.points, terrain.domain);
  path.draped = draped(path.points, mesh, box);
  // Where a path is cut off at the border it has not arrived.
  if (path.out && path.walk.diverged >= 0) for (const { own } of [path.trail, path.draped]) own[own.length - 1] = false;
  path.head = path.out ? arrowhead(path.out, mesh, box) : [];
  // Snapshots of a run are not its steps.
  path.dots = walk.residual ? [] : separate(path.points, terrain.domain);
  path.spots = path.points.map((point) => rest(mesh, box, point, BALL));
};

// What a recorded path is called that begins elsewhere than the others by now; it is no longer compared with them.
const apart = ({ options, walk }) => {
  const begins = ([x, y]) => walk.x[0] === x && walk.y[0] === y;
  if (options || !live || begins(state.start)) return null;
  return begins(data.start) ? "apart" : "elsewhere";
};

// What depends on all walks: which are compared, the axis of their losses, and words with as many digits as that shows.
const compare = () => {
  paths.forEach((path) => (path.apart = apart(path)));
  const compared = paths.filter((path) => !path.apart);
  const curves = compared.flatMap(({ walk }) => (walk.in_plane ? [walk.loss, walk.in_plane] : [walk.loss]));
  state.scale = lossScale(curves, terrain.log, terrain.ground, terrain.rounding);
  for (const path of paths) {
    const { walk } = path;
    const gone = walk.diverged >= 0;
    path.curve = {
      loss: drawnLosses(state.scale, walk.loss, gone),
      inPlane: walk.in_plane && drawnLosses(state.scale, walk.in_plane, gone),
      out: gone ? lossWayOut(state.scale, walk.steps, walk.loss) : null,
    };
    path.labels = walk.steps.map((_, row) => pointLabel(path, row, state.scale, words));
  }
};

const paths = data.paths.map((given) => ({ ...given, shown: true, options: given.options && { ...given.options } }));
paths.forEach((path, k) => settle(path, data.paths[k].walk));
const seen = paths.flatMap(({ draped: { points } }) => points).filter((point) => point !== null);
const view = viewpoint(seen, mesh, box);
const possible = live ? Array.from({ length: data.steps + 1 }, (_, k) => k) : [0];
// Where a recorded run diverged nothing was recorded.
const recorded = paths.flatMap(({ walk }) => [...walk.steps, Math.max(walk.diverged, 0)]);
const ticks = [...new Set([...possible, ...recorded])].sort((a, b) => a - b);
const last = ticks.at(-1);

// The step at which the page is, as an index of `ticks`; the start of the live paths, and where the cross is.
const state = { tick: ticks.length - 1, playing: null, start: data.start, cross: data.start, scale: null };
compare();

// Walk live paths again.
const again = (some) => {
  for (const path of some) if (path.options) settle(path, walk(live, path, state.start, data.steps));
  compare();
};

// Where each path that is shown, and has begun, has got to by now; `spot` is its place on the map, if it is on it.
const moves = () => {
  const step = ticks[state.tick];
  const found = paths
    .filter(({ shown }) => shown)
    .map((path) => {
      const { steps, diverged } = path.walk;
      const after = steps.findIndex((one) => one > step);
      const row = (after < 0 ? steps.length : after) - 1;
      const ended = diverged >= 0 && step >= diverged;
      const here =
        row >= 0 && !(path.out && row > path.out.row) && within(path.points[row], path.points[row], terrain.domain);
      return { path, row, step, ended, spot: here ? path.points[row] : null, lost: ended && !path.out };
    });
  return found.filter(({ row }) => row >= 0);
};

// Drawing -----------------------------------------------------------------------------------------

const sections = paths.map((path) =>
  section(path, words, { switched: () => draw(), changed: () => (again([path]), draw()) }),
);

const tell = () => {
  const step = ticks[state.tick];
  const text = say(words.at_step, { step: counted(step), last: counted(last) });
  find("step").value = state.tick;
  find("step").setAttribute("aria-valuetext", text);
  find("at").value = text;
  const now = moves();
  paths.forEach((path, k) =>
    sections[k].update(
      now.find((move) => move.path === path),
      state.scale,
    ),
  );
};

const nextFrame = () => new Promise((done) => requestAnimationFrame(done));

const picture = {
  ground: (now, look) => map(find("ground"), terrain, bands, look, words),
  trails: (now, look) => trails(find("trails"), terrain, now, look, words),
  losses: (now, look) => losses(find("losses"), state.scale, now, look, words, last),
  relief: (now, look) => relief(find("relief"), terrain, mesh, box, now, look, words, view),
};

const put = async (id) => {
  const { data: traces, layout } = picture[id](moves(), colours());
  await Plotly.react(find(id), traces, layout, { ...CONFIG, staticPlot: id === "ground" });
};

// What has changed since it was drawn: anything at all, the whole page, the relief.
const stale = { any: false, whole: false, relief: false };
let [drawing, done, cost] = [null, 0, 0];

// Draw once more, or as soon as the drawing that is under way is done, so that nothing piles up however fast things
// change. The map's ground is drawn only with the whole page, as when its size has changed. Without a graphics card the
// relief takes many frames; then it waits for its turn, so that the rest goes on smoothly.
const draw = (whole = false) => {
  tell();
  Object.assign(stale, { any: true, whole: whole || stale.whole });
  drawing ??= (async () => {
    while (stale.any || stale.relief) {
      await nextFrame();
      const changed = stale.any;
      if (changed) {
        const ids = stale.whole ? ["ground", "trails", "losses"] : ["trails", "losses"];
        Object.assign(stale, { any: false, whole: false, relief: true });
        for (const id of ids) await put(id);
        placeCross();
      }
      const began = performance.now();
      if (!changed || cost < SLOW || began - done > 2 * cost) {
        stale.relief = false;
        await put("relief");
        await nextFrame();
        // The first time says nothing on the others: programs have to be compiled.
        cost = done ? performance.now() - began : 0;
        done = performance.now();
      }
    }
    drawing = null;
  })();
  return drawing;
};

const paint = () => {
  sections.forEach((one) => one.paint(colours().theme));
  return draw(true);
};

// Steps -------------------------------------------------------------------------------------------

const goTo = (tick) => {
  state.tick = Math.min(Math.max(Math.round(tick), 0), ticks.length - 1);
  return draw();
};

const play = (on) => {
  if (state.playing !== null) cancelAnimationFrame(state.playing);
  state.playing = null;
  find("play").classList.toggle("playing", on);
  find("play").querySelector("span").textContent = on ? words.pause : words.play;
  if (!on) return;
  if (state.tick === ticks.length - 1) state.tick = 0;
  // By the clock, so that a slow machine shows fewer steps and not a slower walk.
  const speed = Math.max(SPEED, ticks.length / LONGEST);
  const [from, began] = [state.tick, performance.now()];
  const advance = (now) => {
    goTo(from + (speed * Math.max(now - began, 0)) / 1000);
    if (state.tick === ticks.length - 1) play(false);
    else state.playing = requestAnimationFrame(advance);
  };
  state.playing = requestAnimationFrame(advance);
};

// All together ------------------------------------------------------------------------------------

const sizes = () => ["relief", "map", "losses"].map((id) => `${find(id).clientWidth}×${find(id).clientHeight}`).join();

const listen = () => {
  find("step").addEventListener("input", ({ target }) => {
    play(false);
    goTo(target.valueAsNumber);
  });
  find("play").addEventListener("click", () => play(state.playing === null));
  dark.addEventListener("change", paint);
  let drawn = sizes();
  addEventListener("resize", () => {
    // On a phone a page is resized, too, when the browser's own bars come and go.
    if (sizes() === drawn) return;
    drawn = sizes();
    paint();
  });
  if (!live) return;
  listenToMouse(find("map"));
  listenToKeys(find("map"));
  FIELDS.forEach((id, k) =>
    find(id).addEventListener("change", ({ target }) => {
      const typed = target.valueAsNumber;
      if (Number.isFinite(typed)) setStart(state.start.map((one, axis) => (axis === k ? typed : one)));
    }),
  );
  find("reset").addEventListener("click", () => {
    paths.forEach((path, k) => path.options && Object.assign(path.options, data.paths[k].options));
    sections.forEach(({ set }) => set());
    setStart(data.start);
  });
  tellStart();
};

window.landscape = {
  terrain: live,
  paths: () =>
    paths.map(({ name, options, shown, apart: other, walk: record }) => ({
      name,
      options,
      shown,
      apart: other,
      ...record,
    })),
  scale: () => state.scale,
  start: () => state.start,
  setStart,
  step: () => ticks[state.tick],
  goTo,
  pixel: pixelOf,
  // When the first complete drawing was done, in milliseconds after the page was called for.
  drawn: null,
};

// A surface alone has nothing to play.
document.body.classList.toggle("bare", !paths.length);
find("step").max = ticks.length - 1;
find("map").style.setProperty("--ratio", heightOverWidth(terrain));
find("walkers").append(...sections.map(({ made }) => made));
// Plotly measures words, and paints those of the relief as pictures.
await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} 1rem "Source Sans 3"`)));
await document.fonts.load(`1rem "${MARKS}"`, Object.values(data.letters).join(""));
await document.fonts.ready;
await paint();
listen();
// The task after a frame, whose end `paint` waited for, comes when that has been painted.
setTimeout(() => {
  window.landscape.drawn = performance.now();
});
