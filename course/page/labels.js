// The words at the ends of the lines: number, name, value; the rates that the rule tries; and what a run that broke says.
import { spread } from "./axes.js";
import { line } from "./canvas.js";
import { badge, h } from "./elements.js";
import { placeOf, timeOf } from "./frame.js";
import { number, percent } from "./words.js";

/** @import { Curve, Run, Trial } from "./runs.js" */
/** @import { View } from "./view.js" */
/**
 * Where a curve ends, and the value that its label quotes.
 * @typedef {object} End
 * @property {Run} run
 * @property {Trial} [trial] it is one of the rule's rates
 * @property {string} [word] it is the other curve of the run, and this says which
 * @property {boolean} [broken] it diverged
 * @property {boolean} newest
 * @property {number} x
 * @property {number} y
 * @property {string} value
 */

/**
 * The value of a curve under the cursor, else at its end: of a finished run the training loss, of one that looks at the
 * test images what came of that.
 * @param {View} view
 * @param {Run} run
 * @param {Curve} curve
 */
export function valueAt({ cursor, x, frame: { accuracy } }, run, curve) {
  if (curve.tested && curve.tests.length) {
    const test = curve.testUpTo((one) => timeOf(x, run, one), cursor ?? Infinity);
    return accuracy ? percent(test.accuracy) : number(test.loss);
  }
  if (cursor === null && run.status === "finished" && !curve.playing && !accuracy) return number(run.loss);
  const step = x === "epoch" ? ((cursor ?? 0) * run.steps) / run.epochs : (cursor ?? 0);
  const i = cursor === null ? curve.length - 1 : x === "seconds" ? curve.upTo(cursor) : curve.at(step);
  return accuracy ? percent(curve.smoothAccuracy[i]) : number(curve.smooth[i]);
}

/** Numerals on the lines, like contour labels, where two runs share a colour. @param {View} view @param {End[]} ends */
export function paintNumerals(view, ends) {
  const { g, em, css, x1, X, Y, accuracy } = view.frame;
  for (const { run } of ends) {
    if (accuracy || !ends.some((other) => other.run !== run && other.run.family === run.family)) continue;
    const i = Math.min(run.data.length - 1, Math.round(run.data.length * (0.22 + 0.085 * run.number)));
    const x = X(placeOf(view.x, run, run.data, i));
    const y = Y(run.data.smooth[i]);
    if (run.data.length < 24 || x > x1 - 2 * em) continue;
    g.font = `700 ${0.857 * em}px ${css("--font-ui")}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.fillStyle = css("--page");
    g.fillRect(x - 0.48 * em, y - 0.55 * em, 0.95 * em, 1.1 * em);
    g.fillStyle = css(`--k-${run.family}`);
    g.fillText(String(run.number), x, y + 0.04 * em);
  }
}

/** Pushed apart, each joined to its line by a leader. @param {View} view @param {End[]} ends */
export function endLabels(view, ends) {
  const { em, top, bottom } = view.frame;
  const heights = ends.map((end) => end.y);
  const first = top + 0.4 * em;
  const gap = Math.min(1.5 * em, (bottom - first) / Math.max(1, ends.length - 1));
  const moved = spread(heights, gap, first, bottom);
  return ends.map((end, i) => {
    paintLeader(view, end, moved[i]);
    if (end.word) return wordLabel(end.run, end.word, moved[i]);
    return end.trial ? trialLabel(end, end.trial, moved[i]) : runLabel(view, end, moved[i]);
  });
}

/** @param {View} view @param {End} end @param {number} height of its label */
function paintLeader({ frame: { g, em, x1, lines, css } }, end, height) {
  g.save();
  g.lineWidth = lines.reference;
  if (end.x < x1 - em) {
    g.setLineDash([lines.reference, 5 * lines.reference]);
    g.strokeStyle = css("--axis");
    line(g, end.x + em * 0.6, end.y, x1, end.y);
    g.setLineDash([]);
  }
  g.strokeStyle = css(`--k-${end.run.family}`);
  g.beginPath();
  g.moveTo(x1, end.y);
  g.lineTo(x1 + 0.15 * em, end.y);
  g.lineTo(x1 + 0.85 * em, height);
  g.stroke();
  g.restore();
}

/** @param {View} view @param {End} end @param {number} height */
function runLabel({ frame: { W, em }, picked }, { run, newest, value }, height) {
  const words = run.name.replace("stochastic depth", W < 47 * em ? "stoch." : "stoch. depth");
  return h(
    "div",
    { class: `dlab${newest ? "" : " ghost"}`, style: `top:${height}px` },
    badge(run, !newest),
    h("span", { class: `name${picked && run.label === picked ? " pick" : ""}` }, words),
    h("b", {}, value),
  );
}

/** @param {Run} run @param {string} word @param {number} height */
const wordLabel = (run, word, height) =>
  h("div", { class: "dlab ghost", style: `top:${height}px` }, badge(run, true), h("span", { class: "hint" }, word));

/** @param {End} end @param {Trial} trial @param {number} height */
const trialLabel = ({ value }, trial, height) =>
  h(
    "div",
    { class: `dtrial${trial.leads ? " leads" : ""}`, style: `top:${height}px` },
    h("span", { class: "name" }, `rate ${trial.rate}`),
    h("span", { class: "value" }, value),
  );

/** @param {View} view @param {End[]} broken */
export const brokenLabels = ({ frame: { em } }, broken) =>
  broken
    .sort((a, b) => a.x - b.x)
    .map(({ run, newest, x, y }, i) =>
      h(
        "div",
        { class: "dv", style: `top:${y + i * 1.6 * em}px;left:${x}px` },
        badge(run, !newest),
        `${run.name}: diverged at step ${run.diverged}`,
      ),
    );
