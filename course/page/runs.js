// What the page knows of the runs. Messages say which rows they hold: a hole is noticed, what came twice is dropped.
import { ROW, SPLITS } from "./protocol.js";

/** @import { RunState, Series, LabState } from "./protocol.js" */
/** @typedef {{ rate: string, leads: boolean, curve: Curve }} Trial of the learning-rate rule */
/** @typedef {RunState & { data: Curve, trials: Trial[], broke?: boolean }} Run */
/** @typedef {{ step: number, loss: number, accuracy: number, seconds: number }} Test a look at the test images */

const HIGHEST = 1e15; // what infinity counts as, as in course/smoothing.py
const PLAYED = 2; // seconds that a recording plays at least: most trained faster than one sees
const UNSMOOTHED = 3; // the last points before a divergence: the mean would hide them

/** The numbers of one run or trial, point after point. */
export class Curve {
  rows = 0;
  /** @type {number[]} */ steps = [];
  /** @type {number[]} */ loss = [];
  /** @type {number[]} */ accuracy = [];
  /** @type {number[]} */ seconds = [];
  /** @type {number[]} */ smooth = [];
  /** @type {number[]} */ smoothAccuracy = [];
  /** @type {Test[]} */ tests = [];
  /** @type {Float32Array[]} the step, then one number a layer */ strips = [];
  /** @type {Float32Array[]} rows of a recording that are still to be played */ coming = [];
  played = 0; // seconds of it

  get length() {
    return this.steps.length;
  }

  /** What is new of it in a message; of a recording it waits to be played. Returns whether something before it is missing. @param {Series} series @param {Float32Array} values @param {boolean} recorded */
  take(series, values, recorded) {
    const fresh = series.start <= this.rows;
    for (let row = Math.max(series.start, this.rows); fresh && row < series.stop; row++) {
      const numbers = values.subarray((row - series.start) * ROW.length, (row - series.start + 1) * ROW.length);
      this.rows += 1;
      if (recorded) this.coming.push(numbers);
      else this.add(numbers);
    }
    if (!series.strips) return !fresh;
    const [first, end] = series.strips;
    const columns = values.subarray((series.stop - series.start) * ROW.length);
    const width = (series.layers ?? 0) + 1;
    for (let column = first; column < end; column++)
      if (column === this.strips.length)
        this.strips.push(columns.slice((column - first) * width, (column - first + 1) * width));
    return !fresh || first > this.strips.length;
  }

  /** @param {Float32Array} row */
  add([step, loss, accuracy, seconds, split, smooth, smoothAccuracy]) {
    if (split === SPLITS.test) this.tests.push({ step, loss, accuracy, seconds });
    if (split !== SPLITS.train) return;
    this.steps.push(step);
    this.loss.push(loss);
    this.accuracy.push(accuracy);
    this.seconds.push(seconds);
    this.smooth.push(smooth);
    this.smoothAccuracy.push(smoothAccuracy);
  }

  get playing() {
    return this.coming.length > 0;
  }
  /** Whether it looks at the test images while it trains, and not at its end alone. */
  get tested() {
    return this.tests.length + this.coming.filter(isTest).length > 1;
  }
  /** The loss of the test images when they were looked at last. */
  get testLoss() {
    return this.coming.filter(isTest).at(-1)?.[ROW.indexOf("loss")] ?? this.tests.at(-1)?.loss;
  }
  /** The last look at the test images up to a place, on whatever axis; the first one where there is none. @param {(test: Test) => number} placeOf @param {number} place */
  testUpTo(placeOf, place) {
    return this.tests.filter((test) => placeOf(test) <= place).at(-1) ?? this.tests[0];
  }

  /** Play what follows in so many seconds. @param {number} seconds */
  play(seconds) {
    const length = this.coming.at(-1)?.[ROW.indexOf("seconds")] ?? 0;
    this.played += seconds * Math.min(1, length / PLAYED);
    const end = this.coming.findIndex((row) => row[ROW.indexOf("seconds")] > this.played);
    for (const row of this.coming.splice(0, end < 0 ? Infinity : end)) this.add(row);
  }

  breaks() {
    for (let i = Math.max(0, this.length - UNSMOOTHED); i < this.length; i++)
      this.smooth[i] = Math.min(Number.isFinite(this.loss[i]) ? this.loss[i] : HIGHEST, HIGHEST);
  }

  /** The index of the last point at or before a step. @param {number} step */
  at(step) {
    return lastUpTo(this.steps, step);
  }

  /** The same for a moment in seconds. @param {number} moment */
  upTo(moment) {
    return lastUpTo(this.seconds, moment);
  }
}

/** @param {Float32Array} row */
const isTest = (row) => row[ROW.indexOf("split")] === SPLITS.test;

/** @param {number[]} values that grow @param {number} limit */
function lastUpTo(values, limit) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle] <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether it is drawn as a double line: a recording among others. @param {Run} run @param {Run[]} runs */
export const isDouble = (run, runs) => run.recorded && runs.some((other) => !other.recorded);

/** All runs of a lab. */
export class Runs {
  /** @type {Run[]} */ list = [];
  /** @type {Map<string, Curve>} */ curves = new Map();

  /** What a message brings. Returns whether something is missing. @param {LabState} state @param {DataView} bytes */
  take(state, bytes) {
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const known = new Map(this.list.map((run) => [run.id, run]));
    let at = 0;
    let hole = false;
    this.list = state.runs.map((told) => {
      const trials = told.series.map((series) => {
        const curve = this.curves.get(series.id) ?? new Curve();
        this.curves.set(series.id, curve);
        hole = curve.take(series, values.subarray(at), told.recorded) || hole;
        at += sizeOf(series);
        return { rate: series.rate, leads: series.leads, curve };
      });
      const [{ curve: data }] = trials.splice(0, 1);
      /** @type {Run} */
      const run = Object.assign(known.get(told.id) ?? {}, told, { data, trials });
      if (run.status === "diverged" && !run.broke) run.data.breaks();
      return Object.assign(run, { broke: run.status === "diverged" });
    });
    const kept = new Set(state.runs.flatMap((told) => told.series.map((series) => series.id)));
    for (const id of this.curves.keys()) if (!kept.has(id)) this.curves.delete(id);
    return hole;
  }

  /** Whether a recording is still to be played. */
  get playing() {
    return this.list.some((run) => run.data.playing);
  }
  /** Play the recordings on. @param {number} seconds */
  play(seconds) {
    for (const { data } of this.list) data.play(seconds);
  }
}

/** Numbers of a series in the buffer. @param {Series} series */
function sizeOf({ start, stop, strips, layers }) {
  const [first, end] = strips ?? [0, 0];
  return (stop - start) * ROW.length + (end - first) * ((layers ?? 0) + 1);
}
