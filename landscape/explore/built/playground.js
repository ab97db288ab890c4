// src/elements.ts
var h = (kind, attributes = {}, ...children) => {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== void 0) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
};
var SVG = "http://www.w3.org/2000/svg";
var svg = (kind, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
};
var say = (words, values = {}) => words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));

// src/given.ts
var row = (numbers2) => Float64Array.from(numbers2, (one) => one ?? Number.NaN);
var groundOfGiven = (given2) => ({
  ...{ home: given2.domain, domain: given2.domain, coordinates: given2.coordinates },
  ...{ height: given2.height, floor: given2.floor, rounding: given2.rounding },
  toScale: given2.toScale,
  bounded: true,
  loss: { columns: given2.columns, rows: given2.rows, values: row(given2.losses) },
  ...{ minima: given2.minima, networks: given2.networks }
});
var pathOfGiven = (given2) => ({
  name: given2.name,
  look: given2.look,
  apart: false,
  walk: {
    ...{ x: row(given2.x), y: row(given2.y), loss: row(given2.loss), steps: row(given2.steps) },
    ...given2.gradient ? { gradient: given2.gradient.map(row) } : {},
    state: Object.fromEntries(Object.entries(given2.state).map(([name, columns]) => [name, columns.map(row)])),
    ...given2.in_plane ? { inPlane: row(given2.in_plane) } : {},
    ...given2.residual ? { residual: row(given2.residual) } : {},
    ...{ diverged: given2.diverged, outside: given2.outside }
  }
});

// src/looks.ts
var looksOf = (names, table) => {
  const stranger = (k) => [
    "ink",
    table.dashes[2],
    table.markers[k % table.markers.length]
  ];
  const own2 = names.map((name, k) => table.own[name] ?? stranger(k));
  const hues = counted(new Set(own2.map(([hue]) => hue)));
  const markers = counted(new Set(own2.map(([, , marker]) => marker)));
  const dashes = counted(new Set(own2.map(([hue, dash]) => `${hue}|${dash}`)));
  const given2 = [];
  for (const [k, [first, firstDash, firstMarker]] of own2.entries()) {
    let [hue, dash, marker] = [first, firstDash, firstMarker];
    const before = own2.slice(0, k);
    if (before.some(([other]) => other === hue)) {
      hue = least(table.spare, (one) => hues(one));
      hues.add(hue);
      const taken = counted(given2.map((one) => String(one.dash)));
      dash = least(table.dashes, (one) => 1e3 * dashes(`${hue}|${one}`) + taken(String(one)));
    }
    if (before.some(([, , other]) => other === marker)) {
      marker = least(table.markers, (one) => markers(one));
      markers.add(marker);
    }
    dashes.add(`${hue}|${dash}`);
    given2.push({ hue, dash, marker });
  }
  return given2.map(({ hue, dash, marker }) => ({
    colour: { light: table.hues.light[hue], dark: table.hues.dark[hue] },
    dash,
    marker,
    outline: table.outlines[marker]
  }));
};
var counted = (all) => {
  const counts = /* @__PURE__ */ new Map();
  const count = (one) => counts.get(one) ?? 0;
  const add = (one) => {
    counts.set(one, count(one) + 1);
  };
  for (const one of all) add(one);
  return Object.assign(count, { add });
};
var least = (all, of) => all.reduce((best, one) => of(one) < of(best) ? one : best);

// src/kinds.ts
var KINDS = [
  ["+", 2],
  ["-", 2],
  ["*", 2],
  ["/", 2],
  ["negative", 1],
  ["sqrt", 1],
  ["abs", 1],
  ["sign", 1],
  ["max", 2],
  ["min", 2],
  ["rint", 1],
  ["floor", 1],
  ["less", 2],
  ["less_equal", 2],
  ["greater", 2],
  ["greater_equal", 2],
  ["equal", 2],
  ["not_equal", 2],
  ["isnan", 1],
  ["isfinite", 1],
  ["isinf", 1],
  ["logical_not", 1],
  ["logical_and", 2],
  ["logical_or", 2],
  ["where", 3],
  ["pick", 4],
  ["**", 2],
  ["remainder", 2],
  ["exp", 1],
  ["expm1", 1],
  ["log", 1],
  ["log2", 1],
  ["log10", 1],
  ["erf", 1],
  ["logaddexp", 2],
  ["sigmoid", 1],
  ["slope", 1],
  ["softplus", 1],
  ["sin", 1],
  ["cos", 1],
  ["tan", 1],
  ["asin", 1],
  ["acos", 1],
  ["atan", 1],
  ["arctan2", 2],
  ["sinh", 1],
  ["cosh", 1],
  ["tanh", 1],
  ["hypot", 2],
  ["sum", 1],
  ["largest", 1],
  ["any", 1],
  ["every", 1],
  ["eigh0", 3],
  ["eigh1", 3],
  ["eigh2", 3],
  ["eigh3", 3],
  ["eigh4", 3],
  ["eigh5", 3],
  ["qr0", 2],
  ["qr1", 2],
  ["qr2", 2]
];

// src/functions.ts
var sigmoid = (a) => (a < 0 ? Math.exp(a) : 1) / (1 + Math.exp(-Math.abs(a)));
var slope = (a) => {
  const t = Math.exp(-Math.abs(a));
  return t / ((1 + t) * (1 + t));
};
var logaddexp = (a, b) => {
  const apart2 = a === b ? 0 : Math.abs(a - b);
  return Number.isNaN(apart2) ? apart2 : Math.max(a, b) + Math.log1p(Math.exp(-apart2));
};
var rint = (a) => {
  const whole = Math.floor(a);
  const rest = a - whole;
  return rest < 0.5 || rest === 0.5 && whole % 2 === 0 ? whole : rest >= 0.5 ? whole + 1 : a;
};
var remainder = (a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};
var erf = (a) => {
  const b = Math.abs(a);
  if (!(b < 6)) return Math.sign(a);
  if (b < 2.5) {
    let sum = b;
    let term = b;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= 2 * b * b / (2 * n + 1);
      sum += term;
    }
    return Math.sign(a) * 2 * sum * Math.exp(-b * b) / Math.sqrt(Math.PI);
  }
  let tail = b;
  for (let n = 60; n > 0; n--) tail = b + n / 2 / tail;
  return Math.sign(a) * (1 - Math.exp(-b * b) / (tail * Math.sqrt(Math.PI)));
};
var eigen = (a, b, c) => {
  const [sum, difference, across] = [a + c, a - c, b + b];
  const [apart2, off] = [Math.abs(difference), Math.abs(across)];
  const [more, less] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  let root2 = off * Math.SQRT2;
  if (apart2 > off) root2 = apart2 * Math.sqrt(1 + (off / apart2) ** 2);
  else if (apart2 < off) root2 = off * Math.sqrt(1 + (apart2 / off) ** 2);
  const first = sum < 0 ? 0.5 * (sum - root2) : sum > 0 ? 0.5 * (sum + root2) : 0.5 * root2;
  const second = sum === 0 ? -0.5 * root2 : more / first * less - b / first * b;
  const cosine = difference >= 0 ? difference + root2 : difference - root2;
  let [c1, s1] = [1, 0];
  if (Math.abs(cosine) > off) {
    const cotangent = -across / cosine;
    s1 = 1 / Math.sqrt(1 + cotangent * cotangent);
    c1 = cotangent * s1;
  } else if (off !== 0) {
    const tangent = -cosine / across;
    c1 = 1 / Math.sqrt(1 + tangent * tangent);
    s1 = tangent * c1;
  }
  if (sum < 0 === difference < 0) [c1, s1] = [-s1, c1];
  return first >= second ? [second, first, -s1, c1, c1, s1] : [first, second, c1, -s1, s1, c1];
};
var reflection = (a, b) => {
  if (b === 0) return [1, 0, 1];
  const beta = -(a < 0 || Object.is(a, -0) ? -1 : 1) * Math.hypot(a, b);
  const [tau, v] = [(beta - a) / beta, b * (1 / (a - beta))];
  return [1 - tau, -tau * v, 1 - tau * v * v];
};

// src/program.ts
var WIDTH = 6;
var unpacked = ({ inputs, numbers: numbers2, operations }) => {
  const lines = [];
  let place = inputs.length + numbers2.length;
  for (let at = 0; at < operations.length; place++) {
    const kind = operations[at];
    const many = KINDS[kind][1];
    const operands = operations.slice(at + 1, at + 1 + many);
    lines.push(kind, place, ...operands, ...Array(4 - many).fill(0));
    at += 1 + many;
  }
  return Int32Array.from(lines);
};
var Machine = class {
  places;
  results;
  code;
  inputs;
  constructor(program) {
    this.code = unpacked(program);
    const begin2 = program.inputs.length + program.numbers.length;
    this.places = new Float64Array(begin2 + this.code.length / WIDTH);
    program.numbers.forEach((value, k) => {
      this.places[program.inputs.length + k] = value ?? Number.NaN;
    });
    this.results = program.results;
    this.inputs = new Map(program.inputs.map((name, place) => [name, place]));
  }
  // Where an input stands; −1 if the program has none of that name.
  place(name) {
    return this.inputs.get(name) ?? -1;
  }
  // Set inputs by their names; of those that the program does not take nothing becomes.
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const place = this.inputs.get(name);
      if (place !== void 0) this.places[place] = value;
    }
  }
  // The numbers of a result.
  result(name) {
    return this.results[name].map((place) => this.places[place]);
  }
  run() {
    const { code, places: r } = this;
    for (let line = 0; line < code.length; line += WIDTH) {
      const out = code[line + 1];
      const a = r[code[line + 2]];
      const b = r[code[line + 3]];
      switch (code[line]) {
        case 0:
          r[out] = a + b;
          break;
        case 1:
          r[out] = a - b;
          break;
        case 2:
          r[out] = a * b;
          break;
        case 3:
          r[out] = a / b;
          break;
        case 4:
          r[out] = -a;
          break;
        case 5:
          r[out] = Math.sqrt(a);
          break;
        case 6:
          r[out] = Math.abs(a);
          break;
        case 7:
          r[out] = Math.sign(a);
          break;
        case 8:
          r[out] = Math.max(a, b);
          break;
        case 9:
          r[out] = Math.min(a, b);
          break;
        case 10:
          r[out] = rint(a);
          break;
        case 11:
          r[out] = Math.floor(a);
          break;
        case 12:
          r[out] = a < b ? 1 : 0;
          break;
        case 13:
          r[out] = a <= b ? 1 : 0;
          break;
        case 14:
          r[out] = a > b ? 1 : 0;
          break;
        case 15:
          r[out] = a >= b ? 1 : 0;
          break;
        case 16:
          r[out] = a === b ? 1 : 0;
          break;
        case 17:
          r[out] = a !== b ? 1 : 0;
          break;
        case 18:
          r[out] = Number.isNaN(a) ? 1 : 0;
          break;
        case 19:
          r[out] = Number.isFinite(a) ? 1 : 0;
          break;
        case 20:
          r[out] = Math.abs(a) === Infinity ? 1 : 0;
          break;
        case 21:
          r[out] = a ? 0 : 1;
          break;
        case 22:
          r[out] = a && b ? 1 : 0;
          break;
        case 23:
          r[out] = a || b ? 1 : 0;
          break;
        case 24:
          r[out] = a ? b : r[code[line + 4]];
          break;
        case 25:
          r[out] = a > b ? r[code[line + 4]] : r[code[line + 5]];
          break;
        case 26:
          r[out] = a ** b;
          break;
        case 27:
          r[out] = remainder(a, b);
          break;
        case 28:
          r[out] = Math.exp(a);
          break;
        case 29:
          r[out] = Math.expm1(a);
          break;
        case 30:
          r[out] = Math.log(a);
          break;
        case 31:
          r[out] = Math.log2(a);
          break;
        case 32:
          r[out] = Math.log10(a);
          break;
        case 33:
          r[out] = erf(a);
          break;
        case 34:
          r[out] = logaddexp(a, b);
          break;
        case 35:
          r[out] = sigmoid(a);
          break;
        case 36:
          r[out] = slope(a);
          break;
        case 37:
          r[out] = logaddexp(0, a);
          break;
        case 38:
          r[out] = Math.sin(a);
          break;
        case 39:
          r[out] = Math.cos(a);
          break;
        case 40:
          r[out] = Math.tan(a);
          break;
        case 41:
          r[out] = Math.asin(a);
          break;
        case 42:
          r[out] = Math.acos(a);
          break;
        case 43:
          r[out] = Math.atan(a);
          break;
        case 44:
          r[out] = Math.atan2(a, b);
          break;
        case 45:
          r[out] = Math.sinh(a);
          break;
        case 46:
          r[out] = Math.cosh(a);
          break;
        case 47:
          r[out] = Math.tanh(a);
          break;
        case 48:
          r[out] = Math.hypot(a, b);
          break;
        case 49:
          r[out] = a;
          break;
        case 50:
          r[out] = a;
          break;
        case 51:
          r[out] = a ? 1 : 0;
          break;
        case 52:
          r[out] = a ? 1 : 0;
          break;
        case 53:
          r[out] = eigen(a, b, r[code[line + 4]])[0];
          break;
        case 54:
          r[out] = eigen(a, b, r[code[line + 4]])[1];
          break;
        case 55:
          r[out] = eigen(a, b, r[code[line + 4]])[2];
          break;
        case 56:
          r[out] = eigen(a, b, r[code[line + 4]])[3];
          break;
        case 57:
          r[out] = eigen(a, b, r[code[line + 4]])[4];
          break;
        case 58:
          r[out] = eigen(a, b, r[code[line + 4]])[5];
          break;
        case 59:
          r[out] = reflection(a, b)[0];
          break;
        case 60:
          r[out] = reflection(a, b)[1];
          break;
        case 61:
          r[out] = reflection(a, b)[2];
          break;
      }
    }
  }
};

// src/graph.ts
var PLACES = new Map(KINDS.map(([kind], place) => [kind, place]));
var Graph = class {
  constructor(derivatives) {
    this.derivatives = derivatives;
  }
  derivatives;
  known = /* @__PURE__ */ new Map();
  slopes = { x: /* @__PURE__ */ new Map(), y: /* @__PURE__ */ new Map() };
  number(value) {
    return this.kept("number", [], value + 0);
  }
  variable(name) {
    return this.kept(name, []);
  }
  // The node of a kind with these parts: a number where all of them are numbers.
  made(kind, ...parts) {
    if (parts.every((part) => part.number !== null)) return this.number(computed(kind, parts));
    const commutes = kind === "+" || kind === "*";
    if (commutes) {
      parts.sort((a, b) => Number(a.number === null) - Number(b.number === null) || a.index - b.index);
    }
    return this.kept(kind, parts);
  }
  // What an operator or a function makes, simplified as Python's.
  of(kind, a, ...rest) {
    const [b] = rest;
    if (kind === "+") return this.plus(a, b);
    if (kind === "-") return this.minus(a, b);
    if (kind === "*") return this.times(a, b);
    if (kind === "/") return this.over(a, b);
    if (kind === "**") return this.power(a, b);
    if (kind === "negative") return a.kind === "negative" ? a.parts[0] : this.made("negative", a);
    return this.made(kind, a, ...rest);
  }
  derivative(of, by) {
    const slopes = this.slopes[by];
    for (const node of needed([of])) {
      if (!slopes.has(node)) {
        const parts = node.parts.map((part) => slopes.get(part));
        slopes.set(node, this.derived(node, parts, by));
      }
    }
    return slopes.get(of);
  }
  plus(a, b) {
    if (a.number === 0 || b.number === 0) return a.number === 0 ? b : a;
    if (b.kind === "negative") return this.minus(a, b.parts[0]);
    if (a.kind === "negative") return this.minus(b, a.parts[0]);
    if (hasOffset(a) && b.number === null) return this.plus(a.parts[0], this.plus(this.withoutOffset(a), b));
    return this.made("+", a, b);
  }
  minus(a, b) {
    if (b.number === 0) return a;
    if (a.number === 0) return this.of("negative", b);
    if (b.kind === "negative") return this.plus(a, b.parts[0]);
    if (hasOffset(a) && b.number === null) return this.plus(a.parts[0], this.minus(this.withoutOffset(a), b));
    return this.made("-", a, b);
  }
  times(a, b) {
    for (const [one, other] of [
      [a, b],
      [b, a]
    ]) {
      if (one.number === 0) return one;
      if (one.number === 1) return other;
      if (one.number === -1) return this.of("negative", other);
    }
    return this.made("*", a, b);
  }
  over(a, b) {
    if (a.number === 0 || b.number === 1) return a;
    if (b.kind === "exp") return this.times(a, this.made("exp", this.of("negative", b.parts[0])));
    return this.made("/", a, b);
  }
  power(a, b) {
    if (b.number === 0) return this.number(1);
    return b.number === 1 ? a : this.made("**", a, b);
  }
  // A number at the head of a sum is added last: beside 1e15 each term alone would be rounded to an eighth.
  withoutOffset(node) {
    return node.kind === "+" ? node.parts[1] : this.of("negative", node.parts[1]);
  }
  derived(node, slopes, by) {
    const [u, v] = slopes;
    const [a, b] = node.parts;
    if (node.kind === by) return this.number(1);
    if (slopes.every((slope3) => slope3.number === 0)) return this.number(0);
    switch (node.kind) {
      case "+":
        return this.plus(u, v);
      case "-":
        return this.minus(u, v);
      case "negative":
        return this.of("negative", u);
      case "*":
        return this.plus(this.times(u, b), this.times(a, v));
      case "/":
        return this.over(this.minus(u, this.times(node, v)), b);
      case "**": {
        if (b.number !== null) {
          return this.times(this.times(b, this.power(a, this.number(b.number - 1))), u);
        }
        const ofExponent = this.times(v, this.made("log", a));
        return this.times(node, this.plus(ofExponent, this.over(this.times(b, u), a)));
      }
      case "max":
        return this.pick(a, b, u, v);
      case "min":
        return this.pick(a, b, v, u);
      case "pick":
        return this.pick(a, b, slopes[2], slopes[3]);
      case "sign":
        return this.number(0);
      default:
        return this.times(this.inserted(this.derivatives[node.kind], a, node), u);
    }
  }
  pick(a, b, above, below) {
    return above === below ? above : this.made("pick", a, b, above, below);
  }
  // A program of a and f, as nodes.
  inserted({ numbers: numbers2, operations, results }, a, f) {
    const nodes = [a, f, ...numbers2.map((value) => this.number(value ?? Number.NaN))];
    for (let at = 0; at < operations.length; ) {
      const [kind, many] = KINDS[operations[at]];
      const parts = operations.slice(at + 1, at + 1 + many).map((place) => nodes[place]);
      nodes.push(this.of(kind, parts[0], ...parts.slice(1)));
      at += 1 + many;
    }
    return nodes[results.slope[0]];
  }
  kept(kind, parts, number2 = null) {
    const key = `${kind}|${parts.map(({ index }) => index)}|${number2}`;
    const found = this.known.get(key);
    if (found) return found;
    const node = { index: this.known.size, kind, parts, number: number2 };
    this.known.set(key, node);
    return node;
  }
};
var hasOffset = ({ kind, parts }) => (kind === "+" || kind === "-") && parts[0].number !== null;
var computed = (kind, parts) => {
  const places = parts.map((_, k) => k);
  const machine = new Machine({
    inputs: [],
    numbers: parts.map((part) => part.number),
    operations: [PLACES.get(kind), ...places],
    results: { value: [parts.length] }
  });
  machine.run();
  return machine.result("value")[0];
};
var needed = (nodes) => {
  const found = /* @__PURE__ */ new Set();
  const waiting = [...nodes];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...node.parts);
  }
  return [...found].sort((a, b) => a.index - b.index);
};
var programOf = (results) => {
  const inputs = ["x", "y"];
  const nodes = needed(Object.values(results).flat());
  const numbers2 = nodes.filter(({ number: number2 }) => number2 !== null);
  const places = new Map(numbers2.map((node, k) => [node, inputs.length + k]));
  const operations = [];
  let free = inputs.length + numbers2.length;
  for (const node of nodes) {
    if (places.has(node)) continue;
    if (inputs.includes(node.kind)) places.set(node, inputs.indexOf(node.kind));
    else {
      operations.push(PLACES.get(node.kind), ...node.parts.map((part) => places.get(part)));
      places.set(node, free++);
    }
  }
  return {
    inputs,
    numbers: numbers2.map(({ number: number2 }) => number2),
    operations,
    results: Object.fromEntries(
      Object.entries(results).map(([name, group]) => [name, group.map((node) => places.get(node))])
    )
  };
};

// src/formula.ts
var MOST = 500;
var CONSTANTS = { pi: Math.PI, e: Math.E };
var FUNCTIONS = [
  ..."sin cos tan asin acos atan sinh cosh tanh exp log log10 sqrt erf abs sign sigmoid softplus".split(" "),
  ...["max", "min", "relu", "gaussian"]
];
var TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),]))/y;
var FormulaError = class extends Error {
  constructor(reason, at, about = "", nearest3 = "") {
    super(`${reason} at ${at}: ${about}`);
    this.reason = reason;
    this.at = at;
    this.about = about;
    this.nearest = nearest3;
  }
  reason;
  at;
  about;
  nearest;
};
var formula = (text2, derivatives) => {
  const graph = new Graph(derivatives);
  const value = new Reader(text2, graph).read();
  const by = (node, name) => graph.derivative(node, name);
  const slopes = [by(value, "x"), by(value, "y")];
  const seconds = [by(slopes[0], "x"), by(slopes[0], "y"), by(slopes[1], "y")];
  const lost = graph.made("isnan", value);
  const nan = graph.number(Number.NaN);
  const known = (nodes) => nodes.map((node) => graph.made("where", lost, nan, node));
  return {
    value: programOf({ value: [value] }),
    slopes: programOf({ gradient: known(slopes), value: [value] }),
    hessian: programOf({ hessian: known(seconds) })
  };
};
var Reader = class {
  constructor(text2, graph) {
    this.text = text2;
    this.graph = graph;
  }
  text;
  graph;
  tokens = [];
  next = 0;
  read() {
    if (!this.text.trim()) throw new FormulaError("formula_empty", 0);
    if (this.text.length > MOST) throw new FormulaError("formula_long", MOST, String(MOST));
    this.tokens = tokens(this.text);
    const node = this.sum();
    const rest = this.peek();
    if (rest.kind !== "end") throw new FormulaError("formula_unexpected", rest.at, rest.text);
    return node;
  }
  peek() {
    return this.tokens[this.next];
  }
  take(...signs) {
    const token = this.peek();
    if (token.kind !== "sign" || !signs.includes(token.text)) return null;
    this.next++;
    return token;
  }
  expect(sign) {
    const token = this.peek();
    if (this.take(sign)) return;
    throw token.kind === "end" ? new FormulaError("formula_ends", token.at) : new FormulaError("formula_unexpected", token.at, token.text);
  }
  sum() {
    let node = this.product();
    for (let sign = this.take("+", "-"); sign; sign = this.take("+", "-")) {
      node = this.real(sign.at, this.graph.of(sign.text, node, this.product()));
    }
    return node;
  }
  product() {
    let node = this.signed();
    for (let sign = this.take("*", "/"); sign; sign = this.take("*", "/")) {
      const other = this.signed();
      if (sign.text === "/" && other.number === 0) throw new FormulaError("formula_infinite", sign.at);
      node = this.real(sign.at, this.graph.of(sign.text, node, other));
    }
    return node;
  }
  signed() {
    const sign = this.take("+", "-");
    if (!sign) return this.power();
    const node = this.signed();
    return sign.text === "-" ? this.graph.of("negative", node) : node;
  }
  // Powers bind to the right, and closer than a sign before them.
  power() {
    const base = this.atom();
    const sign = this.take("**", "^");
    if (!sign) return base;
    const exponent = this.signed();
    if (exponent.number === null && base.number !== null && base.number <= 0) {
      throw new FormulaError("formula_base", sign.at);
    }
    return this.real(sign.at, this.graph.of("**", base, exponent));
  }
  atom() {
    const token = this.peek();
    if (token.kind === "end") throw new FormulaError("formula_ends", token.at);
    if (token.kind === "number") {
      this.next++;
      return this.real(token.at, this.graph.number(Number(token.text)));
    }
    if (token.kind === "name") {
      this.next++;
      return this.named(token);
    }
    if (!this.take("(")) throw new FormulaError("formula_unexpected", token.at, token.text);
    const node = this.sum();
    this.expect(")");
    return node;
  }
  named({ text: name, at }) {
    if (!this.take("(")) {
      if (name === "x" || name === "y") return this.graph.variable(name);
      if (Object.hasOwn(CONSTANTS, name)) return this.graph.number(CONSTANTS[name]);
      const known = FUNCTIONS.includes(name);
      throw new FormulaError(known ? "formula_call" : "formula_name", at, name, nearest(name, ["x", "y", "pi", "e"]));
    }
    if (!FUNCTIONS.includes(name)) throw new FormulaError("formula_function", at, name, nearest(name, FUNCTIONS));
    const given2 = [this.sum()];
    while (this.take(",")) given2.push(this.sum());
    this.expect(")");
    const many = name === "max" || name === "min";
    if (many ? given2.length < 2 : given2.length > 1) {
      throw new FormulaError(many ? "formula_two" : "formula_one", at, name);
    }
    return this.real(
      at,
      given2.slice(1).reduce((a, b) => this.graph.made(name, a, b), many ? given2[0] : this.called(name, given2[0]))
    );
  }
  called(name, a) {
    const { graph } = this;
    if (name === "relu") return graph.made("max", a, graph.number(0));
    if (name === "gaussian") return graph.made("exp", graph.of("negative", graph.of("**", a, graph.number(2))));
    return graph.made(name, a);
  }
  real(at, node) {
    if (node.number !== null && !Number.isFinite(node.number)) throw new FormulaError("formula_infinite", at);
    return node;
  }
};
var tokens = (text2) => {
  const found = [];
  TOKEN.lastIndex = 0;
  const end = text2.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text2);
    if (!match) {
      const at = from + text2.slice(from).search(/\S/);
      throw new FormulaError("formula_sign", at, [...text2.slice(at)][0]);
    }
    const [number2, name, sign] = match.slice(1);
    const kind = number2 !== void 0 ? "number" : name !== void 0 ? "name" : "sign";
    const text_ = number2 ?? name ?? sign;
    found.push({ kind, text: text_, at: TOKEN.lastIndex - text_.length });
  }
  found.push({ kind: "end", text: "", at: end });
  return found;
};
var nearest = (name, names) => {
  const far = names.map((one) => [changes(name.toLowerCase(), one), one]).sort(([a], [b]) => a - b);
  return far.length && far[0][0] <= Math.max(1, Math.floor(name.length / 3)) ? far[0][1] : "";
};
var changes = (a, b) => {
  let row2 = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const above = row2;
    row2 = [i];
    for (let k = 1; k <= b.length; k++) {
      row2.push(Math.min(row2[k - 1] + 1, above[k] + 1, above[k - 1] + Number(a[i - 1] !== b[k - 1])));
    }
  }
  return row2[b.length];
};

// src/notation.ts
var parsed = (text2) => {
  const [name, rest] = halves(text2.trim());
  const options = {};
  for (const part of rest.split(",")) {
    const [key, value] = part.split("=", 2).map((one) => one.trim());
    if (key && value !== void 0) options[key] = value;
  }
  return { name: name.toLowerCase(), options };
};
var written = (name, options) => {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return pairs.length ? `${name}:${pairs.join(",")}` : name;
};
var halves = (text2) => {
  const at = text2.indexOf(":");
  return at < 0 ? [text2, ""] : [text2.slice(0, at), text2.slice(at + 1)];
};

