// How the page walks: an optimizer, with what is wrapped around it, over a terrain.

const NEAR = 1e30; // coordinates up to which no tenth power overflows

// The gradient that a step is taken with. SAM's is of the worst point nearby, clipping's is shortened; `around` is from
// the outermost wrapper to the innermost, each {name, size}.
const lookedUp = (gradient, x, around, terrain) =>
  around
    .filter(({ name }) => name === "sam")
    .reduce((g, { size }) => {
      const share = size / (length(g) + 1e-12);
      return terrain.gradient(...x.map((one, k) => g[k] * share + one));
    }, gradient);
const shortened = (gradient, around) =>
  around
    .filter(({ name }) => name === "clip")
    .reduce((g, { size }) => scaled(g, Math.min(size / (length(g) + 1e-6), 1)), gradient);

// Walk from a start as `descend` does: columns of what was met at each step, up to the last finite point. `diverged` is
// the step from which on there is no finite point, gradient or loss, −1 if there is none; it is `outside` where it did so
// at a point that has no loss, and ran away nowhere.
const walk = (terrain, { optimizer, options, around }, start, steps) => {
  const { init, advance } = optimizers[optimizer];
  let [point, state] = [[...start], init(start, options)];
  const shown = Object.keys(state).filter((name) => name[0] !== "_");
  const columns = (vector) => vector.map(() => []);
  const record = { x: [], y: [], loss: [], gradient: columns(point), state: {}, diverged: -1, outside: false };
  for (const name of shown) record.state[name] = columns(state[name]);
  for (let step = 0; step <= steps; step++) {
    const [gradient, loss] = [terrain.gradient(...point), terrain.value(...point)];
    const whole = [...point, ...gradient, loss].every(Number.isFinite);
    if (whole) record.diverged = -1;
    else if (record.diverged < 0) record.diverged = step;
    if (!point.every(Number.isFinite)) return record;
    record.outside = Number.isNaN(loss) && point.every((one) => Math.abs(one) < NEAR);
    record.x.push(point[0]);
    record.y.push(point[1]);
    record.loss.push(loss);
    gradient.forEach((one, k) => record.gradient[k].push(one));
    for (const name of shown) state[name].forEach((one, k) => record.state[name][k].push(one));
    if (!gradient.every(Number.isFinite)) return record;
    if (step === steps) break;
    const used = shortened(lookedUp(gradient, point, around, terrain), around);
    state = advance(used, point, state, step + 1, options, terrain);
    point = point.map((x, k) => x + state.delta[k]);
  }
  return record;
};

// The terrain of a name and its parameters, with all its derivatives.
const groundOf = ({ name, parameters }) => {
  const ground = terrains[name](parameters);
  return name in hessians ? { ...ground, hessian: hessians[name](parameters) } : ground;
};
