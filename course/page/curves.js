// The chart: curves on a canvas, words as elements over it.
import { disc, line, trace } from "./canvas.js";
import { frameOf, placeOf, timeOf } from "./frame.js";
import { emptyWords, paintGrid, paintGuessing, paintSpine } from "./furniture.js";
import { paintGuess } from "./guess.js";
import { brokenLabels, endLabels, paintNumerals, valueAt } from "./labels.js";
import { isDouble } from "./runs.js";

/** @import { Pen } from "./canvas.js" */
/** @import { Frame } from "./frame.js" */
/** @import { End } from "./labels.js" */
/** @import { Run, Trial } from "./runs.js" */
/** @import { View } from "./view.js" */

const TITLES = {
  log: "Training loss, nats, log scale",
  linear: "Training loss, nats",
  accuracy: "Accuracy of the batch",
};

const MOST_NAMED_TWICE = 4; // runs, at the end of each curve
const TITLES_TESTED = {
  log: "Loss, nats, log scale: ○ test images, thin: training batches",
  linear: "Loss, nats: ○ test images, thin: training batches",
  accuracy: "Accuracy: ○ test images, thin: training batches",
};

/** @param {View} view */
export function paintCurves(view) {
  const { el, visible: runs } = view;
  view.frame = frameOf(view, view.film?.whole(view.settings).flat() ?? runs);
  const words = [...paintGrid(view), ...paintGuessing(view, runs)];
  paintSpine(view);
  const drawn = runs.flatMap((run) => paintRun(view, run, runs));
  const ends = drawn.filter((end) => !end.broken);
  const own = ends.filter((end) => !end.trial && !end.word);
  paintNumerals(view, own);
  words.push(
    ...endLabels(view, ends),
    ...brokenLabels(
      view,
      drawn.filter((end) => end.broken),
    ),
  );
  paintReading(view);
  paintGuess(view, runs);
  if (!runs.length && !view.asking && view.requests.state) words.push(emptyWords(view));
  el.title.textContent = (view.tested ? TITLES_TESTED : TITLES)[view.y];
  el.words.replaceChildren(...words);
  const where = view.cursor === null ? "end of the runs: " : `${view.x} ${+view.cursor.toPrecision(4)}: `;
  const values = own.map((end) => `${end.run.name} ${end.value}`).join(", ");
  el.cursor.setAttribute("aria-valuetext", where + (values || "no run"));
}

/** @param {View} view */
function paintReading({ cursor, frame: { g, css, X, top, H } }) {
  if (cursor === null) return;
  g.strokeStyle = css("--ink");
  g.lineWidth = 1;
  line(g, X(cursor), top, X(cursor), H);
}

/** @param {View} view @param {Run} run @param {Run[]} runs @returns {End[]} */
function paintRun(view, run, runs) {
  const { g, em, css, lines, top, roof, X, Y, accuracy } = view.frame;
  if (!run.data.length) return run.trials.flatMap((trial) => paintTrial(view, run, trial));
  const newest = run === runs.at(-1);
  const width = newest ? lines.run : lines.ghost;
  const values = accuracy ? run.data.smoothAccuracy : run.data.smooth;
  const count = run.data.length;
  const double = isDouble(run, runs);
  const { tests, tested } = run.data;
  paintLine(view, run, values, newest, double && !tested);
  if (tested) paintTests(view, run, newest, double);
  const x = X(placeOf(view.x, run, run.data, count - 1));
  const y = Math.max(roof, Y(values[count - 1]));
  const end = { run, newest, x, y, value: valueAt(view, run, run.data) };
  if (run.status === "diverged" && !accuracy) {
    const beside = paintCross(view.frame, x, Math.max(y, top + lines.marker), css(`--k-${run.family}`));
    return [{ ...end, broken: true, x: beside, y: Math.max(y, top + 0.7 * em) }];
  }
  g.fillStyle = css(`--k-${run.family}`);
  const s = 1.4 * width;
  if (!run.over || run.data.playing) disc(g, x, y, 1.5 * width);
  if (["stopped", "failed"].includes(run.status)) g.fillRect(x - s, y - s, 2 * s, 2 * s);
  const test = tests.at(-1);
  if (!tested || !test) return [end];
  const height = Math.max(roof, Y(accuracy ? test.accuracy : test.loss));
  const ends = [{ ...end, x: X(timeOf(view.x, run, test)), y: height }];
  return runs.length > MOST_NAMED_TWICE ? ends : [...ends, { ...end, word: "training" }];
}