// src/reading.ts
var FORMULA_DOMAIN = [
  [-3, 3],
  [-3, 3]
];
var quarter = ([[x0, x1], [y0, y1]]) => [0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1];
var WRAPPERS = ["clip", "sam"];
var own = (record, name) => Object.hasOwn(record, name) ? record[name] : void 0;
var allowed = ({ scale, choices }, value) => {
  if (choices) return choices.includes(value);
  if (typeof value !== "number" || !(Number.isFinite(value) || value === Infinity)) return false;
  if (scale === "rate") return value > 0;
  if (scale === "amount") return value >= 0;
  if (scale === "memory") return value >= 0 && value < 1;
  return Number.isFinite(value);
};
var given = (what, parameters, options, said) => {
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  for (const [key, text2] of Object.entries(options)) {
    const parameter = parameters.find(({ name }) => name === key);
    if (!parameter) {
      const names = parameters.map(({ name }) => name);
      said.push({
        key: "no_parameter",
        values: { what, given: key, near: nearest(key, names), all: names.join(", ") }
      });
      continue;
    }
    const number2 = text2.trim() === "" ? Number.NaN : Number(text2);
    const value = parameter.choices ? parameter.choices.find((one) => String(one) === text2) : number2;
    if (value === void 0 || !allowed(parameter, value)) {
      said.push({ key: "no_value", values: { what, given: `${key}=${text2}`, usual: String(parameter.value) } });
    } else values[key] = value;
  }
  return values;
};
var groundOf = (text2, catalogue, said) => {
  const { name, options } = parsed(text2);
  const entry = own(catalogue.terrains, name);
  if (!entry) return formulaOf(text2, catalogue, said);
  const values = given(entry.title, entry.parameters, options, said);
  const chosen = entry.parameters.filter(({ choices }) => choices);
  const variant = chosen.map((one) => `${one.name}=${values[one.name]}`).join(",");
  const parameters = {};
  for (const one of entry.parameters) if (!one.choices) parameters[one.name] = Number(values[one.name]);
  return {
    notation: notationOf(name, entry.parameters, values),
    name,
    entry,
    values,
    programs: entry.variants[variant],
    parameters
  };
};
var formulaOf = (text2, catalogue, said) => {
  try {
    const programs = formula(text2, catalogue.derivatives);
    return { notation: text2, name: text2, entry: null, values: {}, programs, parameters: {} };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { reason, at, about, nearest: near2 } = error;
    const name = /^\w+$/.test(text2.trim()) ? nearest(text2.trim(), Object.keys(catalogue.terrains)) : "";
    said.push({ key: reason, values: { at: at + 1, about, near: name || near2 } });
    return null;
  }
};
var walkerOf = (text2, catalogue, said) => {
  const { name, options } = parsed(text2);
  const entry = own(catalogue.optimizers, name);
  if (!entry) {
    const near2 = nearest(name, Object.keys(catalogue.optimizers));
    said.push({ key: "no_optimizer", values: { given: name, near: near2 } });
    return null;
  }
  const around = [];
  for (const key of Object.keys(options)) {
    const wrapper = WRAPPERS.find((one) => one === key);
    if (!wrapper) continue;
    const size = Number(options[key]);
    if (size > 0 && Number.isFinite(size)) around.unshift({ name: wrapper, size });
    else said.push({ key: "no_value", values: { what: entry.title, given: `${key}=${options[key]}`, usual: "" } });
    delete options[key];
  }
  const variant = Object.keys(entry.variants).find(
    (one) => one.split(",").every((pair) => options[pair.split("=")[0]] === pair.split("=")[1])
  ) ?? "";
  for (const pair of variant.split(",")) delete options[pair.split("=")[0]];
  const programs = variant ? entry.variants[variant] : entry.point;
  const values = given(entry.title, entry.parameters, options, said);
  const numbers2 = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
  const notation = walkerNotation({ name, entry, variant }, numbers2, around);
  return { notation, name, entry, programs, variant, options: numbers2, around };
};
var scheduleOf = (text2, catalogue, said) => {
  const { name, options } = parsed(text2);
  const entry = own(catalogue.schedules, name);
  if (!entry) {
    said.push({ key: "no_schedule", values: { given: name, near: nearest(name, Object.keys(catalogue.schedules)) } });
    return null;
  }
  const values = given(entry.title, entry.parameters, options, said);
  return {
    name,
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)])),
    program: entry.program
  };
};
var notationOf = (name, parameters, values) => written(
  name,
  Object.fromEntries(
    parameters.filter((one) => values[one.name] !== one.value).map((one) => [one.name, values[one.name]])
  )
);
var walkerNotation = ({ name, entry: { parameters }, variant }, options, around) => {
  const shown = parameters.filter((one) => one.name === "lr" || options[one.name] !== one.value);
  const pairs = Object.fromEntries(shown.map((one) => [one.name, options[one.name]]));
  for (const pair of variant ? variant.split(",") : []) pairs[pair.split("=")[0]] = pair.split("=")[1];
  for (const one of [...around].reverse()) pairs[one.name] = one.size;
  return written(name, pairs);
};

// src/rows.ts
var BLOCK = 512;
var Rows = class {
  constructor(program, result) {
    this.program = program;
    this.code = unpacked(program);
    const width = program.inputs.length + program.numbers.length + this.code.length / WIDTH;
    this.rows = Array.from({ length: width }, () => new Float64Array(BLOCK));
    program.numbers.forEach((value, k) => {
      this.rows[program.inputs.length + k].fill(value ?? Number.NaN);
    });
    this.results = program.results[result];
    this.loops = Array.from({ length: this.code.length / WIDTH }, (_, line) => {
      const [kind] = KINDS[this.code[line * WIDTH]];
      const loop = LOOPS[kind];
      if (!loop) throw new Error(`${kind} is no operation of points`);
      return loop;
    });
  }
  program;
  code;
  rows;
  results;
  loops;
  run(over, fixed, out) {
    const { inputs } = this.program;
    inputs.forEach((name, k) => {
      if (name in fixed) this.rows[k].fill(fixed[name]);
    });
    const many = out[0].length;
    for (let from = 0; from < many; from += BLOCK) {
      const n = Math.min(BLOCK, many - from);
      inputs.forEach((name, k) => {
        if (name in over) this.rows[k].set(over[name].subarray(from, from + n));
      });
      for (let line = 0; line < this.code.length; line += WIDTH) this.step(line, n);
      this.results.forEach((place, k) => {
        out[k].set(this.rows[place].subarray(0, n), from);
      });
    }
  }
  step(line, n) {
    const { code, rows, loops } = this;
    const [a, b, c, d] = [2, 3, 4, 5].map((k) => rows[code[line + k]]);
    loops[line / WIDTH](n, rows[code[line + 1]], a, b, c, d);
  }
};
var LOOPS = {
  "+": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] + b[i];
  },
  "-": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] - b[i];
  },
  "*": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] * b[i];
  },
  "/": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] / b[i];
  },
  negative: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = -a[i];
  },
  sqrt: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]);
  },
  abs: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]);
  },
  sign: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sign(a[i]);
  },
  max: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.max(a[i], b[i]);
  },
  min: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.min(a[i], b[i]);
  },
  rint: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = rint(a[i]);
  },
  floor: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.floor(a[i]);
  },
  less: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] < b[i] ? 1 : 0;
  },
  less_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] <= b[i] ? 1 : 0;
  },
  greater: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? 1 : 0;
  },
  greater_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] >= b[i] ? 1 : 0;
  },
  equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  not_equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
  },
  isnan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Number.isNaN(a[i]) ? 1 : 0;
  },
  isfinite: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Number.isFinite(a[i]) ? 1 : 0;
  },
  isinf: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]) === Infinity ? 1 : 0;
  },
  logical_not: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ? 0 : 1;
  },
  logical_and: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] && b[i] ? 1 : 0;
  },
  logical_or: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] || b[i] ? 1 : 0;
  },
  where: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ? b[i] : c[i];
  },
  pick: (n, out, a, b, c, d) => {
    for (let i = 0; i < n; i++) out[i] = a[i] > b[i] ? c[i] : d[i];
  },
  "**": (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] ** b[i];
  },
  remainder: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = remainder(a[i], b[i]);
  },
  exp: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.exp(a[i]);
  },
  expm1: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.expm1(a[i]);
  },
  log: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log(a[i]);
  },
  log2: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log2(a[i]);
  },
  log10: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.log10(a[i]);
  },
  erf: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = erf(a[i]);
  },
  logaddexp: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = logaddexp(a[i], b[i]);
  },
  sigmoid: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = sigmoid(a[i]);
  },
  slope: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = slope(a[i]);
  },
  softplus: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = logaddexp(0, a[i]);
  },
  sin: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sin(a[i]);
  },
  cos: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.cos(a[i]);
  },
  tan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.tan(a[i]);
  },
  asin: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.asin(a[i]);
  },
  acos: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.acos(a[i]);
  },
  atan: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.atan(a[i]);
  },
  arctan2: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.atan2(a[i], b[i]);
  },
  sinh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sinh(a[i]);
  },
  cosh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.cosh(a[i]);
  },
  tanh: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.tanh(a[i]);
  },
  hypot: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.hypot(a[i], b[i]);
  }
};

// src/terrain.ts
var Terrain = class {
  constructor(programs, parameters = {}) {
    this.programs = programs;
    this.parameters = parameters;
    this.slopes = new Machine(programs.slopes);
    this.curved = new Machine(programs.hessian);
    this.slopes.set(parameters);
    this.curved.set(parameters);
    const { gradient, value } = programs.slopes.results;
    this.at = [...gradient, value[0]];
    this.curvedAt = programs.hessian.results.hessian;
  }
  programs;
  parameters;
  // Of the last point: its slopes and its loss.
  gradient = new Float64Array(2);
  loss = Number.NaN;
  slopes;
  curved;
  at;
  curvedAt;
  // Brings `gradient` and `loss` to a point.
  feel(x, y) {
    const { places } = this.slopes;
    [places[0], places[1]] = [x, y];
    this.slopes.run();
    this.gradient[0] = places[this.at[0]];
    this.gradient[1] = places[this.at[1]];
    this.loss = places[this.at[2]];
  }
  // The Hessian's xx, xy and yy.
  hessian(x, y) {
    const { places } = this.curved;
    [places[0], places[1]] = [x, y];
    this.curved.run();
    return [places[this.curvedAt[0]], places[this.curvedAt[1]], places[this.curvedAt[2]]];
  }
  // Losses over a grid of a domain, row by row from its lower left corner.
  grid(domain, columns, rows) {
    const along = ([low, high], k, many) => low + k / (many - 1) * (high - low);
    const [x, y] = [new Float64Array(columns * rows), new Float64Array(columns * rows)];
    for (let j = 0, at = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        x[at] = along(domain[0], i, columns);
        y[at] = along(domain[1], j, rows);
      }
    }
    const losses = new Float64Array(columns * rows);
    new Rows(this.programs.value, "value").run({ x, y }, this.parameters, [losses]);
    return losses;
  }
  // Where walks begin, and the isolated minima, which depend on the parameters.
  frame() {
    const { frame } = this.programs;
    if (!frame) return { start: null, minima: [] };
    const machine = new Machine(frame);
    machine.set(this.parameters);
    machine.run();
    const minima = machine.result("minima");
    const pairs = minima.flatMap((x2, k) => k % 2 ? [] : [[x2, minima[k + 1]]]);
    const [x, y] = machine.result("start");
    return { start: [x, y], minima: pairs.filter((point) => point.every(Number.isFinite)) };
  }
};

// src/optimizer.ts
var Optimizer = class {
  constructor(programs, options) {
    this.programs = programs;
    this.options = options;
    const { init, step, state, asks } = programs;
    [this.begin, this.machine] = [new Machine(init), new Machine(step)];
    this.begin.set(options);
    this.machine.set(options);
    this.asks = { hessian: asks.includes("hessian"), signs: asks.includes("signs") };
    this.kept = Object.entries(state).flatMap(
      ([name, { size }]) => Array.from({ length: size }, (_, k) => [step.results[name][k], this.machine.place(`${name}:${k}`)])
    );
    this.moved = new Float64Array(this.kept.length);
    this.delta = step.results.delta;
    this.shown = Object.entries(step.results).filter(([name]) => name.startsWith("shown:")).map(([name, places]) => ({ name: name.slice("shown:".length), places }));
    const names = ["g0", "g1", "x0", "x1", "lr", "t", "h00", "h01", "h11", "u0", "u1"];
    this.at = Object.fromEntries(names.map((name) => [name, this.machine.place(name)]));
  }
  programs;
  options;
  shown;
  asks;
  machine;
  begin;
  // From where each number that is remembered stands after a step to where it stands before the next one.
  kept;
  moved;
  delta;
  at;
  // What is remembered before the first step from a point.
  start(x, y) {
    const { begin: begin2, machine } = this;
    begin2.set({ x0: x, x1: y });
    begin2.run();
    for (const [name, places] of Object.entries(begin2.results)) {
      places.forEach((place, k) => {
        const to = machine.place(`${name}:${k}`);
        if (to >= 0) machine.places[to] = begin2.places[place];
      });
    }
  }
  // What is shown of it before the first step.
  shownAtStart(name, k) {
    return this.begin.places[this.begin.results[`shown:${name}`][k]];
  }
  // Take step t = 1, 2 … from a point; `dx` and `dy` say where to.
  step(t, g, x, y, lr) {
    const { places } = this.machine;
    const { at } = this;
    places[at.g0] = g[0];
    places[at.g1] = g[1];
    places[at.x0] = x;
    places[at.x1] = y;
    places[at.lr] = lr;
    places[at.t] = t;
    this.machine.run();
    this.kept.forEach(([from], k) => {
      this.moved[k] = places[from];
    });
    this.kept.forEach(([, to], k) => {
      places[to] = this.moved[k];
    });
  }
  ask(hessian, signs) {
    const { places } = this.machine;
    if (hessian) {
      places[this.at.h00] = hessian[0];
      places[this.at.h01] = hessian[1];
      places[this.at.h11] = hessian[2];
    }
    if (signs) {
      places[this.at.u0] = signs[0];
      places[this.at.u1] = signs[1];
    }
  }
  get dx() {
    return this.machine.places[this.delta[0]];
  }
  get dy() {
    return this.machine.places[this.delta[1]];
  }
};

// src/walk.ts
var NEAR = 1e30;
var EXACT = {
  renew() {
  },
  gradient(terrain, x, y, out) {
    terrain.feel(x, y);
    out.set(terrain.gradient);
  },
  hessian: (terrain, x, y) => terrain.hessian(x, y)
};
var walk = (terrain, walker, wrappers, start, steps, noise = EXACT, signs = () => [1, 1]) => {
  const optimizer = new Optimizer(walker.optimizer, walker.options);
  const sams = wrapping(wrappers.sam, walker.around, "sam");
  const clips = wrapping(wrappers.clip, walker.around, "clip");
  const rate = rateOf(walker, steps);
  const column = () => new Float64Array(steps + 1);
  const columns = { x: column(), y: column(), loss: column() };
  const gradients = [column(), column()];
  const state = optimizer.shown.map(({ name, places }) => ({ name, places, columns: places.map(column) }));
  const [gradient, used] = [new Float64Array(2), new Float64Array(2)];
  let [x, y] = start;
  let [rows, diverged, outside] = [0, -1, false];
  optimizer.start(x, y);
  for (let step = 0; step <= steps; step++) {
    noise.renew();
    noise.gradient(terrain, x, y, gradient);
    const { loss } = terrain;
    const there = Number.isFinite(x) && Number.isFinite(y);
    const sloping = Number.isFinite(gradient[0]) && Number.isFinite(gradient[1]);
    if (there && sloping && Number.isFinite(loss)) diverged = -1;
    else if (diverged < 0) diverged = step;
    if (!there) break;
    outside = Number.isNaN(loss) && Math.abs(x) < NEAR && Math.abs(y) < NEAR;
    columns.x[step] = x;
    columns.y[step] = y;
    columns.loss[step] = loss;
    gradients[0][step] = gradient[0];
    gradients[1][step] = gradient[1];
    const { places } = optimizer.machine;
    for (const one of state) {
      for (let k = 0; k < one.places.length; k++) {
        one.columns[k][step] = step ? places[one.places[k]] : optimizer.shownAtStart(one.name, k);
      }
    }
    rows = step + 1;
    if (!sloping || step === steps) break;
    used.set(gradient);
    for (const one of sams) {
      one.set({ g0: used[0], g1: used[1], x0: x, x1: y });
      one.run();
      const [ax, ay] = one.result("point");
      noise.gradient(terrain, ax, ay, used);
    }
    for (const one of clips) {
      one.set({ g0: used[0], g1: used[1] });
      one.run();
      used.set(one.result("gradient"));
    }
    const { asks } = optimizer;
    if (asks.hessian) optimizer.ask(noise.hessian(terrain, x, y), asks.signs ? signs(step + 1) : null);
    optimizer.step(step + 1, used, x, y, rate(step));
    x += optimizer.dx;
    y += optimizer.dy;
  }
  const cut = (one) => one.subarray(0, rows);
  return {
    x: cut(columns.x),
    y: cut(columns.y),
    loss: cut(columns.loss),
    gradient: gradients.map(cut),
    state: Object.fromEntries(state.map((one) => [one.name, one.columns.map(cut)])),
    diverged,
    outside
  };
};
var SIZES = { clip: "max_norm", sam: "rho" };
var wrapping = (program, around, name) => around.filter((one) => one.name === name).map(({ size }) => {
  const machine = new Machine(program);
  machine.set({ [SIZES[name]]: size });
  return machine;
});
var rateOf = ({ options, schedule }, steps) => {
  if (!schedule) return () => options.lr;
  const machine = new Machine(schedule.program);
  machine.set({ ...schedule.options, steps });
  return (step) => {
    machine.set({ step });
    machine.run();
    return options.lr * machine.result("factor")[0];
  };
};

// src/model.ts
var Modeller = class {
  constructor(catalogue, chances2, usual, given2 = null) {
    this.catalogue = catalogue;
    this.chances = chances2;
    this.usual = usual;
    this.given = given2;
  }
  catalogue;
  chances;
  usual;
  given;
  last = null;
  of(state) {
    const said = [];
    const ground = this.ground(state, said);
    const start = state.start ?? ground.start;
    const schedule = state.schedule ? scheduleOf(state.schedule, this.catalogue, said) : null;
    const key = JSON.stringify([
      ...[ground.spec?.notation, start, state.steps, schedule && [schedule.name, schedule.values]],
      ...[state.noise, state.batch, state.seed]
    ]);
    const before = this.last?.key === key ? this.last.walks : /* @__PURE__ */ new Map();
    const walks = /* @__PURE__ */ new Map();
    const able = ground.terrain ? state.walkers : [];
    const specs = able.flatMap((one) => walkerOf(one, this.catalogue, said) ?? []);
    const looks = looksOf(
      specs.map(({ name }) => name),
      this.catalogue.looks
    );
    const walking = specs.map((spec, k) => {
      const made = before.get(spec.notation) ?? walks.get(spec.notation) ?? this.walk(spec, ground, start, schedule, state);
      walks.set(spec.notation, made);
      return { spec, look: looks[k], walk: made };
    });
    this.last = { ground, walks, key };
    return { ground, walking, start, schedule, said };
  }
  // A walk of one optimizer on the ground of a state.
  walk(spec, ground, start, schedule, state) {
    const walker = {
      optimizer: spec.programs,
      options: spec.options,
      around: spec.around,
      ...schedule && spec.programs.scheduled ? { schedule: { program: schedule.program, options: schedule.values } } : {}
    };
    const exact = state.noise === 0 && state.batch === 0;
    const noise = exact ? EXACT : this.chances.noise(state, ground);
    return walk(ground.terrain, walker, this.catalogue.wrappers, start, state.steps, noise, this.chances.signs(0));
  }
  ground(state, said) {
    if (!state.terrain && this.given) return { spec: null, terrain: null, ...this.given };
    const text2 = state.terrain || this.usual;
    const spec = groundOf(text2, this.catalogue, said) ?? this.last?.ground.spec ?? groundOf(this.usual, this.catalogue, []);
    const domain = state.domain ?? spec.entry?.domain ?? FORMULA_DOMAIN;
    const last = this.last?.ground;
    if (last?.spec && last.spec.notation === spec.notation && String(last.domain) === String(domain)) return last;
    const terrain = new Terrain(spec.programs, spec.parameters);
    const { start, minima } = terrain.frame();
    return { spec, terrain, domain, start: start ?? quarter(domain), minima };
  }
};

// src/sliders.ts
var digits = (value, many) => Number(value.toPrecision(many));
var trackOf = (scale, usual) => {
  if (scale === "memory") {
    return {
      ...{ low: 0, high: 4, step: 0.05 },
      value: (place) => digits(1 - digits(10 ** -place, 2), 12),
      place: (value) => -Math.log10(1 - value)
    };
  }
  if (scale === "angle") return { low: -90, high: 90, step: 1, value: (place) => place, place: (value) => value };
  if (scale === "number") {
    const reach = 3 * Math.max(Math.abs(usual), 1);
    return { low: -reach, high: reach, step: reach / 150, value: (place) => digits(place, 3), place: (value) => value };
  }
  const middle = Number.isFinite(usual) && usual > 0 ? Math.log10(usual) : -2;
  if (scale === "amount") {
    const least2 = Math.min(-6, Math.floor(middle) - 2);
    return {
      ...{ low: least2, high: 1, step: 0.05 },
      value: (place) => place <= least2 ? 0 : digits(10 ** place, 3),
      place: (value) => value > 0 ? Math.max(Math.log10(value), least2) : least2
    };
  }
  return {
    ...{ low: Math.floor(middle) - 3, high: Math.ceil(middle) + 3, step: 0.02 },
    value: (place) => digits(10 ** place, 3),
    place: (value) => Math.log10(value)
  };
};
var RATES = {
  ...{ low: -5, high: 1, step: 0.02 },
  value: (place) => digits(10 ** place, 3),
  place: (value) => Math.log10(value)
};
var slider = (parameter, what, events) => parameter.choices ? choice(parameter, parameter.choices, what, events) : track(parameter, what, events);
var choice = (parameter, choices, what, { done }) => {
  const made = h("select", { "aria-label": `${what}: ${parameter.label}` });
  made.append(...choices.map((one) => h("option", { value: one }, String(one).replaceAll("_", " "))));
  made.addEventListener("change", () => done(choices[made.selectedIndex]));
  return {
    row: h("label", { class: "slider" }, h("span", {}, parameter.label), made),
    set(value) {
      made.selectedIndex = choices.indexOf(value);
    }
  };
};
var track = (parameter, what, { moved: moved2, done }) => {
  const usual = Number(parameter.value);
  const scale = parameter.name === "lr" ? RATES : trackOf(parameter.scale, usual);
  const label = `${what}: ${parameter.label}`;
  const input = h("input", { type: "range", step: scale.step, "aria-label": label });
  const field = h("input", { type: "text", inputmode: "decimal", class: "typed", "aria-label": label });
  let now = usual;
  const show2 = () => {
    field.value = String(now);
    field.removeAttribute("aria-invalid");
    input.setAttribute("aria-valuetext", field.value);
  };
  const set = (value) => {
    now = Number(value);
    const place = scale.place(now);
    const known = Number.isFinite(place);
    input.min = String(known ? Math.min(scale.low, Math.floor(place)) : scale.low);
    input.max = String(known ? Math.max(scale.high, Math.ceil(place)) : scale.high);
    input.value = String(known ? place : scale.high);
    if (field.getRootNode() instanceof Document || field.getRootNode() instanceof ShadowRoot) {
      const root2 = field.getRootNode();
      if (root2.activeElement === field && Number(field.value) === now) return;
    }
    show2();
  };
  input.addEventListener("input", () => {
    now = scale.value(input.valueAsNumber);
    show2();
    moved2(now);
  });
  input.addEventListener("change", () => done(now));
  field.addEventListener("change", () => {
    const value = field.value.trim() === "" ? Number.NaN : Number(field.value);
    if (allowed(parameter, value)) done(value);
    else field.setAttribute("aria-invalid", "true");
  });
  set(usual);
  return { row: h("div", { class: "slider" }, h("span", {}, parameter.label), input, field), set };
};

