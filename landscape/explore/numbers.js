// Numbers as words: in the pictures, at their axes and in the controls.

const MOST = 16; // digits that a number has
const WIDE = 6; // digits of a tick, from which on its axis counts from a round number

const superscript = (whole) => String(whole).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);

// The power of ten that a number above 0 begins with.
const magnitude = (size) => Number(size.toExponential().split("e")[1]);

// A number in so many digits, or all of those before its point, or in as many as it takes to see differences of `fine`;
// as numerals.py writes it.
const show = (value, digits = 3, fine = Infinity) => {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  const whole = size < 1e5 ? magnitude(size) + 1 : 0;
  const needed = fine > 0 && fine < size ? magnitude(size) - magnitude(fine) + 1 : 0;
  const many = Math.min(Math.max(digits, whole, needed), MOST);
  const rounded = Number(size.toPrecision(many));
  const sign = value < 0 ? "−" : "";
  const power = magnitude(rounded);
  // What reaches down to its units, and is not round, is read more easily in full.
  const known = power < Math.min(many, 12) && power + 1 - digitsOf(rounded) < 7;
  if (power >= -4 && (power < 5 || known)) {
    const [units, rest] = String(rounded).split(".");
    return `${sign}${units.replace(/\B(?=(\d{3})+$)/g, ",")}${rest ? `.${rest}` : ""}`;
  }
  const mantissa = Number(rounded.toExponential().split("e")[0]);
  return `${sign}${mantissa === 1 ? "" : `${mantissa}×`}10${superscript(power)}`;
};

// How many digits a number has.
const digitsOf = (value) => value.toExponential().split("e")[0].replace(/\D/g, "").length;

// A number above 0 in one digit, upwards.
const roundedUp = (value) => {
  const [digits, power] = value.toExponential().split("e");
  return Number(`${Math.ceil(Number(digits))}e${power}`);
};

// A setting in full, as it was given.
const setting = (value) => {
  const text = String(value);
  return text.includes("e") || Math.abs(value) >= 1e5 ? show(value, digitsOf(value)) : text;
};

// Words with values in the places of their names.
const say = (words, values = {}) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Whole numbers of steps.
const counted = (steps) => String(steps).replace(/\B(?=(\d{3})+$)/g, ",");

// The one of 1, 2, 5, 10 … that is nearest, by its ratio.
const roundStep = (rough) => {
  const power = magnitude(rough);
  const factor = rough / Number(`1e${power}`);
  return Number(`${factor < Math.SQRT2 ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10}e${power}`);
};

// Round numbers between two others, at equal distances; one number where both are the same.
const evenTicks = (low, high, count) => {
  const rough = high / count - low / count;
  if (!(rough > 1e-15 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(rough)) return [low];
  const step = roundStep(rough);
  const first = Math.ceil(low / step - 1e-9);
  const many = Math.floor(high / step + 1e-9) - first + 1;
  // The product of two numbers like 3 and 0.1 has digits that nobody wants to read.
  return Array.from({ length: many }, (_, k) => Number(((first + k) * step).toPrecision(15)));
};

// At powers of ten between two positive numbers, or closer where there are few of them.
const logTicks = (low, high, count) => {
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

// The words of ticks, in which no two are alike, and of the round number that they count from where they would be too
// long: `name` is then of what is left.
const tickWords = (ticks, name) => {
  const gaps = ticks.slice(1).map((tick, k) => tick - ticks[k]);
  const gap = Math.min(...gaps.filter((one) => one > 0));
  const most = Math.max(...ticks.map(Math.abs));
  const texts = ticks.map((tick) => show(tick, 4, gap));
  if (!(Number.isFinite(gap) && most > 0 && magnitude(most) - magnitude(gap) >= WIDE)) return { texts, name };
  // The round number next to them, on the side of 0.
  const span = Number(`1e${magnitude(ticks.at(-1) - ticks[0]) + 1}`);
  const [low, high] = [ticks[0], ticks.at(-1)];
  const exact = low > 0 ? Math.floor(low / span) * span : high < 0 ? Math.ceil(high / span) * span : 0;
  const base = Number(exact.toPrecision(15));
  if (base === 0) return { texts, name };
  return {
    texts: ticks.map((tick) => show(Number((tick - base).toPrecision(12)), 4, gap)),
    name: `${name} ${base > 0 ? "−" : "+"} ${show(Math.abs(base), digitsOf(base))}`,
  };
};
