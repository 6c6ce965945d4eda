// The gradients lab: as course/labs/gradients.py, with the networks of course/networks/line_networks.py.
import { Random, heNormal, looksLinear, orthogonal } from "../engine/random.js";
import { decimals, number } from "../words.js";
import { multiplied } from "./matrix.js";

/** @import { Frames } from "./frames.js" */
/** @import { Figure } from "../views/figures.js" */

const WIDE = 200; // units
const PLACES = 256; // points on the line
const FURTHEST = 2;
const LAGS = 30;
const READ_OUTS = 50;
const EVERY_FOURTH = 4; // point has a row in the map
const TINY = 100 * 2 ** -23; // of a row's largest number: a row that moves less is constant
/** @type {Record<string, { label: string, kind: string }>} by the lab's kind: its label, and whose colour it takes */
const NETWORKS = {
  feedforward: { label: "ReLU, centred", kind: "plain" },
  not_centred: { label: "ReLU, not centred", kind: "plain" },
  no_biases: { label: "ReLU, no biases", kind: "plain" },
  residual: { label: "residual + BN", kind: "residual" },
  looks_linear: { label: "CReLU + looks-linear", kind: "looks_linear" },
  linear: { label: "linear", kind: "linear" },
};
const line = Array.from({ length: PLACES }, (_, i) => -FURTHEST + (2 * FURTHEST * i) / (PLACES - 1));

/** The weights of the last kind and seed: slow to draw, so that they are kept while only the depth moves. */
const known = {
  of: "",
  random: new Random(0),
  other: new Random(0), // the generator of what `build` does not draw
  first: new Float32Array(),
  bias: new Float32Array(),
  /** @type {Float64Array[]} */ middle: [],
};

/** @param {string} kind @param {number} layers @param {number} seed */
function drawnFor(kind, layers, seed) {
  if (known.of !== `${kind} ${seed}`) {
    const random = new Random(seed);
    const other = new Random(seed + 1);
    const drawn = heNormal(random, WIDE, 1);
    const kinked = kind === "feedforward" || kind === "not_centred";
    const bias = drawn.map((w) => (kinked ? -w * FURTHEST * (2 * other.uniform() - 1) : 0));
    const halved = !kinked && kind !== "no_biases"; // a linear layer keeps the variance with 1 / inputs
    const first = halved ? drawn.map((w) => w * Math.SQRT1_2) : drawn;
    Object.assign(known, { of: `${kind} ${seed}`, random, other, first, bias, middle: [] });
  }
  while (known.middle.length < layers) known.middle.push(Float64Array.from(matrixFor(kind)));
  return known;
}

/** The next layer's weights. @param {string} kind */
function matrixFor(kind) {
  const { random, other } = known;
  if (kind === "linear") return orthogonal(other, WIDE, WIDE);
  if (kind !== "looks_linear") return heNormal(random, WIDE, WIDE);
  random.normal(2 * WIDE * WIDE, 1); // `build` draws such a layer twice
  const mirrored = looksLinear(random, WIDE, 2 * WIDE);
  return mirrored.filter((_, i) => i % (2 * WIDE) < WIDE); // [V, -V] behind a CReLU is V
}

/** The derivative of each hidden unit along the line, (points, units). @param {string} kind @param {number} layers @param {number} beta @param {number} seed */
function derivatives(kind, layers, beta, seed) {
  const straight = kind === "linear" || kind === "looks_linear";
  const residual = kind === "residual";
  const behind = straight || residual ? layers : layers - 1; // else the first layer is a hidden one
  const { first, bias, middle } = drawnFor(kind, behind, seed);
  // values and their derivatives, one below the other: a layer multiplies both
  let both = new Float64Array(2 * PLACES * WIDE);
  for (let p = 0; p < PLACES; p++)
    for (let i = 0; i < WIDE; i++) {
      both[p * WIDE + i] = first[i] * line[p] + bias[i];
      both[(PLACES + p) * WIDE + i] = first[i];
    }
  if (!straight && !residual) rectify(both);
  for (let layer = 0; layer < behind; layer++) {
    const before = both;
    if (residual) both = normalised(both);
    if (residual) rectify(both);
    both = multiplied(both, middle[layer], WIDE);
    if (residual) both = both.map((value, i) => before[i] + beta * value);
    else if (kind === "feedforward") centre(both);
    if (!residual && !straight) rectify(both);
  }
  return both.subarray(PLACES * WIDE);
}

/** @param {Float64Array} both */
function rectify(both) {
  const half = both.length / 2;
  for (let i = 0; i < half; i++) if (!(both[i] > 0)) both[i] = both[half + i] = 0;
}

/** The mean of a unit over the points. @param {Float64Array} both @param {number} unit */
function meanOf(both, unit) {
  let sum = 0;
  for (let p = 0; p < PLACES; p++) sum += both[p * WIDE + unit];
  return sum / PLACES;
}

/** Each unit less its mean, a constant. @param {Float64Array} both */
function centre(both) {
  for (let i = 0; i < WIDE; i++) {
    const mean = meanOf(both, i);
    for (let p = 0; p < PLACES; p++) both[p * WIDE + i] -= mean;
  }
}

/** Batch norm whose mean and deviation are constants. @param {Float64Array} both */
function normalised(both) {
  const out = Float64Array.from(both);
  centre(out);
  for (let i = 0; i < WIDE; i++) {
    let squares = 0;
    for (let p = 0; p < PLACES; p++) squares += out[p * WIDE + i] ** 2;
    const deviation = Math.sqrt(squares / PLACES + 1e-10);
    for (let p = 0; p < 2 * PLACES; p++) out[p * WIDE + i] /= deviation;
  }
  return out;
}