// src/state.ts
var DEFAULT = {
  terrain: "",
  domain: null,
  walkers: [],
  start: null,
  steps: 200,
  schedule: "",
  noise: 0,
  batch: 0,
  seed: 0,
  challenge: "",
  field: false,
  tab: "",
  network: ""
};
var MOST_STEPS = 2e4;
var text = (key) => ({
  key,
  read: ([found]) => found,
  write: (value) => value ? [value] : []
});
var number = (key, least2, most, whole = false) => ({
  key,
  read([found]) {
    const value = Number(found);
    if (found.trim() === "" || !Number.isFinite(value)) return void 0;
    const kept2 = Math.min(Math.max(value, least2), most);
    return whole ? Math.round(kept2) : kept2;
  },
  write: (value) => [String(value)]
});
var numbers = (found, many) => {
  const values = found.split(",").map((one) => one.trim() === "" ? Number.NaN : Number(one));
  return values.length === many && values.every(Number.isFinite) ? values : void 0;
};
var TABLE = {
  terrain: text("t"),
  domain: {
    key: "d",
    read([found]) {
      const values = numbers(found, 4);
      if (!values) return void 0;
      const [x0, x1, y0, y1] = values;
      return x0 < x1 && y0 < y1 ? [
        [x0, x1],
        [y0, y1]
      ] : void 0;
    },
    write: (value) => value ? [value.flat().join(",")] : []
  },
  walkers: { key: "o", read: (found) => found, write: (value) => value },
  start: {
    key: "x",
    read([found]) {
      const values = numbers(found, 2);
      return values && [values[0], values[1]];
    },
    write: (value) => value ? [value.join(",")] : []
  },
  steps: number("n", 1, MOST_STEPS, true),
  schedule: text("s"),
  noise: number("noise", 0, 1e6),
  batch: number("batch", 0, 1e4, true),
  seed: number("seed", 0, 2 ** 31, true),
  challenge: text("c"),
  field: { key: "field", read: ([found]) => found === "1", write: (value) => value ? ["1"] : [] },
  tab: text("tab"),
  network: text("net")
};
var NAMES = Object.keys(TABLE);
var fromAddress = (address, before = DEFAULT) => {
  const found = new URLSearchParams(address.replace(/^#/, ""));
  const state = { ...before };
  const take = (name) => {
    const { key, read } = TABLE[name];
    if (!found.has(key)) return;
    const value = read(found.getAll(key));
    if (value !== void 0) state[name] = value;
  };
  NAMES.forEach(take);
  return state;
};
var toAddress = (state) => {
  const pairs = [];
  const put2 = (name) => {
    const { key, write: write2 } = TABLE[name];
    const usual = write2(DEFAULT[name]);
    const values = write2(state[name]);
    if (values.join("&") === usual.join("&")) return;
    for (const value of values) pairs.push(`${key}=${escaped(value)}`);
  };
  NAMES.forEach(put2);
  return pairs.join("&");
};
var escaped = (value) => encodeURIComponent(value).replace(/%(3A|3D|2C|2F|5E|2A|28|29)/g, (one) => decodeURIComponent(one)).replace(/%20/g, "+");

// src/panels/conditionsPanel.ts
var ConditionsPanel = class {
  constructor(catalogue, store, words) {
    this.catalogue = catalogue;
    this.store = store;
    this.starts = [0, 1].map(
      (k) => this.field("", (value) => ({ start: this.moved(k, value) }), -Infinity, Infinity, false)
    );
    this.steps = this.field(words.steps_taken, (steps) => ({ steps }), 1, MOST_STEPS, true);
    this.seed = this.field(words.seed, (seed) => ({ seed }), 0, 2 ** 31, true);
    this.batch = this.field(words.batch, (batch) => ({ batch }), 0, 1e4, true);
    const noise = { name: "noise", label: words.noise, value: 0, scale: "amount" };
    this.noise = slider(noise, words.conditions, {
      moved: (value) => store.drag({ noise: Number(value) }),
      done: (value) => store.set({ noise: Number(value) })
    });
    this.schedule = h("select", { "aria-label": words.schedule });
    for (const [name, { title }] of Object.entries(catalogue.schedules)) {
      this.schedule.append(h("option", { value: name }, title));
    }
    this.schedule.addEventListener("change", () => {
      const { value } = this.schedule;
      store.set({ schedule: value === "constant" ? "" : value });
    });
    const reset = h("button", { type: "button", click: () => store.set({ start: null }) }, words.reset_start);
    this.element = h(
      "section",
      { "aria-label": words.conditions },
      h("h2", {}, words.conditions),
      h("div", { class: "pair" }, ...this.starts.map(({ row: row2 }) => row2), reset),
      h("div", { class: "pair" }, this.steps.row, this.seed.row),
      h("label", { class: "slider" }, h("span", {}, words.schedule), this.schedule),
      this.sliders,
      this.noise.row,
      this.batch.row
    );
  }
  catalogue;
  store;
  element;
  starts;
  steps;
  seed;
  batch;
  noise;
  schedule;
  sliders = h("div", { class: "sliders" });
  made = [];
  shown = "";
  model = null;
  update(model, state) {
    this.model = model;
    const { coordinates } = model.ground.spec?.entry ?? { coordinates: ["x", "y"] };
    this.starts.forEach(({ input, row: row2 }, k) => {
      row2.firstElementChild.textContent = coordinates[k];
      put(input, Number(model.start[k].toPrecision(7)));
    });
    put(this.steps.input, state.steps);
    put(this.seed.input, state.seed);
    put(this.batch.input, state.batch);
    this.noise.set(state.noise);
    this.seed.row.hidden = state.noise === 0 && state.batch === 0;
    this.batch.row.hidden = !model.ground.spec?.programs.example;
    const name = model.schedule?.name ?? "constant";
    this.schedule.value = name;
    if (name !== this.shown) this.rebuild(name);
    for (const { parameter, slider: one } of this.made) one.set(model.schedule.values[parameter.name]);
  }
  rebuild(name) {
    this.shown = name;
    const { title, parameters } = this.catalogue.schedules[name];
    const change = (parameter, value) => ({
      schedule: notationOf(name, parameters, { ...this.model.schedule.values, [parameter.name]: value })
    });
    this.made = parameters.map((parameter) => ({
      parameter,
      slider: slider(parameter, title, {
        moved: (value) => this.store.drag(change(parameter, value)),
        done: (value) => this.store.set(change(parameter, value))
      })
    }));
    this.sliders.replaceChildren(...this.made.map((one) => one.slider.row));
  }
  moved(k, value) {
    const [x, y] = this.model.start;
    return k === 0 ? [value, y] : [x, value];
  }
  field(label, change, least2, most, whole) {
    const input = h("input", { type: "text", inputmode: whole ? "numeric" : "decimal", class: "typed" });
    input.addEventListener("change", () => {
      const value = input.value.trim() === "" ? Number.NaN : Number(input.value);
      const fine = Number.isFinite(value) && value >= least2 && value <= most && (!whole || Number.isInteger(value));
      if (fine) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
      if (fine) this.store.set(change(value));
    });
    return { input, row: h("label", { class: "field" }, h("span", {}, label), input) };
  }
};
var put = (input, value) => {
  if (Number(input.value) !== value || input.value.trim() === "") input.value = String(value);
};

// src/panels/optimizerPanel.ts
var FIRST = ["lr", "momentum", "alpha", "beta1", "beta2"];
var MOST2 = 12;
var OptimizerPanel = class {
  constructor(catalogue, store, words, texts, switched) {
    this.catalogue = catalogue;
    this.store = store;
    this.words = words;
    this.texts = texts;
    this.switched = switched;
    const { optimizers } = catalogue;
    this.menu = h("select", { "aria-label": words.add_optimizer });
    this.menu.append(...Object.entries(optimizers).map(([name, { title }]) => h("option", { value: name }, title)));
    const add = h("button", { type: "button", click: () => this.add(this.menu.value) }, words.add);
    this.element = h(
      "section",
      { "aria-label": words.optimizers },
      h("h2", {}, words.optimizers),
      this.list,
      h("div", { class: "add" }, this.menu, add)
    );
  }
  catalogue;
  store;
  words;
  texts;
  switched;
  element;
  hidden = /* @__PURE__ */ new Set();
  // those that are not drawn
  list = h("div", { class: "walkers" });
  menu;
  cards = [];
  model = null;
  update(model, theme) {
    this.model = model;
    const names = model.walking.map(({ spec }) => spec.name);
    if (names.join() !== this.cards.map(({ name }) => name).join()) {
      this.hidden.clear();
      this.cards = model.walking.map((one, k) => this.card(one, k));
      this.list.replaceChildren(...this.cards.map(({ element }) => element));
    }
    model.walking.forEach(({ spec, look }, k) => {
      const card = this.cards[k];
      card.element.style.setProperty("--own", look.colour[theme]);
      card.icon.line.setAttribute("stroke-dasharray", look.dash.map((part) => 2 * part).join(" "));
      card.icon.mark.setAttribute("d", look.outline);
      for (const one of card.sliders) one.slider.set(spec.options[one.parameter.name]);
      for (const { name, box, slider: one } of card.wrappers) {
        const size = spec.around.find((around) => around.name === name)?.size;
        box.checked = size !== void 0;
        one.row.toggleAttribute("hidden", size === void 0);
        one.set(size ?? this.catalogue.sizes[name]);
      }
    });
  }
  // How each stands at a step, as the words that are given.
  tell(standing2) {
    this.cards.forEach(({ standing: output }, k) => {
      if (output.value !== standing2[k]) output.value = standing2[k] ?? "";
    });
  }
  add(name) {
    if (this.store.state.walkers.length >= MOST2) return;
    const { parameters } = this.catalogue.optimizers[name];
    const lr = parameters.find((one) => one.name === "lr").value;
    this.store.set({ walkers: [...this.store.state.walkers, `${name}:lr=${lr}`] });
  }
  change(k, options, around) {
    const { spec } = this.model.walking[k];
    const notation = walkerNotation(spec, { ...spec.options, ...options }, around);
    return { walkers: this.model.walking.map((one, at) => at === k ? notation : one.spec.notation) };
  }
  card({ spec }, k) {
    const { words } = this;
    const { title, parameters, formula: formula2 } = spec.entry;
    const box = h("input", { type: "checkbox", checked: true, "aria-label": say(words.show, { name: title }) });
    box.addEventListener("change", () => {
      if (box.checked) this.hidden.delete(k);
      else this.hidden.add(k);
      element.classList.toggle("off", !box.checked);
      this.switched();
    });
    const line = svg("path", { class: "line", d: "M-18 0H18" });
    const mark2 = svg("path", { class: "mark" });
    const icon = h("span", { class: "icon", "aria-hidden": "true" });
    icon.append(svg("svg", { viewBox: "-18 -8 36 16" }, line, mark2));
    const standing2 = h("output", { class: "standing" });
    const remove = h(
      "button",
      { type: "button", class: "remove", "aria-label": say(words.remove, { name: title }) },
      "×"
    );
    remove.addEventListener(
      "click",
      () => this.store.set({ walkers: this.model.walking.filter((_, at) => at !== k).map((one) => one.spec.notation) })
    );
    const sliders = parameters.map((parameter) => ({
      parameter,
      slider: slider({ ...parameter, label: words[parameter.name] ?? parameter.label }, title, {
        moved: (value) => this.store.drag(this.change(k, { [parameter.name]: Number(value) }, this.around(k))),
        done: (value) => this.store.set(this.change(k, { [parameter.name]: Number(value) }, this.around(k)))
      })
    }));
    const wrappers = ["clip", "sam"].map((name) => this.wrapper(name, title, k));
    const seen = sliders.filter(({ parameter }) => FIRST.includes(parameter.name));
    const rest = sliders.filter(({ parameter }) => !FIRST.includes(parameter.name));
    const more = h(
      "details",
      {},
      h("summary", {}, words.more),
      ...rest.map((one) => one.slider.row),
      ...wrappers.flatMap(({ label, slider: one }) => [label, one.row]),
      ...formula2 ? [h("pre", { class: "formula" }, formula2)] : [],
      h("p", { class: "about" }, this.texts[spec.name] ?? "")
    );
    const head = h(
      "div",
      { class: "head" },
      h("label", { class: "name" }, box, icon, h("span", {}, title)),
      standing2,
      remove
    );
    const element = h(
      "section",
      { class: "walker", "aria-label": title },
      head,
      ...seen.map((one) => one.slider.row),
      more
    );
    return { element, name: spec.name, standing: standing2, sliders, wrappers, icon: { line, mark: mark2 } };
  }
  around(k) {
    return this.model.walking[k].spec.around;
  }
  wrapper(name, title, k) {
    const box = h("input", { type: "checkbox" });
    const others = () => this.around(k).filter((one) => one.name !== name);
    const size = (value) => [{ name, size: Number(value) }, ...others()];
    box.addEventListener(
      "change",
      () => this.store.set(this.change(k, {}, box.checked ? size(this.catalogue.sizes[name]) : others()))
    );
    const parameter = {
      name,
      label: this.words[`${name}_size`],
      value: this.catalogue.sizes[name],
      scale: "rate"
    };
    const made = slider(parameter, title, {
      moved: (value) => this.store.drag(this.change(k, {}, size(value))),
      done: (value) => this.store.set(this.change(k, {}, size(value)))
    });
    return { name, box, slider: made, label: h("label", { class: "switch" }, box, this.words[name]) };
  }
};

// src/pictures/numerals.ts
var MOST3 = 16;
var SIGNS = "-0123456789";
var superscript = (whole) => String(whole).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[SIGNS.indexOf(sign)]);
var grouped = (digits2) => digits2.replace(/\B(?=(\d{3})+$)/g, ",");
var magnitude = (size) => Number(size.toExponential().split("e")[1]);
var digitsOf = (value) => value.toExponential().split("e")[0].replace(/\D/g, "").length;
var show = (value, digits2 = 3, fine = Number.POSITIVE_INFINITY) => {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  const whole = size < 1e5 ? magnitude(size) + 1 : 0;
  const needed2 = fine > 0 && fine < size ? magnitude(size) - magnitude(fine) + 1 : 0;
  const many = Math.min(Math.max(digits2, whole, needed2), MOST3);
  const rounded2 = Number(size.toPrecision(many));
  const sign = value < 0 ? "−" : "";
  const power = magnitude(rounded2);
  const known = power < Math.min(many, 12) && power + 1 - digitsOf(rounded2) < 7;
  if (power >= -4 && (power < 5 || known)) {
    const [units, rest] = String(rounded2).split(".");
    return `${sign}${grouped(units)}${rest ? `.${rest}` : ""}`;
  }
  const mantissa = Number(rounded2.toExponential().split("e")[0]);
  return `${sign}${mantissa === 1 ? "" : `${mantissa}×`}10${superscript(power)}`;
};
var roundedUp = (value) => {
  const [digits2, power] = value.toExponential().split("e");
  return Number(`${Math.ceil(Number(digits2))}e${power}`);
};
var setting = (value) => {
  const text2 = String(value);
  return text2.includes("e") || Math.abs(value) >= 1e5 ? show(value, digitsOf(value)) : text2;
};
var say2 = (words, values = {}) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
var counted2 = (steps) => grouped(String(steps));

// src/rule.ts
var SYMBOLS = {
  ...{ lr: "lr", beta1: "β₁", beta2: "β₂", beta3: "β₃", alpha: "α", rho: "ρ", eps: "ε", momentum: "μ" },
  ...{ weight_decay: "λ", dampening: "τ", gamma: "γ", momentum_decay: "ψ", d0: "d₀" }
};
var stateSymbol = (name) => name === "eta" ? "η" : name;
var filled = (formula2, numbers2) => {
  const known = valuesOf(numbers2);
  const names = [...known.keys()].sort((a, b) => b.length - a.length);
  return formula2.split("\n").map((line) => piecesOf(line, names, known));
};
var valuesOf = ({ t, x, g, delta, before, after, options }) => {
  const known = /* @__PURE__ */ new Map([
    ["Δx", delta],
    ["gₜ", g],
    ["g", g],
    ["x", x]
  ]);
  for (const [name, value] of Object.entries(after)) if (name !== "g_last") known.set(`${stateSymbol(name)}ₜ`, value);
  for (const [name, value] of Object.entries(before))
    known.set(name === "g_last" ? "gₜ₋₁" : `${stateSymbol(name)}ₜ₋₁`, value);
  for (const [name, value] of Object.entries(options)) {
    const symbol = SYMBOLS[name] ?? name;
    known.set(symbol, value);
    known.set(`${symbol}ᵗ`, value ** t);
  }
  return known;
};
var LETTER = /[\p{L}\p{M}₀-₉ₜ]/u;
var piecesOf = (line, names, known) => {
  const pieces = [];
  const put2 = (text2, number2) => {
    const last = pieces.at(-1);
    if (last && !last.number && !number2) last.text += text2;
    else pieces.push({ text: text2, number: number2 });
  };
  for (let at = 0; at < line.length; ) {
    const name = names.find(
      (one) => line.startsWith(one, at) && !(at > 0 && LETTER.test(line[at - 1])) && !LETTER.test(line[at + one.length] ?? " ") && !/[̂′ᵀ∞]/.test(line[at + one.length] ?? " ")
    );
    if (name) {
      const value = known.get(name);
      put2(value < 0 ? `(${show(value, 3)})` : show(value, 3), true);
      at += name.length;
    } else {
      put2(line[at], false);
      at++;
    }
  }
  return pieces;
};

// src/panels/stepPanel.ts
var StepPanel = class {
  constructor(words) {
    this.words = words;
    this.menu = h("select", { "aria-label": words.optimizer, class: "wide" });
    this.menu.addEventListener("change", () => this.tell());
    this.axes = [0, 1].map((axis) => {
      const button = h("button", { type: "button" }, ["x", "y"][axis]);
      button.addEventListener("click", () => {
        this.axis = axis;
        this.tell();
      });
      return button;
    });
    const axes = h(
      "div",
      { class: "pair", role: "group", "aria-label": words.coordinate },
      words.coordinate,
      ...this.axes
    );
    this.element = h(
      "section",
      { "aria-label": words.one_step },
      ...[h("h2", {}, words.one_step), this.menu, this.heading, this.rule, axes, this.numbers, this.table]
    );
  }
  words;
  element;
  menu;
  rule = h("pre", { class: "rule" });
  numbers = h("pre", { class: "rule" });
  axes;
  axis = 0;
  table = h("table", { class: "numbers" });
  heading = h("p", { class: "about" });
  model = null;
  step = 0;
  update(model) {
    this.model = model;
    const names = model.walking.map(({ spec }) => spec.notation);
    const [chosen, many] = [this.menu.selectedIndex, this.menu.options.length];
    this.menu.replaceChildren(...names.map((name, k) => h("option", { value: k }, name)));
    if (names.length === many && chosen >= 0) this.menu.selectedIndex = chosen;
    this.tell();
  }
  at(step) {
    const whole = Math.floor(step + 1e-9);
    if (whole === this.step) return;
    this.step = whole;
    if (this.element.isConnected && this.element.offsetParent) this.tell();
  }
  tell() {
    const one = this.model?.walking[Math.max(this.menu.selectedIndex, 0)];
    this.element.classList.toggle("empty", !one);
    if (!one) return;
    const { walk: walk2, spec } = one;
    const row2 = Math.max(Math.min(this.step, walk2.x.length - 2), 0);
    this.heading.textContent = say(this.words.step_from, { step: row2 });
    this.rule.textContent = oneBelowTheOther(spec.entry.formula);
    this.axes.forEach((button, axis) => {
      button.setAttribute("aria-pressed", String(axis === this.axis));
    });
    this.tellRule(one, row2);
    const line = (name, values) => h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      ...values.map((value) => h("td", {}, value === void 0 ? "" : show(value, 4)))
    );
    const next = row2 + 1 < walk2.x.length ? row2 + 1 : null;
    const numbers2 = [
      line("x", [walk2.x[row2], walk2.y[row2]]),
      line("g", [walk2.gradient[0][row2], walk2.gradient[1][row2]]),
      ...Object.entries(walk2.state).filter(([name]) => name !== "delta").map(([name, columns]) => line(name, next === null ? [] : columns.slice(0, 2).map((column) => column[next]))),
      line("Δx", next === null ? [] : [walk2.x[next] - walk2.x[row2], walk2.y[next] - walk2.y[row2]]),
      ...Object.entries(spec.options).map(([name, value]) => line(SYMBOLS[name] ?? name.replaceAll("_", " "), [value]))
    ];
    this.table.replaceChildren(h("tbody", {}, ...numbers2));
  }
  // The rule with the numbers of a step in it.
  tellRule({ walk: walk2, spec }, row2) {
    const next = row2 + 1;
    this.numbers.hidden = next >= walk2.x.length;
    if (this.numbers.hidden) return;
    const { axis } = this;
    const places = axis === 0 ? walk2.x : walk2.y;
    const at = (row3) => Object.fromEntries(
      Object.entries(walk2.state).filter(([name]) => name !== "delta").map(([name, columns]) => [name, (columns[axis] ?? columns[0])[row3]])
    );
    const lines = filled(oneBelowTheOther(spec.entry.formula), {
      ...{ t: next, x: places[row2], g: walk2.gradient[axis][row2], delta: places[next] - places[row2] },
      ...{ before: at(row2), after: at(next), options: spec.options }
    });
    const pieces = lines.flatMap((line, k) => [
      ...k ? ["\n"] : [],
      ...line.map(({ text: text2, number: number2 }) => number2 ? h("b", {}, text2) : text2)
    ]);
    this.numbers.replaceChildren(...pieces);
  }
};
var oneBelowTheOther = (formula2) => formula2.split(/\n| {3,}/).map((line) => line.trim()).filter(Boolean).join("\n");

// src/panels/terrainPanel.ts
var FORMULA = "\0";
var TerrainPanel = class {
  constructor(catalogue, store, words, texts, given2) {
    this.catalogue = catalogue;
    this.store = store;
    this.words = words;
    this.texts = texts;
    this.menu = h("select", { "aria-label": words.terrain, class: "wide" });
    if (given2 !== null) this.menu.append(h("option", { value: "" }, given2));
    for (const [name, { title }] of Object.entries(catalogue.terrains))
      this.menu.append(h("option", { value: name }, title));
    this.menu.append(h("option", { value: FORMULA }, words.own_formula));
    this.menu.addEventListener("change", () => this.choose(this.menu.value));
    this.typed = h("input", { type: "text", class: "wide", spellcheck: "false", autocomplete: "off", maxlength: 500 });
    this.typed.setAttribute("aria-label", words.formula);
    this.typed.addEventListener("input", () => this.read(false));
    this.typed.addEventListener("change", () => this.read(true));
    this.own = h("div", { class: "own", hidden: true }, this.typed, this.wrong);
    this.element = h(
      "section",
      { "aria-label": words.terrain },
      h("h2", {}, words.terrain),
      ...[this.menu, this.own, this.line, this.sliders, this.about]
    );
  }
  catalogue;
  store;
  words;
  texts;
  element;
  menu;
  sliders = h("div", { class: "sliders" });
  line = h("p", { class: "formula" });
  about = h("p", { class: "about" });
  typed;
  wrong = h("p", { class: "wrong", role: "alert" });
  own;
  shown = "";
  made = [];
  update({ ground: { spec } }) {
    const name = spec?.name ?? "";
    const isFormula = spec !== null && spec.entry === null;
    this.rebuild(name, spec?.entry?.parameters ?? []);
    this.menu.value = isFormula ? FORMULA : name;
    this.own.hidden = !isFormula;
    if (isFormula && this.typed.getAttribute("aria-invalid") !== "true" && this.typed.value.trim() !== name) {
      this.typed.value = name;
    }
    this.line.textContent = spec?.entry?.formula ?? "";
    this.about.textContent = this.texts[name] ?? "";
    for (const { parameter, slider: one } of this.made) one.set(spec.values[parameter.name]);
  }
  choose(name) {
    if (name !== FORMULA) {
      this.store.set({ terrain: name, domain: null, start: null, challenge: "" });
      return;
    }
    this.own.hidden = false;
    this.typed.value ||= "x^2 + 10*y^2 + sin(3*x)";
    this.typed.focus();
    this.read(true);
  }
  read(done) {
    const text2 = this.typed.value.trim();
    try {
      formula(text2, this.catalogue.derivatives);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      const { reason, at, about, nearest: nearest3 } = error;
      this.wrong.textContent = say(this.words[nearest3 && `${reason}_near` in this.words ? `${reason}_near` : reason], {
        ...{ at: at + 1, about, near: nearest3 }
      });
      this.typed.setAttribute("aria-invalid", "true");
      return;
    }
    this.wrong.textContent = "";
    this.typed.removeAttribute("aria-invalid");
    const change = { terrain: text2, start: null, challenge: "" };
    if (done) this.store.set(change);
    else this.store.drag(change);
  }
  rebuild(name, parameters) {
    if (this.shown === name) return;
    this.shown = name;
    const title = this.catalogue.terrains[name]?.title ?? name;
    const change = (parameter, value) => {
      const values = Object.fromEntries(this.made.map((one) => [one.parameter.name, this.now(one.parameter)]));
      return { terrain: notationOf(name, parameters, { ...values, [parameter.name]: value }), start: null };
    };
    this.made = parameters.map((parameter) => ({
      parameter,
      slider: slider(parameter, title, {
        moved: (value) => this.store.drag(change(parameter, value)),
        done: (value) => this.store.set(change(parameter, value))
      })
    }));
    this.sliders.replaceChildren(...this.made.map((one) => one.slider.row));
  }
  // A parameter as the state has it.
  now(parameter) {
    const found = new RegExp(`[:,]${parameter.name}=([^,]*)`).exec(this.store.state.terrain)?.[1];
    if (found === void 0) return parameter.value;
    return parameter.choices ? parameter.choices.find((one) => String(one) === found) ?? parameter.value : Number(found);
  }
};

// src/player.ts
var SPEEDS = [1, 3, 8, 25, 60, 150, 400, 1e3, 2500];
var Player = class {
  constructor(moved2, changed) {
    this.moved = moved2;
    this.changed = changed;
  }
  moved;
  changed;
  at = 0;
  last = 0;
  // the last step
  speed = 4;
  // of SPEEDS, from 1
  frame = null;
  get playing() {
    return this.frame !== null;
  }
  goTo(step) {
    this.at = Math.min(Math.max(step, 0), this.last);
    this.moved();
  }
  play(from = this.at >= this.last ? 0 : this.at) {
    this.stop();
    this.at = from;
    let before = null;
    const advance = (now) => {
      const passed = before === null ? 0 : Math.min(now - before, 250) / 1e3;
      before = now;
      this.at = Math.min(this.at + SPEEDS[this.speed - 1] * passed, this.last);
      this.moved();
      if (this.at >= this.last) this.stop();
      else this.frame = requestAnimationFrame(advance);
    };
    this.frame = requestAnimationFrame(advance);
    this.changed(true);
    this.moved();
  }
  stop() {
    if (this.frame === null) return;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.changed(false);
  }
  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }
  // To the next or the last whole step.
  nudge(by) {
    this.stop();
    this.goTo(by > 0 ? Math.floor(this.at + 1e-9) + by : Math.ceil(this.at - 1e-9) + by);
  }
};

// src/panels/transport.ts
var Transport = class {
  constructor(player, words, events) {
    this.player = player;
    this.words = words;
    const button = (label, click, name = label) => h("button", { type: "button", "aria-label": name, title: name, click }, label);
    this.toggle = h(
      "button",
      { type: "button", class: "play", title: words.keys, click: () => player.toggle() },
      words.play
    );
    this.step = h("input", { type: "range", min: 0, step: 1, "aria-label": words.steps });
    this.step.addEventListener("input", () => {
      player.stop();
      player.goTo(this.step.valueAsNumber);
    });
    this.speed = h("select", { "aria-label": words.speed });
    SPEEDS.forEach((speed, k) => {
      this.speed.append(h("option", { value: k + 1 }, say(words.speed_of, { speed: counted2(speed) })));
    });
    this.speed.addEventListener("change", () => {
      player.speed = Number(this.speed.value);
    });
    this.speed.value = String(player.speed);
    this.field = h("button", { type: "button", "aria-pressed": "false", click: events.field }, words.field);
    this.element = h(
      "div",
      { class: "transport", role: "group", "aria-label": words.play },
      ...[
        this.toggle,
        button("‹", () => player.nudge(-1), words.back),
        button("›", () => player.nudge(1), words.forth)
      ],
      ...[this.step, this.at, this.speed, this.field, button(words.reset_view, events.reset)]
    );
  }
  player;
  words;
  element;
  toggle;
  step;
  at = h("output");
  speed;
  field;
  setSpeed(speed) {
    this.player.speed = speed;
    this.speed.value = String(speed);
  }
  update(state) {
    this.field.setAttribute("aria-pressed", String(state.field));
  }
  playing(on) {
    this.toggle.textContent = on ? this.words.pause : this.words.play;
  }
  show(at, last) {
    this.step.max = String(last);
    this.step.value = String(at);
    const step = counted2(Math.floor(at + 1e-9));
    const text2 = say(this.words.at_step, { step, last: counted2(last) });
    if (this.at.value !== text2) {
      this.at.value = text2;
      this.step.setAttribute("aria-valuetext", text2);
    }
  }
};

// src/pictures/colours.ts
var rgb = (colour2) => [1, 3, 5].map((at) => Number.parseInt(colour2.slice(at, at + 2), 16));
var hex = (number2) => Math.round(number2).toString(16).padStart(2, "0");
var see = (colour2, opacity) => colour2 + hex(255 * opacity);
var mixed = (one, other, share = 0.5) => {
  const [from, to] = [rgb(one), rgb(other)];
  return `#${from.map((part, k) => hex((1 - share) * part + share * to[k])).join("")}`;
};
var colourAt = ({ terrain }, share) => {
  const along = Math.min(Math.max(share, 0), 1) * (terrain.length - 1);
  const k = Math.min(Math.floor(along), terrain.length - 2);
  return mixed(terrain[k], terrain[k + 1], along - k);
};
var ramp = (colours, many) => Uint8Array.from(Array.from({ length: many }, (_, k) => [...rgb(colourAt(colours, k / (many - 1))), 255]).flat());
var colourOf = ({ look }, { theme }) => look.colour[theme];
var lineColour = (path, colours) => path.apart ? mixed(colourOf(path, colours), colours.ground, 0.6) : colourOf(path, colours);

