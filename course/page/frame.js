// The frame of the chart: where steps, losses and the margins lie, for what is drawn now. Spine and strip share it.
import { decades, ticks } from "./axes.js";
import { emOf, fresh, inkOf } from "./canvas.js";
import { tick } from "./words.js";

/** @import { Curve, Run } from "./runs.js" */
/** @import { View } from "./view.js" */
/** @typedef {ReturnType<typeof frameOf>} Frame */
/** @typedef {{ at: (value: number) => number, from: (y: number) => number, ends: [number, number], ticks: [number, string][] }} Scale and back; the lowest and the highest value */

const EMPTY = { step: 330, epoch: 15, seconds: 1 }; // the length of the time axis before there is a run
const CEILING = 3; // of the linear axis, in nats
const CEILING_TESTED = 1; // where all runs that are over end lower on the test images

/** @param {View} view @param {Run[]} runs */
export function frameOf(view, runs) {
  const { el, root, tokens, lecture } = view;
  const [g, W, H] = fresh(el.curves);
  const em = emOf(root);
  const [x0, right] = marginsOf(el.plot, em);
  const x1 = el.curves.clientWidth - right;
  const top = 0.5 * em;
  const bottom = H - 0.5 * em;
  const scale = scaleY(view.y, runs, top, bottom);
  const length = lengthOf(view.x, runs);
  const lines = tokens.line[lecture ? "lecture_1080p" : "notebook"];
  const X = (/** @type {number} */ value) => x0 + (value / length) * (x1 - x0);
  const roof = top - 0.2 * em;
  const above = view.y === "linear" ? -H : roof; // out of sight: a curve along the roof would be read as values
  const Y = (/** @type {number} */ value) => Math.max(above, Math.min(bottom, scale.at(value)));
  return {
    g,
    W,
    H,
    em,
    css: inkOf(root),
    lines,
    x0,
    x1,
    top,
    bottom,
    roof,
    scale,
    length,
    X,
    Y,
    accuracy: view.y === "accuracy",
  };
}

/** The margins of the plot, shared by curves, spine and strip, in pixels. @param {Element} plot @param {number} em */
function marginsOf(plot, em) {
  const style = getComputedStyle(plot);
  return ["--ml", "--mr"].map((name) => {
    const words = style.getPropertyValue(name).trim();
    return parseFloat(words) * (words.endsWith("em") ? em : 1);
  });
}

/** Of the x axis: the whole run, from the start. @param {View["x"]} x @param {Run[]} runs */
function lengthOf(x, runs) {
  if (x !== "seconds") {
    const ends = runs.map((run) => (x === "step" ? run.steps : run.epochs));
    return runs.length ? Math.max(1, ...ends) : EMPTY[x];
  }
  const wanted = Math.max(0.5, ...runs.map(secondsOf));
  const size = 10 ** Math.floor(Math.log10(wanted));
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((v) => v * size).find((v) => v >= wanted) ?? wanted;
}

/** Of the whole run, as far as one can tell. @param {Run} run */
function secondsOf(run) {
  const n = run.data.length;
  return n && !run.over ? (run.data.seconds[n - 1] * run.steps) / run.data.steps[n - 1] : run.seconds;
}

/**
 * Where a point lies on the time axis.
 * @param {View["x"]} x
 * @param {Run} run
 * @param {{ step: number, seconds: number }} point
 */
export const timeOf = (x, run, { step, seconds }) =>
  x === "step" ? step : x === "epoch" ? (step * run.epochs) / run.steps : seconds;

/** The same for the i-th point of a curve. @param {View["x"]} x @param {Run} run @param {Curve} curve @param {number} i */
export const placeOf = (x, run, curve, i) => timeOf(x, run, { step: curve.steps[i], seconds: curve.seconds[i] });

/** @param {View["y"]} y @param {Run[]} runs @param {number} top @param {number} bottom @returns {Scale} */
function scaleY(y, runs, top, bottom) {
  const share = (/** @type {number} */ height) => (bottom - height) / (bottom - top);
  if (y === "accuracy")
    return {
      at: (v) => bottom - v * (bottom - top),
      from: share,
      ends: [0, 1],
      ticks: [0, 0.25, 0.5, 0.75, 1].map((v) => [v, `${100 * v}\u202f%`]),
    };
  if (y === "linear") {
    const ceiling = ceilingOf(runs);
    return {
      at: (v) => bottom - (v / ceiling) * (bottom - top),
      from: (height) => ceiling * share(height),
      ends: [0.01, ceiling],
      ticks: ticks(0, ceiling, 5).map((v) => [v, String(v)]),
    };
  }
  const [low, high] = decades(lossesOf(runs));
  const every = Math.max(1, Math.floor((high - low) / 8));
  /** @type {[number, string][]} */
  const marks = [];
  for (let n = low; n <= high; n += every) marks.push([10 ** n, tick(n)]);
  return {
    at: (v) => bottom - ((Math.log10(v) - low) / (high - low)) * (bottom - top),
    from: (height) => 10 ** (low + (high - low) * share(height)),
    ends: [10 ** low, 10 ** high],
    ticks: marks,
  };
}

/** @param {Run[]} runs */
function ceilingOf(runs) {
  const low = runs.every(({ over, data }) => !over || (data.testLoss ?? Infinity) < CEILING_TESTED);
  return low && runs.some(({ data }) => data.tested) ? CEILING_TESTED : CEILING;
}

/** @param {Run[]} runs */
function* lossesOf(runs) {
  for (const { data } of runs) {
    yield* data.smooth;
    if (data.tested) for (const { loss } of data.tests) yield loss;
  }
}
