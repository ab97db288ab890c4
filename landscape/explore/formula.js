// The functions of formulas that sympy leaves as they are, under the names that it gives them.

const abs_ = Math.abs;
const sign_ = Math.sign;
const max_ = Math.max;
const min_ = Math.min;
const log10_ = Math.log10;
const relu_ = (a) => Math.max(a, 0);
const above_ = (a, b) => (a > b ? 1 : 0);
const softplus_ = softplus;
const sigmoid_ = sigmoid;
const tanh_ = tanh;

const erf_ = (a) => {
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
