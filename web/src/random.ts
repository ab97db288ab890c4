// Random numbers as NumPy's `default_rng` draws them: SeedSequence, PCG64, and of its distributions those that walks and
// networks use. O'Neill 2014 (PCG), Marsaglia & Tsang 2000 (normal numbers by a ziggurat of 256 steps).

const MASK = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const LOW = 0xffffffffffffffffn;

// A seed is a whole number, or several of them.
export type Seed = number | bigint | readonly (number | bigint)[];

// The words of 32 bits that a seed consists of, the lowest first.
const wordsOf = (seed: Seed): number[] => {
  if (typeof seed === "object") return seed.flatMap(wordsOf);
  const words: number[] = [];
  let rest = BigInt(seed);
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
};

// Eight words of 32 bits, in which every bit of the seed counts.
const mixed = (seed: Seed): Uint32Array => {
  const entropy = wordsOf(seed);
  let constant = 0x43b0d7e5;
  const hashed = (word: number): number => {
    let value = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const joined = (x: number, y: number): number => {
    const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((k) => hashed(entropy[k] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = joined(pool[to], hashed(pool[from]));
  }
  for (const word of entropy.slice(4)) for (let to = 0; to < 4; to++) pool[to] = joined(pool[to], hashed(word));
  let other = 0x8b51f9dd;
  return Uint32Array.from({ length: 8 }, (_, k) => {
    let value = pool[k % 4] ^ other;
    other = Math.imul(other, 0x58f38ded);
    value = Math.imul(value, other);
    return value ^ (value >>> 16);
  });
};

export class Generator {
  private state = 0n;
  private readonly increment: bigint;
  private half: number | null = null; // of 64 bits, the upper half that is still to be drawn

  constructor(seed: Seed) {
    const words = mixed(seed);
    const long = (k: number): bigint => (BigInt(words[2 * k + 1]) << 32n) | BigInt(words[2 * k]);
    this.increment = ((((long(2) << 64n) | long(3)) << 1n) | 1n) & MASK;
    this.step();
    this.state = (this.state + ((long(0) << 64n) | long(1))) & MASK;
    this.step();
  }

  // 64 bits.
  long(): bigint {
    this.step();
    const high = this.state >> 64n;
    const value = (high ^ this.state) & LOW;
    const turn = high >> 58n;
    return ((value >> turn) | (value << (64n - turn))) & LOW;
  }

  // 32 bits.
  word(): number {
    if (this.half !== null) {
      const { half } = this;
      this.half = null;
      return half;
    }
    const value = this.long();
    this.half = Number(value >> 32n);
    return Number(value & 0xffffffffn);
  }

  // A number of [0, 1), with 53 bits.
  random(): number {
    return Number(this.long() >> 11n) * 2 ** -53;
  }

  normal(): number {
    const { wide, certain, high } = ZIGGURAT;
    for (;;) {
      const bits = this.long();
      const k = Number(bits & 0xffn);
      const size = Number((bits >> 9n) & 0xfffffffffffffn);
      const x = (bits >> 8n) & 1n ? -size * wide[k] : size * wide[k];
      if (size < certain[k]) return x;
      if (k === 0) return this.tail(Math.floor(size / 256) % 2 === 1);
      if ((high[k - 1] - high[k]) * this.random() + high[k] < Math.exp(-0.5 * x * x)) return x;
    }
  }

  // A whole number from 0 to most, which has at most 32 bits, each as likely.
  integer(most: number): number {
    if (most === 0) return 0;
    const many = BigInt(most + 1);
    const threshold = (0xffffffffn - BigInt(most)) % many;
    for (;;) {
      const product = BigInt(this.word()) * many;
      if ((product & 0xffffffffn) >= threshold) return Number(product >> 32n);
    }
  }

  // The numbers 0 … many − 1 in a random order.
  permutation(many: number): Uint32Array {
    const order = Uint32Array.from({ length: many }, (_, k) => k);
    for (let last = many - 1; last > 0; last--) {
      const mask = 2 ** (32 - Math.clz32(last)) - 1;
      let k = (this.word() & mask) >>> 0;
      while (k > last) k = (this.word() & mask) >>> 0;
      [order[last], order[k]] = [order[k], order[last]];
    }
    return order;
  }

  private step(): void {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK;
  }

  // A normal number beyond the ziggurat's lowest step.
  private tail(negative: boolean): number {
    for (;;) {
      const beyond = -Math.log1p(-this.random()) / EDGE;
      const level = -Math.log1p(-this.random());
      if (2 * level > beyond * beyond) return negative ? -(EDGE + beyond) : EDGE + beyond;
    }
  }
}

const EDGE = 3.6541528853610088; // where the tail begins
const AREA = 0.004928673233974655; // of each step
const UNIT = 2 ** 52;

interface Ziggurat {
  wide: Float64Array;
  certain: Float64Array;
  high: Float64Array;
}

// The steps' widths, how much of them lies below the curve whatever the height, and their heights.
const ziggurat = (): Ziggurat => {
  const [wide, certain, high] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  const curve = (x: number): number => Math.exp(-0.5 * x * x);
  let [x, last] = [EDGE, EDGE];
  const base = AREA / curve(EDGE);
  certain[0] = Math.floor((EDGE / base) * UNIT);
  wide[0] = base / UNIT;
  wide[255] = EDGE / UNIT;
  high[0] = 1;
  high[255] = curve(EDGE);
  for (let k = 254; k >= 1; k--) {
    x = Math.sqrt(-2 * Math.log(AREA / x + curve(x)));
    certain[k + 1] = Math.floor((x / last) * UNIT);
    last = x;
    high[k] = curve(x);
    wide[k] = x / UNIT;
  }
  return { wide, certain, high };
};
const ZIGGURAT = ziggurat();

// The signs of Sophia's estimate at a step 1, 2 …
export const signsOf =
  (seed: number) =>
  (step: number): readonly number[] => {
    const generator = new Generator([seed, step]);
    return [0, 1].map(() => 2 * generator.integer(1) - 1);
  };
