// Numbers as words: in the pictures, at their axes and in the controls.

const superscript = (whole) => String(whole).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

// A number in so many digits, with its power of ten where it is very large or small.
const show = (value, digits = 3) => {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return String(Number(value.toPrecision(digits))).replace("-", "−");
  const [mantissa, exponent] = value
    .toExponential(digits - 1)
    .split("e")
    .map(Number);
  const factor = Math.abs(mantissa) === 1 ? "" : `${Math.abs(mantissa)}·`;
  return `${value < 0 ? "−" : ""}${factor}10${superscript(exponent)}`;
};

// Words with values in the places of their names.
const say = (words, values = {}) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const evenTicks = (low, high, count) => {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power > 0.999 * rough);
  const first = Math.ceil(low / step - 1e-9);
  const many = Math.floor(high / step + 1e-9) - first + 1;
  // The product of two numbers like 3 and 0.1 has digits that nobody wants to read.
  return Array.from({ length: many }, (_, k) => Number(((first + k) * step).toPrecision(12)));
};

// At powers of ten between two positive numbers, or closer where there are few of them.
const logTicks = (low, high, count) => {
  const decades = Math.log10(high / low);
  if (decades < 1) return evenTicks(low, high, count);
  const factors = decades < 0.6 * count ? [1, 2, 5] : [1];
  const stride = Math.ceil(decades / count);
  const ticks = [];
  for (let power = stride * Math.ceil(Math.log10(low) / stride - 1); power <= Math.log10(high); power += stride) {
    for (const factor of factors) ticks.push(factor * Number(`1e${power}`));
  }
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
};

// Losses for an axis of elevations, far enough from each other: their places, and their words.
const heightTicks = (terrain, low, high, count) => {
  if (!terrain.log) return labelled(evenTicks(low, high, count), (loss) => loss);
  const [lowest, highest] = [Math.max(10 ** low - terrain.floor, 0), 10 ** high - terrain.floor];
  const losses = logTicks(Math.max(lowest, terrain.floor), highest, count);
  if (lowest < 0.2 * terrain.floor) losses.unshift(0);
  const apart = (high - low) / (1.8 * count);
  const kept = [];
  for (const loss of losses) {
    if (!kept.length || elevation(terrain, loss) - elevation(terrain, kept.at(-1)) > apart) kept.push(loss);
  }
  return labelled(kept, (loss) => elevation(terrain, loss));
};

const labelled = (ticks, place) => ({ tickvals: ticks.map(place), ticktext: ticks.map((tick) => show(tick, 4)) });

// The height at which a loss is drawn.
const elevation = (terrain, loss) => (terrain.log ? Math.log10(Math.max(loss + terrain.floor, 1e-300)) : loss);
