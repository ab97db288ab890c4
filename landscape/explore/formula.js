// The functions of formulas that JavaScript lacks and terrains.js has not.

const erf = (a) => {
  const b = Math.abs(a);
  if (!(b < 6)) return Math.sign(a);
  // All terms of the series are positive, so no digits are lost; the fraction is quick where the series is not.
  if (b < 2.5) {
    let [sum, term] = [b, b];
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * b * b) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(a) * 2 * sum * Math.exp(-b * b)) / Math.sqrt(Math.PI);
  }
  let tail = b;
  for (let n = 60; n > 0; n--) tail = b + n / 2 / tail;
  return Math.sign(a) * (1 - Math.exp(-b * b) / (tail * Math.sqrt(Math.PI)));
};
