// What stands still around the curves: grid, the line of guessing, the spine with its cursor, the words of an empty chart.
import { ticks } from "./axes.js";
import { line } from "./canvas.js";
import { h } from "./elements.js";
import { placeOf } from "./frame.js";
import { number, percent } from "./words.js";

/** @import { Run } from "./runs.js" */
/** @import { View } from "./view.js" */

/** Round values of the time axis; epochs are whole. @param {View} view @param {boolean} narrow */
function ticksX({ x, frame }, narrow) {
  const found = ticks(0, frame.length, narrow ? 3 : 6);
  return x === "epoch" ? found.filter(Number.isInteger) : found;
}

/** @param {View} view @returns {HTMLElement[]} the words beside the grid */
export function paintGrid(view) {
  const { g, W, H, x0, x1, top, X, scale, lines, css } = view.frame;
  g.lineWidth = lines.grid;
  g.strokeStyle = css("--grid");
  const words = scale.ticks.map(([value, text]) => {
    const y = Math.round(scale.at(value)) + 0.5;
    line(g, x0, y, x1, y);
    return h("span", { class: "yt", style: `top:${y}px` }, text);
  });
  for (const value of ticksX(view, W < 700)) {
    const x = Math.round(X(value)) + 0.5;
    line(g, x, top, x, H + 4);
  }
  return words;
}

/** @param {View} view @param {Run[]} runs @returns {HTMLElement[]} */
export function paintGuessing(view, runs) {
  const { g, em, x0, x1, scale, lines, css, accuracy } = view.frame;
  const classes = runs.at(-1)?.classes ?? 10;
  const level = accuracy ? 1 / classes : Math.log(classes);
  if (level > scale.ends[1]) return [];
  const y = scale.at(level);
  g.save();
  g.setLineDash([1.5 * lines.reference, 3 * lines.reference]);
  g.lineWidth = lines.reference * 1.25;
  g.strokeStyle = css("--axis");
  line(g, x0, y, x1, y);
  g.restore();
  if (view.asking) return [];
  const spots = [x0 + 0.3 * em, x1 - 11.5 * em];
  const left = spots.find((spot) => isClear(view, runs, spot, y)) ?? spots[0];
  const words = accuracy ? `guessing: ${percent(level)}` : `guessing: ln ${classes} = ${number(level)}`;
  return [h("span", { class: "ref", style: `left:${left}px;top:${y - 0.2 * em}px` }, words)];
}

/** Whether no curve, and no word about a run that broke, lies where words above a line would. @param {View} view @param {Run[]} runs @param {number} left @param {number} foot */
function isClear({ x, frame: { X, Y, x0, em, accuracy } }, runs, left, foot) {
  const broke = runs.some((run) => run.diverged !== null && run.diverged < run.steps / 3);
  if (accuracy || (broke && left < x0 + em)) return !broke;
  return !runs.some((run) =>
    [run.data.loss, run.data.smooth].some((losses) =>
      losses.some((loss, i) => {
        const [right, up] = [X(placeOf(x, run, run.data, i)) - left, foot - Y(loss)];
        return right > 0 && right < 11.5 * em && up > 0 && up < 1.3 * em;
      }),
    ),
  );
}

/** Between chart and strip: ticks, and the cursor that reads values. @param {View} view */
export function paintSpine(view) {
  const { el, frame, x, cursor } = view;
  const { x0, x1, em, X } = frame;
  const batch = view.visible.at(-1)?.batch ?? 64;
  const units = { step: `step (${batch} pictures)`, epoch: "epoch", seconds: "seconds of training" };
  const marks = ticksX(view, x1 - x0 < 450).map((v) =>
    h("span", { class: "xt", style: `left:${X(v)}px` }, String(+v.toPrecision(6))),
  );
  const here =
    cursor === null ? units[x] : `values at ${x} ${x === "step" ? Math.round(cursor) : +cursor.toPrecision(3)}`;
  el.ticks.replaceChildren(
    ...marks,
    h("span", { class: `xlab${cursor === null ? "" : " at"}`, style: `left:${x1 + em}px` }, here),
  );
  const thumb = 1.72 * em;
  el.cursor.style.left = `${x0 - thumb / 2}px`;
  el.cursor.style.width = `${x1 - x0 + thumb}px`;
}

/** What stands in a chart without runs. @param {View} view */
export function emptyWords({ requests, kinds }) {
  const error = requests.state?.error;
  if (requests.starting || (requests.busy && !error))
    return empty(
      h("b", {}, "Building the network"),
      "A data set is loaded the first time it is used. The controls already work.",
      h("i", { class: "bar", "aria-hidden": "true" }, h("i")),
    );
  if (error) return empty(h("b", {}, "Nothing was trained"), error);
  const next = kinds ? "Choose a network and a depth, then press Train." : "Press Train: its curves are drawn here.";
  return empty(h("b", {}, "No run yet"), next);
}

/** Words in the middle of a pane. @param {(HTMLElement | string)[]} words */
export const empty = (...words) => h("div", { class: "empty" }, h("span", {}, words));
