// The worker: trains one run at a time and posts what is new about thirty times a second. Between two steps it looks
// whether it was told to stop.
import { digitsOf, sampled, unpacked } from "./digits.js";
import { mlp } from "./mlp.js";
import { search } from "./rule.js";
import { Run, evaluate } from "./training.js";

/** @import { Shape } from "./mlp.js" */
/** @import { End } from "./rule.js" */
/** @import { Tape } from "./tape.js" */
/** @import { Data, Recipe, Record } from "./training.js" */
/**
 * A run to train; without a rate the rule looks for one.
 * @typedef {{ id: number, shape: Shape, recipe: Omit<Recipe, "rate" | "seed">, rate: number | null,
 *   images: number, panel: "gradients" | "gates" | "alive" | null }} Job
 * @typedef {{ do: "open", kernels: Uint8Array<ArrayBuffer>, images: Uint8Array<ArrayBuffer> } | { do: "train", job: Job }
 *   | { do: "stop" } | { do: "arrange", arrangement: Arrangement }} Order
 * @typedef {{ id: number, label: string, order: number[] }} Arrangement of a trained network's blocks; those it does not name are left out
 * @typedef {{ step: number, values: number[] }} Column of the strip, one number a layer
 * @typedef {"finished" | "diverged" | "stopped" | "failed"} Ending
 */
/**
 * What is new of a run. The rule's trials are told apart by their rates; where it has chosen, `chosen` says which one
 * the run is.
 * @typedef {object} News
 * @property {number} id
 * @property {[number, Record][]} records each with its rate
 * @property {Column[]} columns
 * @property {Ending} [ending]
 * @property {number} [chosen]
 * @property {End} [end]
 * @property {string} [error]
 * @property {{ label: string, loss: number, test: number }} [change] what a trained network does that was rearranged
 * @property {number[]} [kept] the runs whose weights are still here
 */

const POST = 33; // ms between two messages
const BREATH = 10; // ms until the worker looks for orders
const COLUMNS = 160; // of a strip, about, whatever the length of the run: as course/labs/panels.py

const KEPT = 2 ** 27; // bytes of trained weights, the newest network's apart

/** @type {Promise<{ module: WebAssembly.Module, digits: Data }>} */
let opened;
let underWay = { stopped: false }; // each run has its own: one that was stopped may still be in its last step
const channel = new MessageChannel();

addEventListener("message", (/** @type {MessageEvent<Order>} */ { data: order }) => {
  if (order.do === "open") {
    opened = open(order);
    opened.catch(() => postMessage("forbidden"));
  }
  if (order.do === "stop") underWay.stopped = true;
  if (order.do === "train") train(order.job);
  if (order.do === "arrange") arrange(order.arrangement);
});

/** @param {Extract<Order, { do: "open" }>} order */
async function open({ kernels, images }) {
  const [module, csv] = await Promise.all([WebAssembly.compile(kernels), unpacked(images)]);
  return { module, digits: digitsOf(csv) };
}

/** @param {Job} job */
async function train(job) {
  underWay.stopped = true;
  underWay = { stopped: false };
  const mine = underWay;
  /** @type {News} */
  let news = { id: job.id, records: [], columns: [] };
  try {
    const { module, digits } = await opened;
    const { exports } = await WebAssembly.instantiate(module);
    const net = mlp(/** @type {any} */ (exports), job.shape);
    const data = { ...digits, train: sampled(digits.train, job.images) };
    const records = recordsOf(net, data, job, () => mine.stopped);
    let posted = 0;
    let breath = performance.now();
    let next = records.next();
    for (; !next.done; next = records.next()) {
      const { rate, record, column } = next.value;
      news.records.push([rate, record]);
      if (column) news.columns.push(column);
      const now = performance.now();
      if (now - posted > POST) {
        postMessage(news);
        news = { id: job.id, records: [], columns: [] };
        posted = now;
      }
      if (now - breath > BREATH) {
        await ordersHeard();
        breath = performance.now();
      }
    }
    Object.assign(news, next.value);
    if (news.ending === "finished") news.kept = keep(job, net);
  } catch (error) {
    Object.assign(news, { ending: "failed", error: wordsOf(error) });
  }
  postMessage(news);
}