/**
 * The line of a run, thin where its test images have the other; of the newest also the unsmoothed trace. Beside live runs
 * a recording is a double line.
 * @param {View} view
 * @param {Run} run
 * @param {number[]} values
 * @param {boolean} newest
 * @param {boolean} double
 */
function paintLine({ x, frame, lecture, tokens }, run, values, newest, double) {
  const { g, css, lines, X, Y, accuracy } = frame;
  const curve = (/** @type {number[]} */ numbers) =>
    trace(
      g,
      run.data.length,
      (i) => X(placeOf(x, run, run.data, i)),
      (i) => Y(numbers[i]),
    );
  g.save();
  g.strokeStyle = css(`--k-${run.family}`);
  if (newest && !accuracy) {
    g.globalAlpha = 0.38;
    g.lineWidth = lines.raw;
    curve(run.data.loss);
    g.globalAlpha = 1;
  }
  g.lineJoin = "round";
  g.lineWidth = run.data.tested ? lines.reference : newest ? lines.run : lines.ghost;
  dashed(g, () => curve(values), { run, newest, double, lecture, tokens, page: css("--page") });
  g.restore();
}

/**
 * A curve in the pattern of its run; a double line is hollow.
 * @param {Pen} g
 * @param {() => void} curve
 * @param {{ run: Run, newest: boolean, double: boolean, page: string } & Pick<View, "lecture" | "tokens">} how
 */
function dashed(g, curve, { run, newest, double, lecture, tokens, page }) {
  const stretch = lecture ? 2 : newest ? 1 : 0.72;
  g.setLineDash(tokens.run_patterns[run.number - 1].dash.map((v) => v * stretch));
  curve();
  g.setLineDash([]);
  if (!double) return;
  g.strokeStyle = page;
  g.lineWidth /= 3;
  curve();
}

/** One of the rule's rates: thin, in the network's colour; the one that leads is bold. @param {View} view @param {Run} run @param {Trial} trial @returns {End[]} */
function paintTrial(view, run, trial) {
  const { g, css, lines, X, Y, accuracy } = view.frame;
  const { curve } = trial;
  const last = curve.length - 1;
  if (last < 0) return [];
  const values = accuracy ? curve.smoothAccuracy : curve.smooth;
  const at = (/** @type {number} */ i) => X(placeOf(view.x, run, curve, i));
  g.strokeStyle = css(`--k-${run.family}`);
  g.lineWidth = trial.leads ? lines.run : lines.reference;
  trace(g, curve.length, at, (i) => Y(values[i]));
  return [{ run, trial, newest: trial.leads, x: at(last), y: Y(values[last]), value: valueAt(view, run, curve) }];
}

/** Test images, where a run looks at them more than once. @param {View} view @param {Run} run @param {boolean} newest @param {boolean} double */
function paintTests({ x, frame, lecture, tokens }, run, newest, double) {
  const { g, css, lines, X, Y, accuracy } = frame;
  const points = run.data.tests.map((test) => [X(timeOf(x, run, test)), Y(accuracy ? test.accuracy : test.loss)]);
  const curve = () =>
    trace(
      g,
      points.length,
      (i) => points[i][0],
      (i) => points[i][1],
    );
  g.save();
  g.lineJoin = "round";
  g.strokeStyle = css(`--k-${run.family}`);
  g.lineWidth = newest ? lines.run : lines.ghost;
  dashed(g, curve, { run, newest, double, lecture, tokens, page: css("--page") });
  g.strokeStyle = css(`--k-${run.family}`);
  g.fillStyle = css("--page");
  g.lineWidth = 1.25;
  let free = 0;
  for (const [left, top] of points) {
    if (left < free) continue;
    free = left + 1.5 * lines.marker;
    disc(g, left, top, lines.marker * 0.45);
    g.stroke();
  }
  g.restore();
}

/** @param {Frame} frame @param {number} x @param {number} y @param {string} colour @returns {number} where words may begin */
function paintCross({ g, css, lines }, x, y, colour) {
  const s = lines.marker * 0.75;
  /** @type {[string, number][]} */
  const strokes = [
    [css("--page"), lines.run + 3],
    [colour, Math.max(2, lines.run)],
  ];
  for (const [ink, width] of strokes) {
    g.strokeStyle = ink;
    g.lineWidth = width;
    line(g, x - s, y - s, x + s, y + s);
    line(g, x + s, y - s, x - s, y + s);
  }
  return x + s * 1.8;
}
