// The optimizers that the page can run itself, in PyTorch's conventions as in Python. All of them treat each coordinate
// on its own, so a rule is a pure function of one coordinate: its gradient g, its place x, what it remembers s, the
// step's number t = 1, 2 …, and the hyperparameters o. It returns the step and the new memory.

const adam = (g, x, s, t, o) => {
  const m = o.beta1 * s.m + (1 - o.beta1) * g;
  const v = o.beta2 * s.v + (1 - o.beta2) * (g * g);
  const [mHat, vHat] = [m / (1 - o.beta1 ** t), v / (1 - o.beta2 ** t)];
  return { delta: (-o.lr * mHat) / (Math.sqrt(vHat) + o.eps), m, v };
};

// memory: what there is before the first step; a name that begins with an underscore is not shown.
const optimizers = {
  sgd: {
    memory: {},
    rule: (g, x, s, t, o) => ({ delta: -o.lr * (g + o.weight_decay * x) }),
  },

  momentum: {
    memory: { m: 0 },
    rule(g, x, s, t, o) {
      const m = o.momentum * s.m + (t > 1 && o.momentum ? 1 - o.dampening : 1) * (g + o.weight_decay * x);
      return { delta: -o.lr * m, m };
    },
  },

  nesterov: {
    memory: { m: 0 },
    rule(g, x, s, t, o) {
      const penalised = g + o.weight_decay * x;
      const m = o.momentum * s.m + penalised;
      return { delta: -o.lr * (o.momentum * m + penalised), m };
    },
  },

  adagrad: {
    memory: { v: 0 },
    rule(g, x, s, t, o) {
      const v = s.v + g * g;
      return { delta: -o.lr * (g / (Math.sqrt(v) + o.eps)), v };
    },
  },

  rmsprop: {
    memory: { v: 0 },
    rule(g, x, s, t, o) {
      const v = o.alpha * s.v + (1 - o.alpha) * (g * g);
      return { delta: -o.lr * (g / (Math.sqrt(v) + o.eps)), v };
    },
  },

  adam: { memory: { m: 0, v: 0 }, rule: adam },

  amsgrad: {
    memory: { m: 0, v: 0, w: 0 },
    rule(g, x, s, t, o) {
      const { m, v } = adam(g, x, s, t, o);
      const w = Math.max(s.w, v);
      const [mHat, wHat] = [m / (1 - o.beta1 ** t), w / (1 - o.beta2 ** t)];
      return { delta: (-o.lr * mHat) / (Math.sqrt(wHat) + o.eps), m, v, w };
    },
  },

  adamw: {
    memory: { m: 0, v: 0 },
    rule(g, x, s, t, o) {
      const step = adam(g, x, s, t, o);
      return { ...step, delta: step.delta - o.lr * o.weight_decay * x };
    },
  },

  nadam: {
    memory: { m: 0, v: 0, _product: 1 },
    rule(g, x, s, t, o) {
      const { m, v } = adam(g, x, s, t, o);
      const mu = (step) => o.beta1 * (1 - 0.5 * 0.96 ** (step * o.momentum_decay));
      const product = s._product * mu(t);
      const ahead = (mu(t + 1) * m) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * g) / (1 - product);
      const delta = (-o.lr * ahead) / (Math.sqrt(v / (1 - o.beta2 ** t)) + o.eps);
      return { delta, m, v, _product: product };
    },
  },
};

// Walk from a start as `descend` does: columns of what was met at each step, up to the last finite point. `diverged` is
// the step from which on there is no finite point, gradient or loss, −1 if there is none.
const walk = (terrain, { memory, rule }, options, start, steps) => {
  const shown = ["delta", ...Object.keys(memory).filter((name) => name[0] !== "_")];
  const record = { x: [], y: [], loss: [], gradient: [[], []], state: {}, diverged: -1 };
  for (const name of shown) record.state[name] = [[], []];
  let point = [...start];
  let states = [0, 1].map(() => ({ delta: 0, ...memory }));
  for (let step = 0; step <= steps; step++) {
    const [gradient, loss] = [terrain.gradient(...point), terrain.value(...point)];
    const whole = [...point, ...gradient, loss].every(Number.isFinite);
    if (whole) record.diverged = -1;
    else if (record.diverged < 0) record.diverged = step;
    if (!point.every(Number.isFinite)) return record;
    record.x.push(point[0]);
    record.y.push(point[1]);
    record.loss.push(loss);
    for (const k of [0, 1]) {
      record.gradient[k].push(gradient[k]);
      for (const name of shown) record.state[name][k].push(states[k][name]);
    }
    if (!gradient.every(Number.isFinite)) return record;
    states = states.map((state, k) => rule(gradient[k], point[k], state, step + 1, options));
    point = point.map((x, k) => x + states[k].delta);
  }
  return record;
};
