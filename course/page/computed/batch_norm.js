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
const RECENT = 20; // batches of whose losses the mean is drawn and said
const SHARES = [0.15, 0.5, 0.85];
const REACHES = [1, 2, 5, 10]; // of the axis of the pre-activations
const MEANS = `line: mean of the last ${RECENT} batches; thin: each batch`;
const UNIT = "unit 1 of layer 3: median, middle 70 % of images";
const VARIANTS = [
  { name: "without", title: "Pre-activation, without batch norm", kind: "plain", normed: false },
  { name: "batch norm", title: "Pre-activation, with batch norm", kind: "plain_bn", normed: true },
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
  /** @type {[number, number, number][]} step, loss, and the mean of the recent ones */ losses = [];
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
    const { step: at, loss } = next.value;
    this.losses.push([at, loss, mean([...this.losses.slice(1 - RECENT).map((row) => row[1]), loss])]);
    if (step % MEASURED === 0 || step === this.run.steps) this.measure();
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

const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Watched[]} both @param {number} steps */
function shownOf(both, steps) {
  /** @type {[number, number]} */
  const x = [0, steps];
  const farthest = Math.max(...both.flatMap(({ bands }) => bands.flatMap((row) => row.slice(1).map(Math.abs))));
  const reach = REACHES.find((one) => farthest <= one) ?? REACHES[REACHES.length - 1];
  /** @type {Figure[]} */
  const views = [
    {
      title: "Loss, nats, log scale",
      x_title: "step",
      lines: both.map(lossOf),
      log: true,
      low: 0.01,
      high: 10,
      x,
      references: { guessing: Math.log(10) },
      caption: MEANS,
      share: 1.4,
    },
    ...both.map((one) => ({
      title: one.variant.title,
      x_title: "step",
      lines: [watchedOf(one)],
      low: -reach,
      high: reach,
      x,
      caption: UNIT,
    })),
  ];
  return { views, summary: summaryIn(both) };
}

/** @param {Watched} one @returns {Line} */
const lossOf = ({ losses, variant: { name, kind } }) => ({
  label: name,
  x: losses.map((row) => row[0]),
  y: losses.map((row) => row[2]),
  kind,
  raw: losses.map((row) => row[1]),
});

/** @param {Watched} one @returns {Line} */
const watchedOf = ({ bands, variant: { kind } }) => ({
  label: "median",
  x: bands.map((row) => row[0]),
  y: bands.map((row) => row[2]),
  kind,
  band: bands.map((row) => [row[1], row[3]]),
});

/** How far both have come, and how far the unit parts the images. @param {Watched[]} both */
function summaryIn(both) {
  const [without, normed] = both.map(({ losses, bands }) => {
    const [step, low, , high] = bands[bands.length - 1];
    return { step, span: decimals(high - low), loss: losses.length ? number(losses[losses.length - 1][2]) : "" };
  });
  const means = `(mean of the last ${RECENT} batches)`;
  const begun = `without batch norm the loss is ${without.loss}, with it ${normed.loss} ${means}`;
  return (
    `Step ${normed.step}: ${normed.loss ? begun : "not trained yet"}. ` +
    `The watched unit: the middle 70 % of the images span ${without.span} without, ${normed.span} with it.`
  );
}
