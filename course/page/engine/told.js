// What the page is told of runs that the worker trains: as course/page/messages.py tells it of the kernel's.
import { number, rate } from "../words.js";
import { ROW, SPLITS } from "../protocol.js";

/** @import { Change, DeclaredPanel, RunState, Series, Settings } from "../protocol.js" */
/** @import { Plan } from "./plans.js" */
/** @import { Column, Ending } from "./worker.js" */
/** @import { Record } from "./training.js" */
/** @import { End } from "./rule.js" */

const HIGHEST_MEAN = 1e15; // what infinity and an exact zero count as in a geometric mean, as in course/smoothing.py
const LOWEST_MEAN = 1e-30;

/** A mean over about 10 steps: the plain mean of the first ten, then an exponential one; of logarithms for losses. */
export class RunningMean {
  count = 0;
  mean = 0;

  /** @param {number} steps @param {boolean} geometric */
  constructor(steps, geometric) {
    this.steps = steps;
    this.geometric = geometric;
  }
  /** The mean, this value included. @param {number} value */
  add(value) {
    this.count += 1;
    const weight = this.count <= this.steps ? 1 / this.count : 2 / (this.steps + 1);
    const finite = Number.isFinite(value) ? Math.min(value, HIGHEST_MEAN) : HIGHEST_MEAN;
    const level = this.geometric ? Math.log10(Math.max(finite, LOWEST_MEAN)) : finite;
    this.mean += weight * (level - this.mean);
    return this.geometric ? 10 ** this.mean : this.mean;
  }
}

/** Which of these steps of a recording are drawn, as `even` in course/smoothing.py: in its last epoch, which is kept whole, as many as before. @param {number[]} steps */
export function even(steps) {
  const gap = Math.max(1, ...steps.slice(1).map((step, i) => step - steps[i]));
  /** @type {number[]} */
  const found = [];
  for (const [i, step] of steps.entries()) {
    if (!found.length || step - steps[found[found.length - 1]] > 0.75 * gap) found.push(i);
  }
  return found.length > 1 ? [...found.slice(0, -1), steps.length - 1] : [...steps.keys()];
}

/** The numbers of a run at one learning rate. */
export class Trained {
  /** @type {Record[]} */ records = [];
  /** @type {number[][]} as the page gets them, see `ROW` */ rows = [];
  /** @type {Column[]} */ columns = [];
  smooth = NaN; // the last smoothed loss

  /** @param {number} rate @param {number} steps over which curves are smoothed */
  constructor(rate, steps) {
    this.rate = rate;
    this.loss = new RunningMean(steps, true);
    this.accuracy = new RunningMean(steps, false);
  }
  /** @param {Record} record @param {boolean} [drawn] whether it is part of the curve */
  add(record, drawn = true) {
    this.records.push(record);
    if (!drawn) return;
    const { step, split, loss, accuracy, seconds } = record;
    let means = [loss, accuracy];
    if (split === "train") {
      means = [this.loss.add(loss), this.accuracy.add(accuracy)];
      this.smooth = means[0];
    }
    this.rows.push([step, loss, accuracy, seconds, SPLITS[split], ...means]);
  }
  /** The training steps. */
  get steps() {
    return this.records.filter((record) => record.split === "train");
  }
  /** The training loss: the mean of the last epoch's steps. */
  get final() {
    const { steps } = this;
    const last = steps.filter((record) => record.epoch === steps.at(-1)?.epoch);
    return last.reduce((sum, record) => sum + record.loss, 0) / last.length;
  }
  get test() {
    return this.records.filter((record) => record.split === "test").at(-1)?.accuracy ?? null;
  }
}

/**
 * A run of the lab.
 * @typedef {object} LabRun
 * @property {number} id
 * @property {number} number 1 to 8
 * @property {string} family
 * @property {string} label
 * @property {Settings} settings
 * @property {Plan} plan what it trains
 * @property {number} perEpoch steps
 * @property {DeclaredPanel | null} panel
 * @property {"searching" | "running" | Ending} status
 * @property {string} error
 * @property {string} recorded the date, of a recording
 * @property {End} end of the ladder at which the rule's rate stands
 * @property {number[]} order of its blocks: at place i stands block order[i]
 * @property {number[]} out blocks that are left out
 * @property {Omit<Change, "now">[]} changes what was measured with layers left out or swapped
 * @property {boolean} kept whether the worker still has its weights
 * @property {Trained} own
 * @property {Trained[]} trials of the rule, while it looks
 */