// src/pictures/moves.ts
var stepAt = ({ steps }, row2) => steps ? steps[row2] : row2;
var moveAt = (walk2, step) => {
  const rows = walk2.x.length;
  if (!rows || step < stepAt(walk2, 0)) return null;
  let [low, high] = [0, rows - 1];
  while (low < high) {
    const middle = low + high + 1 >> 1;
    if (stepAt(walk2, middle) <= step) low = middle;
    else high = middle - 1;
  }
  const ended = walk2.diverged >= 0 && step >= walk2.diverged;
  if (low === rows - 1) return { row: low, share: 0, ended };
  const [from, to] = [stepAt(walk2, low), stepAt(walk2, low + 1)];
  return { row: low, share: (step - from) / (to - from), ended };
};
var lastStep = (paths) => paths.reduce(
  (last, { walk: walk2 }) => Math.max(last, walk2.x.length ? stepAt(walk2, walk2.x.length - 1) : 0, walk2.diverged),
  0
);
var divergedAt = ({ diverged, outside }, words) => diverged || outside ? say2(outside ? words.undefined : words.diverged, { step: counted2(diverged) }) : words.no_slope;

// src/pictures/ticks.ts
var WIDE = 6;
var roundStep = (rough) => {
  const power = magnitude(rough);
  const factor = rough / Number(`1e${power}`);
  return Number(`${factor < Math.SQRT2 ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10}e${power}`);
};
var evenTicks = (low, high, count) => {
  const rough = high / count - low / count;
  if (!(rough > 1e-15 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(rough)) return [low];
  const step = roundStep(rough);
  const first = Math.ceil(low / step - 1e-9);
  const many = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: many }, (_, k) => Number(((first + k) * step).toPrecision(15)));
};
var logTicks = (low, high, count) => {
  const decades = Math.log10(high) - Math.log10(low);
  if (decades < 1) return evenTicks(low, high, count);
  const factors = decades < 0.6 * count ? [1, 2, 5] : [1];
  const stride = Math.ceil(decades / count);
  const ticks = [];
  for (let power = stride * Math.ceil(Math.log10(low) / stride - 1); power <= Math.log10(high); power += stride) {
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
};
var stepTicks = (last, count) => evenTicks(0, Math.max(last, 1), Math.min(count, Math.max(last, 1))).filter(Number.isInteger);
var tickWords = (ticks, name) => {
  const gaps = ticks.slice(1).map((tick, k) => tick - ticks[k]);
  const gap = Math.min(...gaps.filter((one) => one > 0));
  const most = Math.max(...ticks.map(Math.abs));
  const texts = ticks.map((tick) => show(tick, 4, gap));
  if (!(Number.isFinite(gap) && most > 0 && magnitude(most) - magnitude(gap) >= WIDE)) return { texts, name };
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const span = Number(`1e${magnitude(high - low) + 1}`);
  const exact = low > 0 ? Math.floor(low / span) * span : high < 0 ? Math.ceil(high / span) * span : 0;
  const base = Number(exact.toPrecision(15));
  if (base === 0) return { texts, name };
  return {
    texts: ticks.map((tick) => show(Number((tick - base).toPrecision(12)), 4, gap)),
    name: `${name} ${base > 0 ? "−" : "+"} ${show(Math.abs(base), digitsOf(base))}`
  };
};

// src/pictures/scales.ts
var ROUNDING = 1e-12;
var TALLEST = 100;
var MUCH = 1e3;
var SMALL = 1e-280;
var LARGEST = 1e300;
var OUTSIDE = 100 * LARGEST;
var SEEN = 200;
var median = (numbers2) => {
  const sorted = [...numbers2].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
};
var placed = (curve) => Float64Array.from(curve, (loss) => Math.abs(loss) <= LARGEST ? loss : Number.NaN);
var extremes = (curves, most = Number.POSITIVE_INFINITY) => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const curve of curves) {
    for (const loss of curve) {
      if (!(loss <= most)) continue;
      if (loss < low) low = loss;
      if (loss > high) high = loss;
    }
  }
  return [low, high];
};
var lastOf = (curve) => curve[curve.length - 1];
var lossScale = (curves, log, ground = null, rounding = 1e-14) => {
  const scale = (kind, low2, high2, rest = {}) => ({
    kind,
    low: low2,
    high: high2,
    floor: Number.NEGATIVE_INFINITY,
    linearTo: 1,
    ...rest
  });
  const found = curves.filter(({ length }) => length).map(placed);
  const [lowest, highest] = extremes(found);
  if (lowest > highest) return scale("linear", 0, 1);
  const begun = found.map((curve) => curve[0]).filter(Number.isFinite);
  const firsts = begun.length ? begun : [firstOf(found)];
  const first = Math.max(...firsts);
  const floor = ROUNDING * (median(firsts.map(Math.abs)) || Math.max(Math.abs(lowest), Math.abs(highest)));
  const cap = first > 0 ? TALLEST * first : Number.POSITIVE_INFINITY;
  if (lowest >= -floor && Math.min(highest, cap) > floor) {
    const [low2, high2] = [Math.max(Math.min(lowest, cap), floor), Math.min(highest, cap)];
    if (low2 > 0 && (log || first > MUCH * low2 || low2 > 1 / LARGEST && high2 < SMALL)) {
      const margin = high2 > 1.02 * low2 ? (high2 / low2) ** 0.05 : 1.1;
      const bottom = Math.max(low2 / margin, 1 / LARGEST);
      return scale("log", bottom, Math.max(Math.min(high2 * margin, 10 * LARGEST), 1.1 * bottom), { floor });
    }
  }
  let [low, high] = calmRange(found, first);
  if (ground && lowest < 0) low = Math.max(low, Math.min(ground[0] - 0.1 * (ground[1] - ground[0]), high));
  const far = Math.max(Math.abs(low), Math.abs(high));
  const near2 = Math.min(Math.abs(low), Math.abs(high)) || 1;
  if (low < 0 && far > MUCH * near2) {
    return scale("symlog", low - 0.2 * Math.abs(low), high + 0.2 * Math.abs(high), { linearTo: near2 });
  }
  let span = high - low;
  if (!(span > rounding * far)) {
    const [bottom, top] = ground ?? [0, 0];
    span = top - bottom;
    const finest = rounding * Math.max(far, Math.abs(bottom), Math.abs(top));
    if (!(span > finest && span < Number.POSITIVE_INFINITY)) span = Math.max(Math.abs(high), 1);
  }
  return scale("linear", low - 0.05 * span, high + 0.1 * span);
};
var firstOf = (curves) => {
  for (const curve of curves) {
    const known = curve.find(Number.isFinite);
    if (known !== void 0) return known;
  }
  return Number.NaN;
};
var calmRange = (curves, first) => {
  let calm = curves.filter((curve) => lastOf(curve) <= curve[0]);
  if (!calm.length) {
    const most = first + TALLEST * Math.max(Math.abs(first), 1);
    calm = curves.filter((curve) => Number.isFinite(lastOf(curve)) && extremes([curve])[1] <= most);
  }
  const [low, high] = calm.length ? extremes(calm) : extremes(curves, first + Math.max(Math.abs(first), 1));
  return low > high ? [first, first] : [low, high];
};
var placeOf = ({ kind, linearTo }, loss) => {
  if (kind === "log") return Math.log10(Math.max(loss, 1 / LARGEST));
  if (kind === "linear") return loss;
  const far = Math.max(Math.abs(loss) / linearTo, 1);
  return far > 1 ? Math.sign(loss) * (1 + Math.log10(far)) : loss / linearTo;
};
var drawnLosses = ({ low, high, floor }, losses, diverged) => {
  const shown = Float64Array.from(losses, (loss) => Math.min(Math.max(loss, floor, -OUTSIDE), OUTSIDE));
  const sides = new Int8Array(shown.length);
  let end = shown.length;
  for (let k = 0; k < shown.length; k++) {
    const loss = shown[k];
    if (end === shown.length && !(loss >= low && loss <= high)) end = k;
    sides[k] = Number.isNaN(loss) ? k ? sides[k - 1] : 0 : Number(loss > high) - Number(loss < low);
  }
  return shown.map((loss, k) => {
    const hidden = k > 0 && sides[k] !== 0 && sides[k] === sides[k - 1] && sides[k] === (sides[k + 1] ?? sides[k]);
    return hidden || diverged && k > end ? Number.NaN : loss;
  });
};
var lossWayOut = (scale, steps, losses) => {
  const { low, high } = scale;
  const shown = drawnLosses(scale, losses, true);
  const last = shown.findLastIndex(Number.isFinite);
  if (last < 0) return null;
  const loss = shown[last];
  const edge2 = loss >= low && loss <= high ? null : loss > high ? 1 : 0;
  if (last === 0 || edge2 === null) return { step: steps[last], edge: edge2, loss };
  const border = edge2 ? high : low;
  const [from, to, place] = [shown[last - 1], loss, border].map((one) => placeOf(scale, one));
  const share = to !== from ? (place - from) / (to - from) : 0;
  return { step: steps[last - 1] + share * (steps[last] - steps[last - 1]), edge: edge2, loss: border };
};
var reached = ({ floor }, losses) => Number.isFinite(floor) && Array.prototype.some.call(losses, (loss) => loss <= floor);
var scaleTicks = ({ kind, low, high, linearTo }, count) => {
  if (kind === "log") return logTicks(low, high, count);
  if (kind === "linear") return evenTicks(low, high, count);
  const beyond = (far) => far > linearTo ? logTicks(linearTo, far, Math.ceil(count / 2)) : [];
  const below = beyond(-low).reverse();
  return [...below.map((tick) => -tick), 0, ...beyond(high)].filter((tick) => tick >= low && tick <= high);
};
var fineness = ({ kind, low, high, linearTo }, loss) => {
  if (!(loss >= low && loss <= high)) return Number.POSITIVE_INFINITY;
  if (kind === "linear") return (high - low) / SEEN;
  if (kind === "log") return Math.abs(loss) * Math.log(high / low) / SEEN;
  return Math.max(Math.abs(loss), linearTo) / 100;
};

// src/pictures/curves.ts
var xOf = ({ left, width, last }, step) => left + step / (Math.max(last, 1) * 1.01) * width;
var yOf = ({ top, height }, scale, loss) => {
  const [low, high, at] = [scale.low, scale.high, loss].map((one) => placeOf(scale, one));
  const share = (at - low) / (high - low);
  return top + height * (1 - Math.min(Math.max(share, -9), 10));
};
var curveOf = (path, scale, area) => {
  const { walk: walk2 } = path;
  const gone = walk2.diverged >= 0;
  const column = (losses) => Float32Array.from(drawnLosses(scale, losses, gone), (loss) => Number.isNaN(loss) ? loss : yOf(area, scale, loss));
  return {
    path,
    x: Float32Array.from(walk2.loss, (_, row2) => xOf(area, stepAt(walk2, row2))),
    y: column(walk2.loss),
    plane: walk2.inPlane ? column(walk2.inPlane) : null,
    out: gone ? lossWayOut(scale, stepsOf(walk2), walk2.loss) : null
  };
};
var stepsOf = (walk2) => walk2.steps ?? walk2.loss.map((_, row2) => row2);
var trace = (context, x, y, row2, share = 0) => {
  context.beginPath();
  let down = false;
  const point = (px, py) => {
    if (down) context.lineTo(px, py);
    else context.moveTo(px, py);
    down = true;
  };
  const end = Math.min(row2, y.length - 1);
  for (let k = 0; k <= end; ) {
    if (Number.isNaN(y[k])) {
      down = false;
      k++;
      continue;
    }
    const from = k;
    let [low, high] = [y[k], y[k]];
    while (k + 1 <= end && x[k + 1] - x[from] < 0.5 && !Number.isNaN(y[k + 1])) {
      k++;
      low = Math.min(low, y[k]);
      high = Math.max(high, y[k]);
    }
    point(x[from], y[from]);
    if (k > from + 2) {
      point(x[from], low);
      point(x[k], high);
    }
    if (k > from) point(x[k], y[k]);
    k++;
  }
  if (share > 0 && down && end + 1 < y.length && !Number.isNaN(y[end + 1])) {
    point(x[end] + share * (x[end + 1] - x[end]), y[end] + share * (y[end + 1] - y[end]));
  }
  context.stroke();
};

// src/pictures/marks.ts
var OUTLINE = 11;
var LOST = outlineOfLost(OUTLINE);
function outlineOfLost(size) {
  const [a, b] = [size / 6, size / 2];
  const plus = [
    ...[
      [-a, -b],
      [a, -b],
      [a, -a],
      [b, -a],
      [b, a],
      [a, a]
    ],
    ...[
      [a, b],
      [-a, b],
      [-a, a],
      [-b, a],
      [-b, -a],
      [-a, -a]
    ]
  ];
  const turned = plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2].map((one) => one.toFixed(2)));
  return `M${turned.map((pair) => pair.join(" ")).join("L")}Z`;
}
var outlineOf = (outline, lost) => lost ? LOST : outline;
var mark = (context, outline, [x, y], size, face, edge2) => {
  const scale = size / OUTLINE;
  const shape = new Path2D(outline);
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineJoin = "round";
  context.lineWidth = 3 / scale;
  context.strokeStyle = edge2;
  context.stroke(shape);
  context.fillStyle = face;
  context.fill(shape);
  context.restore();
};
var ring = (context, [x, y], colours) => {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = colours.ground;
  context.fill();
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.stroke();
};
var STAR = Array.from({ length: 10 }, (_, k) => {
  const [far, turn] = [k % 2 ? 0.382 : 1, k * Math.PI / 5];
  return [far * Math.sin(turn), -far * Math.cos(turn)];
});
var star = (context, [x, y], size, colours) => {
  context.beginPath();
  for (const [u, v] of STAR) context.lineTo(x + 0.5 * size * u, y + 0.5 * size * v);
  context.closePath();
  context.fillStyle = colours.star;
  context.fill();
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  context.lineJoin = "miter";
  context.stroke();
};
var cross = (context, [x, y], colours) => {
  context.lineCap = "butt";
  for (const [colour2, width, reach] of [
    [colours.ground, 5, 8],
    [colours.ink, 2, 6.5]
  ]) {
    context.beginPath();
    context.moveTo(x - reach, y);
    context.lineTo(x + reach, y);
    context.moveTo(x, y - reach);
    context.lineTo(x, y + reach);
    context.strokeStyle = colour2;
    context.lineWidth = width;
    context.stroke();
  }
};
var arrow = (context, [x, y], [u, v], face, edge2) => {
  const length = Math.hypot(u, v) || 1;
  const [ax, ay] = [u / length, v / length];
  context.beginPath();
  for (const [back, aside] of [
    [0, 0],
    [13, 5.5],
    [10, 0],
    [13, -5.5]
  ]) {
    context.lineTo(x - back * ax - aside * ay, y - back * ay + aside * ax);
  }
  context.closePath();
  context.lineJoin = "round";
  context.strokeStyle = edge2;
  context.lineWidth = 3;
  context.stroke();
  context.fillStyle = face;
  context.fill();
};
var write = (stage, { context }, words, [x, y], colour2, { size = 11, weight = 400, align = "left", baseline = "alphabetic", halo } = {}) => {
  context.font = stage.font(size, weight);
  context.textAlign = align;
  context.textBaseline = baseline;
  if (halo) {
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = see(halo, 0.85);
    context.strokeText(words, x, y);
  }
  context.fillStyle = colour2;
  context.fillText(words, x, y);
};

// src/pictures/stage.ts
var Stage = class {
  root = document.createElement("div");
  // In CSS pixels, and how many of a canvas are one of them.
  width = 0;
  height = 0;
  ratio = 1;
  family = "sans-serif";
  canvases = [];
  layers = [];
  // role: "img", or "application" for what can be moved by keyboard.
  constructor(host, role, label) {
    this.root.style.cssText = "position:relative;width:100%;height:100%;overflow:hidden;border-radius:inherit";
    this.root.setAttribute("role", role);
    this.root.setAttribute("aria-label", label);
    host.append(this.root);
  }
  // On top of those that there are.
  canvas() {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
    canvas.setAttribute("aria-hidden", "true");
    this.root.append(canvas);
    this.canvases.push(canvas);
    return canvas;
  }
  layer() {
    const canvas = this.canvas();
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas");
    const layer = { canvas, context };
    this.layers.push(layer);
    return layer;
  }
  // Takes on the host's size; whether that has changed.
  fit() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const ratio = Math.min(Math.max(devicePixelRatio, 1), 3);
    this.family = getComputedStyle(this.root).fontFamily;
    if (width === this.width && height === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width, height, ratio });
    for (const canvas of this.canvases) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    for (const { context } of this.layers) context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }
  clear({ context }) {
    context.clearRect(0, 0, this.width, this.height);
  }
  font(size, weight = 400) {
    return `${weight} ${size}px ${this.family}`;
  }
  // Where an event is, from the upper left corner.
  pixelOf(event) {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
};

// src/pictures/exits.ts
var FAR = 1e150;
var near = (one) => Math.min(Math.max(one, -FAR), FAR);
var inside = (x, y, [[x0, x1], [y0, y1]]) => x >= x0 && x <= x1 && y >= y0 && y <= y1;
var wayOut = ({ x, y }, view, first) => {
  let [row2, last] = [-1, -1];
  for (let k = 0; k < x.length; k++) {
    if (!inside(x[k], y[k], view)) continue;
    last = k;
    if (first && row2 >= 0) continue;
    const leaves = k + 1 < x.length && !inside(x[k + 1], y[k + 1], view);
    if (leaves && !Number.isNaN(x[k + 1]) && !Number.isNaN(y[k + 1])) row2 = k;
  }
  if (row2 < 0 || (first ? !inside(x[0], y[0], view) : row2 !== last)) return null;
  const way = [near(x[row2 + 1]) - x[row2], near(y[row2 + 1]) - y[row2]];
  const shareOf2 = (k, here) => way[k] === 0 ? Number.POSITIVE_INFINITY : ((way[k] > 0 ? view[k][1] : view[k][0]) - here) / way[k];
  const share = Math.min(shareOf2(0, x[row2]), shareOf2(1, y[row2]));
  return { row: row2, point: [x[row2] + share * way[0], y[row2] + share * way[1]], way };
};
var shownPath = ({ x, y, diverged }, view) => {
  const points = { x, y };
  if (diverged < 0) return { points, out: wayOut(points, view, false) };
  const out = wayOut(points, view, true);
  if (!out) return { points, out };
  const cut = (column, end) => Float64Array.from({ length: out.row + 2 }, (_, k) => k <= out.row ? column[k] : end);
  return { points: { x: cut(x, out.point[0]), y: cut(y, out.point[1]) }, out };
};

// src/pictures/heights.ts
var LONGEST = 3;
var elevationOf = ({ height, floor }, loss) => height === "linear" ? loss : Math.log10(Math.max(loss + floor, 1e-300));
var lossAt = ({ height, floor }, elevation) => height === "linear" ? elevation : Math.max(10 ** elevation - floor, 0);
var heights = (ground, { columns, rows, values }) => {
  const most = ground.height === "log" ? Math.log10(LARGEST) : LARGEST;
  const found = new Float64Array(values.length);
  let [low, high, finite, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const one = elevationOf(ground, values[k]);
    found[k] = Number.NaN;
    if (!Number.isFinite(one)) continue;
    finite++;
    if (!(Math.abs(one) < most)) continue;
    known++;
    found[k] = one;
    if (one < low) low = one;
    if (one > high) high = one;
  }
  const elevation = { columns, rows, values: found };
  if (!hasCell(elevation)) return "no_ground";
  if (2 * known < finite) return "beyond";
  const unit = ground.height === "log" ? 1 : 0;
  const least2 = Math.max(ground.rounding * Math.max(Math.abs(low), Math.abs(high), unit), 1 / LARGEST);
  return { elevation, low, high: high - low > least2 ? high : low };
};
var hasCell = ({ columns, rows, values }) => {
  for (let j = 0; j + 1 < rows; j++) {
    for (let k = j * columns; k + 1 < (j + 1) * columns; k++) {
      let known = 0;
      for (const at of [k, k + 1, k + columns, k + columns + 1]) if (!Number.isNaN(values[at])) known++;
      if (known > 2) return true;
    }
  }
  return false;
};
var shareOf = ({ low, high }, elevation) => high > low ? (elevation - low) / (high - low) : 0 * elevation;
var sharesOf = (found) => ({
  ...found.elevation,
  values: found.elevation.values.map((one) => shareOf(found, one))
});
var sidesOf = (domain) => [domain[0][1] - domain[0][0], domain[1][1] - domain[1][0]];
var isToScale = ({ toScale }, domain) => {
  const [across, down] = sidesOf(domain);
  return toScale && across / down > 1 / LONGEST && across / down < LONGEST;
};

// src/pictures/geometry.ts
var LONG = 0.02;
var between = ({ columns, rows, values, domain }, x, y) => {
  const [[x0, x1], [y0, y1]] = domain;
  const along = (x - x0) / (x1 - x0) * (columns - 1);
  const up = (y - y0) / (y1 - y0) * (rows - 1);
  const i = Math.min(Math.max(Math.floor(along), 0), columns - 2);
  const j = Math.min(Math.max(Math.floor(up), 0), rows - 2);
  const [u, v] = [along - i, up - j];
  const k = j * columns + i;
  let [sum, known] = [0, 0];
  for (let corner = 0; corner < 4; corner++) {
    const height = values[k + (corner & 1) + (corner >> 1) * columns];
    const share = (corner & 1 ? u : 1 - u) * (corner >> 1 ? v : 1 - v);
    if (Number.isNaN(height)) continue;
    sum += share * height;
    known += share;
  }
  return known > 0 ? sum / known : Number.NaN;
};
var within = (p, q, domain) => {
  let [from, to] = [0, 1];
  for (const k of [0, 1]) {
    const way = q[k] - p[k];
    const [low, high] = domain[k];
    if (way === 0) {
      if (p[k] < low || p[k] > high) return null;
      continue;
    }
    const [one, other] = [(low - p[k]) / way, (high - p[k]) / way];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  }
  return from <= to ? [from, to] : null;
};
var laid = ({ x, y }, domain, fine = Number.POSITIVE_INFINITY) => {
  const parts = { x: [], y: [], at: [] };
  const push = (px, py, at2) => {
    parts.x.push(px);
    parts.y.push(py);
    parts.at.push(at2);
  };
  const [across, down] = sidesOf(domain);
  for (let row2 = 0; row2 < x.length; row2++) {
    const [px, py] = [near(x[Math.max(row2 - 1, 0)]), near(y[Math.max(row2 - 1, 0)])];
    const [qx, qy] = [near(x[row2]), near(y[row2])];
    const part = within([px, py], [qx, qy], domain);
    if (!part) continue;
    const [from, to] = part;
    const on = (share) => {
      if (share === 1) push(qx, qy, row2);
      else push(px + share * (qx - px), py + share * (qy - py), row2 - 1 + share);
    };
    const length = Math.max(Math.abs(qx - px) / across, Math.abs(qy - py) / down);
    const pieces = fine < 1 ? Math.max(1, Math.ceil(length * (to - from) / fine)) : 1;
    if (row2 > 0 && from > 0) {
      push(Number.NaN, Number.NaN, row2 - 1 + from);
      on(from);
    }
    for (let k = 1; k < pieces; k++) on(from + k / pieces * (to - from));
    on(to);
    if (to < 1) push(Number.NaN, Number.NaN, row2 - 1 + to);
  }
  const [lx, ly, at] = [parts.x, parts.y, parts.at].map((one) => Float64Array.from(one));
  return { x: lx, y: ly, at };
};
var upTo = (at, place) => {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = low + high >> 1;
    if (at[middle] <= place) low = middle + 1;
    else high = middle;
  }
  return low;
};
var pointAt = ({ x, y }, place) => {
  const row2 = Math.min(Math.floor(place), x.length - 1);
  const next = Math.min(row2 + 1, x.length - 1);
  const share = place - row2;
  const along = (column) => share > 0 ? near(column[row2]) + share * (near(column[next]) - near(column[row2])) : column[row2];
  return [along(x), along(y)];
};
var separate = ({ x, y }, domain) => {
  const side = Math.max(...sidesOf(domain));
  const far = (row2) => row2 < 0 || row2 + 1 >= x.length || Math.hypot(x[row2 + 1] - x[row2], y[row2 + 1] - y[row2]) / side > LONG;
  return Uint8Array.from(x, (_, row2) => Number(inside(x[row2], y[row2], domain) && far(row2 - 1) && far(row2)));
};
var winding = ({ x, y }, domain) => {
  const [across, down] = sidesOf(domain);
  const share = (one, low, side) => Math.min(Math.max((one - low) / side, 0), 1);
  let length = 0;
  for (let k = 1; k < x.length; k++) {
    const u = share(x[k], domain[0][0], across) - share(x[k - 1], domain[0][0], across);
    const v = share(y[k], domain[1][0], down) - share(y[k - 1], domain[1][0], down);
    length += Math.hypot(u, v) || 0;
  }
  return length / Math.SQRT2;
};

