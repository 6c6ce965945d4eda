// Training: the steps of a run, one record each, in the order of images that PyTorch draws from the seed.
import { cosSin, exp, log } from "./pinned.js";
import { Random } from "./random.js";
import { BYTES } from "./tape.js";

/** @import { Split } from "./digits.js" */
/** @import { Tape } from "./tape.js" */
/**
 * How to train: what course/recipes.py calls by the same names.
 * @typedef {"constant" | "steps" | "cosine"} Schedule
 * @typedef {{ epochs: number, rate: number, momentum?: number, decay?: number, seed?: number, schedule?: Schedule,
 *   every?: number }} Recipe `every`: epochs between evaluations; else only at the end
 * @typedef {{ train: Split, test: Split }} Data
 * @typedef {object} Record a training step, or the evaluation of a split
 * @property {number} step
 * @property {number} epoch
 * @property {"train" | "train_eval" | "test"} split
 * @property {number} loss nats
 * @property {number} accuracy
 * @property {number} seconds of training so far
 */

const SEED_DISTANCE = 1_000_003; // between runs, as in course/training/state.py
const DIVERGED_ABOVE = 50; // nats

/** What the rate is multiplied by at a step, 1 to `steps`: the schedules of course/recipes.py. */
const SCHEDULES = {
  constant: () => 1,
  /** @param {number} step @param {number} steps */
  steps: (step, steps) => 0.1 ** [0.5, 0.75].filter((share) => step > share * steps).length,
  /** @param {number} step @param {number} steps */
  cosine: (step, steps) => (1 + cosSin((step - 1) / Math.max(steps - 1, 1) / 2)[0]) / 2,
};

/** Whether a loss ends a run. @param {number} loss */
export const diverges = (loss) => !(loss <= DIVERGED_ABOVE);

/** One run of a network, which may rest between epochs while another run has the network (`pause`, `resume`). */
export class Run {
  step = 0;
  seconds = 0;
  diverged = false;
  /** @type {number[]} losses of the last epoch */ last = [];
  /** @type {Float32Array | null} the network's numbers while the run rests */ saved = null;

  /** @param {Tape} net @param {Data} data @param {Recipe} recipe */
  constructor(net, data, recipe) {
    this.net = net;
    this.data = data;
    this.recipe = recipe;
    this.seed = recipe.seed ?? 0;
    this.perEpoch = Math.floor(data.train.y.length / net.batch);
    this.steps = recipe.epochs * this.perEpoch;
    this.generators = net.drawing.map((_, i) => new Random((this.seed + 1) * SEED_DISTANCE - 2 - i));
    this.resume();
  }

  /** The training loss: the mean of the last epoch's steps. */
  get loss() {
    if (this.diverged || !this.last.length) return Infinity;
    return this.last.reduce((sum, loss) => sum + loss, 0) / this.last.length;
  }
  get epoch() {
    return Math.ceil(this.step / this.perEpoch);
  }
  get over() {
    return this.diverged || this.step === this.steps;
  }

  pause() {
    this.saved = this.net.save();
  }
  resume() {
    if (this.saved) this.net.restore(this.saved);
    this.net.drawing.forEach((noise, i) => {
      noise.generator = this.generators[i];
    });
  }

  /** Train to the end of that epoch; evaluations follow epochs as the recipe says, and the last one. @param {number} epochs @returns {Generator<Record>} */
  *advance(epochs = this.recipe.epochs) {
    while (!this.over && this.epoch < epochs) {
      yield* this.#epoch(this.epoch + 1);
      if (!this.diverged) yield* this.#evaluations();
    }
  }

