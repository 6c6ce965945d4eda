// The initialisation lab: as course/labs/init.py, with the random signals of course/measure/signals.py.
import { Random } from "../engine/random.js";
import { general, percent, tick } from "../words.js";
import { multiplied, transposed } from "./matrix.js";
import { ACTIVATIONS } from "./plane.js";

/** @import { Frames } from "./frames.js" */
/** @import { Figure } from "../views/figures.js" */

const UNITS = 200; // a layer
const DIGITS = 128;
const BINS = 41;
const NAMES = /** @type {Record<string, string>} */ ({ relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" });
/** @type {Record<string, [number, number]>} of the histogram; that of ReLU follows its values */
const REACH = { tanh: [-1, 1], sigmoid: [0, 1] };
const FARTHEST = 30; // power of ten of ReLU's histogram
const TICKS = 6; // numbers below it
const SAME = "activations as in layer 1";
const MARKED = /** @type {Record<number, string>} */ ({ 1.41: "He: √2", 1: "Glorot" });
const LEAST = 0.01; // of the axis, unless something is smaller

/** Random numbers by the seed: slow to draw, so that they are kept as long as only the gain moves. */
const drawn = {
  seed: NaN,
  random: new Random(0),
  /** @type {Float64Array[]} weights of each layer at gain 1 */ weights: [],
  /** @type {Random[]} the generator behind each layer */ behind: [],
};

/** @param {number} seed @param {number} layers @param {number} inputs */
function draw(seed, layers, inputs) {
  if (seed !== drawn.seed) Object.assign(drawn, { seed, random: new Random(seed), weights: [], behind: [] });
  while (drawn.weights.length < layers) {
    drawn.weights.push(drawn.random.normalDoubles(UNITS * (drawn.weights.length ? UNITS : inputs)));
    drawn.behind.push(drawn.random.copy());
  }
  return drawn;
}

/** Outputs of each layer, and the gradient of a random direction of the last one with respect to them. @param {Float32Array} digits @param {string} activation @param {number} gain @param {number} layers @param {number} seed */
function signals(digits, activation, gain, layers, seed) {
  const { g, slope } = ACTIVATIONS[activation];
  const pixels = digits.length / DIGITS;
  const { weights, behind } = draw(seed, layers, pixels);
  const scaled = weights.slice(0, layers).map((w) => w.map((value) => (value * gain) / Math.sqrt(w.length / UNITS)));
  /** @type {Float64Array[]} */
  const hidden = [];
  for (const w of scaled) {
    const x = hidden.at(-1) ?? Float64Array.from(digits);
    hidden.push(multiplied(x, w, w.length / UNITS).map(g));
  }
  const gradients = [behind[layers - 1].copy().normalDoubles(DIGITS * UNITS)];
  for (let layer = layers - 1; layer > 0; layer--) {
    const before = gradients[0].map((value, i) => value * slope(hidden[layer][i]));
    gradients.unshift(multiplied(before, transposed(scaled[layer], UNITS), UNITS));
  }
  return { hidden, gradients };
}

/** @type {Frames} */
export function* init(settings, { digits }) {
  const name = String(settings.activation);
  const layers = Number(settings.layers);
  const asked = Number(settings.gain);
  const gain = asked === 1.41 ? Math.SQRT2 : asked;
  const images = digits.train.x.subarray(0, DIGITS * digits.train.inputs);
  const { hidden, gradients } = signals(images, name, gain, layers, Number(settings.seed));
  const moments = hidden.map((h) => squares(h) / h.length);
  const sizes = gradients.map((gradient) => Math.sqrt(squares(gradient)));
  const relative = sizes.map((size) => (sizes[layers - 1] ? size / sizes[layers - 1] : NaN));
  const x = Array.from({ length: layers }, (_, i) => i + 1);
  const least = Math.min(LEAST, ...[...moments, ...relative].filter((size) => size > 0));
  /** @type {Figure} */
  const curves = {
    title: "Second moment, relative gradient, log scale",
    x_title: "layer",
    lines: [
      { label: "activations", x, y: moments, kind: "plain" },
      { label: "gradient", x, y: relative, kind: "other", slot: 2 },
    ],
    log: true,
    low: Math.max(1e-30, least),
    references: { [SAME]: moments[0] },
    share: 1.1,
  };
  const said = `gain ${general(asked)}${MARKED[asked] ? ` (${MARKED[asked]})` : ""}`;
  const last = layers - 1;
  yield () => ({
    views: [curves, histograms(hidden, name, moments)],
    summary:
      `${NAMES[name]}, ${said}, ${layers} layer${layers > 1 ? "s" : ""}: the activations' second moment is ` +
      `${general(moments[0], 2)} in layer 1 and ${general(moments[last], 2)} in layer ${layers}; the gradient at layer ` +
      `1 is ${general(relative[0], 2)} times the last layer's.${leftOut(hidden, name)}`,
  });
}

/** @param {Float64Array} values */
const squares = (values) => values.reduce((sum, value) => sum + value * value, 0);

/** @param {Float64Array[]} hidden @param {string} name */
function leftOut(hidden, name) {
  if (name !== "relu") return "";
  const zeros = hidden.reduce((sum, h) => sum + h.filter((value) => value === 0).length / h.length, 0) / hidden.length;
  return ` ${percent(zeros)} of the activations are zero: the histogram leaves them out.`;
}

/** Where the histogram begins and ends; of ReLU, whose values are drawn by their exponents of ten, these. @param {string} name @param {number[]} moments @returns {[number, number]} */
function spanOf(name, moments) {
  if (REACH[name]) return REACH[name];
  const sizes = moments.filter((moment) => moment > 0).map((moment) => Math.log10(moment) / 2);
  const [least, most] = sizes.length ? [Math.min(...sizes), Math.max(...sizes)] : [0, 0];
  return [Math.max(Math.floor(least) - 2, -FARTHEST), Math.min(Math.ceil(most) + 1, FARTHEST)];
}

/** Which values the units take: a row for each layer, its fullest bin 1; what lies beyond is at the edge. @param {Float64Array[]} hidden @param {string} name @param {number[]} moments @returns {Figure} */
function histograms(hidden, name, moments) {
  const [low, high] = spanOf(name, moments);
  const log = !REACH[name];
  const values = hidden.flatMap((h) => {
    const counts = new Float64Array(BINS);
    for (const value of h) {
      if (log && value <= 0) continue;
      const level = Math.min(Math.max(log ? Math.log10(value) : value, low), high);
      counts[Math.min(BINS - 1, Math.floor(((level - low) / (high - low)) * BINS))] += 1;
    }
    return Array.from(counts, (count) => count / Math.max(1, ...counts));
  });
  return {
    title: "Histogram of each layer's activations",
    x_title: log ? "value of a unit above zero" : "value of a unit",
    y_title: "layer",
    values,
    columns: BINS,
    low: 0,
    high: 1,
    x: [low, high],
    y: [0.5, hidden.length + 0.5],
    share: 0.9,
    ...(log ? { ticks: ticksOf(low, high) } : {}),
  };
}

/** Powers of ten between two exponents. @param {number} low @param {number} high */
function ticksOf(low, high) {
  const step = Math.ceil((high - low) / TICKS);
  const exponents = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((n) => n % step === 0);
  return exponents.map((n) => /** @type {[number, string]} */ ([n, tick(n)]));
}
