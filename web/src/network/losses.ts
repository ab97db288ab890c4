// Losses of logits (n, classes) and class numbers, as Python's `losses`: means over samples.

export interface Loss {
  name: string;
  smoothing: number; // the share of the target that is spread evenly over all classes
}

// Overwrites logits with the gradient of Σ losses / samples, and returns Σ losses / samples. All in float32, but sums.
export const gradientOf = (
  { name, smoothing }: Loss,
  logits: Float32Array,
  labels: ArrayLike<number>,
  n: number,
  classes: number,
  samples: number,
): number => {
  if (name === "mse") {
    towards(logits, labels, n, classes, 1, smoothing);
    let sum = 0;
    const factor = Math.fround(2 / (samples * classes));
    for (let k = 0; k < n * classes; k++) {
      sum += logits[k] * logits[k];
      logits[k] *= factor;
    }
    return sum / (samples * classes);
  }
  let [own, spread, logs] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const from = i * classes;
    const highest = highestOf(logits, from, classes);
    for (let k = from; k < from + classes; k++) {
      logits[k] -= highest;
      spread += logits[k];
    }
    own += logits[from + labels[i]];
    let total = 0;
    for (let k = from; k < from + classes; k++) {
      logits[k] = Math.exp(logits[k]);
      total += logits[k];
    }
    logs += Math.log(total);
    const divisor = Math.fround(Math.fround(total) * samples);
    for (let k = from; k < from + classes; k++) logits[k] /= divisor;
  }
  if (smoothing) own = (1 - smoothing) * own + (smoothing * spread) / classes;
  towards(logits, labels, n, classes, 1 / samples, smoothing);
  return (logs - own) / samples;
};

// The loss of one sample, whose logits begin at a place, and are overwritten.
export const lossOf = (
  { name, smoothing }: Loss,
  logits: Float32Array,
  from: number,
  classes: number,
  label: number,
): number => {
  if (name === "mse") {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const target = (k === label ? 1 - smoothing : 0) + smoothing / classes;
      const apart = Math.fround(logits[from + k] - Math.fround(target));
      sum += apart * apart;
    }
    return Math.fround(sum / classes);
  }
  const highest = highestOf(logits, from, classes);
  let own = logits[from + label];
  if (smoothing) {
    let mean = 0;
    for (let k = 0; k < classes; k++) mean += logits[from + k] / classes;
    own = (1 - smoothing) * own + smoothing * mean;
  }
  // The highest has e⁰ = 1, beside which the others would be rounded off.
  let others = -1;
  for (let k = 0; k < classes; k++) others += Math.exp(logits[from + k] - highest);
  return Math.log1p(others) + (highest - own);
};

// The loss of logits that are all 0.
export const uniform = (loss: Loss, classes: number): number => lossOf(loss, new Float32Array(classes), 0, classes, 0);

// The class with the highest logit, of several the first.
export const answerOf = (logits: Float32Array, from: number, classes: number): number => {
  let best = 0;
  for (let k = 1; k < classes; k++) if (logits[from + k] > logits[from + best]) best = k;
  return best;
};

const highestOf = (logits: Float32Array, from: number, classes: number): number => {
  let highest = -Infinity;
  for (let k = from; k < from + classes; k++) {
    // What is no number stays to be seen.
    if (!(logits[k] <= highest)) highest = logits[k];
  }
  return highest;
};

// gradient ← gradient − weight · target.
const towards = (
  gradient: Float32Array,
  labels: ArrayLike<number>,
  n: number,
  classes: number,
  weight: number,
  smoothing: number,
): void => {
  const [own, each] = [Math.fround(weight * (1 - smoothing)), Math.fround((weight * smoothing) / classes)];
  for (let i = 0; i < n; i++) gradient[i * classes + labels[i]] -= own;
  if (smoothing) for (let k = 0; k < n * classes; k++) gradient[k] -= each;
};