/** By lag, the mean over rows that are not constant; null if all are. @param {Float64Array[]} rows */
function autocorrelation(rows) {
  const found = rows.flatMap((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const z = row.map((value) => value - mean);
    if (largestIn(z) <= TINY * largestIn(row)) return [];
    const product = (/** @type {number} */ lag) => z.reduce((sum, value, i) => sum + (i + lag < z.length ? value * z[i + lag] : 0), 0);
    return [Array.from({ length: LAGS + 1 }, (_, lag) => product(lag) / product(0))];
  });
  if (!found.length) return null;
  return found[0].map((_, lag) => found.reduce((sum, row) => sum + row[lag], 0) / found.length);
}

/** @param {Float64Array} values */
const largestIn = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** How often a series changes its sign, the mean over rows. @param {Float64Array[]} rows */
const flips = (rows) =>
  rows.reduce((sum, row) => sum + row.filter((value, i) => i > 0 && Math.sign(value) !== Math.sign(row[i - 1])).length, 0) / rows.length;

/** Running sums of normal numbers. @param {number} seed */
function brown(seed) {
  const drawn = new Random(seed).normal(READ_OUTS * PLACES, 1);
  return Array.from({ length: READ_OUTS }, (_, row) => {
    let sum = 0;
    return Float64Array.from(drawn.subarray(row * PLACES, (row + 1) * PLACES), (step) => (sum += step));
  });
}

/** Functions read off the units: a row each. @param {Float64Array} hidden @param {number} seed */
function readOff(hidden, seed) {
  const weights = new Random(seed).normal(WIDE * READ_OUTS, 1);
  const columns = Float64Array.from(weights, (_, i) => weights[(i % WIDE) * READ_OUTS + Math.floor(i / WIDE)]);
  const series = multiplied(columns, hidden, WIDE);
  return Array.from({ length: READ_OUTS }, (_, row) => series.subarray(row * PLACES, (row + 1) * PLACES));
}

/** The cosine between the units' derivatives at two points. @param {Float64Array} hidden */
function alike(hidden) {
  const count = PLACES / EVERY_FOURTH;
  const rows = new Float64Array(count * WIDE);
  for (let row = 0; row < count; row++) {
    const at = hidden.subarray(row * EVERY_FOURTH * WIDE, (row * EVERY_FOURTH + 1) * WIDE);
    const length = Math.max(1e-30, Math.sqrt(at.reduce((sum, value) => sum + value * value, 0)));
    rows.set(at.map((value) => value / length), row * WIDE);
  }
  return multiplied(rows, rows, WIDE);
}

/** @param {number} layers */
const counted = (layers) => `${layers} layer${layers > 1 ? "s" : ""}`;

/** One gradient along the line, by its largest value. @param {number} layers @param {Float64Array} values @param {string} kind @returns {Figure} */
function gradient(layers, values, kind) {
  const top = largestIn(values);
  return {
    title: `${counted(layers)}: gradient df/dx, relative`,
    x_title: "x",
    lines: [{ label: "gradient", x: line, y: values.map((value) => value / top), kind }],
    low: -1,
    high: 1,
    x: [-FURTHEST, FURTHEST],
  };
}

/** @type {Frames} */
export function* gradientsAlong(settings) {
  const kind = String(settings.kind);
  const [layers, beta, seed] = [settings.layers, settings.beta, settings.seed].map(Number);
  const hidden = derivatives(kind, layers, beta, seed);
  const series = readOff(hidden, seed);
  const { label, kind: colour } = NETWORKS[kind];
  const found = autocorrelation(series);
  const correlation = found ?? Array.from({ length: LAGS + 1 }, () => 1); // perfectly like itself
  const noise = autocorrelation(brown(seed)) ?? [];
  const lags = correlation.map((_, lag) => lag);
  /** @type {[number, number]} */
  const ends = [-FURTHEST, FURTHEST];
  /** @type {Figure[]} */
  const views = [
    gradient(layers, series[0], colour),
    gradient(1, readOff(derivatives(kind, 1, beta, seed), seed)[0], colour),
    {
      title: "Autocorrelation of the gradient",
      x_title: "lag: points apart",
      lines: [
        { label: "this network", x: lags, y: correlation, kind: colour },
        { label: "brown noise", x: lags, y: noise, kind: "other" },
      ],
      low: -0.2,
      high: 1,
      x: [0, LAGS],
      references: { "white noise": 0 },
    },
    {
      title: "Correlation of the gradients at two points",
      x_title: "x",
      y_title: "x",
      values: alike(hidden),
      columns: PLACES / EVERY_FOURTH,
      low: -1,
      high: 1,
      x: ends,
      y: ends,
      diverging: true,
      square: true,
    },
  ];
  const scale = kind === "residual" ? `, β ${number(beta)}` : "";
  const summary =
    `${label}, ${counted(layers)}${scale}: the gradient changes its sign ${flips(series).toFixed(0)} times from −2 to 2 ` +
    `(white noise, of independent values: 128); its autocorrelation is ${decimals(correlation[1])} at lag 1, and ` +
    `${decimals(correlation[10])} at lag 10, where brown noise, a random walk, has ${decimals(noise[10])}.` +
    (found ? "" : " The gradient is the same at every point.");
  yield () => ({ views, summary });
}