export const CLASSES = 10;
/** @type {RunState["touch"]} until somebody says what can be done */
const UNTOUCHED = { refused: "", blocks: [], out: [], moved: [], changes: [] };
/** @param {LabRun} run */
export const isOver = (run) => run.status !== "searching" && run.status !== "running";
/** @param {LabRun} run */
export const stepsOf = ({ plan, perEpoch }) => plan.recipe.epochs * perEpoch;
/** The trial with the lowest loss so far. @param {LabRun} run */
export const leaderOf = (run) =>
  run.trials.reduce(
    (/** @type {Trained | null} */ best, trial) => (best && best.smooth <= trial.smooth ? best : trial),
    null,
  );

/** What a run is in words and numbers, its name and curve apart. @param {LabRun} run @param {[string, string][]} parts @returns {RunState} */
export function factsOf(run, parts) {
  const { own, status } = run;
  const last = own.records.at(-1);
  const over = isOver(run);
  const loss = !over ? NaN : status === "diverged" ? (last?.loss ?? NaN) : own.final;
  return {
    id: run.id,
    number: run.number,
    family: run.family,
    kind: run.plan.shape.kind,
    depth: run.plan.shape.depth,
    rate: Number.isFinite(own.rate) ? own.rate : null,
    seed: run.plan.shape.seed,
    host: run.recorded ? "recording" : "engine",
    label: run.label,
    name: run.label,
    parts,
    status,
    state: stateOf(run),
    over,
    recorded: run.recorded !== "",
    classes: CLASSES,
    epochs: run.plan.recipe.epochs,
    batch: run.plan.shape.batch,
    steps: stepsOf(run),
    seconds: last?.seconds ?? 0,
    loss: Number.isFinite(loss) ? loss : null,
    test: over ? own.test : null,
    diverged: status === "diverged" ? (last?.step ?? null) : null,
    panel: run.panel,
    touch: UNTOUCHED,
    series: [],
  };
}

/** What became of a run. @param {LabRun} run */
function stateOf({ status, error, own, recorded }) {
  if (recorded) return `recorded ${recorded}`;
  if (status === "failed") return `failed: ${error}`;
  if (status === "finished") return status;
  if (status === "searching" || status === "running") return "training";
  return `${status} at step ${own.records.at(-1)?.step ?? 0}`;
}

/** What finished runs say. @param {LabRun[]} runs */
export const measuredBy = (runs) =>
  runs
    .filter((run) => run.status === "finished")
    .map((run) => `${run.label}: ${number(run.own.final)}`)
    .join("; ");

/** What has gone out: of each curve only what is new is told. */
export class Feed {
  /** @type {Map<string, { rows: number, columns: number }>} */ sent = new Map();

  /** @param {LabRun} run @param {number[]} numbers what is new goes there @returns {Series[]} */
  seriesOf(run, numbers) {
    const leader = leaderOf(run);
    return [
      this.#series(String(run.id), run.own, numbers),
      ...run.trials.map((trial, i) => ({
        ...this.#series(`${run.id}.${i}`, trial, numbers),
        leads: trial === leader,
      })),
    ];
  }
  /** @param {string} id @param {Trained} curve @param {number[]} numbers @returns {Series} */
  #series(id, curve, numbers) {
    const { rows, columns } = curve;
    const { rows: start, columns: first } = this.sent.get(id) ?? { rows: 0, columns: 0 };
    for (const row of rows.slice(start)) numbers.push(...row.slice(0, ROW.length));
    for (const { step, values } of columns.slice(first)) numbers.push(step, ...values);
    this.sent.set(id, { rows: rows.length, columns: columns.length });
    const told = { id, rate: rate(curve.rate), leads: false, start, stop: rows.length };
    if (columns.length === first) return told;
    return { ...told, strips: [first, columns.length], layers: columns[first].values.length };
  }
}
