// exp, log, cos and sin by series. JavaScript leaves their last digit to each browser; sums and products it does not, so
// that with these a run ends on the same digits in all of them.

const LN2_HIGH = 0.6931471803691238; // the two parts of ln 2: n times the first is exact
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 14;

/** e^x for moderate x; 0 and infinity beyond. @param {number} x */
export function exp(x) {
  if (!(Math.abs(x) < 700)) return x < 0 ? 0 : x + Infinity; // NaN stays NaN
  const n = Math.round(x / Math.LN2);
  const r = x - n * LN2_HIGH - n * LN2_LOW; // at most ln(2) / 2
  let sum = 1;
  for (let k = TERMS; k > 0; k--) sum = 1 + (r / k) * sum; // Horner's form of the series
  return sum * 2 ** n;
}

/** The natural logarithm of a number above 0. @param {number} x */
export function log(x) {
  let n = 0;
  let m = x;
  for (; m > Math.SQRT2; m /= 2) n += 1;
  for (; m < Math.SQRT1_2; m *= 2) n -= 1;
  const s = (m - 1) / (m + 1);
  let sum = 0;
  for (let k = 2 * TERMS - 1; k > 0; k -= 2) sum = 1 / k + s * s * sum; // log m = 2 (s + s³/3 + s⁵/5 + …)
  return n * LN2_HIGH + (2 * s * sum + n * LN2_LOW);
}

/** cos and sin of a number of turns from 0 to 1. @param {number} turns @returns {[number, number]} */
export function cosSin(turns) {
  const quarter = Math.round(4 * turns);
  const angle = 2 * Math.PI * (turns - quarter / 4); // at most an eighth of a turn
  let cos = 1;
  let sin = 1;
  for (let k = 2 * TERMS; k > 0; k -= 2) {
    cos = 1 - ((angle * angle) / (k * (k - 1))) * cos;
    sin = 1 - ((angle * angle) / (k * (k + 1))) * sin;
  }
  sin *= angle;
  if (quarter % 4 === 1) return [-sin, cos];
  if (quarter % 4 === 2) return [-cos, -sin];
  return quarter % 4 === 3 ? [sin, -cos] : [cos, sin];
}
