// Numbers as words: in the pictures, at their axes and in the controls, with the rule of Python's `numerals`.

export const MOST = 16; // digits that a number has
const SIGNS = "-0123456789";

const superscript = (whole: number): string =>
  String(whole).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[SIGNS.indexOf(sign)]);

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

// The power of ten that a number above 0 begins with.
export const magnitude = (size: number): number => Number(size.toExponential().split("e")[1]);

// How many digits a number has.
export const digitsOf = (value: number): number => value.toExponential().split("e")[0].replace(/\D/g, "").length;

// A number in so many digits, or all of those before its point, or in as many as it takes to see differences of `fine`.
export const show = (value: number | null, digits = 3, fine = Number.POSITIVE_INFINITY): string => {
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
    return `${sign}${grouped(units)}${rest ? `.${rest}` : ""}`;
  }
  const mantissa = Number(rounded.toExponential().split("e")[0]);
  return `${sign}${mantissa === 1 ? "" : `${mantissa}×`}10${superscript(power)}`;
};

// A number above 0 in one digit, upwards.
export const roundedUp = (value: number): number => {
  const [digits, power] = value.toExponential().split("e");
  return Number(`${Math.ceil(Number(digits))}e${power}`);
};

// A setting in full, as it was given.
export const setting = (value: number): string => {
  const text = String(value);
  return text.includes("e") || Math.abs(value) >= 1e5 ? show(value, digitsOf(value)) : text;
};

// A share in percent, without its sign: 0 or 100 only if it is that, as Python's `percentage` has it.
export const percentage = (share: number, digits = 0): string => {
  if (Number.isNaN(share)) return "–";
  for (const end of [0, 1]) if (Math.abs(share - end) < 1e-12) return (100 * end).toFixed(digits);
  const near = (100 * share).toFixed(digits);
  if (Number(near) === 0) return 100 * share < 0.001 ? "<0.001" : String(Number((100 * share).toPrecision(2)));
  if (Number(near) !== 100) return near;
  const many = Math.max(digits, 1);
  const nearer = (100 * share).toFixed(many);
  return Number(nearer) === 100 ? `>${(100 - 10 ** -many).toFixed(many)}` : nearer;
};

// Words with values in the places of their names.
export const say = (words: string, values: Record<string, string> = {}): string =>
  words.replace(/\{(\w+)\}/g, (_, name: string) => values[name]);

// Whole numbers of steps.
export const counted = (steps: number): string => grouped(String(steps));
