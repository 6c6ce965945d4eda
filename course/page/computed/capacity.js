// The capacity lab: as course/labs/capacity.py.
import { exp, log } from "../engine/pinned.js";
import { Random } from "../engine/random.js";
import { number, percent } from "../words.js";
import { ACTIVATIONS, surface, zeroLine } from "./plane.js";

/** @import { Frames } from "./frames.js" */
/** @typedef {[number, number, number]} Dot its place and its class, 0 or 1 */

const POINTS = 200;
const KEPT = 0.9; // of the velocity, in a step
const FOLDS = "; lines: units' w·x + b = 0";
const SHOWN = 20; // steps between two frames

/** Points of the plane and their class. @param {string} name @returns {Dot[]} */
function twoKinds(name) {
  const random = new Random(0);
  const noise = random.normal(2 * POINTS, 1);
  const turns = Array.from({ length: POINTS }, () => 2 * Math.PI * random.uniform());
  if (name === "stripes")
    return Array.from({ length: POINTS }, () => {
      const [x1, x2] = [0, 0].map(() => 2.5 * (2 * random.uniform() - 1));
      return [x1, x2, (Math.floor(x1 + 0.3 * x2) + 4) % 2];
    });
  return Array.from({ length: POINTS }, (_, i) => {
    const y = i % 2;
    const [n1, n2] = noise.subarray(2 * i, 2 * i + 2);
    if (name === "xor") {
      const corner = 1 - 2 * (Math.floor(i / 2) % 2);
      return [1.5 * corner + 0.4 * n1, 1.5 * corner * (1 - 2 * y) + 0.4 * n2, y];
    }
    const turn = turns[i];
    if (name === "circles") {
      const radius = 0.6 + 1.5 * y;
      return [radius * Math.cos(turn) + 0.2 * n1, radius * Math.sin(turn) + 0.2 * n2, y];
    }
    const [x1, x2] = [1.5 * Math.cos(turn / 2) + 1.5 * y - 0.75, (1.5 * Math.sin(turn / 2) - 0.5) * (1 - 2 * y)];
    return [x1 + 0.15 * n1, x2 + 0.15 * n2, y];
  });
}

/** W g(V x + a) + b, or W x + b without hidden units, for two classes. */
class Small {
  /** @param {number} units @param {string} activation @param {Random} random */
  constructor(units, activation, random) {
    const inputs = units || 2;
    const layers = units ? [[units, 2], [2, units]] : [[2, 2]]; // outputs and inputs
    // each layer's weights, then its biases, as PyTorch draws them
    this.numbers = layers.flatMap(([n, m]) => [n * m, n].map((size) => Float64Array.from(random.between(size, 1 / Math.sqrt(m)))));
    this.velocities = this.numbers.map(({ length }) => new Float64Array(length));
    this.slopes = this.numbers.map(({ length }) => new Float64Array(length));
    this.units = units;
    this.shape = ACTIVATIONS[activation];
    this.h = new Float64Array(inputs);
  }
  /** The difference of the two outputs, second less first. @param {number} x1 @param {number} x2 */
  forward(x1, x2) {
    const { h, units, numbers } = this;
    const [w, b] = numbers.slice(-2);
    if (units) for (let i = 0; i < units; i++) h[i] = this.shape.g(numbers[0][2 * i] * x1 + numbers[0][2 * i + 1] * x2 + numbers[1][i]);
    else h.set([x1, x2]);
    let z = b[1] - b[0];
    for (let i = 0; i < h.length; i++) z += (w[h.length + i] - w[i]) * h[i];
    return z;
  }
  /** The probability of class 1. @param {number} x1 @param {number} x2 */
  probability(x1, x2) {
    return 1 / (1 + exp(-this.forward(x1, x2)));
  }
  /** Mean cross-entropy of the points, and its gradients. @param {Dot[]} dots */
  gradients(dots) {
    const { h, units, numbers, slopes } = this;
    for (const slope of slopes) slope.fill(0);
    const [w] = numbers.slice(-2);
    const [dw, db] = slopes.slice(-2);
    let loss = 0;
    for (const [x1, x2, y] of dots) {
      const z = this.forward(x1, x2);
      const wrong = y ? -z : z; // the loss is log(1 + e^wrong)
      loss += (Math.max(wrong, 0) + log(1 + exp(-Math.abs(wrong)))) / dots.length;
      const dz = (1 / (1 + exp(-z)) - y) / dots.length;
      db[0] -= dz;
      db[1] += dz;
      for (let i = 0; i < h.length; i++) {
        dw[i] -= dz * h[i];
        dw[h.length + i] += dz * h[i];
        if (!units) continue;
        const da = dz * (w[h.length + i] - w[i]) * this.shape.slope(h[i]);
        slopes[0][2 * i] += da * x1;
        slopes[0][2 * i + 1] += da * x2;
        slopes[1][i] += da;
      }
    }
    return loss;
  }
  /** @param {number} rate */
  step(rate) {
    this.numbers.forEach((values, p) => {
      const [velocity, slope] = [this.velocities[p], this.slopes[p]];
      for (let i = 0; i < values.length; i++) values[i] -= rate * (velocity[i] = KEPT * velocity[i] + slope[i]);
    });
  }
}

/** @type {Frames} */
export function* capacity(settings) {
  const dots = twoKinds(String(settings.points));
  const [units, steps, rate, seed] = [settings.units, settings.steps, settings.learning_rate, settings.seed].map(Number);
  const net = new Small(units, String(settings.activation), new Random(seed));
  /** @type {number[]} */
  const losses = [];
  for (let step = 0; step <= steps; step++) {
    losses.push(net.gradients(dots));
    if (step % SHOWN === 0 || step === steps) yield () => boundary(net, dots, losses, steps);
    net.step(rate);
  }
}

/** @param {Small} net @param {Dot[]} dots @param {number[]} losses @param {number} steps */
function boundary(net, dots, losses, steps) {
  const wrong = dots.filter(([x1, x2, y]) => Number(net.forward(x1, x2) > 0) !== y).length / dots.length;
  const how = { low: 0, high: 1, diverging: true, points: dots, folds: foldsOf(net) };
  /** @type {[number, number]} */
  const x = [0, steps];
  return {
    views: [
      surface(`Probability of ●${net.units ? FOLDS : ""}`, (x1, x2) => net.probability(x1, x2), how),
      {
        title: "Loss, nats, log scale",
        x_title: "step",
        lines: [{ label: "loss", x: losses.map((_, i) => i), y: [...losses], kind: "plain" }],
        log: true,
        low: 0.001,
        high: 10,
        x,
        references: { "guessing: ln 2": Math.LN2 },
      },
    ],
    summary:
      `Step ${losses.length - 1}: ${net.units} hidden unit${net.units === 1 ? "" : "s"}, loss ${number(losses[losses.length - 1])}, ` +
      `${percent(wrong)} of the points on the wrong side.`,
  };
}

/** Where each hidden unit's activation begins, and how much it bends the output there, beside the one that bends it most. @param {Small} net @returns {[number, number, number, number, number][]} */
function foldsOf({ units, numbers }) {
  if (!units) return [];
  const [w, b, v] = numbers;
  const bends = Array.from(b, (_, i) => Math.hypot(w[2 * i], w[2 * i + 1]) * Math.abs(v[units + i] - v[i]));
  const most = Math.max(...bends);
  return bends.flatMap((bend, i) => zeroLine(w[2 * i], w[2 * i + 1], b[i]).map(([x0, y0, x1, y1]) => [x0, y0, x1, y1, bend / most]));
}