// src/pictures/trails.ts
var WINDING = 30;
var NEAR2 = 10;
var wayOf = (path, home, view) => {
  const { points, out: first } = shownPath(path.walk, home);
  const out = view === home ? first : wayOut(points, view, false);
  return { path, points, out, leaves: leavingPlace(points, out) };
};
var trailOf = (path, home, view) => {
  const way = wayOf(path, home, view);
  const { points } = way;
  const thin = winding(points, home) > WINDING;
  const dots = path.walk.residual || thin ? new Uint8Array(points.x.length) : separate(points, view);
  if (points.x !== path.walk.x) dots[dots.length - 1] = 0;
  return { ...way, line: laid(points, view), dots, thin };
};
var leavingPlace = ({ x, y }, out) => {
  if (!out) return Number.POSITIVE_INFINITY;
  const { row: row2, point, way } = out;
  if (x[row2 + 1] === point[0] && y[row2 + 1] === point[1]) return row2 + 1;
  const k = Math.abs(way[0]) > Math.abs(way[1]) ? 0 : 1;
  return row2 + (point[k] - (k ? y : x)[row2]) / way[k];
};
var headsOf = (trails, step, view) => trails.flatMap((trail) => {
  const move = moveAt(trail.path.walk, step);
  if (!move) return [];
  const place = Math.min(move.row + move.share, trail.points.x.length - 1);
  const gone = place >= trail.leaves;
  const [x, y] = pointAt(trail.points, place);
  return [{ trail, place, spot: !gone && inside(x, y, view) ? [x, y] : null, gone, ended: move.ended }];
});
var startsOf = (heads) => {
  const starts = heads.map(({ trail: { points } }) => [points.x[0], points.y[0]]);
  return [...new Map(starts.map((start) => [start.join(), start])).values()];
};
var drawLine = ({ context }, frame, { trail, place, spot }, colours) => {
  const { line, path, thin } = trail;
  const width = path.apart ? 1.2 : thin ? 0.9 : 2;
  context.beginPath();
  const count = upTo(line.at, place);
  let [down, lastX, lastY] = [false, 0, 0];
  for (let k = 0; k < count; k++) {
    if (Number.isNaN(line.x[k])) {
      down = false;
      continue;
    }
    const [px, py] = frame.toPixel(line.x[k], line.y[k]);
    if (down && Math.abs(px - lastX) + Math.abs(py - lastY) < 0.5 && k + 1 < count) continue;
    if (down) context.lineTo(px, py);
    else context.moveTo(px, py);
    [down, lastX, lastY] = [true, px, py];
  }
  if (spot && down) context.lineTo(...frame.toPixel(...spot));
  context.lineJoin = "round";
  context.lineCap = "butt";
  if (!path.apart && !thin) {
    context.strokeStyle = see(colours.ground, 0.55);
    context.lineWidth = 5;
    context.stroke();
  }
  context.strokeStyle = lineColour(path, colours);
  context.lineWidth = width;
  context.setLineDash(path.look.dash.map((part) => 2 * part));
  context.stroke();
  context.setLineDash([]);
};
var drawDots = ({ context }, frame, { trail, place }, colours) => {
  const { dots, points, path } = trail;
  context.fillStyle = lineColour(path, colours);
  context.beginPath();
  for (let row2 = 0; row2 <= place && row2 < dots.length; row2++) {
    if (!dots[row2]) continue;
    const [px, py] = frame.toPixel(points.x[row2], points.y[row2]);
    context.moveTo(px + 2.5, py);
    context.arc(px, py, 2.5, 0, 2 * Math.PI);
  }
  context.fill();
};
var drawTrails = (stage, layer, frame, heads, colours, words) => {
  const { context } = layer;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  for (const head of heads) {
    drawLine(layer, frame, head, colours);
    drawDots(layer, frame, head, colours);
  }
  context.restore();
  const whole = heads.filter(({ trail }) => !trail.path.apart);
  for (const [x, y] of startsOf(whole)) {
    if (inside(x, y, frame.view)) ring(context, frame.toPixel(x, y), colours);
  }
  const gone = whole.filter(({ gone: gone2, trail }) => gone2 && trail.out);
  for (const { trail } of gone) {
    const { point, way } = trail.out;
    arrow(context, frame.toPixel(...point), onScreen(way, frame), colourOf(trail.path, colours), colours.ground);
  }
  for (const { trail, spot, ended } of whole) {
    if (!spot) continue;
    const { outline } = trail.path.look;
    mark(context, outlineOf(outline, ended), frame.toPixel(...spot), 13, colourOf(trail.path, colours), colours.ground);
  }
  tellExits(stage, layer, frame, gone, colours, words);
};
var onScreen = ([u, v], { view, width, height }) => {
  const sides = sidesOf(view);
  const [a, b] = [u / sides[0] * width, -v / sides[1] * height];
  const most = Math.max(Math.abs(a), Math.abs(b)) || 1;
  return [a / most, b / most];
};
var tellExits = (stage, layer, frame, gone, colours, words) => {
  const taken = [];
  const sides = sidesOf(frame.view);
  for (const { trail, ended } of gone) {
    if (!ended || !trail.out) continue;
    const { point, way } = trail.out;
    const [u, v] = point.map((one, k) => (one - frame.view[k][0]) / sides[k]);
    if (taken.some(([a, b]) => Math.abs(a - u) < 0.3 && Math.abs(b - v) < 0.06)) continue;
    taken.push([u, v]);
    const upright = Math.min(v, 1 - v) < Math.min(u, 1 - u);
    const right = upright ? way[0] >= 0 && u < 0.65 || u < 0.2 : u < 0.5;
    const up = upright ? v < 0.5 : way[1] >= 0 && v < 0.92 || v < 0.08;
    const [px, py] = frame.toPixel(...point);
    const style = { size: 12, weight: 600, halo: colours.ground };
    write(
      stage,
      layer,
      divergedAt(trail.path.walk, words),
      [px + (right ? 10 : -10), py + (up ? -6 : 6)],
      colourOf(trail.path, colours),
      { ...style, align: right ? "left" : "right", baseline: up ? "bottom" : "top" }
    );
  }
};
var rowUnder = (heads, frame, pixel) => {
  let best = null;
  let least2 = NEAR2;
  for (const { trail, place } of heads) {
    const { line, points, path } = trail;
    const count = upTo(line.at, place);
    for (let k = 0; k < count; k++) {
      if (Number.isNaN(line.x[k])) continue;
      const p = frame.toPixel(line.x[k], line.y[k]);
      const ends = k + 1 < count && !Number.isNaN(line.x[k + 1]);
      const q = ends ? frame.toPixel(line.x[k + 1], line.y[k + 1]) : p;
      const [share, far] = nearest2(p, q, pixel);
      if (far >= least2) continue;
      const at = line.at[k] + share * ((ends ? line.at[k + 1] : line.at[k]) - line.at[k]);
      const row2 = Math.min(Math.round(at), Math.floor(place));
      const spot = frame.toPixel(points.x[row2], points.y[row2]);
      if (!frame.holds(spot)) continue;
      least2 = far;
      best = { path, row: row2, pixel: spot };
    }
  }
  return best;
};
var nearest2 = (p, q, [x, y]) => {
  const [u, v] = [q[0] - p[0], q[1] - p[1]];
  const length = u * u + v * v;
  const share = length > 0 ? Math.min(Math.max(((x - p[0]) * u + (y - p[1]) * v) / length, 0), 1) : 0;
  return [share, Math.hypot(p[0] + share * u - x, p[1] + share * v - y)];
};

// src/pictures/losses.ts
var ROOM = { left: 66, right: 14, top: 10, bottom: 40 };
var NEAR3 = 12;
var scaleOf = (paths, { height, rounding }, range) => {
  const compared = paths.filter(({ apart: apart2 }) => !apart2);
  const curves = compared.flatMap(({ walk: walk2 }) => walk2.inPlane ? [walk2.loss, walk2.inPlane] : [walk2.loss]);
  return lossScale(curves, height === "log", range, rounding);
};
var LossView = class {
  constructor(host, words) {
    this.words = words;
    this.stage = new Stage(host, "img", words.losses);
    this.base = this.stage.layer();
    this.top = this.stage.layer();
    const { signal } = this.ended;
    this.stage.root.addEventListener("pointermove", (event) => this.hover(this.stage.pixelOf(event)), { signal });
    this.stage.root.addEventListener("pointerleave", () => this.onHover(null), { signal });
  }
  words;
  onHover = () => {
  };
  stage;
  base;
  top;
  ended = new AbortController();
  paths = [];
  scale = null;
  last = null;
  colours = null;
  curves = [];
  area = null;
  step = 0;
  pending = 0;
  stale = true;
  setPaths(paths) {
    this.paths = paths;
    this.changed();
  }
  setColours(colours) {
    this.colours = colours;
    this.changed();
  }
  // last: the step at which the axis ends; that of the paths if it is not given.
  setScale(scale, last = null) {
    [this.scale, this.last] = [scale, last];
    this.changed();
  }
  resize() {
    if (this.stage.fit()) this.stale = true;
    this.show(this.step);
  }
  destroy() {
    this.ended.abort();
    cancelAnimationFrame(this.pending);
    this.stage.root.remove();
  }
  show(step) {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { stage, scale, colours } = this;
    if (!scale || !colours) return;
    if (stage.fit()) this.stale = true;
    if (!stage.width || !stage.height) return;
    if (this.stale || !this.area) {
      const compared = this.paths.filter(({ apart: apart2 }) => !apart2);
      const [width, height] = [stage.width - ROOM.left - ROOM.right, stage.height - ROOM.top - ROOM.bottom];
      const last = Math.max(this.last ?? lastStep(compared), 1);
      this.area = { left: ROOM.left, top: ROOM.top, width: Math.max(width, 1), height: Math.max(height, 1), last };
      const area = this.area;
      this.curves = compared.map((path) => curveOf(path, scale, area));
      this.drawBase(area, scale, colours);
      this.stale = false;
    }
    this.drawTop(this.area, scale, colours);
  }
  changed() {
    this.stale = true;
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }
  clipped(context, { left, top, width, height }, draw) {
    context.save();
    context.beginPath();
    context.rect(left, top - 1, width + ROOM.right, height + 2);
    context.clip();
    context.lineJoin = "round";
    draw();
    context.restore();
  }
  // The axes, and each curve as a whole.
  drawBase(area, scale, colours) {
    const { stage, base, words } = this;
    const { context } = base;
    const { left, top, width, height, last } = area;
    const bottom = top + height;
    stage.clear(base);
    const ticks = scaleTicks(scale, Math.max(Math.min(5, Math.floor(height / 24)), 2));
    const { texts, name } = tickWords(ticks, words.loss);
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    context.beginPath();
    ticks.forEach((tick, k) => {
      const y = Math.round(yOf(area, scale, tick)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      write(stage, base, texts[k], [left - 8, y], colours.muted, { size: 12, align: "right", baseline: "middle" });
    });
    for (const tick of stepTicks(last, Math.min(8, Math.floor(width / 60)))) {
      const x = Math.round(xOf(area, tick)) + 0.5;
      context.moveTo(x, bottom);
      context.lineTo(x, bottom + 4);
      const style = { size: 12, align: "center", baseline: "top" };
      write(stage, base, counted2(tick), [x, bottom + 7], colours.muted, style);
    }
    context.stroke();
    const middle = [left + width / 2, stage.height - 4];
    write(stage, base, words.step, middle, colours.muted, { size: 12, align: "center", baseline: "bottom" });
    context.save();
    context.translate(12, top + height / 2);
    context.rotate(-Math.PI / 2);
    write(stage, base, name, [0, 0], colours.muted, { size: 12, align: "center", baseline: "middle" });
    context.restore();
    this.clipped(context, area, () => {
      context.lineWidth = 1.2;
      context.globalAlpha = 0.4;
      for (const { path, x, y } of this.curves) {
        context.strokeStyle = colourOf(path, colours);
        context.setLineDash(path.look.dash.map((part) => 1.2 * part));
        trace(context, x, y, y.length - 1);
      }
    });
    if (this.curves.some(({ path }) => reached(scale, path.walk.loss))) this.drawFloor(area, scale, colours);
  }
  // Below which losses are only rounding.
  drawFloor(area, scale, colours) {
    const { context } = this.base;
    const y = Math.round(yOf(area, scale, scale.floor)) + 0.5;
    context.strokeStyle = colours.muted;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(area.left, y);
    context.lineTo(area.left + area.width, y);
    context.stroke();
    context.setLineDash([]);
    const style = { baseline: "bottom", halo: colours.ground };
    write(this.stage, this.base, this.words.floor, [area.left + 6, y - 3], colours.muted, style);
  }
  // How far the paths have got.
  drawTop(area, scale, colours) {
    const { stage, top, step } = this;
    const { context } = top;
    stage.clear(top);
    const begun = this.curves.flatMap((curve) => {
      const move = moveAt(curve.path.walk, step);
      return move ? [{ curve, move, left: curve.out !== null && step >= curve.out.step }] : [];
    });
    this.clipped(context, area, () => {
      for (const { curve, move } of begun) {
        const { path, x, y, plane } = curve;
        context.strokeStyle = colourOf(path, colours);
        if (plane) {
          context.lineWidth = 1.2;
          context.setLineDash([2, 2]);
          trace(context, x, plane, move.row, move.share);
        }
        context.lineWidth = 2.2;
        context.setLineDash(path.look.dash.map((part) => 2.2 * part));
        trace(context, x, y, move.row, move.share);
        context.setLineDash([]);
      }
    });
    const taken = [];
    for (const { curve, move, left } of begun) {
      const { path, x, y, out } = curve;
      const colour2 = colourOf(path, colours);
      if (left && out && out.edge !== null) {
        const at = [xOf(area, out.step), area.top + (out.edge ? 0 : area.height)];
        arrow(context, at, [0, out.edge ? -1 : 1], colour2, colours.ground);
        if (move.ended) this.tell(path, at, out.edge, area, colours, taken);
        continue;
      }
      const share = move.row + 1 < y.length && !Number.isNaN(y[move.row + 1]) ? move.share : 0;
      const place = (column) => share > 0 ? column[move.row] + share * (column[move.row + 1] - column[move.row]) : column[move.row];
      const spot = left && out ? [xOf(area, out.step), yOf(area, scale, out.loss)] : [place(x), place(y)];
      if (!(spot[1] >= area.top - 0.5 && spot[1] <= area.top + area.height + 0.5)) continue;
      mark(context, outlineOf(path.look.outline, left), spot, 10, colour2, colours.ground);
    }
  }
  // When a walk diverged whose curve has left, beside its arrow as far as there is room.
  tell(path, [x, y], edge2, area, colours, taken) {
    if (taken.some((other) => other.edge === edge2 && Math.abs(other.x - x) < 0.14 * area.width)) return;
    taken.push({ x, edge: edge2 });
    const left = x < area.left + 0.8 * area.width;
    const style = { size: 12, weight: 600, halo: colours.ground, align: left ? "left" : "right" };
    const place = [x + (left ? 11 : -11), y + (edge2 ? 3 : -3)];
    write(this.stage, this.top, divergedAt(path.walk, this.words), place, colourOf(path, colours), {
      ...style,
      baseline: edge2 ? "top" : "bottom"
    });
  }
  hover(pixel) {
    let [best, least2] = [null, NEAR3];
    for (const { path, x, y } of this.curves) {
      for (let k = 0; k < y.length; k++) {
        const next = k + 1 < y.length && !Number.isNaN(y[k + 1]) ? k + 1 : k;
        if (Number.isNaN(y[k]) || x[next] < pixel[0] - NEAR3 || x[k] > pixel[0] + NEAR3) continue;
        const [share, far] = nearest2([x[k], y[k]], [x[next], y[next]], pixel);
        if (far >= least2) continue;
        const row2 = share < 0.5 ? k : next;
        least2 = far;
        best = { path, row: row2, pixel: [x[row2], y[row2]] };
      }
    }
    this.onHover(best);
  }
};

// src/pictures/bands.ts
var bandColours = (levels, colours) => {
  if (!levels.length) return [colourAt(colours, 0)];
  const edges = [0, ...levels, 1];
  return edges.slice(1).map((edge2, k) => colourAt(colours, (edge2 + edges[k]) / 2));
};
var packed = ([red, green, blue]) => (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
var fillBands = (pixels, width, height, { columns, rows, values }, levels, fills) => {
  const inks = fills.map(rgb);
  const whole = inks.map(packed);
  const edges = [Number.NEGATIVE_INFINITY, ...levels, Number.POSITIVE_INFINITY];
  const line = new Float64Array(columns);
  const rise = new Float64Array(columns);
  const [across, up] = [(columns - 1) / width, (rows - 1) / height];
  let band = 0;
  for (let py = 0; py < height; py++) {
    const y = (height - 0.5 - py) * up;
    const j = Math.min(Math.floor(y), rows - 2);
    const v = y - j;
    for (let i = 0, k = j * columns; i < columns; i++, k++) {
      rise[i] = values[k + columns] - values[k];
      line[i] = values[k] + v * rise[i];
    }
    for (let px = 0, at = py * width; px < width; px++, at++) {
      const x = (px + 0.5) * across;
      const i = Math.min(Math.floor(x), columns - 2);
      const u = x - i;
      const run = line[i + 1] - line[i];
      let z = line[i] + u * run;
      if (Number.isNaN(z)) {
        z = beside(values, columns, j * columns + i, u, v);
        if (Number.isNaN(z)) continue;
      }
      while (z >= edges[band + 1]) band++;
      while (z < edges[band]) band--;
      const slope3 = Math.hypot(run * across, (rise[i] + u * (rise[i + 1] - rise[i])) * up);
      const [below, above] = [z - edges[band], edges[band + 1] - z];
      const near2 = Math.min(below, above);
      if (near2 >= 0.5 * slope3 || !(slope3 > 0)) {
        pixels[at] = whole[band];
        continue;
      }
      const share = 0.5 - near2 / slope3;
      const [own2, other] = [inks[band], inks[below < above ? band - 1 : band + 1]];
      pixels[at] = packed([0, 1, 2].map((k) => Math.round(own2[k] + share * (other[k] - own2[k]))));
    }
  }
};
var beside = (values, columns, k, u, v) => {
  const [a, b, c, d] = [values[k], values[k + 1], values[k + columns + 1], values[k + columns]];
  if (Number.isNaN(a)) return u + v >= 1 ? b + d - c + u * (c - d) + v * (c - b) : Number.NaN;
  if (Number.isNaN(c)) return u + v <= 1 ? a + u * (b - a) + v * (d - a) : Number.NaN;
  if (Number.isNaN(b)) return v >= u ? a + u * (c - d) + v * (d - a) : Number.NaN;
  return u >= v ? a + u * (b - a) + v * (c - b) : Number.NaN;
};

// src/pictures/downhill.ts
var SHORTEST = 0.2;
var LONGEST2 = 0.85;
var downhill = (slopes) => {
  const sizes = slopes.map(([x, y]) => Math.hypot(x, y));
  const steep = sizes.filter((size) => Number.isFinite(size) && size > 0).sort((a, b) => a - b);
  const most = steep.length ? quantile(steep, 0.98) : 1;
  return slopes.map(([x, y], k) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [Number.NaN, Number.NaN];
    if (x === 0 && y === 0) return [0, 0];
    const length = LONGEST2 * Math.min(Math.max(Math.cbrt(sizes[k] / most), SHORTEST), 1);
    const largest = Math.max(Math.abs(x), Math.abs(y));
    const [u, v] = [x / largest, y / largest];
    return [-u * length / Math.hypot(u, v), -v * length / Math.hypot(u, v)];
  });
};
var quantile = (sorted, share) => {
  const place = share * (sorted.length - 1);
  const k = Math.min(Math.floor(place), sorted.length - 1);
  const next = sorted[Math.min(k + 1, sorted.length - 1)];
  return sorted[k] + (place - k) * (next - sorted[k]);
};

// src/pictures/isolines.ts
var isolines = (grid, level) => joined(grid, crossings(grid, level), level);
var crossings = ({ columns, rows, values }, level) => {
  const found = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const k = j * columns + i;
      const [a, b, c, d] = [values[k], values[k + 1], values[k + columns + 1], values[k + columns]];
      const above = Number(a > level) + 2 * Number(b > level) + 4 * Number(c > level) + 8 * Number(d > level);
      if (above === 15) continue;
      const [bottom, right, top, left, across] = [3 * k, 3 * (k + 1) + 1, 3 * (k + columns), 3 * k + 1, 3 * k + 2];
      const sum = a + b + c + d;
      if (!Number.isNaN(sum)) {
        const sides = above === 0 ? [] : SQUARE[above];
        if (above === 5 || above === 10) {
          const low = sum / 4 > level ? 15 - above : above;
          for (const side of SADDLE[low]) found.push([bottom, right, top, left][side]);
        } else for (const side of sides) found.push([bottom, right, top, left][side]);
        continue;
      }
      const triangle = Number.isNaN(a) ? [b, c, d, right, top, across] : Number.isNaN(b) ? [c, d, a, top, left, across] : Number.isNaN(c) ? [d, a, b, left, bottom, across] : [a, b, c, bottom, right, across];
      const [p, q, r] = triangle;
      if (Number.isNaN(p + q + r)) continue;
      const edges = [p > level !== q > level, q > level !== r > level, r > level !== p > level];
      edges.forEach((crossed, side) => {
        if (crossed) found.push(triangle[3 + side]);
      });
    }
  }
  return found;
};
var SQUARE = [
  ...[[], [0, 3], [0, 1], [1, 3], [1, 2], [], [0, 2], [2, 3]],
  ...[[2, 3], [0, 2], [], [1, 2], [1, 3], [0, 1], [0, 3], []]
];
var SADDLE = { 5: [0, 3, 1, 2], 10: [0, 1, 2, 3] };
var joined = (grid, pairs, level) => {
  const at = /* @__PURE__ */ new Map();
  pairs.forEach((edge2, k) => {
    const known = at.get(edge2);
    if (known) known.push(k);
    else at.set(edge2, [k]);
  });
  const used = new Uint8Array(pairs.length / 2);
  const follow = (from) => {
    const edges = [pairs[from]];
    for (let k = from; ; ) {
      used[k >> 1] = 1;
      const other = pairs[k ^ 1];
      edges.push(other);
      const next = at.get(other)?.find((one) => !used[one >> 1]);
      if (next === void 0) return edges;
      k = next;
    }
  };
  const lines = [];
  for (let k = 0; k < pairs.length; k++) {
    if (!used[k >> 1] && at.get(pairs[k])?.length === 1) lines.push(follow(k));
  }
  for (let k = 0; k < pairs.length; k += 2) if (!used[k >> 1]) lines.push(follow(k));
  return lines.map((edges) => placed2(grid, edges, level));
};
var placed2 = ({ columns, values }, edges, level) => {
  const line = new Float64Array(2 * edges.length);
  edges.forEach((edge2, n) => {
    let k = Math.floor(edge2 / 3);
    let other = k + (edge2 % 3 === 0 ? 1 : columns);
    if (edge2 % 3 === 2) {
      const whole = !Number.isNaN(values[k]) && !Number.isNaN(values[k + columns + 1]);
      [k, other] = whole ? [k, k + columns + 1] : [k + 1, k + columns];
    }
    const share = (level - values[k]) / (values[other] - values[k]);
    const [i, j] = [k % columns, Math.floor(k / columns)];
    line[2 * n] = i + share * (other % columns - i);
    line[2 * n + 1] = j + share * (Math.floor(other / columns) - j);
  });
  return line;
};

// src/pictures/levels.ts
var FAR2 = 1e4;
var TINY = 1e-200;
var CLOSE = 1e-3;
var STEPS = [1, 2, 2.5, 5, 10];
var DECADE = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 4, 5, 7], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];
var roundLevels = (ground, low, high, count) => {
  if (!(high > low)) return [];
  let bottom = lossAt(ground, low);
  const top = lossAt(ground, high);
  if (ground.height === "linear" || !(top > 4 * Math.max(bottom, ground.floor))) {
    const margin = CLOSE * (top - bottom);
    if (!(top > bottom)) return [];
    return evenLevels(bottom, top, count).filter((level) => level > bottom + margin && level < top - margin);
  }
  bottom = Math.max(bottom, 0.3 * ground.floor, top * 1e-300);
  const [first, last] = [Math.floor(Math.log10(bottom)), Math.ceil(Math.log10(top))];
  const between2 = (level) => level > bottom * (1 + CLOSE) && level < top * (1 - CLOSE);
  const powers = Array.from({ length: last - first + 1 }, (_, k) => first + k);
  for (const parts of DECADE) {
    const levels = powers.flatMap((power) => parts.map((part) => part * tenTo(power))).filter(between2);
    if (levels.length <= count) return levels;
  }
  const stride = Math.ceil((last - first) / count);
  return powers.filter((power) => power % stride === 0).map(tenTo).filter(between2);
};
var tenTo = (power) => Number(`1e${power}`);
var unitOf = (apart2) => tenTo(Math.ceil(Math.log10(apart2) + 1));
var baseOf = (low, high) => {
  const apart2 = (high - low) / 6;
  if (!(apart2 > 0 && apart2 < Math.abs(low) / FAR2)) return 0;
  const unit = unitOf(apart2);
  return unit * Math.floor((low + apart2) / unit);
};
var evenLevels = (low, high, count) => {
  const base = baseOf(low, high);
  const unit = Math.max(Math.abs(low), Math.abs(high)) > TINY ? 1 : TINY;
  return located((low - base) / unit, (high - base) / unit, count).map((place) => base + unit * place);
};
var located = (from, to, count) => {
  const [low, high] = apart(from, to);
  const size = high - low;
  const middle = (low + high) / 2;
  const offset = Math.abs(middle) / size < 100 ? 0 : Math.sign(middle) * tenTo(Math.floor(Math.log10(Math.abs(middle))));
  const scale = tenTo(Math.floor(Math.log10(size / count)));
  const steps = [...STEPS.slice(0, -1).map((step) => 0.1 * step), ...STEPS, 10 * STEPS[1]].map((step) => step * scale);
  const [bottom, top] = [low - offset, high - offset];
  const large = steps.findIndex((step) => step >= (top - bottom) / count);
  let ticks = [];
  for (let k = large < 0 ? steps.length - 1 : large; k >= 0; k--) {
    const step = steps[k];
    const start = Math.floor(bottom / step) * step;
    const first = edge(bottom - start, step, offset, 1);
    const last = edge(top - start, step, offset, 0);
    ticks = Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step + start);
    if (ticks.filter((tick) => tick >= bottom && tick <= top).length >= 2) break;
  }
  return ticks.map((tick) => tick + offset);
};
var apart = (low, high) => {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (most < 1e6 / 1e-14 * 22250738585072014e-324) return [-1e-13, 1e-13];
  if (high - low > most * 1e-14) return [low, high];
  return high === 0 && low === 0 ? [-1e-13, 1e-13] : [low - 1e-13 * Math.abs(low), high + 1e-13 * Math.abs(high)];
};
var edge = (distance, step, offset, towards) => {
  const whole = Math.floor(distance / step);
  const rest = (distance - whole * step) / step;
  const digits2 = offset === 0 ? 0 : Math.log10(Math.abs(offset) / step);
  const slack = offset === 0 ? 1e-10 : Math.min(Math.max(1e-10, 10 ** (digits2 - 12)), 0.4999);
  const close = Math.abs(rest - towards) < slack;
  return towards ? whole + Number(close) : whole + Number(!close);
};

