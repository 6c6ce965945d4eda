// The batch norm lab: as course/labs/batch_norm.py, with the network of course/papers/batchnorm2015.py.
import { Random } from "../engine/random.js";
import { BYTES, Tape } from "../engine/tape.js";
import { Run, feed } from "../engine/training.js";
import { decimals, number } from "../words.js";

/** @import { Kernels } from "../engine/tape.js" */
/** @import { Figure, Line } from "../views/figures.js" */
/** @import { Frames } from "./frames.js" */

const HIDDEN = [100, 100, 100]; // units
const IMAGES_A_STEP = 60;
const MEASURED = 10; // steps between two measurements
const RECENT = 20; // steps of which the loss is the mean
const SHARES = [0.15, 0.5, 0.85];
const REACHES = [1, 2, 5]; // of the axis of the pre-activations
const BANDS = ["15 %", "50 %", "85 %"];
const VARIANTS = [
  { name: "without", kind: "plain", normed: false },
  { name: "batch norm", kind: "plain_bn", normed: true },
];

/** Three hidden layers of sigmoids, and what enters the last of them. @param {Kernels} kernels @param {number} batch @param {boolean} normed */
function sigmoidNet(kernels, batch, normed) {
  const net = new Tape(kernels, batch, 64);
  let x = net.input;
  let entering = x;
  for (const units of HIDDEN) {
    const y = net.linear(x, units);
    entering = normed ? net.batchNorm(y) : y;
    x = net.sigmoid(entering);
  }
  return { net: net.close(net.linear(x, 10)), entering };
}

/** One of the two networks as it trains. */
class Watched {
  /** @type {[number, number][]} step and loss */ losses = [];
  /** @type {number[][]} step and three percentiles */ bands = [];

  /** @param {typeof VARIANTS[number]} variant @param {Parameters<Frames>[0]} settings @param {Parameters<Frames>[1]} tools */
  constructor(variant, settings, { kernels, digits }) {
    this.variant = variant;
    const { net } = sigmoidNet(kernels(), IMAGES_A_STEP, variant.normed);
    const [seed, std, epochs, rate] = [settings.seed, settings.std, settings.epochs, settings.learning_rate].map(Number);
    const random = new Random(seed);
    for (const p of net.parameters) if (p.weight) net.write(p, random.normal(p.rows * p.columns, std));
    this.net = net;
    this.all = sigmoidNet(kernels(), digits.train.y.length, variant.normed); // the same network for all images at once
    this.run = new Run(net, digits, { epochs, rate, momentum: 0, seed });
    this.records = this.run.advance();
    this.images = digits.train;
    this.measure();
  }
  /** Percentiles over all images of what enters the last layer's first sigmoid. */
  measure() {
    const { net, entering } = this.all;
    net.parameters.forEach((p, i) => void net.write(p, this.net.read(this.net.parameters[i])));
    feed(net, this.images, Uint16Array.from(this.images.y, (_, i) => i));
    net.forward();
    const at = entering.data / BYTES;
    const values = Float64Array.from(this.images.y, (_, i) => net.floats[at + i * entering.stride]).sort();
    this.bands.push([this.run.step, ...SHARES.map((share) => quantile(values, share))]);
  }
  /** One step, unless the run is over. @param {number} step */
  advance(step) {
    let next = this.records.next();
    while (!next.done && next.value.split !== "train") next = this.records.next();
    if (next.done) return;
    this.losses.push([next.value.step, next.value.loss]);
    if (step % MEASURED === 0) this.measure();
  }
}

/** @param {Float64Array} sorted @param {number} share */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}

/** @type {Frames} */
export function* batchNorm(settings, tools) {
  const both = VARIANTS.map((variant) => new Watched(variant, settings, tools));
  const { steps } = both[0].run;
  yield () => shownOf(both, steps);
  for (let step = 1; step <= steps; step++) {
    for (const one of both) one.advance(step);
    if (step % MEASURED === 0 || step === steps) yield () => shownOf(both, steps);
  }
}

/** @param {Watched[]} both @param {number} steps */
function shownOf(both, steps) {
  /** @type {[number, number]} */
  const x = [0, steps];
  /** @type {(label: string, rows: number[][], place: number, kind: string) => Line} */
  const lineOf = (label, rows, place, kind) => ({
    label,
    x: rows.map((row) => row[0]),
    y: rows.map((row) => row[place]),
    kind,
  });
  const farthest = Math.max(...both.flatMap(({ bands }) => bands.flatMap((row) => row.slice(1).map(Math.abs))));
  const reach = REACHES.find((one) => farthest <= one) ?? REACHES[REACHES.length - 1];
  /** @type {Figure[]} */
  const views = [
    {
      title: "Loss of the batch, nats, log scale",
      x_title: "step",
      lines: both.map(({ losses, variant: { name, kind } }) => lineOf(name, losses, 1, kind)),
      log: true,
      low: 0.01,
      high: 10,
      x,
    },
    ...both.map(({ bands, variant: { name, kind } }) => ({
      title: `Pre-activation, ${name}`,
      x_title: "step",
      lines: [3, 2, 1].map((place) => lineOf(BANDS[place - 1], bands, place, kind)),
      low: -reach,
      high: reach,
      x,
    })),
  ];
  const said = both.filter(({ losses }) => losses.length).map(({ losses, variant }) => `${variant.name} loss ${recent(losses)}`);
  const moved = both.map(({ bands, variant }) => `${variant.name} ${decimals(bands[0][2])} to ${decimals(bands[bands.length - 1][2])}`);
  const step = both[1].bands[both[1].bands.length - 1][0];
  return { views, summary: `Step ${step}: ${said.join(", ") || "not trained yet"}. Median: ${moved.join(", ")}.` };
}

/** @param {[number, number][]} losses */
function recent(losses) {
  const last = losses.slice(-RECENT);
  return number(last.reduce((sum, [, loss]) => sum + loss, 0) / last.length);
}