  /** At the end of an epoch, where they are due. @returns {Generator<Record>} */
  *#evaluations() {
    const { step, seconds, epoch } = this;
    const { every = 0 } = this.recipe;
    if (step < this.steps && !(every && epoch % every === 0)) return;
    for (const split of /** @type {const} */ (["train_eval", "test"]))
      yield { step, epoch, split, ...this.evaluate(split), seconds };
  }

  /** Mean loss and accuracy over a whole split. @param {"train_eval" | "test"} split */
  evaluate(split) {
    return evaluate(this.net, split === "test" ? this.data.test : this.data.train);
  }

  /** @param {number} epoch @returns {Generator<Record>} */
  *#epoch(epoch) {
    const { net, recipe } = this;
    const { momentum = 0.9, decay = 0, schedule = "constant" } = recipe;
    const order = new Random(this.seed * SEED_DISTANCE + epoch).permutation(this.data.train.y.length);
    this.last = [];
    for (let start = 0; start + net.batch <= order.length; start += net.batch) {
      const began = performance.now();
      const images = order.subarray(start, start + net.batch);
      const { loss, correct } = gradients(net, this.data.train, images);
      this.diverged = diverges(loss);
      const rate = recipe.rate * SCHEDULES[schedule](this.step + 1, this.steps);
      if (!this.diverged) net.update(rate, momentum, decay);
      this.step += 1;
      this.seconds += (performance.now() - began) / 1000;
      this.last.push(loss);
      yield { step: this.step, epoch, split: "train", loss, accuracy: correct / net.batch, seconds: this.seconds };
      if (this.diverged) return;
    }
  }
}

/**
 * Forwards and backwards on some images; of a loss that diverges no gradients are taken.
 * @param {Tape} net
 * @param {Split} split
 * @param {Uint16Array} images
 */
export function gradients(net, split, images) {
  feed(net, split, images);
  net.forward();
  const result = crossEntropy(net, split, images);
  if (!diverges(result.loss)) net.backward();
  return result;
}

/** Mean loss and accuracy over a split, in evaluation mode. @param {Tape} net @param {Split} split @param {number[]} [blocks] in their order, where some are left out or swapped */
export function evaluate(net, split, blocks) {
  const order = Uint16Array.from(split.y, (_, i) => i);
  let loss = 0;
  let correct = 0;
  net.training = false;
  for (let start = 0; start < order.length; start += net.batch) {
    const images = order.subarray(start, start + net.batch);
    feed(net, split, images);
    if (blocks) net.through(blocks);
    else net.forward();
    const part = crossEntropy(net, split, images);
    loss += part.loss * images.length;
    correct += part.correct;
  }
  net.training = true;
  return { loss: loss / order.length, accuracy: correct / order.length };
}

/** Images into the input. @param {Tape} net @param {Split} split @param {Uint16Array} images */
export function feed({ input, floats }, { x, inputs }, images) {
  for (let row = 0; row < images.length; row++) {
    const image = x.subarray(images[row] * inputs, (images[row] + 1) * inputs);
    floats.set(image, input.data / BYTES + row * input.stride);
  }
}

/** Mean cross-entropy of the output, its gradient, and how many are right. @param {Tape} net @param {Split} split @param {Uint16Array} images */
function crossEntropy({ output, floats }, { y }, images) {
  const { columns: classes, stride } = output;
  const count = images.length;
  const powers = new Float64Array(classes);
  let loss = 0;
  let correct = 0;
  for (let row = 0; row < count; row++) {
    const at = output.data / BYTES + row * stride;
    const grad = output.grad / BYTES + row * stride;
    const truth = y[images[row]];
    let best = 0;
    for (let c = 1; c < classes; c++) if (floats[at + c] > floats[at + best]) best = c;
    let total = 0;
    for (let c = 0; c < classes; c++) total += powers[c] = exp(floats[at + c] - floats[at + best]);
    loss += (log(total) + floats[at + best] - floats[at + truth]) / count;
    correct += Number(best === truth);
    for (let c = 0; c < classes; c++) floats[grad + c] = (powers[c] / total - Number(c === truth)) / count;
  }
  return { loss, correct };
}