// src/pictures/backdrop.ts
var LEVELS = 14;
var ARROWS = 24;
var BAR = 9;
var reliefOf = (ground) => {
  const found = heights(ground, ground.loss);
  if (typeof found === "string") return found;
  const losses = roundLevels(ground, found.low, found.high, LEVELS);
  const levels = losses.map((loss) => ({ loss, share: shareOf(found, elevationOf(ground, loss)) }));
  return { ground, heights: found, shares: sharesOf(found), levels };
};
var painted = ({ shares, levels }, width, height, ratio, colours) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(Math.round(width), 1), Math.max(Math.round(height), 1)];
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const places = levels.map(({ share }) => share);
  const pixels = new Uint32Array(image.data.buffer);
  fillBands(pixels, canvas.width, canvas.height, shares, places, bandColours(places, colours));
  context.putImageData(image, 0, 0);
  context.strokeStyle = see(colours.ink, 0.4);
  context.lineWidth = 0.7 * ratio;
  context.lineJoin = "round";
  const [across, up] = [canvas.width / (shares.columns - 1), canvas.height / (shares.rows - 1)];
  context.beginPath();
  for (const place of places) {
    for (const line of isolines(shares, place)) {
      context.moveTo(line[0] * across, canvas.height - line[1] * up);
      for (let k = 2; k < line.length; k += 2) context.lineTo(line[k] * across, canvas.height - line[k + 1] * up);
    }
  }
  context.stroke();
  return canvas;
};
var drawAxes = (stage, layer, frame, names, colours) => {
  const { context } = layer;
  const { left, top, width, height } = frame;
  const bottom = top + height;
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  const [x, y] = [0, 1].map((k) => {
    const room = k ? height / 34 : width / 44;
    const ticks = evenTicks(...frame.view[k], Math.max(Math.min(6, Math.floor(room)), 2));
    return { ticks, ...tickWords(ticks, names[k]) };
  });
  context.beginPath();
  x.ticks.forEach((tick, k) => {
    const [px] = frame.toPixel(tick, 0);
    context.moveTo(px, bottom);
    context.lineTo(px, bottom + 4);
    write(stage, layer, x.texts[k], [px, bottom + 7], colours.muted, { align: "center", baseline: "top" });
  });
  y.ticks.forEach((tick, k) => {
    const [, py] = frame.toPixel(0, tick);
    context.moveTo(left, py);
    context.lineTo(left - 4, py);
    write(stage, layer, y.texts[k], [left - 8, py], colours.muted, { align: "right", baseline: "middle" });
  });
  context.stroke();
  write(stage, layer, x.name, [left + width + 10, bottom + 7], colours.muted, { baseline: "top" });
  write(stage, layer, y.name, [Math.max(left - 8, 40), top - 8], colours.muted, { align: "right" });
};
var drawBar = (stage, layer, frame, relief, colours, words) => {
  const { levels, heights: range } = relief;
  const [right, top] = [frame.left + frame.width, frame.top];
  const many = levels.length;
  if (!many) {
    const loss = relief.ground.loss.values.find((one) => elevationOf(relief.ground, one) === range.low);
    const name2 = `${words.loss} ${show(loss ?? Number.NaN, 6)}`;
    write(stage, layer, name2, [right, top - 8], colours.muted, { align: "right" });
    return;
  }
  const fills = bandColours(
    levels.map(({ share }) => share),
    colours
  );
  const { context } = layer;
  const [x, step] = [right + 10, frame.height / (many + 1)];
  fills.forEach((fill, k) => {
    context.fillStyle = fill;
    context.fillRect(x, frame.top + frame.height - (k + 1) * step, BAR, step + (k ? 0.5 : 0));
  });
  const every = Math.max(1, Math.ceil(15 / step));
  const marked = levels.map(({ loss }, k) => ({ loss, k })).filter(({ k }) => k % every === 0);
  const { texts, name } = tickWords(
    marked.map(({ loss }) => loss),
    words.loss
  );
  context.strokeStyle = see(colours.ink, 0.4);
  context.lineWidth = 0.7;
  context.beginPath();
  for (let k = 1; k <= many; k++) {
    const y = top + frame.height - k * step;
    context.moveTo(x, y);
    context.lineTo(x + BAR, y);
  }
  context.stroke();
  marked.forEach(({ k }, n) => {
    const y = top + frame.height - (k + 1) * step;
    write(stage, layer, texts[n], [x + BAR + 5, y], colours.muted, { baseline: "middle" });
  });
  const short = name.length < 8;
  const place = short ? [x - 2, top - 8] : [stage.width - 2, top - 8];
  write(stage, layer, name, place, colours.muted, { align: short ? "left" : "right" });
};
var drawField = ({ context }, frame, slope3, colours) => {
  const many = [frame.width, frame.height].map((side) => Math.max(Math.round(side / ARROWS), 1));
  const apart2 = [frame.width / many[0], frame.height / many[1]];
  const pixels = Array.from({ length: many[0] * many[1] }, (_, k) => {
    const [i, j] = [k % many[0], Math.floor(k / many[0])];
    return [frame.left + (i + 0.5) * apart2[0], frame.top + (j + 0.5) * apart2[1]];
  });
  const [[x0, x1], [y0, y1]] = frame.view;
  const scale = [frame.width / (x1 - x0), frame.height / (y1 - y0)];
  const sides = Math.min(...apart2);
  const ways = downhill(pixels.map((pixel) => slope3(...frame.toPoint(pixel)))).map(([u, v]) => {
    const size = Math.hypot(u, v);
    const [a, b] = [u * scale[0], -v * scale[1]];
    const length = Math.hypot(a, b) || 1;
    return [a * size * sides / length, b * size * sides / length];
  });
  for (const [colour2, width] of [
    [see(colours.ground, 0.5), 3],
    [see(colours.ink, 0.8), 1.1]
  ]) {
    context.strokeStyle = colour2;
    context.lineWidth = width;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    ways.forEach(([u, v], k) => {
      const [px, py] = pixels[k];
      if (!Number.isFinite(u)) return;
      const [tx, ty] = [px + u / 2, py + v / 2];
      context.moveTo(px - u / 2, py - v / 2);
      context.lineTo(tx, ty);
      if (Math.hypot(u, v) < 3) return;
      context.moveTo(tx - 0.32 * u - 0.2 * v, ty - 0.32 * v + 0.2 * u);
      context.lineTo(tx, ty);
      context.lineTo(tx - 0.32 * u + 0.2 * v, ty - 0.32 * v - 0.2 * u);
    });
    context.stroke();
  }
};
var drawMarks = (stage, layer, frame, { minima, networks }, colours, words) => {
  for (const [x, y] of minima) {
    if (inside(x, y, frame.view)) star(layer.context, frame.toPixel(x, y), 14, colours);
  }
  for (const [x, y] of networks) {
    if (!inside(x, y, frame.view)) continue;
    const [px, py] = frame.toPixel(x, y);
    cross(layer.context, [px, py], colours);
    if (networks.length > 1) continue;
    const left = px < frame.left + 0.6 * frame.width;
    const style = { size: 12, align: left ? "left" : "right", halo: colours.ground };
    write(stage, layer, words.network, [px + (left ? 6 : -6), py - 6], colours.ink, style);
  }
};

// src/pictures/frame.ts
var CLOSEST = 1e-5;
var FARTHEST = 4;
var DIGITS = 1e-9;
var Frame = class _Frame {
  constructor(view, left, top, width, height) {
    this.view = view;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
  }
  view;
  left;
  top;
  width;
  height;
  // In a place of some size, as large as its room allows, with the view's own proportions where they are to be kept.
  static inside(width, height, room, view, toScale) {
    const free = [Math.max(width - room.left - room.right, 1), Math.max(height - room.top - room.bottom, 1)];
    const sides = sidesOf(view);
    const scale = Math.min(free[0] / sides[0], free[1] / sides[1]);
    const [w, h2] = toScale ? sides.map((side) => side * scale) : free;
    return new _Frame(view, room.left + (free[0] - w) / 2, room.top + (free[1] - h2) / 2, w, h2);
  }
  toPixel(x, y) {
    const [[x0, x1], [y0, y1]] = this.view;
    const [u, v] = [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
    return [this.left + u * this.width, this.top + (1 - v) * this.height];
  }
  toPoint([px, py]) {
    const [[x0, x1], [y0, y1]] = this.view;
    const [u, v] = [(px - this.left) / this.width, 1 - (py - this.top) / this.height];
    return [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
  }
  // Whether a pixel is in it.
  holds([px, py]) {
    const [right, bottom] = [this.left + this.width, this.top + this.height];
    return px >= this.left && px <= right && py >= this.top && py <= bottom;
  }
};
var moved = (view, home, bounded, around, zoom, by) => {
  const homes = sidesOf(home);
  const most = bounded ? 1 : FARTHEST;
  const far = Math.max(...home.flat().map(Math.abs));
  const least2 = Math.max(CLOSEST, DIGITS * far / Math.min(...homes));
  const now = sidesOf(view)[0] / homes[0];
  const next = Math.min(Math.max(now / zoom, least2), most);
  const sides = homes.map((side) => next * side);
  const along = (k) => {
    const share = (around[k] - view[k][0]) / (view[k][1] - view[k][0]);
    const low = around[k] - share * sides[k] - by[k] * sides[k];
    const middle = (home[k][0] + home[k][1]) / 2;
    const reach = most * homes[k] / 2;
    const kept2 = Math.min(Math.max(low, middle - reach), middle + reach - sides[k]);
    return [kept2, kept2 + sides[k]];
  };
  const found = [along(0), along(1)];
  const same = found.every((side, k) => side.every((end, n) => Math.abs(end - home[k][n]) < 1e-12 * homes[k]));
  return same ? home : found;
};

// src/pictures/gestures.ts
var SLIP = { mouse: 4, touch: 10 };
var TWICE = 260;
var listen = (stage, gestures) => {
  const { root: root2 } = stage;
  const ended = new AbortController();
  const { signal } = ended;
  const held = /* @__PURE__ */ new Map();
  let [slipped, start, waiting] = [false, [0, 0], null];
  root2.style.touchAction = "pan-y";
  const tap = (at) => {
    if (waiting) {
      clearTimeout(waiting);
      waiting = null;
      gestures.double();
    } else if (gestures.waits()) {
      waiting = setTimeout(() => {
        waiting = null;
        gestures.tap?.(at);
      }, TWICE);
    } else gestures.tap?.(at);
  };
  root2.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType === "mouse" && event.button !== 0) return;
      const at = stage.pixelOf(event);
      slipped = held.size > 0;
      held.set(event.pointerId, at);
      start = at;
    },
    { signal }
  );
  root2.addEventListener(
    "pointermove",
    (event) => {
      const at = stage.pixelOf(event);
      const before = held.get(event.pointerId);
      if (!before) {
        if (event.pointerType === "mouse") gestures.hover(at);
        return;
      }
      const slip = event.pointerType === "mouse" ? SLIP.mouse : SLIP.touch;
      if (!slipped && Math.hypot(at[0] - start[0], at[1] - start[1]) < slip) return;
      if (!slipped) {
        slipped = true;
        gestures.hover(null);
        root2.setPointerCapture(event.pointerId);
      }
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      held.set(event.pointerId, at);
      if (!other) {
        gestures.drag([at[0] - before[0], at[1] - before[1]], at);
        return;
      }
      const apart2 = (one) => Math.max(Math.hypot(one[0] - other[0], one[1] - other[1]), 1);
      const middle = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
      gestures.zoom(apart2(at) / apart2(before), middle);
      gestures.drag([(at[0] - before[0]) / 2, (at[1] - before[1]) / 2], middle);
    },
    { signal }
  );
  root2.addEventListener(
    "pointerup",
    (event) => {
      if (held.delete(event.pointerId) && !slipped) tap(stage.pixelOf(event));
    },
    { signal }
  );
  root2.addEventListener("pointercancel", (event) => held.delete(event.pointerId), { signal });
  root2.addEventListener("pointerleave", () => gestures.hover(null), { signal });
  root2.addEventListener(
    "wheel",
    (event) => {
      const lines = event.deltaMode === 1 ? 16 : 1;
      const factor = Math.exp(-Math.min(Math.max(event.deltaY * lines, -200), 200) * 2e-3);
      if (gestures.zoom(factor, stage.pixelOf(event))) event.preventDefault();
    },
    { signal, passive: false }
  );
  return () => {
    ended.abort();
    if (waiting) clearTimeout(waiting);
  };
};

// src/pictures/map.ts
var ROOM2 = { left: 44, right: 66, top: 24, bottom: 30 };
var STEP = 0.02;
var KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1]
};
var MapView = class {
  constructor(host, words) {
    this.words = words;
    this.stage = new Stage(host, "application", words.map);
    this.stage.root.tabIndex = 0;
    this.base = this.stage.layer();
    this.top = this.stage.layer();
    this.stop = listen(this.stage, this.gestures());
    this.stage.root.addEventListener("keydown", (event) => this.key(event));
  }
  words;
  // A point was clicked, or chosen by keys; the cross was moved by keys; other losses are wanted than those that are
  // there; the mouse is over a step.
  onPick = () => {
  };
  onCross = () => {
  };
  onView = () => {
  };
  onHover = () => {
  };
  stage;
  base;
  top;
  stop;
  relief = null;
  ground = null;
  image = null;
  view = null;
  frame = null;
  paths = [];
  trails = [];
  colours = null;
  slope = null;
  cross = null;
  crossMoved = false;
  step = 0;
  pending = 0;
  // What has to be made anew.
  stale = { image: true, base: true, trails: true };
  // With a home that is another than before, the view goes there.
  setGround(ground) {
    const before = this.ground?.home;
    const same = before && ground.home.flat().every((end, k) => end === before.flat()[k]);
    if (!same || !this.view || this.view === before) this.view = ground.home;
    this.ground = ground;
    this.relief = reliefOf(ground);
    this.changed({ image: true, base: true, trails: true });
  }
  setPaths(paths) {
    this.paths = paths;
    this.changed({ trails: true });
  }
  setColours(colours) {
    this.colours = colours;
    this.changed({ image: true, base: true });
  }
  // The gradient at a point, for a field of arrows against it; null for none.
  setField(slope3) {
    this.slope = slope3;
    this.changed({ base: true });
  }
  // The cross at which paths start, or which keys have moved away from there; null for none.
  setCross(point, moved2 = false) {
    [this.cross, this.crossMoved] = [point, moved2];
    this.changed({});
  }
  reset() {
    if (this.ground) this.look(this.ground.home);
  }
  resize() {
    if (this.stage.fit()) this.changed({ image: true, base: true });
    this.show(this.step);
  }
  destroy() {
    this.stop();
    cancelAnimationFrame(this.pending);
    this.stage.root.remove();
  }
  // The place of a point in the picture, and the point at a place; null where there is none.
  pixelOf([x, y]) {
    return this.frame ? this.frame.toPixel(x, y) : null;
  }
  pointAt(pixel) {
    return this.frame?.holds(pixel) ? rounded(this.frame.toPoint(pixel), this.frame) : null;
  }
  show(step) {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { ground, colours, view, stage } = this;
    if (!ground || !colours || !view) return;
    if (stage.fit()) Object.assign(this.stale, { image: true, base: true });
    if (!stage.width || !stage.height) return;
    const frame = Frame.inside(stage.width, stage.height, ROOM2, view, isToScale(ground, ground.home));
    this.frame = frame;
    if (this.stale.base) this.drawBase(frame, colours);
    if (this.stale.trails) this.trails = this.paths.map((path) => trailOf(path, ground.home, view));
    this.stale = { image: false, base: false, trails: false };
    stage.clear(this.top);
    drawTrails(stage, this.top, frame, headsOf(this.trails, step, view), colours, this.words);
    if (this.cross)
      drawCross(this.top.context, frame, this.cross, this.crossMoved ? colours.accent : colours.ink, colours);
  }
  drawBase(frame, colours) {
    const { stage, base, ground, relief, words } = this;
    stage.clear(base);
    if (!ground || !relief) return;
    const { context } = base;
    if (typeof relief === "string") {
      const middle = [frame.left + frame.width / 2, frame.top + frame.height / 2];
      write(stage, base, words[relief], middle, colours.muted, { size: 13, align: "center", baseline: "middle" });
      drawAxes(stage, base, frame, ground.coordinates, colours);
      return;
    }
    if (this.stale.image || !this.image) {
      this.image = painted(relief, frame.width * stage.ratio, frame.height * stage.ratio, stage.ratio, colours);
    }
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.clip();
    const [[x0, x1], [y0, y1]] = ground.domain;
    const [left, bottom] = frame.toPixel(x0, y0);
    const [right, top] = frame.toPixel(x1, y1);
    context.drawImage(this.image, left, top, right - left, bottom - top);
    if (this.slope) drawField(base, frame, this.slope, colours);
    context.restore();
    drawAxes(stage, base, frame, ground.coordinates, colours);
    drawBar(stage, base, frame, relief, colours, words);
    drawMarks(stage, base, frame, ground, colours, words);
  }
  changed(what) {
    Object.assign(this.stale, what);
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }
  look(view) {
    const same = this.view?.flat().every((end, k) => end === view.flat()[k]);
    if (same) return false;
    this.view = view;
    this.changed({ base: true, trails: true });
    this.onView(view);
    return true;
  }
  gestures() {
    return {
      tap: (at) => {
        const point = this.pointAt(at);
        if (point) this.onPick(point);
      },
      drag: (by) => {
        const { frame, view, ground } = this;
        if (!frame || !view || !ground) return;
        const middle = [(view[0][0] + view[0][1]) / 2, (view[1][0] + view[1][1]) / 2];
        this.look(moved(view, ground.home, ground.bounded, middle, 1, [by[0] / frame.width, -by[1] / frame.height]));
      },
      zoom: (factor, at) => {
        const { frame, view, ground } = this;
        if (!frame || !view || !ground || !frame.holds(at)) return false;
        return this.look(moved(view, ground.home, ground.bounded, frame.toPoint(at), factor, [0, 0]));
      },
      double: () => this.reset(),
      hover: (at) => {
        const { frame, view } = this;
        if (!frame || !view) return;
        const holds = at !== null && frame.holds(at);
        this.stage.root.style.cursor = holds ? "crosshair" : "";
        this.onHover(holds ? rowUnder(headsOf(this.trails, this.step, view), frame, at) : null);
      },
      waits: () => this.view !== this.ground?.home
    };
  }
  key(event) {
    const { view, cross: cross2, frame, ground } = this;
    if (!view || !frame || !ground || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    const middle = [(view[0][0] + view[0][1]) / 2, (view[1][0] + view[1][1]) / 2];
    const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (way && cross2) {
      const sides = sidesOf(view);
      const share = event.shiftKey ? STEP / 10 : STEP;
      const at = [0, 1].map(
        (k) => Math.min(Math.max(cross2[k] + share * way[k] * sides[k], view[k][0]), view[k][1])
      );
      this.onCross(rounded([at[0], at[1]], frame));
    } else if (event.key === "Enter" && cross2) this.onPick(cross2);
    else if (zoom) this.look(moved(view, ground.home, ground.bounded, cross2 ?? middle, zoom, [0, 0]));
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }
};
var rounded = (point, { view }) => {
  const [x, y] = point.map((one, k) => {
    const visible = sidesOf(view)[k] / 2e3;
    return Number(one.toFixed(Math.min(Math.max(Math.ceil(-Math.log10(visible)), 0), 20)));
  });
  return [x, y];
};
var drawCross = (context, frame, at, colour2, colours) => {
  const [x, y] = frame.toPixel(...at);
  if (!frame.holds([x, y])) return;
  context.lineCap = "round";
  context.beginPath();
  for (const [u, v] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1]
  ]) {
    context.moveTo(x + 6 * u, y + 6 * v);
    context.lineTo(x + 13 * u, y + 13 * v);
  }
  context.strokeStyle = colours.ground;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = colour2;
  context.lineWidth = 2;
  context.stroke();
};

// src/pictures/ball.ts
var MASK = 48;
var REACH = 0.82;
var EDGE = 1.5;
var FAINT = 0.25;
var maskOf = (outline) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = MASK;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return new Float32Array(MASK * MASK);
  context.translate(MASK / 2, MASK / 2);
  context.scale(MASK / 13, MASK / 13);
  context.fill(new Path2D(outline));
  const { data: data2 } = context.getImageData(0, 0, MASK, MASK);
  return Float32Array.from({ length: MASK * MASK }, (_, k) => data2[4 * k + 3] / 255);
};
var paintBall = (data2, side, { x, y, radius, turn, face, badge, edge: edge2, mask }, casing, sun, hidden) => {
  const outer = radius + casing * EDGE;
  for (let j = 0, at = 0; j < side; j++) {
    for (let i = 0; i < side; i++, at += 4) {
      const [u, v] = [(i + 0.5 - x) / radius, (y - j - 0.5) / radius];
      const far = Math.hypot(u, v) * radius;
      data2[at + 3] = 0;
      if (far > outer + 0.5) continue;
      const cover = Math.min(outer + 0.5 - far, 1);
      const within2 = Math.min(Math.max(radius + 0.5 - far, 0), 1);
      const w = Math.sqrt(Math.max(1 - u * u - v * v, 0));
      const marked = within2 > 0 ? badgeAt(turn, u, v, w, mask) : 0;
      const light = 0.74 + 0.34 * Math.max(u * sun[0] + v * sun[1] + w * sun[2], 0);
      const shine = Math.max((u * sun[0] + v * sun[1] + w * (sun[2] + 1)) / Math.hypot(sun[0], sun[1], sun[2] + 1), 0) ** 40;
      for (let part = 0; part < 3; part++) {
        const own2 = (face[part] + marked * (badge[part] - face[part])) * light + 60 * shine;
        data2[at + part] = edge2[part] + within2 * (own2 - edge2[part]);
      }
      data2[at + 3] = 255 * cover * (hidden(i, j, w) ? FAINT : 1);
    }
  }
};
var badgeAt = (turn, u, v, w, mask) => {
  const a = turn[0][0] * u + turn[0][1] * v + turn[0][2] * w;
  const b = turn[1][0] * u + turn[1][1] * v + turn[1][2] * w;
  const c = turn[2][0] * u + turn[2][1] * v + turn[2][2] * w;
  const [p, q, r] = [Math.abs(a), Math.abs(b), Math.abs(c)];
  if (p >= q && p >= r) return sampled(mask, b / a, c / p);
  if (q >= r) return sampled(mask, -a / b, c / q);
  return sampled(mask, b / r, c > 0 ? -a / r : a / r);
};
var sampled = (mask, x, y) => {
  const across = (x / REACH + 1) / 2 * MASK - 0.5;
  const down = (1 - y / REACH) / 2 * MASK - 0.5;
  const [i, j] = [Math.floor(across), Math.floor(down)];
  if (i < 0 || j < 0 || i + 1 >= MASK || j + 1 >= MASK) return 0;
  const [s, t] = [across - i, down - j];
  const k = j * MASK + i;
  return (1 - t) * ((1 - s) * mask[k] + s * mask[k + 1]) + t * ((1 - s) * mask[k + MASK] + s * mask[k + MASK + 1]);
};

// src/pictures/boxaxes.ts
var OUT = 0.05;
var LINE = 13;
var drawBoxAxes = (stage, layer, camera, relief, domain, colours, words) => {
  const { box, towards } = camera;
  const { context } = layer;
  const [sx, sy] = [Math.sign(towards[0]) || 1, Math.sign(towards[1]) || 1];
  const pixel = (place) => {
    const [x, y] = camera.project(...place);
    return [x, y];
  };
  const line = (from, to) => {
    context.moveTo(...pixel(from));
    context.lineTo(...pixel(to));
  };
  const marks = heightMarks(relief, words);
  const [bx, by] = [box.x / 2, box.y / 2];
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (const { share } of [...marks.ticks, { share: 1 }]) {
    line([-sx * bx, -by, share * box.z], [-sx * bx, by, share * box.z]);
    line([-bx, -sy * by, share * box.z], [bx, -sy * by, share * box.z]);
  }
  const corners = [
    [-sx * bx, -sy * by, 0],
    [-sx * bx, sy * by, 0],
    [sx * bx, -sy * by, 0]
  ];
  for (const [x, y] of corners) line([x, y, 0], [x, y, box.z]);
  context.stroke();
  const taken = [];
  const put2 = (text2, at, align, size = 11) => {
    context.font = stage.font(size);
    const wide = context.measureText(text2).width;
    const [x, y] = [align === "right" ? at[0] - wide / 2 : align === "left" ? at[0] + wide / 2 : at[0], at[1]];
    const clash = taken.some(([[u, v], w]) => Math.abs(u - x) < (w + wide) / 2 + 4 && Math.abs(v - y) < LINE);
    if (clash || x - wide / 2 < 0 || x + wide / 2 > stage.width) return;
    taken.push([[x, y], wide]);
    write(stage, layer, text2, [x, y], colours.muted, { size, align: "center", baseline: "middle" });
  };
  heightAxis(pixel, corners, box.z, marks, put2);
  const edges = [
    (along, out) => [(along - 0.5) * box.x, sy * (by + out), 0],
    (along, out) => [sx * (bx + out), (along - 0.5) * box.y, 0]
  ];
  context.beginPath();
  edges.forEach((edge2, k) => {
    const [low, high] = domain[k];
    const ticks = evenTicks(low, high, 4);
    const { texts, name } = tickWords(ticks, relief.ground.coordinates[k]);
    ticks.forEach((tick, n) => {
      const along = (tick - low) / (high - low);
      line(edge2(along, 0), edge2(along, 0.35 * OUT));
      const [x2, y2] = pixel(edge2(along, OUT));
      put2(texts[n], [x2, y2 + 3], "center");
    });
    const [x, y] = pixel(edge2(0.5, 2.9 * OUT));
    put2(name, [x, Math.min(y + 3, stage.height - 8)], "center", 12);
  });
  context.stroke();
};
var heightMarks = ({ levels, heights: heights2, ground }, words) => {
  if (!levels.length) {
    const known = ground.loss.values.find((loss) => Number.isFinite(loss)) ?? Number.NaN;
    return { ticks: [], name: heights2.high > heights2.low ? words.loss : `${words.loss} ${show(known, 6)}` };
  }
  const kept2 = [];
  for (const level of levels) {
    const last = kept2[kept2.length - 1];
    if (level.share > 0.12 && !(last && level.share - last.share < 0.15)) kept2.push(level);
  }
  if (!kept2.length) return { ticks: [], name: words.loss };
  const { texts, name } = tickWords(
    kept2.map(({ loss }) => loss),
    words.loss
  );
  return { ticks: kept2.map(({ share }, k) => ({ share, text: texts[k] })), name };
};
var heightAxis = (pixel, corners, high, { ticks, name }, put2) => {
  const [x, y] = corners.reduce((best, one) => pixel(one)[0] < pixel(best)[0] ? one : best);
  for (const { share, text: text2 } of ticks) {
    const [u2, v2] = pixel([x, y, share * high]);
    put2(text2, [u2 - 8, v2], "right");
  }
  const [u, v] = pixel([x, y, high]);
  put2(name, [Math.max(u, 24), v - 10], "center");
};

