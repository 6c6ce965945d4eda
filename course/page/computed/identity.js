// The identity lab: as course/labs/identity.py, with the blocks of course/papers/identity_block.py.
import { Random } from "../engine/random.js";
import { BYTES, Tape } from "../engine/tape.js";
import { feed } from "../engine/training.js";
import { number } from "../words.js";

/** @import { Data } from "../engine/training.js" */
/** @import { Kernels, Value } from "../engine/tape.js" */
/** @import { Frames } from "./frames.js" */
/** @import { Settings } from "../protocol.js" */

const SIDE = 64; // numbers of a digit, and digits of a batch
const MOMENTUM = 0.9;
const OFTEN = 5; // steps between two frames

/** A stack of two-layer blocks, its weights drawn as PyTorch draws a linear layer's. @param {Kernels} kernels @param {boolean} residual @param {number} blocks @param {Random} random */
function stackOf(kernels, residual, blocks, random) {
  const net = new Tape(kernels, SIDE, SIDE);
  /** @type {Value} */
  let x = net.input;
  for (let i = 0; i < blocks; i++) {
    const branch = net.linear(net.relu(net.linear(x, SIDE)), SIDE);
    x = residual ? net.add(x, branch) : branch;
  }
  net.close(x);
  const bound = 1 / Math.sqrt(SIDE);
  for (const p of net.parameters) net.write(p, random.between(p.rows * p.columns, bound));
  return net;
}

/** Mean squared error before each step, as the stack learns x + perturbation · tanh(A x). @param {Kernels} kernels @param {Data} data @param {boolean} residual @param {Settings} settings @returns {Generator<number>} */
function* errors(kernels, { train }, residual, settings) {
  const [seed, blocks, decay, perturbation, rate, steps] = [
    settings.seed,
    settings.blocks,
    settings.weight_decay,
    settings.perturbation,
    settings.learning_rate,
    settings.steps,
  ].map(Number);
  const random = new Random(seed);
  const net = stackOf(kernels, residual, blocks, random);
  const bend = random.normal(SIDE * SIDE, 1).map((value) => value / Math.sqrt(SIDE));
  const orders = Array.from({ length: steps }, () => Uint16Array.from({ length: SIDE }, () => random.bits() % train.y.length));
  const { input, output, floats } = net;
  for (const rows of orders) {
    feed(net, train, rows);
    net.forward();
    let sum = 0;
    for (let row = 0; row < SIDE; row++)
      for (let i = 0; i < SIDE; i++) {
        const image = input.data / BYTES + row * input.stride;
        let bent = 0;
        for (let k = 0; perturbation && k < SIDE; k++) bent += bend[i * SIDE + k] * floats[image + k];
        const at = output.data / BYTES + row * output.stride + i;
        const apart = floats[at] - floats[image + i] - perturbation * Math.tanh(bent);
        sum += apart * apart;
        floats[output.grad / BYTES + row * output.stride + i] = (2 * apart) / SIDE ** 2;
      }
    yield sum / SIDE ** 2;
    net.backward();
    net.update(rate, MOMENTUM, decay);
  }
}

/** @type {Frames} */
export function* identity(settings, { kernels, digits }) {
  const steps = Number(settings.steps);
  const curves = ["plain", "residual"].map((name) => ({
    name,
    running: errors(kernels(), digits, name === "residual", settings),
    found: /** @type {number[]} */ ([]),
  }));
  for (let step = 0; step < steps; step++) {
    for (const { running, found } of curves) found.push(running.next().value ?? NaN);
    if (step % OFTEN && step !== steps - 1) continue;
    const said = curves.map(({ name, found }) => `${name} ${number(found[step])}`).join(", ");
    yield () => ({
      views: [
        {
          title: "Mean squared error of the batch, log scale",
          x_title: `step (${SIDE} pictures)`,
          lines: curves.map(({ name, found }) => ({ label: name, x: found.map((_, i) => i + 1), y: [...found], kind: name })),
          log: true,
          low: 1e-4,
          high: 10,
          x: [1, steps],
        },
      ],
      summary: `Step ${step + 1}: ${said}.`,
    });
  }
}
