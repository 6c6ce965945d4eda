// How numbers are written for people: the same as course/wording.py writes, and a test holds the two together. One rule
// rounds them all: the exact value of the number, a half away from zero. Sign and magnitude are written apart.
const NOTHING = "–"; // where a value is missing: null, undefined, NaN

/** @typedef {number | null | undefined} Value */

/** @param {string} text */
export const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A power of ten on a log axis. @param {number} exponent */
export function tick(exponent) {
  if (exponent >= -3 && exponent <= 3) return String(+(10 ** exponent).toPrecision(1));
  return power(`1e${exponent}`);
}

/** A learning rate, or what else a control holds: at most three digits, a whole number in full. @param {Value} value */
export const rate = (value) =>
  signed(value, (size) => (Number.isInteger(size) && size < 1e6 ? String(size) : shortened(size, 3, 6)));

/**
 * A number with so many significant digits at most; powers below 0.0001, and where it has more digits than that.
 * @param {Value} value
 */
export const general = (value, digits = 6) => signed(value, (size) => shortened(size, digits, digits));

/**
 * A loss: two significant digits below 1, two decimals from 1, three digits from 10, powers beyond 10⁻⁴ and 1000.
 * @param {Value} value
 */
export const number = (value) =>
  signed(value, (size) => {
    if (size === 0) return "0";
    if (size >= 999.5 || size < 1e-4) return power(size.toExponential(1));
    const rounded = +size.toPrecision(size < 1 ? 2 : 3);
    return rounded.toPrecision(rounded < 1 ? 2 : 3); // again: 9.999 has two digits before the point
  });

/** A number with so many decimals, whatever its size. @param {Value} value */
export const decimals = (value, count = 2) => signed(value, (size) => size.toFixed(count));

/** A fraction as people read it: 0.978 is "97.8 %" with a narrow space. @param {Value} fraction */
export const percent = (fraction) => signed(fraction, (size) => `${(100 * size).toFixed(1)}\u202f%`);

/** Whole numbers that rise, neighbours as a range. @param {number[]} numbers */
export function ranges(numbers) {
  /** @type {number[][]} */
  const found = [];
  for (const number of numbers) {
    const group = found.at(-1);
    if (group && number === group[group.length - 1] + 1) group.push(number);
    else found.push([number]);
  }
  return found.map((group) => (group.length > 1 ? `${group[0]}–${group.at(-1)}` : String(group[0]))).join(", ");
}

/** A duration. @param {Value} seconds */
export function duration(seconds) {
  if (missing(seconds)) return NOTHING;
  if (!Number.isFinite(seconds)) return "∞";
  if (seconds < 0.1) return "< 0.1 s";
  const whole = +seconds.toFixed(0);
  if (whole >= 3600) return `${(seconds / 3600).toFixed(1)} h`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const tenths = seconds.toFixed(1);
  return `${+tenths < 10 ? tenths : whole} s`;
}

/**
 * The sign, then the magnitude; what rounds to zero has no sign.
 * @param {Value} value
 * @param {(size: number) => string} written
 */
function signed(value, written) {
  if (missing(value)) return NOTHING;
  const words = Number.isFinite(value) ? written(Math.abs(value)) : "∞";
  return value < 0 && /[1-9∞]/.test(words) ? `−${words}` : words;
}

/** @param {Value} value @returns {value is null | undefined} */
const missing = (value) => value === null || value === undefined || Number.isNaN(value);

/** At most so many digits, no zeros at the end; a power from 10 to the `highest`. @param {number} size @param {number} digits @param {number} highest */
function shortened(size, digits, highest) {
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  return +exponent >= -4 && +exponent < highest ? String(+size.toPrecision(digits)) : power(`${+mantissa}e${exponent}`);
}

/** "9.3e+4" as people read it, "1e+4" without its 1. @param {string} words */
function power(words) {
  const [mantissa, exponent] = words.split("e");
  const raised = [...String(+exponent)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+digit]));
  return `${mantissa === "1" ? "" : `${mantissa}·`}10${raised.join("")}`;
}