// src/pictures/camera.ts
var MARGIN = { left: 46, right: 30, top: 18, bottom: 34 };
var FAR3 = 1.75;
var PIVOT = 0.4;
var LOWEST = 0.12;
var HIGHEST = 1.52;
var STEEP = 0.86;
var TURNS = [-60, -30, -120, 30, -150, 60, 120, 150];
var MOST4 = 400;
var boxOf = (ground, domain) => {
  if (!isToScale(ground, domain)) return { x: 1, y: 1, z: 0.45 };
  const sides = sidesOf(domain);
  const mean = Math.sqrt(sides[0] * sides[1]);
  return { x: sides[0] / mean, y: sides[1] / mean, z: 0.45 };
};
var directionOf = (turn, lift) => [
  Math.cos(turn) * Math.cos(lift),
  Math.sin(turn) * Math.cos(lift),
  Math.sin(lift)
];
var kept = (pose) => ({
  turn: pose.turn,
  lift: Math.min(Math.max(pose.lift, LOWEST), HIGHEST),
  zoom: Math.min(Math.max(pose.zoom, 0.6), 8),
  shift: pose.zoom <= 1 ? [0, 0] : pose.shift
});
var Camera = class {
  constructor(pose, box, width, height) {
    this.pose = pose;
    this.box = box;
    this.width = width;
    this.height = height;
    const { turn, lift } = pose;
    this.towards = directionOf(turn, lift);
    this.right = [-Math.sin(turn), Math.cos(turn), 0];
    this.up = [-Math.cos(turn) * Math.sin(lift), -Math.sin(turn) * Math.sin(lift), Math.cos(lift)];
    this.far = FAR3 * Math.hypot(box.x, box.y);
    this.pivot = PIVOT * box.z;
    const [across, low, high] = extent(lift, box, this.far);
    const free = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const fit = Math.max(Math.min(free[0] / (2 * across), free[1] / (high - low)), 1);
    this.scale = fit * pose.zoom;
    this.centre = [
      (MARGIN.left + width - MARGIN.right) / 2 + pose.shift[0],
      (MARGIN.top + height - MARGIN.bottom) / 2 + pose.shift[1] + this.scale * (high + low) / 2
    ];
  }
  pose;
  box;
  width;
  height;
  towards;
  right;
  up;
  far;
  scale;
  centre;
  pivot;
  // Right, upwards and away from the viewer, from the middle of the picture on.
  seen(x, y, z) {
    const { right, up, towards } = this;
    const h2 = z - this.pivot;
    return [
      x * right[0] + y * right[1],
      x * up[0] + y * up[1] + h2 * up[2],
      this.far - (x * towards[0] + y * towards[1] + h2 * towards[2])
    ];
  }
  // The place in the picture, in pixels, and how far away it is.
  project(x, y, z) {
    const [across, up, away] = this.seen(x, y, z);
    return [this.centre[0] + this.scale * across / away, this.centre[1] - this.scale * up / away, away];
  }
  // The same as a matrix of OpenGL, column by column.
  matrix() {
    const { right, up, towards, far, scale, centre, width, height, box } = this;
    const reach = Math.hypot(box.x, box.y, box.z);
    const [nearest3, farthest] = [Math.max(far - reach, 0.05), far + reach];
    const [a, b] = [2 * scale / width, 2 * scale / height];
    const [cx, cy] = [2 * centre[0] / width - 1, 1 - 2 * centre[1] / height];
    const [k, l] = [(farthest + nearest3) / (farthest - nearest3), 2 * farthest * nearest3 / (farthest - nearest3)];
    const column = (n) => {
      const away2 = -towards[n];
      return [a * right[n] + cx * away2, b * up[n] + cy * away2, k * away2, away2];
    };
    const [x, y, z] = [column(0), column(1), column(2)];
    const away = far + this.pivot * towards[2];
    const origin = [cx * away, -this.pivot * b * up[2] + cy * away, k * away - l, away];
    return Float32Array.from([...x, ...y, ...z, ...origin]);
  }
};
var extent = (lift, box, far) => {
  let [across, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const radius = Math.hypot(box.x, box.y) / 2;
  for (let k = 0; k < 48; k++) {
    const [u, v] = [Math.cos(k * Math.PI / 24), Math.sin(k * Math.PI / 24)].map((one) => radius * one);
    for (const z of [0, box.z]) {
      const h2 = z - PIVOT * box.z;
      const away = far - (u * Math.cos(lift) + h2 * Math.sin(lift));
      const y = (-u * Math.sin(lift) + h2 * Math.cos(lift)) / away;
      across = Math.max(across, Math.abs(v) / away);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return [across, low, high];
};
var viewpoint = (spots, mesh, box) => {
  const { domain } = mesh;
  const sides = sidesOf(domain);
  const clear = ([x, y, z], way) => {
    for (let far = 0.03; far < 0.7; far += 0.03) {
      const at = [x + far * way[0] * sides[0] / box.x, y + far * way[1] * sides[1] / box.y];
      if (!inside(at[0], at[1], domain)) return true;
      if (between(mesh, at[0], at[1]) > z + far * way[2] / box.z) return false;
    }
    return true;
  };
  const every = Math.max(Math.ceil(spots.length / MOST4), 1);
  const some = spots.filter((_, k) => k % every === 0);
  const turns = TURNS.map((degrees) => degrees * Math.PI / 180);
  const seen = turns.map((turn) => some.filter((spot) => clear(spot, directionOf(turn, STEEP))).length);
  const most = 0.95 * Math.max(...seen);
  return turns[seen.findIndex((one) => one >= most)];
};

// src/pictures/light.ts
var ASIDE = -0.9;
var HIGH = 0.85;
var STRENGTH = 0.5;
var DARKEST = 0.62;
var BRIGHTEST = 1.12;
var sunOf = ({ pose }) => directionOf(pose.turn + ASIDE, HIGH);
var brightness = (sun, x, y, z) => {
  const light = 1 + STRENGTH * (x * sun[0] + y * sun[1] + z * sun[2] - sun[2]);
  return Math.min(Math.max(light, DARKEST), BRIGHTEST);
};
var BRIGHTNESS = `
float brightness(vec3 sun, vec3 facing) {
  return clamp(1.0 + ${STRENGTH.toFixed(2)} * (dot(facing, sun) - sun.z), ${DARKEST.toFixed(2)}, ${BRIGHTEST.toFixed(2)});
}`;

// src/pictures/solid.ts
var VERTEX = 7;
var WALL = -1;
var solidOf = (grid, box) => {
  const { columns, rows, values } = grid;
  const points = columns * rows;
  const at = (i, j) => {
    const z = i < 0 || j < 0 || i >= columns || j >= rows ? Number.NaN : values[j * columns + i];
    return z;
  };
  const [dx, dy] = [box.x / (columns - 1), box.y / (rows - 1)];
  const vertices = new Float32Array(VERTEX * points);
  for (let j = 0, k = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, k++) {
      const z = values[k];
      const place = VERTEX * k;
      vertices[place] = -box.x / 2 + i * dx;
      vertices[place + 1] = -box.y / 2 + j * dy;
      vertices[place + 2] = (Number.isNaN(z) ? 0 : z) * box.z;
      const u = -slope2(at(i - 1, j), z, at(i + 1, j)) * (box.z / dx);
      const v = -slope2(at(i, j - 1), z, at(i, j + 1)) * (box.z / dy);
      const length = Math.hypot(u, v, 1);
      vertices[place + 3] = u / length;
      vertices[place + 4] = v / length;
      vertices[place + 5] = 1 / length;
      vertices[place + 6] = Number.isNaN(z) ? 0 : z;
    }
  }
  const triangles = cellsOf(grid);
  const ground = triangles.length / 3;
  const walls = wallsOf(grid, vertices, triangles, points);
  const all = new Float32Array(vertices.length + walls.length);
  all.set(vertices);
  all.set(walls, vertices.length);
  return { vertices: all, triangles: Uint32Array.from(triangles), ground };
};
var slope2 = (before, here, after) => {
  const [left, right] = [here - before, after - here];
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : right;
  return Number.isNaN(right) ? left : (left + right) / 2;
};
var cellsOf = ({ columns, rows, values }) => {
  const found = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let k = j * columns; k + 1 < (j + 1) * columns; k++) {
      const [a, b, c, d] = [k, k + 1, k + columns + 1, k + columns];
      const sum = values[a] + values[b] + values[c] + values[d];
      if (!Number.isNaN(sum)) {
        if (Math.abs(values[a] - values[c]) <= Math.abs(values[b] - values[d])) found.push(a, b, c, a, c, d);
        else found.push(a, b, d, b, c, d);
        continue;
      }
      const known = [a, b, c, d].filter((corner) => !Number.isNaN(values[corner]));
      if (known.length === 3) found.push(...known);
    }
  }
  return found;
};
var wallsOf = (grid, vertices, triangles, points) => {
  const walls = [];
  for (const [from, to] of borders(grid, triangles)) {
    const [p, q] = [VERTEX * from, VERTEX * to];
    const [u, v] = [vertices[q] - vertices[p], vertices[q + 1] - vertices[p + 1]];
    const length = Math.hypot(u, v);
    const first = points + walls.length / VERTEX;
    for (const [place, z] of [
      [p, vertices[p + 2]],
      [q, vertices[q + 2]],
      [q, 0],
      [p, 0]
    ]) {
      walls.push(vertices[place], vertices[place + 1], z, v / length, -u / length, 0, WALL);
    }
    triangles.push(first, first + 2, first + 1, first, first + 3, first + 2);
  }
  return Float32Array.from(walls);
};
var borders = ({ columns, rows, values }, triangles) => {
  if (!values.some(Number.isNaN)) {
    const corner = (i, j) => j * columns + i;
    const found = [];
    for (let i = 0; i + 1 < columns; i++) {
      found.push([corner(i, 0), corner(i + 1, 0)], [corner(i + 1, rows - 1), corner(i, rows - 1)]);
    }
    for (let j = 0; j + 1 < rows; j++) {
      found.push([corner(columns - 1, j), corner(columns - 1, j + 1)], [corner(0, j + 1), corner(0, j)]);
    }
    return found;
  }
  const many = columns * rows;
  const edges = /* @__PURE__ */ new Set();
  for (let k = 0; k < triangles.length; k += 3) {
    for (const [p, q] of [
      [0, 1],
      [1, 2],
      [2, 0]
    ]) {
      const [from, to] = [triangles[k + p], triangles[k + q]];
      if (!edges.delete(to * many + from)) edges.add(from * many + to);
    }
  }
  return [...edges].map((edge2) => [Math.floor(edge2 / many), edge2 % many]);
};

// src/pictures/raster.ts
var emptyRaster = (width, height, painted2) => {
  const many = width * height;
  return {
    width,
    height,
    nearness: new Float32Array(many),
    shares: painted2 ? new Float32Array(many) : null,
    lights: painted2 ? new Float32Array(many) : null
  };
};
var rasterise = (raster, { vertices, triangles }, camera, light) => {
  const { width, height, nearness, shares, lights } = raster;
  nearness.fill(0);
  const many = vertices.length / VERTEX;
  const [px, py, near2] = [new Float32Array(many), new Float32Array(many), new Float32Array(many)];
  const lit = new Float32Array(lights ? many : 0);
  for (let k = 0, at = 0; k < many; k++, at += VERTEX) {
    const [x, y, away] = camera.project(vertices[at], vertices[at + 1], vertices[at + 2]);
    px[k] = x;
    py[k] = y;
    near2[k] = 1 / away;
    if (lights) lit[k] = light(vertices[at + 3], vertices[at + 4], vertices[at + 5]);
  }
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ax, ay, bx, by, cx, cy] = [px[a], py[a], px[b], py[b], px[c], py[c]];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    const x0 = Math.max(Math.ceil(Math.min(ax, bx, cx) - 0.5), 0);
    const x1 = Math.min(Math.floor(Math.max(ax, bx, cx) - 0.5), width - 1);
    const y0 = Math.max(Math.ceil(Math.min(ay, by, cy) - 0.5), 0);
    const y1 = Math.min(Math.floor(Math.max(ay, by, cy) - 0.5), height - 1);
    const [stepA, stepB] = [(by - cy) / area, (cy - ay) / area];
    for (let y = y0; y <= y1; y++) {
      const v = y + 0.5;
      let wa = ((bx - x0 - 0.5) * (cy - v) - (cx - x0 - 0.5) * (by - v)) / area;
      let wb = ((cx - x0 - 0.5) * (ay - v) - (ax - x0 - 0.5) * (cy - v)) / area;
      for (let x = x0, at = y * width + x0; x <= x1; x++, at++, wa += stepA, wb += stepB) {
        const wc = 1 - wa - wb;
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const here = wa * near2[a] + wb * near2[b] + wc * near2[c];
        if (here <= nearness[at]) continue;
        nearness[at] = here;
        if (!shares || !lights) continue;
        const place = VERTEX - 1;
        shares[at] = wa * vertices[a * VERTEX + place] + wb * vertices[b * VERTEX + place] + wc * vertices[c * VERTEX + place];
        lights[at] = wa * lit[a] + wb * lit[b] + wc * lit[c];
      }
    }
  }
};
var behind = ({ width, height, nearness }, x, y, away, slack) => {
  const [i, j] = [Math.floor(x), Math.floor(y)];
  if (i < 0 || j < 0 || i >= width || j >= height) return false;
  const near2 = nearness[j * width + i];
  return near2 > 0 && 1 / near2 < away - slack;
};