/** @type {Map<number, { shape: Shape, numbers: Float32Array }>} the trained networks, the newest last */
const trained = new Map();
/** @type {{ id: number, net: Tape } | null} the one that was trained or touched last */
let atHand = null;

/** Keep what was trained, as far as there is room. Returns the runs that are kept. @param {Job} job @param {Tape} net */
function keep({ id, shape }, net) {
  atHand = { id, net };
  trained.set(id, { shape, numbers: net.save() });
  const size = () => [...trained.values()].reduce((sum, { numbers }) => sum + numbers.byteLength, 0);
  for (const oldest of trained.keys()) if (trained.size > 1 && size() > KEPT) trained.delete(oldest);
  return [...trained.keys()];
}

/** Measure a trained network with its blocks in another order. @param {Arrangement} arrangement */
async function arrange({ id, label, order }) {
  try {
    const { module, digits } = await opened;
    if (atHand?.id !== id) atHand = { id, net: await rebuilt(module, id) };
    const { loss, accuracy: test } = evaluate(atHand.net, digits.test, order);
    postMessage({ id, records: [], columns: [], change: { label, loss, test } });
  } catch {
    trained.delete(id); // no memory for it
    postMessage({ id, records: [], columns: [], kept: [...trained.keys()] });
  }
}

/** @param {WebAssembly.Module} module @param {number} id */
async function rebuilt(module, id) {
  const { exports } = await WebAssembly.instantiate(module);
  const { shape, numbers } = /** @type {{ shape: Shape, numbers: Float32Array }} */ (trained.get(id));
  const net = mlp(/** @type {any} */ (exports), shape);
  net.restore(numbers);
  return net;
}

/**
 * The records of a run, or of the rule's trials; of these the strip of the one that wins comes last.
 * @param {Tape} net
 * @param {Data} digits
 * @param {Job} job
 * @param {() => boolean} stopped
 * @returns {Generator<{ rate: number, record: Record, column?: Column | null }, Partial<News>>}
 */
function* recordsOf(net, digits, { shape, recipe: given, rate, panel }, stopped) {
  const recipe = { ...given, seed: shape.seed };
  const columnOf = (/** @type {Run} */ run) => {
    const every = Math.max(1, Math.ceil(run.steps / COLUMNS));
    return panel && (run.step - 1) % every === 0 ? { step: run.step, values: readers[panel](net) } : null;
  };
  if (rate !== null) {
    const run = new Run(net, digits, { ...recipe, rate });
    for (const record of run.advance()) {
      yield { rate, record, column: record.split === "train" ? columnOf(run) : null };
      if (stopped()) break;
    }
    return { ending: endingOf(run) };
  }
  /** @type {Map<Run, Column[]>} */
  const strips = new Map();
  const trials = search(net, digits, recipe, stopped);
  let next = trials.next();
  for (; !next.done; next = trials.next()) {
    const [run, record] = next.value;
    const column = record.split === "train" ? columnOf(run) : null;
    if (column) strips.set(run, [...(strips.get(run) ?? []), column]);
    yield { rate: run.recipe.rate, record };
  }
  const { winner, end } = next.value;
  winner.resume(); // its weights
  return { ending: endingOf(winner), columns: strips.get(winner) ?? [], chosen: winner.recipe.rate, end };
}

const MEMORY =
  "this page has no more memory: take fewer or narrower layers, or a rate of your own, which needs no trials";

/** @param {unknown} error */
function wordsOf(error) {
  if (error instanceof RangeError) return MEMORY; // of an array that the browser could not allocate
  return error instanceof Error ? error.message : String(error);
}

const readers = {
  gradients: (/** @type {Tape} */ net) => net.gradientNorms(),
  gates: (/** @type {Tape} */ net) => net.meanGates(),
  alive: (/** @type {Tape} */ net) => net.alive(),
};

/** @param {Run} run @returns {Ending} */
const endingOf = (run) => (run.diverged ? "diverged" : run.over ? "finished" : "stopped");

/** Orders that have come meanwhile are heard first. @returns {Promise<void>} */
const ordersHeard = () =>
  new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
