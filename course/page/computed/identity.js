// The identity lab: as course/labs/identity.py, with the blocks of course/papers/identity_block.py.
import { PIXELS } from "../engine/digits.js";
import { Random } from "../engine/random.js";
import { BYTES, Tape } from "../engine/tape.js";
import { feed } from "../engine/training.js";
import { number } from "../words.js";

/** @import { Digits } from "../engine/digits.js" */
/** @import { Value } from "../engine/tape.js" */
/** @import { Frames, Tools } from "./frames.js" */
/** @import { Figure } from "../views/figures.js" */
/** @import { Settings } from "../protocol.js" */

const BATCH = 64; // pictures
const MOMENTUM = 0.9;
const OFTEN = 5; // steps between two frames
const IMAGES = Uint16Array.of(34, 9, 25, 20, 16); // of the test set: 0, 2, 3, 4, 5
const SIDE = 8; // pixels of a picture
const DARKEST = 16; // of a pixel

/** A stack of two-layer blocks. @param {Tools} tools @param {number} batch @param {boolean} residual @param {number} blocks */
function stackOf({ kernels }, batch, residual, blocks) {
  const net = new Tape(kernels(), batch, PIXELS);
  /** @type {Value} */
  let x = net.input;
  for (let i = 0; i < blocks; i++) {
    const branch = net.linear(net.relu(net.linear(x, PIXELS)), PIXELS);
    x = residual ? net.add(x, branch) : branch;
  }
  return net.close(x);
}

/** One of the two stacks as it learns x + perturbation · tanh(A x). */
class Pupil {
  /** @type {number[]} mean squared error of the batch before each step */ found = [];

  /** @param {string} name @param {Settings} settings @param {Tools} tools */
  constructor(name, settings, tools) {
    const [seed, blocks, steps] = [settings.seed, settings.blocks, settings.steps].map(Number);
    this.name = name;
    this.perturbation = Number(settings.perturbation);
    this.how = [Number(settings.learning_rate), MOMENTUM, Number(settings.weight_decay)];
    this.data = tools.digits;
    const residual = name === "residual";
    this.net = stackOf(tools, BATCH, residual, blocks);
    this.shown = stackOf(tools, IMAGES.length, residual, blocks); // the same stack, for the images that are looked at
    const random = new Random(seed);
    const bound = 1 / Math.sqrt(PIXELS); // as PyTorch draws a linear layer's
    for (const p of this.net.parameters) this.net.write(p, random.between(p.rows * p.columns, bound));
    this.bend = random.normal(PIXELS * PIXELS, 1).map((value) => value / Math.sqrt(PIXELS));
    const { y } = this.data.train;
    this.orders = Array.from({ length: steps }, () => Uint16Array.from({ length: BATCH }, () => random.bits() % y.length));
  }
  /** The error on the next batch, before the step that follows it. */
  meet() {
    const { net, orders, found, data } = this;
    if (found.length) {
      net.backward();
      net.update(this.how[0], this.how[1], this.how[2]);
    }
    feed(net, data.train, orders[found.length]);
    net.forward();
    let sum = 0;
    for (let row = 0; row < BATCH; row++) {
      const wanted = this.wanted(valuesOf(net, net.input, row));
      const [returned, grad] = [valuesOf(net, net.output, row), net.output.grad / BYTES + row * net.output.stride];
      for (let i = 0; i < PIXELS; i++) {
        const apart = returned[i] - wanted[i];
        sum += apart * apart;
        net.floats[grad + i] = (2 * apart) / (BATCH * PIXELS);
      }
    }
    found.push(sum / (BATCH * PIXELS));
  }
  /** What is to be returned for an image. @param {Float32Array} image */
  wanted(image) {
    const { bend, perturbation } = this;
    return Float64Array.from(image, (value, i) => {
      let bent = 0;
      for (let k = 0; perturbation && k < PIXELS; k++) bent += bend[i * PIXELS + k] * image[k];
      return value + perturbation * Math.tanh(bent);
    });
  }
  /** What the stack returns for the images that are looked at, and what it shall return. */
  look() {
    const { net, shown, data } = this;
    shown.parameters.forEach((p, i) => void shown.write(p, net.read(net.parameters[i])));
    feed(shown, data.test, IMAGES);
    shown.forward();
    const rows = Array.from(IMAGES, (_, row) => row);
    return {
      wanted: rows.map((row) => this.wanted(valuesOf(shown, shown.input, row))),
      returned: rows.map((row) => valuesOf(shown, shown.output, row)),
    };
  }
}

/** @param {Tape} net @param {Value} value @param {number} row */
function valuesOf({ floats }, { data, stride, columns }, row) {
  const at = data / BYTES + row * stride;
  return floats.subarray(at, at + columns);
}

/** @type {Frames} */
export function* identity(settings, tools) {
  const steps = Number(settings.steps);
  const pupils = ["plain", "residual"].map((name) => new Pupil(name, settings, tools));
  for (let step = 0; step < steps; step++) {
    for (const pupil of pupils) pupil.meet();
    if (step % OFTEN && step !== steps - 1) continue;
    const said = pupils.map(({ name, found }) => `${name} ${number(found[step])}`).join(", ");
    yield () => ({ views: [picturesOf(pupils, tools.digits), curvesOf(pupils, steps)], summary: `Step ${step + 1}: error ${said}.` });
  }
}

/** Test images as they shall come back, and as each stack returns them. @param {Pupil[]} pupils @param {Digits} digits @returns {Figure} */
function picturesOf(pupils, { mean, deviation }) {
  const looked = pupils.map((pupil) => pupil.look());
  const rows = [looked[0].wanted, ...looked.map(({ returned }) => returned)];
  const columns = SIDE * IMAGES.length;
  const values = new Float64Array(SIDE * rows.length * columns);
  rows.forEach((images, row) => {
    images.forEach((image, column) => {
      image.forEach((value, pixel) => {
        const line = SIDE * (rows.length - row) - 1 - Math.floor(pixel / SIDE); // the first row of a map is its lowest
        values[line * columns + SIDE * column + (pixel % SIDE)] = value * deviation + mean[pixel];
      });
    });
  });
  const first = pupils[0].perturbation ? "wanted" : "goes in";
  return {
    title: "What each stack returns for test images",
    x_title: "",
    y_title: "",
    values,
    columns,
    low: 0,
    high: DARKEST,
    x: [0, 1],
    y: [0, 1],
    pictures: [[first, ""], ...pupils.map(({ name }) => /** @type {[string, string]} */ ([name, name]))],
  };
}

/** @param {Pupil[]} pupils @param {number} steps @returns {Figure} */
const curvesOf = (pupils, steps) => ({
  title: "Mean squared error of the batch, log scale",
  x_title: `step (${BATCH} pictures)`,
  lines: pupils.map(({ name, found }) => ({ label: name, x: found.map((_, i) => i + 1), y: [...found], kind: name })),
  log: true,
  low: 1e-4,
  high: 10,
  x: [1, steps],
});