// src/pictures/surface.ts
var MOST5 = 32;
var TONES = 256;
var VERTICES = `#version 300 es
uniform mat4 camera;
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 facing;
layout(location = 2) in float share;
out vec3 normal;
out float height;
void main() {
  normal = facing;
  height = share;
  gl_Position = camera * vec4(place, 1.0);
}`;
var FRAGMENTS = `#version 300 es
precision highp float;
uniform sampler2D tones;
uniform vec3 sun, panel, ink;
uniform float levels[${MOST5}];
uniform int many;
uniform float pixel; // of the canvas, to one of the page
in vec3 normal;
in float height;
out vec4 colour;
${BRIGHTNESS}
void main() {
  float bright = brightness(sun, normalize(normal));
  if (height < -0.5) {
    colour = vec4(panel * bright, 1.0);
    return;
  }
  float at = (clamp(height, 0.0, 1.0) * ${TONES - 1}.0 + 0.5) / ${TONES}.0;
  vec3 own = texture(tones, vec2(at, 0.5)).rgb * bright;
  // The nearest level, and how far it is in pixels. Where they would lie closer than a few pixels lines fade.
  float apart = 1e9, room = 1e9, before = 0.0;
  for (int k = 0; k < many; k++) {
    float far = abs(height - levels[k]);
    if (far < apart) {
      apart = far;
      room = levels[k] - before;
      if (k + 1 < many) room = min(room, levels[k + 1] - levels[k]);
    }
    before = levels[k];
  }
  float slope = max(fwidth(height), 1e-7);
  float line = 1.0 - smoothstep(0.25 * pixel, 0.25 * pixel + 1.0, apart / slope);
  line *= 1.0 - smoothstep(0.2, 0.55, slope / max(room, 1e-6));
  colour = vec4(mix(own, ink, 0.42 * line), 1.0);
}`;
var NAMES2 = ["camera", "tones", "sun", "panel", "ink", "levels", "many", "pixel"];
var Surface = class _Surface {
  constructor(canvas, gl, changed) {
    this.canvas = canvas;
    this.gl = gl;
    const { signal } = this.ended;
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault(), { signal });
    canvas.addEventListener(
      "webglcontextrestored",
      () => {
        this.card = null;
        changed();
      },
      { signal }
    );
  }
  canvas;
  gl;
  card = null;
  solid = null;
  theme = "";
  ended = new AbortController();
  // Null where there is no WebGL 2.
  static made(canvas, changed) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true, depth: true, stencil: false });
    return gl ? new _Surface(canvas, gl, changed) : null;
  }
  setSolid(solid) {
    this.solid = solid;
    if (this.card) this.upload(this.card, solid);
  }
  draw(camera, levels, colours) {
    const { gl, canvas, solid } = this;
    if (!solid || gl.isContextLost()) return;
    const card = this.card ?? this.begin(solid);
    const { places } = card;
    const key = colours.terrain.join();
    if (this.theme !== key) {
      const tones = ramp(colours, TONES);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, TONES, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, tones);
      this.theme = key;
    }
    gl.viewport(0, 0, canvas.width, canvas.height);
    this.clear();
    const part = (colour2) => rgb(colour2).map((one) => one / 255);
    gl.uniformMatrix4fv(places.camera, false, camera.matrix());
    gl.uniform3fv(places.sun, sunOf(camera));
    gl.uniform3fv(places.panel, part(colours.panel));
    gl.uniform3fv(places.ink, part(colours.ink));
    const shown = levels.slice(0, MOST5);
    if (shown.length) gl.uniform1fv(places.levels, shown);
    gl.uniform1i(places.many, shown.length);
    gl.uniform1f(places.pixel, canvas.width / camera.width);
    gl.drawElements(gl.TRIANGLES, card.count, gl.UNSIGNED_INT, 0);
  }
  clear() {
    const { gl } = this;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  }
  destroy() {
    this.ended.abort();
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
  begin(solid) {
    const { gl } = this;
    const program = linked(gl);
    gl.useProgram(program);
    const found = NAMES2.map((name) => [name, gl.getUniformLocation(program, name)]);
    const card = { program, places: Object.fromEntries(found), count: 0 };
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
      [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE]
    ]) {
      gl.texParameteri(gl.TEXTURE_2D, name, value);
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    [3, 3, 1].forEach((size, k) => {
      gl.enableVertexAttribArray(k);
      gl.vertexAttribPointer(k, size, gl.FLOAT, false, 4 * VERTEX, 12 * k);
    });
    gl.enable(gl.DEPTH_TEST);
    this.theme = "";
    this.card = card;
    this.upload(card, solid);
    return card;
  }
  upload(card, { vertices, triangles }) {
    const { gl } = this;
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.DYNAMIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.DYNAMIC_DRAW);
    card.count = triangles.length;
  }
};
var linked = (gl) => {
  const program = gl.createProgram();
  for (const [kind, code] of [
    [gl.VERTEX_SHADER, VERTICES],
    [gl.FRAGMENT_SHADER, FRAGMENTS]
  ]) {
    const shader = gl.createShader(kind);
    if (!shader) continue;
    gl.shaderSource(shader, code);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the relief's shader: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
};

// src/pictures/painter.ts
var TONES2 = 256;
var painterFor = (canvas, changed) => Surface.made(canvas, changed) ?? new Plain(canvas);
var Plain = class {
  constructor(canvas) {
    this.canvas = canvas;
  }
  canvas;
  solid = null;
  raster = null;
  small = document.createElement("canvas");
  setSolid(solid) {
    this.solid = solid;
  }
  draw(camera, levels, colours) {
    const context = this.canvas.getContext("2d");
    const own2 = this.small.getContext("2d");
    if (!context || !own2 || !this.solid) return;
    const [width, height] = [Math.max(Math.round(camera.width), 1), Math.max(Math.round(camera.height), 1)];
    if (this.raster?.width !== width || this.raster.height !== height) {
      [this.small.width, this.small.height] = [width, height];
      this.raster = emptyRaster(width, height, true);
    }
    const sun = sunOf(camera);
    rasterise(this.raster, this.solid, camera, (x, y, z) => brightness(sun, x, y, z));
    const image = own2.createImageData(width, height);
    colour(image.data, this.raster, levels, colours);
    own2.putImageData(image, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.small, 0, 0, this.canvas.width, this.canvas.height);
  }
  clear() {
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
  destroy() {
  }
};
var colour = (data2, raster, levels, colours) => {
  const { width, nearness, shares, lights } = raster;
  if (!shares || !lights) return;
  const tones = ramp(colours, TONES2);
  const [wall, ink] = [rgb(colours.panel), rgb(colours.ink)];
  const bandOf = (share) => levels.reduce((band, level) => band + Number(share >= level), 0);
  const bands = Int16Array.from(shares, (share, k) => nearness[k] > 0 && share >= 0 ? bandOf(share) : -1);
  for (let k = 0; k < nearness.length; k++) {
    if (nearness[k] === 0) continue;
    const tone = 4 * Math.round(Math.min(Math.max(shares[k], 0), 1) * (TONES2 - 1));
    const crossed = [k + 1, k + width].some((other) => bands[k] >= 0 && bands[other] >= 0 && bands[other] !== bands[k]);
    for (let part = 0; part < 3; part++) {
      const own2 = (bands[k] < 0 ? wall[part] : tones[tone + part]) * lights[k];
      data2[4 * k + part] = crossed ? 0.65 * own2 + 0.35 * ink[part] : own2;
    }
    data2[4 * k + 3] = 255;
  }
};

// src/pictures/rolling.ts
var BALL = 0.04;
var THREAD = 0.014;
var STAR2 = 0.03;
var FINE = 160;
var PIECES = 4e3;
var CLOSE2 = 8e-4;
var resting = (mesh, box, x, y, radius) => {
  const { domain } = mesh;
  const [across, down] = sidesOf(domain);
  let height = between(mesh, x, y) + radius / box.z;
  if (Number.isNaN(height)) return height;
  for (const share of [0.5, 0.85]) {
    const up = Math.sqrt(1 - share * share) * radius / box.z;
    for (let k = 0; k < 8; k++) {
      const u = x + share * radius * Math.cos(k * Math.PI / 4) * (across / box.x);
      const v = y + share * radius * Math.sin(k * Math.PI / 4) * (down / box.y);
      if (u < domain[0][0] || u > domain[0][1] || v < domain[1][0] || v > domain[1][1]) continue;
      const wall = between(mesh, u, v);
      if (!Number.isNaN(wall)) height = Math.max(height, wall + up);
    }
  }
  return height;
};
var lifted = (mesh, box, radius) => {
  const { columns, rows, domain } = mesh;
  const [across, down] = sidesOf(domain);
  const values = new Float64Array(columns * rows);
  for (let j = 0, k = 0; j < rows; j++) {
    const y = domain[1][0] + j / (rows - 1) * down;
    for (let i = 0; i < columns; i++, k++) {
      values[k] = resting(mesh, box, domain[0][0] + i / (columns - 1) * across, y, radius);
    }
  }
  return { ...mesh, values };
};
var placed3 = (over, box, x, y) => {
  const [[x0, x1], [y0, y1]] = over.domain;
  const inside2 = x >= x0 && x <= x1 && y >= y0 && y <= y1;
  const [u, v] = [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5];
  return [u * box.x, v * box.y, inside2 ? between(over, x, y) * box.z : Number.NaN];
};
var draped = (points, over, box) => {
  const fine = Math.max(1 / FINE, Math.SQRT2 * winding(points, over.domain) / PIECES);
  const { x, y, at } = laid(points, over.domain, fine);
  const found = { places: [], at: [], turns: [] };
  let turn = [0, 0, 0, 1];
  let last = null;
  for (let k = 0; k < x.length; k++) {
    const place = Number.isNaN(x[k]) ? [Number.NaN, Number.NaN, Number.NaN] : placed3(over, box, x[k], y[k]);
    const gap = Number.isNaN(place[2]);
    if (!gap && last) {
      const way = Math.hypot(place[0] - last[0], place[1] - last[1], place[2] - last[2]);
      const ends = k + 1 === x.length || Number.isNaN(x[k + 1]);
      if (way < CLOSE2 && !ends) continue;
      turn = rolled(turn, last, place);
    }
    last = gap ? null : place;
    found.places.push(...gap ? [Number.NaN, Number.NaN, Number.NaN] : place);
    found.at.push(at[k]);
    found.turns.push(...turn);
  }
  return {
    places: Float64Array.from(found.places),
    at: Float64Array.from(found.at),
    turns: Float64Array.from(found.turns)
  };
};
var rolled = (turn, from, to) => {
  const [u, v] = [to[0] - from[0], to[1] - from[1]];
  const level = Math.hypot(u, v);
  if (level === 0) return turn;
  const half = Math.hypot(u, v, to[2] - from[2]) / BALL / 2;
  const size = Math.sin(half) / level;
  return times([-v * size, u * size, 0, Math.cos(half)], turn);
};
var times = ([a, b, c, d], [x, y, z, w]) => [
  d * x + a * w + b * z - c * y,
  d * y - a * z + b * w + c * x,
  d * z + a * y - b * x + c * w,
  d * w - a * x - b * y - c * z
];
var matrixOf = ([x, y, z, w]) => [
  [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
  [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
  [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]
];
var arrowhead = (point, way, over, box) => {
  const sides = sidesOf(over.domain);
  const scale = [box.x / sides[0], box.y / sides[1]];
  const most = Math.max(Math.abs(way[0]), Math.abs(way[1])) || 1;
  const turn = Math.atan2(way[1] / most * scale[1], way[0] / most * scale[0]);
  const tip = placed3(over, box, ...point);
  if (Number.isNaN(tip[2])) return [];
  const barb = (bend) => {
    const back = [Math.cos(turn + bend), Math.sin(turn + bend)].map((one, k) => point[k] + 0.05 * one / scale[k]);
    const [x, y] = back.map((one, k) => Math.min(Math.max(one, over.domain[k][0]), over.domain[k][1]));
    const place = placed3(over, box, x, y);
    return Number.isNaN(place[2]) ? [place[0], place[1], tip[2]] : place;
  };
  return [barb(2.6), tip, barb(-2.6)];
};

// src/pictures/threads.ts
var SLACK = 0.012;
var NEAR4 = 10;
var threadOf = (path, home, over, box) => {
  const way = wayOf(path, home, home);
  const line = draped(way.points, over, box);
  return {
    ...way,
    line,
    head: way.out ? arrowhead(way.out.point, way.out.way, over, box) : [],
    mask: maskOf(outlineOf(path.look.outline, false)),
    screen: new Float32Array(2 * line.at.length),
    hidden: new Uint8Array(line.at.length)
  };
};
var see3d = ({ line: { places, at }, screen, hidden }, camera, raster) => {
  for (let k = 0; k < at.length; k++) {
    const [x, y, away] = camera.project(places[3 * k], places[3 * k + 1], places[3 * k + 2]);
    screen[2 * k] = x;
    screen[2 * k + 1] = y;
    hidden[k] = Number(behind(raster, x, y, away, SLACK));
  }
};
var drawThread = ({ context }, { trail, place }, end, colours) => {
  const { line, path, screen, hidden } = trail;
  const count = upTo(line.at, place);
  const colour2 = lineColour(path, colours);
  const width = path.apart ? 1.2 : 2.6;
  context.lineJoin = "round";
  context.lineCap = "butt";
  for (const behindHills of [1, 0]) {
    context.beginPath();
    let [down, lastX, lastY] = [false, 0, 0];
    for (let k = 0; k < count; k++) {
      const [x, y] = [screen[2 * k], screen[2 * k + 1]];
      const before = k > 0 ? hidden[k - 1] & hidden[k] : hidden[k];
      if (Number.isNaN(x) || before !== behindHills) {
        down = false;
        continue;
      }
      if (!down) {
        const from = k > 0 && !Number.isNaN(screen[2 * k - 2]) ? k - 1 : k;
        context.moveTo(screen[2 * from], screen[2 * from + 1]);
        [down, lastX, lastY] = [true, screen[2 * from], screen[2 * from + 1]];
      }
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.5 && k + 1 < count) continue;
      context.lineTo(x, y);
      [lastX, lastY] = [x, y];
    }
    if (end && down) context.lineTo(...end);
    if (!behindHills && !path.apart) {
      context.strokeStyle = see(colours.ground, 0.5);
      context.lineWidth = width + 2.4;
      context.stroke();
    }
    context.globalAlpha = behindHills ? 0.25 : 1;
    context.strokeStyle = colour2;
    context.lineWidth = behindHills ? 1.2 : width;
    context.setLineDash(path.look.dash.map((part) => 2 * part));
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
};
var drawHead = ({ context }, { head, path }, camera, colours) => {
  if (!head.length) return;
  const tips = head.map((place) => camera.project(...place));
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const [colour2, width] of [
    [see(colours.ground, 0.7), 6],
    [colourOf(path, colours), 3]
  ]) {
    context.beginPath();
    for (const [x, y] of tips) context.lineTo(x, y);
    context.strokeStyle = colour2;
    context.lineWidth = width;
    context.stroke();
  }
};
var rowUnder3d = (heads, [px, py]) => {
  let [best, least2] = [null, NEAR4];
  for (const { trail, place } of heads) {
    const { line, screen, hidden, path } = trail;
    const count = upTo(line.at, place);
    for (let k = 0; k < count; k++) {
      const [x, y] = [screen[2 * k], screen[2 * k + 1]];
      const far = Math.hypot(x - px, y - py);
      if (!(far < least2) || hidden[k]) continue;
      least2 = far;
      best = { path, row: Math.min(Math.round(line.at[k]), Math.floor(place)), pixel: [x, y] };
    }
  }
  return best;
};

// src/pictures/relief.ts
var TURN = 8e-3;
var KEYS2 = {
  ArrowLeft: [-12, 0],
  ArrowRight: [12, 0],
  ArrowDown: [0, -12],
  ArrowUp: [0, 12]
};
var ReliefView = class {
  constructor(host, words) {
    this.words = words;
    this.stage = new Stage(host, "img", words.relief);
    this.stage.root.tabIndex = 0;
    this.stage.root.style.cursor = "grab";
    this.under = this.stage.layer();
    this.painter = painterFor(this.stage.canvas(), () => this.changed({ ground: true }));
    this.over = this.stage.layer();
    this.stop = listen(this.stage, this.gestures());
    this.stage.root.addEventListener("keydown", (event) => this.key(event));
  }
  words;
  onHover = () => {
  };
  stage;
  under;
  painter;
  over;
  stop;
  sprite = document.createElement("canvas");
  ground = null;
  scenery = null;
  paths = [];
  threads = [];
  colours = null;
  home = null;
  pose = null;
  camera = null;
  solid = null;
  raster = null;
  step = 0;
  pending = 0;
  stale = { ground: true, threads: true, view: true };
  // Another home is looked at anew.
  setGround(ground) {
    const before = this.ground?.home.flat();
    if (!ground.home.flat().every((end, k) => end === before?.[k])) this.pose = null;
    this.ground = ground;
    this.changed({ ground: true });
  }
  setPaths(paths) {
    this.paths = paths;
    this.changed({ threads: true });
  }
  setColours(colours) {
    this.colours = colours;
    this.changed({ view: true });
  }
  // Looks from where the most of the paths can be seen.
  reset() {
    this.pose = null;
    this.changed({ view: true });
  }
  resize() {
    if (this.stage.fit()) this.changed({ view: true });
    this.show(this.step);
  }
  destroy() {
    this.stop();
    cancelAnimationFrame(this.pending);
    this.painter.destroy();
    this.stage.root.remove();
  }
  show(step) {
    this.step = step;
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { stage, ground, colours } = this;
    if (!ground || !colours) return;
    if (stage.fit()) this.stale.view = true;
    if (!stage.width || !stage.height) return;
    if (this.stale.ground) this.build(ground);
    const { scenery } = this;
    if (!scenery) return;
    if (typeof scenery === "string") {
      this.complain(scenery, colours);
      return;
    }
    if (this.stale.threads) {
      const { threads, box } = scenery;
      this.threads = this.paths.map((path) => threadOf(path, ground.domain, threads, box));
    }
    if (this.stale.view || !this.camera || !this.pose) this.look(scenery, colours);
    else if (this.stale.threads) this.place();
    this.stale = { ground: false, threads: false, view: false };
    this.drawOver(scenery, colours);
  }
  build(ground) {
    const relief = reliefOf(ground);
    if (typeof relief === "string") {
      this.scenery = relief;
      return;
    }
    const box = boxOf(ground, ground.domain);
    const mesh = { ...relief.shares, domain: ground.domain };
    this.scenery = { relief, box, mesh, threads: lifted(mesh, box, THREAD), balls: lifted(mesh, box, BALL) };
    this.solid = solidOf(relief.shares, box);
    this.painter.setSolid(this.solid);
    Object.assign(this.stale, { threads: true, view: true });
  }
  complain(why, colours) {
    const { stage, under, over, words } = this;
    stage.clear(under);
    stage.clear(over);
    this.painter.clear();
    const middle = [stage.width / 2, stage.height / 2];
    write(stage, under, words[why], middle, colours.muted, { size: 13, align: "center", baseline: "middle" });
  }
  // The picture from where it is looked at.
  look(scenery, colours) {
    const { stage, under, solid } = this;
    const { relief, box, mesh } = scenery;
    if (!this.pose || !this.home) {
      this.home = { turn: viewpoint(this.spots(scenery), mesh, box), lift: STEEP, zoom: 1, shift: [0, 0] };
      this.pose ??= this.home;
    }
    const camera = new Camera(this.pose, box, stage.width, stage.height);
    this.camera = camera;
    const levels = relief.levels.map(({ share }) => share);
    this.painter.draw(camera, levels, colours);
    const [width, height] = [Math.max(Math.round(stage.width), 1), Math.max(Math.round(stage.height), 1)];
    if (this.raster?.width !== width || this.raster.height !== height) this.raster = emptyRaster(width, height, false);
    if (solid) rasterise(this.raster, solid, camera, () => 1);
    stage.clear(under);
    drawBoxAxes(stage, under, camera, relief, mesh.domain, colours, this.words);
    this.place();
  }
  place() {
    const { camera, raster } = this;
    if (camera && raster) for (const thread of this.threads) see3d(thread, camera, raster);
  }
  // Places of the paths, from which it is decided from where to look.
  spots({ box, mesh: { domain } }) {
    return this.threads.flatMap(({ line: { places, at } }) => {
      const found = [];
      for (let k = 0; k < at.length; k++) {
        const [x, y, z] = [places[3 * k], places[3 * k + 1], places[3 * k + 2]];
        if (Number.isNaN(z)) continue;
        const along = ([low, high], share) => low + (share + 0.5) * (high - low);
        found.push([along(domain[0], x / box.x), along(domain[1], y / box.y), z / box.z]);
      }
      return found;
    });
  }
  // What stands and moves on the ground.
  drawOver(scenery, colours) {
    const { stage, over, camera, raster, step, ground } = this;
    if (!camera || !raster || !ground) return;
    const { context } = over;
    const { box, mesh, balls } = scenery;
    stage.clear(over);
    const heads = headsOf(this.threads, step, mesh.domain);
    const standing2 = (point, over2, up, draw) => {
      const [x, y, z] = placed3(over2, box, ...point);
      if (Number.isNaN(z)) return;
      const [px, py, away] = camera.project(x, y, z + up);
      context.globalAlpha = behind(raster, px, py, away, 0.03) ? 0.35 : 1;
      draw([px, py]);
      context.globalAlpha = 1;
    };
    for (const point of ground.minima) standing2(point, mesh, STAR2, (at) => star(context, at, 15, colours));
    for (const point of ground.networks) standing2(point, mesh, STAR2, (at) => cross(context, at, colours));
    const places = heads.map((head) => this.ballOf(head, scenery, camera));
    heads.forEach((head, k) => {
      drawThread(over, head, places[k] && [places[k].x, places[k].y], colours);
      if (head.gone && !head.trail.path.apart) drawHead(over, head.trail, camera, colours);
    });
    const whole = heads.filter(({ trail }) => !trail.path.apart);
    for (const start of startsOf(whole)) standing2(start, balls, 0, (at) => ring(context, at, colours));
    const shown = heads.flatMap((head, k) => {
      const ball = places[k];
      return ball && !head.trail.path.apart ? [{ head, ball }] : [];
    });
    shown.sort((one, other) => other.ball.away - one.ball.away);
    for (const { head, ball } of shown) {
      if (head.ended) {
        const outline = outlineOf(head.trail.path.look.outline, true);
        mark(context, outline, [ball.x, ball.y], 16, colourOf(head.trail.path, colours), colours.ground);
      } else this.drawBall(head, ball, scenery, colours);
    }
    this.tellExits(whole, colours);
  }
  ballOf({ trail, place, spot }, { balls, threads, box }, camera) {
    if (!spot) return null;
    const at = placed3(balls, box, ...spot);
    if (Number.isNaN(at[2])) return null;
    const { line } = trail;
    const k = upTo(line.at, place) - 1;
    let turn = [0, 0, 0, 1];
    if (k >= 0) {
      const [x2, y2, z, w] = line.turns.subarray(4 * k, 4 * k + 4);
      const from = [line.places[3 * k], line.places[3 * k + 1], line.places[3 * k + 2]];
      turn = Number.isNaN(from[2]) ? [x2, y2, z, w] : rolled([x2, y2, z, w], from, placed3(threads, box, ...spot));
    }
    const [x, y, away] = camera.project(...at);
    return { x, y, away, turn, spot, radius: camera.scale * BALL / away };
  }
  drawBall({ trail }, at, scenery, colours) {
    const { stage, over, camera, raster, home, sprite } = this;
    if (!camera || !raster || !home) return;
    const { context } = over;
    this.drawShadow(at, scenery, camera, colours);
    const { ratio } = stage;
    const side = Math.ceil(2 * (at.radius + 2) * ratio) + 2;
    if (sprite.width < side) sprite.width = sprite.height = side;
    const own2 = sprite.getContext("2d");
    if (!own2) return;
    const [left, top] = [at.x * ratio - side / 2, at.y * ratio - side / 2].map(Math.floor);
    const ball = {
      x: at.x * ratio - left,
      y: at.y * ratio - top,
      radius: at.radius * ratio,
      turn: ballToPicture(at.turn, home, camera),
      face: rgb(colourOf(trail.path, colours)),
      badge: rgb(colours.ground),
      edge: rgb(colours.ground),
      mask: trail.mask
    };
    const image = own2.createImageData(side, side);
    const hidden = (i, j, nearer) => behind(raster, (left + i + 0.5) / ratio, (top + j + 0.5) / ratio, at.away - nearer * BALL, SLACK2);
    paintBall(image.data, side, ball, ratio, inPicture(sunOf(camera), camera), hidden);
    own2.clearRect(0, 0, sprite.width, sprite.height);
    own2.putImageData(image, 0, 0);
    context.drawImage(sprite, 0, 0, side, side, left / ratio, top / ratio, side / ratio, side / ratio);
  }
  // On the ground under a ball.
  drawShadow(at, { mesh, box }, camera, colours) {
    const { context } = this.over;
    const [x, y, z] = placed3(mesh, box, ...at.spot);
    const [px, py, away] = camera.project(x, y, z);
    if (Number.isNaN(z) || this.raster && behind(this.raster, px, py, away, SLACK2)) return;
    const dark = colours.theme === "dark" ? "#000000" : colours.ink;
    for (const [reach, opacity] of [
      [1.25, 0.1],
      [0.95, 0.16],
      [0.6, 0.2]
    ]) {
      context.beginPath();
      for (let k = 0; k < 20; k++) {
        const [u, v] = [Math.cos(k * Math.PI / 10), Math.sin(k * Math.PI / 10)].map((one) => one * reach * BALL);
        const [sx, sy] = camera.project(x + u, y + v, z);
        context.lineTo(sx, sy);
      }
      context.fillStyle = see(dark, opacity);
      context.fill();
    }
  }
  // When the walks diverged that have left, beside their arrows as far as there is room.
  tellExits(heads, colours) {
    const { stage, over, camera, words } = this;
    const taken = [];
    for (const { trail, gone, ended } of heads) {
      if (!gone || !ended || !camera || !trail.head.length) continue;
      const [x, y] = camera.project(...trail.head[1]);
      if (taken.some(([u, v]) => Math.abs(u - x) < 100 && Math.abs(v - y) < 16)) continue;
      taken.push([x, y]);
      const left = x < 0.6 * stage.width;
      const style = { size: 12, weight: 600, align: left ? "left" : "right", baseline: "middle" };
      write(
        stage,
        over,
        divergedAt(trail.path.walk, words),
        [x + (left ? 12 : -12), y],
        colourOf(trail.path, colours),
        {
          ...style,
          halo: colours.ground
        }
      );
    }
  }
  changed(what) {
    Object.assign(this.stale, what);
    if (!this.pending) this.pending = requestAnimationFrame(() => this.show(this.step));
  }
  turn(pose) {
    this.pose = kept(pose);
    this.changed({ view: true });
  }
  gestures() {
    return {
      drag: ([u, v]) => {
        const { pose } = this;
        if (pose) this.turn({ ...pose, turn: pose.turn - TURN * u, lift: pose.lift + TURN * v });
      },
      zoom: (factor, [x, y]) => {
        const { pose, camera } = this;
        if (!pose || !camera) return false;
        const { zoom } = kept({ ...pose, zoom: pose.zoom * factor });
        if (zoom === pose.zoom) return false;
        const middle = [camera.centre[0] - pose.shift[0], camera.centre[1] - pose.shift[1]];
        const by = zoom / pose.zoom;
        const shift = [x, y].map((at, k) => (at - middle[k]) * (1 - by) + by * pose.shift[k]);
        this.turn({ ...pose, zoom, shift: [shift[0], shift[1]] });
        return true;
      },
      double: () => this.reset(),
      hover: (at) => {
        const { ground } = this;
        if (ground) this.onHover(at ? rowUnder3d(headsOf(this.threads, this.step, ground.domain), at) : null);
      },
      waits: () => true
    };
  }
  key(event) {
    const { pose } = this;
    if (!pose || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS2[event.key];
    const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
    if (way) this.turn({ ...pose, turn: pose.turn - TURN * way[0], lift: pose.lift + TURN * way[1] });
    else if (zoom) this.turn({ ...pose, zoom: pose.zoom * zoom });
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }
};
var SLACK2 = 0.012;
var dot = (one, other) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
var inPicture = (way, { right, up, towards }) => [
  dot(way, right),
  dot(way, up),
  dot(way, towards)
];
var ballToPicture = (turn, home, camera) => {
  const rows = matrixOf(turn);
  const along = (way) => inPicture([dot(rows[0], way), dot(rows[1], way), dot(rows[2], way)], camera);
  const right = [-Math.sin(home.turn), Math.cos(home.turn), 0];
  const up = [
    -Math.cos(home.turn) * Math.sin(home.lift),
    -Math.sin(home.turn) * Math.sin(home.lift),
    Math.cos(home.lift)
  ];
  return [along(directionOf(home.turn, home.lift)), along(right), along(up)];
};

// src/standing.ts
var standing = ({ walk: walk2 }, at, scale, words) => {
  const step = Math.floor(at + 1e-9);
  if (walk2.diverged >= 0 && step >= walk2.diverged) {
    if (walk2.diverged === 0 && !walk2.outside) return words.no_slope;
    return say2(walk2.outside ? words.undefined : words.diverged, { step: counted2(walk2.diverged) });
  }
  const row2 = Math.min(step, walk2.loss.length - 1);
  const loss = walk2.loss[row2];
  if (reached(scale, [loss])) return say2(words.reached, { loss: show(roundedUp(scale.floor), 1) });
  return `${words.loss} ${show(loss, 3, fineness(scale, loss))}`;
};

// src/store.ts
var browserAddress = () => ({
  read: () => location.hash,
  push(address) {
    history.pushState(null, "", `#${address}`);
  },
  listen(changed) {
    addEventListener("popstate", changed);
    addEventListener("hashchange", changed);
  }
});
var memoryAddress = (first = "", told = () => {
}) => {
  let now = first;
  return {
    read: () => now,
    push(address) {
      now = address;
      told(address);
    },
    listen() {
    }
  };
};
var Store = class {
  constructor(address, opened) {
    this.address = address;
    this.usual = fromAddress(opened, DEFAULT);
    this.state = this.read();
    address.listen(() => {
      const state = this.read();
      if (toAddress(state) === toAddress(this.state)) return;
      this.state = state;
      this.tell();
    });
  }
  address;
  state;
  listeners = [];
  usual;
  listen(listener) {
    this.listeners.push(listener);
  }
  // While something is dragged the address stays: going back leads to what was before.
  drag(change) {
    this.state = { ...this.state, ...change };
    this.tell();
  }
  set(change) {
    this.drag(change);
    const address = toAddress(this.state);
    if (this.address.read().replace(/^#/, "") !== address) this.address.push(address);
  }
  read() {
    const found = this.address.read().replace(/^#/, "");
    return found ? fromAddress(found) : this.usual;
  }
  tell() {
    for (const listener of this.listeners) listener(this.state);
  }
};

// src/tooltip.ts
var GAP = 12;
var Tooltip = class {
  constructor(words) {
    this.words = words;
  }
  words;
  element = h("div", { class: "tip", hidden: true });
  // host: the picture that the place of a hit is in; around: what the tip must not leave.
  show(hit, host, around, scale) {
    this.element.hidden = !hit;
    if (!hit) return;
    const lines = linesOf(hit, scale, this.words);
    this.element.replaceChildren(h("b", {}, hit.path.name), ...lines.map((line) => h("div", {}, line)));
    const [inner, outer] = [host.getBoundingClientRect(), around.getBoundingClientRect()];
    const [x, y] = [inner.left - outer.left + hit.pixel[0], inner.top - outer.top + hit.pixel[1]];
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = x + GAP + width > outer.width ? x - GAP - width : x + GAP;
    this.element.style.left = `${Math.max(left, 0)}px`;
    this.element.style.top = `${Math.min(Math.max(y - height / 2, 0), outer.height - height)}px`;
  }
};
var linesOf = ({ path: { walk: walk2 }, row: row2 }, scale, words) => {
  const loss = (one) => show(one, 4, fineness(scale, one));
  const vector = (columns) => {
    const parts = columns.slice(0, 4).map((column) => show(column[row2]));
    return parts.length > 1 ? `(${parts.join(", ")}${columns.length > 4 ? ", …" : ""})` : parts[0];
  };
  const lines = [`${words.step} ${counted2(walk2.steps ? walk2.steps[row2] : row2)}`];
  lines.push(`${walk2.inPlane ? words.true_loss : words.loss} ${loss(walk2.loss[row2])}`);
  if (walk2.inPlane) lines.push(`${words.in_plane} ${loss(walk2.inPlane[row2])}`);
  if (walk2.residual) lines.push(`${words.off_plane} ${show(walk2.residual[row2])}`);
  if (walk2.gradient) {
    lines.push(
      say("{name} {size}", { name: words.gradient, size: show(Math.hypot(...walk2.gradient.map((one) => one[row2]))) })
    );
  }
  for (const [name, columns] of Object.entries(walk2.state ?? {})) {
    lines.push(`${name === "delta" ? "Δx" : name} = ${vector(columns)}`);
  }
  return lines;
};

// src/app.ts
var RELIEF = 160;
var USUAL = "rosenbrock";
var ZOOMED = 120;
var App = class {
  constructor(root2, content, address, chances2, alone) {
    this.root = root2;
    this.content = content;
    const { words, catalogue, given: given2, texts } = content;
    this.store = new Store(address, content.opened);
    this.modeller = new Modeller(catalogue, chances2, USUAL, given2?.ground ?? null);
    this.recorded = (given2?.paths ?? []).map(pathOfGiven);
    this.panels = {
      terrain: new TerrainPanel(catalogue, this.store, words, texts.terrains ?? {}, given2?.ground ? given2.title : null),
      optimizers: new OptimizerPanel(catalogue, this.store, words, texts.optimizers ?? {}, () => this.redraw()),
      conditions: new ConditionsPanel(catalogue, this.store, words),
      step: new StepPanel(words)
    };
    this.player = new Player(
      () => this.show(),
      (playing) => this.transport.playing(playing)
    );
    this.transport = new Transport(this.player, words, {
      reset: () => this.resetViews(),
      field: () => this.store.set({ field: !this.store.state.field })
    });
    this.tip = new Tooltip(words);
    const [relief, map, losses] = ["relief", "map", "losses"].map((name) => h("div", { class: name }));
    this.assemble(relief, map, losses);
    this.map = new MapView(map, words);
    this.relief = new ReliefView(relief, words);
    this.losses = new LossView(losses, words);
    for (const [picture, host] of [
      [this.map, map],
      [this.relief, relief],
      [this.losses, losses]
    ]) {
      picture.onHover = (hit) => this.tip.show(hit, host, this.frame, this.scale);
    }
    this.map.onPick = (point) => this.pick(point);
    this.map.onView = (view) => this.zoom(view);
    this.map.onCross = (point) => this.moveCross(point);
    this.model = this.modeller.of(this.store.state);
    this.store.listen((state) => this.update(state));
    this.dark.addEventListener("change", () => this.paint());
    new ResizeObserver(() => this.resize()).observe(root2);
    this.paint();
    this.update(this.store.state);
    this.player.at = this.player.last;
    this.keys(alone);
    this.begin();
  }
  root;
  content;
  store;
  player;
  model;
  paths = [];
  modeller;
  dark = matchMedia("(prefers-color-scheme: dark)");
  still = matchMedia("(prefers-reduced-motion: reduce)");
  recorded;
  panels;
  transport;
  said = h("p", { class: "said", role: "status", hidden: true });
  news = h("p", { class: "quiet", "aria-live": "polite" });
  frame = h("div", { class: "frame" });
  tip;
  map;
  relief;
  losses;
  home = null;
  ground = null;
  scale = lossScale([], false);
  zooming = 0;
  begun = false;
  // What is drawn, for who asks: names, and what was met.
  told() {
    const live = this.model.walking.map(({ spec, walk: walk2 }) => ({
      name: spec.entry.title,
      notation: spec.notation,
      walk: walk2
    }));
    return [...live, ...this.recorded.map(({ name, walk: walk2 }) => ({ name, notation: "", walk: walk2 }))];
  }
  assemble(...pictures) {
    const { words, title, given: given2 } = this.content;
    const { terrain, optimizers, conditions, step } = this.panels;
    const share = h("button", { type: "button" }, words.share);
    share.addEventListener("click", async () => {
      await navigator.clipboard?.writeText(location.href).catch(() => {
      });
      this.news.textContent = words.shared;
    });
    const top = h("header", { class: "top" }, h("h1", {}, title), h("span", { class: "space" }), share);
    const notes = h("p", { class: "notes" }, (given2?.notes ?? []).join(words.space) || words.hint);
    const side = h(
      "aside",
      { class: "side", "aria-label": words.controls },
      ...[terrain.element, optimizers.element, conditions.element, step.element]
    );
    const stage = h("main", { class: "stage" }, ...pictures);
    const desk = h("div", { class: "desk" }, side, stage);
    const head = h("div", { class: "head" }, top, notes, this.said);
    this.frame.append(head, desk, this.transport.element, this.news, this.tip.element);
    this.root.replaceChildren(this.frame);
  }
  colours() {
    const { theme: chosen, colours } = this.content;
    const theme = chosen === "auto" ? this.dark.matches ? "dark" : "light" : chosen;
    return { ...colours[theme], theme };
  }
  update(state) {
    this.model = this.modeller.of(state);
    const { model } = this;
    if (model.ground !== this.home) this.settle(model.ground);
    const { terrain, optimizers, conditions, step } = this.panels;
    terrain.update(model);
    optimizers.update(model, this.colours().theme);
    conditions.update(model, state);
    step.update(model);
    this.transport.update(state);
    this.map.setField(state.field && model.ground.terrain ? (x, y) => this.slope(x, y) : null);
    this.map.setCross(model.ground.terrain ? model.start : null);
    this.said.textContent = model.said.map(({ key, values }) => this.sentence(key, values)).join(this.content.words.space);
    this.said.hidden = !model.said.length;
    this.redraw();
  }
  sentence(key, values) {
    const { words } = this.content;
    const near2 = `${key}_near`;
    return say(values.near && near2 in words ? words[near2] : words[key], values);
  }
  slope(x, y) {
    const terrain = this.model.ground.terrain;
    terrain.feel(x, y);
    return [terrain.gradient[0], terrain.gradient[1]];
  }
  // The pictures' ground, over a part of a terrain.
  drawn(ground, domain) {
    const { given: given2 } = this.content;
    if (!ground.terrain) return groundOfGiven(given2.ground);
    const { height, floor, rounding, coordinates, toScale, bounded } = ground.spec.entry ?? FORMULA2;
    const values = ground.terrain.grid(domain, RELIEF, RELIEF);
    return {
      ...{ height, floor, rounding, coordinates, toScale, bounded, domain },
      home: ground.domain,
      loss: { columns: RELIEF, rows: RELIEF, values },
      minima: ground.minima,
      networks: []
    };
  }
  settle(ground) {
    this.home = ground;
    const drawn = this.drawn(ground, ground.domain);
    this.map.setGround(drawn);
    this.relief.setGround(drawn);
    this.ground = drawn;
  }
  // The losses of what the map now shows, once it does not move any more.
  zoom(view) {
    clearTimeout(this.zooming);
    if (!this.model.ground.terrain) return;
    this.zooming = window.setTimeout(() => this.map.setGround(this.drawn(this.model.ground, view)), ZOOMED);
  }
  resetViews() {
    this.relief.reset();
    this.map.reset();
  }
  moveCross(point) {
    this.map.setCross(point, true);
    const [x, y] = point.map(setting);
    this.news.textContent = say(this.content.words.moved, { x, y });
  }
  // The paths, as pictures take them.
  redraw() {
    const { model, recorded } = this;
    const { given: given2, words } = this.content;
    const { hidden } = this.panels.optimizers;
    const live = model.walking.map(({ spec, look, walk: walk2 }) => ({
      name: `${spec.entry.title}, ${words.lr} ${setting(spec.options.lr)}`,
      ...{ look, walk: walk2, apart: false }
    }));
    const here = given2 && (model.ground.terrain ? given2.on === model.ground.spec.notation : true);
    const [x, y] = model.start;
    const still = (here ? recorded : []).map((path) => ({
      ...path,
      apart: model.ground.terrain !== null && !(path.walk.x[0] === x && path.walk.y[0] === y)
    }));
    this.paths = [...live.filter((_, k) => !hidden.has(k)), ...still];
    const ends = still.map(({ walk: walk2 }) => Math.max(walk2.steps?.at(-1) ?? 0, walk2.diverged));
    const before = { at: this.player.at, last: this.player.last };
    this.player.last = Math.max(model.ground.terrain && live.length ? this.store.state.steps : 0, ...ends, 1);
    if (before.at >= before.last || before.at > this.player.last) this.player.at = this.player.last;
    this.scale = scaleOf(this.paths, this.ground, rangeOf(this.ground.loss.values));
    this.losses.setScale(this.scale, this.player.last);
    for (const picture of [this.map, this.relief, this.losses]) picture.setPaths(this.paths);
    this.show();
  }
  // The relief comes a frame after the rest, which can then be read already.
  begin() {
    requestAnimationFrame(() => {
      this.begun = true;
      this.show();
    });
  }
  show() {
    const { at, last } = this.player;
    for (const picture of [this.map, this.losses]) picture.show(at);
    if (this.begun) this.relief.show(at);
    this.transport.show(at, last);
    this.panels.step.at(at);
    const live = this.model.walking.map(({ spec, look, walk: walk2 }) => ({
      name: spec.entry.title,
      look,
      walk: walk2,
      apart: false
    }));
    this.panels.optimizers.tell(live.map((path) => standing(path, at, this.scale, this.content.words)));
  }
  paint() {
    const colours = this.colours();
    for (const picture of [this.map, this.relief, this.losses]) picture.setColours(colours);
    if (this.model) this.panels.optimizers.update(this.model, colours.theme);
    this.show();
  }
  resize() {
    for (const picture of [this.map, this.relief, this.losses]) picture.resize();
  }
  // The balls are let go at a point.
  pick(point) {
    if (!this.model.ground.terrain) return;
    this.store.set({ start: point });
    const [x, y] = point.map(setting);
    this.news.textContent = say(this.content.words.started, { x, y });
    if (this.still.matches) this.player.goTo(this.player.last);
    else this.player.play(0);
  }
  keys(alone) {
    this.root.addEventListener("keydown", (event) => {
      const target = event.composedPath()[0];
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, summary")) return;
      if (event.key === " " && !target.closest("button")) this.player.toggle();
      else if (event.key === "ArrowLeft" && !target.closest("[data-arrows]")) this.player.nudge(-1);
      else if (event.key === "ArrowRight" && !target.closest("[data-arrows]")) this.player.nudge(1);
      else if (/^[1-9]$/.test(event.key)) this.transport.setSpeed(Number(event.key));
      else return;
      event.preventDefault();
    });
    if (!alone) return;
    this.root.ownerDocument.addEventListener("keydown", (event) => {
      if (event.target === this.root.ownerDocument.body) this.root.dispatchEvent(new KeyboardEvent("keydown", event));
    });
  }
};
var rangeOf = (losses) => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const loss of losses) {
    if (!Number.isFinite(loss)) continue;
    if (loss < low) low = loss;
    if (loss > high) high = loss;
  }
  return low <= high ? [low, high] : null;
};
var FORMULA2 = {
  height: "linear",
  floor: 0,
  rounding: 1e-14,
  coordinates: ["x", "y"],
  toScale: true,
  bounded: false
};

// src/main.ts
var FONT = '1rem "Source Sans 3"';
var chances = { noise: () => EXACT, signs: () => () => [1, 1] };
var begin = async (data2, root2) => {
  const content = JSON.parse(data2);
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} ${FONT}`)));
  const app = new App(root2, content, browserAddress(), chances, true);
  Object.assign(window, { landscape: app });
};
var [data, root] = ["data", "playground"].map((id) => document.getElementById(id));
if (data?.textContent && root) begin(data.textContent, root);
var main_default = {
  render({ model, el }) {
    const content = JSON.parse(String(model.get("content")));
    const address = memoryAddress(String(model.get("address")), (now) => {
      model.set("address", now);
      model.save_changes();
    });
    el.classList.add("playground");
    el.style.setProperty("--page-height", `${model.get("height")}px`);
    new App(el, content, address, chances, false);
  }
};
export {
  main_default as default
};
