// The strip below the curves: one number a layer over training, as a map with fixed limits, so that two runs compare.
import { paintBars, rowsMoved } from "./bars.js";
import { fresh, line } from "./canvas.js";
import { badge, h, present } from "./elements.js";
import { placeOf } from "./frame.js";
import { colours } from "./colours.js";
import { hatching, levelIn, mapOf } from "./map.js";
import { tick } from "./words.js";

/** @import { Pen } from "./canvas.js" */
/** @import { Colour } from "./colours.js" */
/** @import { DeclaredPanel } from "./protocol.js" */
/** @import { Run } from "./runs.js" */
/** @import { View } from "./view.js" */

const MOST_RULED = 20; // layers with a hairline between them

/** @param {View} view */
export function paintStrip(view) {
  const { el, frame, selected: run } = view;
  const panel = (run ?? view.runs.at(-1))?.panel ?? view.lastPanel;
  view.lastPanel = panel;
  const kept = !run?.recorded || run.data.strips.length > 0; // a recording comes without its strip
  el.stripPart.hidden = !panel && !view.hasPanel;
  el.stripTitle.hidden = el.stripPane.hidden = !kept;
  if (el.stripPart.hidden || !kept) return;
  const [g, , H] = fresh(el.strip);
  const ink = colours(view.tokens.maps.sequential[view.theme]);
  el.stripTitle.replaceChildren(...titleOf(run, panel, run !== view.runs.at(-1)));
  const words = [];
  if (run && panel && run.data.strips.length) {
    const end = paintMap(view, g, run, panel, H, ink);
    const touched = paintBars(view, g, run, end, H);
    words.push(...layerWords(run.data.strips[0].length - 1, H, frame.em, touched.margin), ...touched.words);
  }
  paintBorder(view, g, H);
  if (panel) words.push(legend(panel, ink, H, frame.em));
  if (run) paintReadingOn(view, g, H);
  el.stripWords.replaceChildren(...words);
}

/** @param {Run | undefined} run @param {DeclaredPanel | null} panel @param {boolean} ghost */
const titleOf = (run, panel, ghost) =>
  present([
    h("span", {}, panel?.name ?? "Gradient norm per layer"),
    run && badge(run, ghost),
    run && h("span", { class: "hint" }, run.name),
    panel?.zero && h("span", { class: "zero" }, h("i", { "aria-hidden": "true" }), panel.zero),
  ]);

/**
 * The map up to where the run has come; what it does not cover stays hatched. Returns where it ends.
 * @param {View} view
 * @param {Pen} g
 * @param {Run} run
 * @param {DeclaredPanel} panel
 * @param {number} H
 * @param {Colour} ink
 */
function paintMap({ x, frame }, g, run, panel, H, ink) {
  const { strips } = run.data;
  const { x0, X, css, lines } = frame;
  const layers = strips[0].length - 1;
  const every = strips.length > 1 ? strips[1][0] - strips[0][0] : 1;
  const last = placeOf(x, run, run.data, run.data.length - 1);
  const reached = x === "step" ? strips[strips.length - 1][0] + every - 1 : last;
  const end = Math.min(X(last), X(reached));
  const ratio = devicePixelRatio || 1;
  g.save();
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = hatching(g, css("--hatch"));
  g.fillRect(x0 * ratio, 0, (end - x0) * ratio, H * ratio);
  g.restore();
  g.imageSmoothingEnabled = false;
  const map = mapOf(strips, panel, ink);
  g.drawImage(map, x0, 0, end - x0, H);
  for (const [from, to, count] of rowsMoved(run)) {
    const [target, height] = [layers - to - count, count].map((row) => (row * H) / layers);
    g.drawImage(map, 0, layers - from - count, strips.length, count, x0, target, end - x0, height);
  }
  g.strokeStyle = css("--page");
  g.lineWidth = 0.75;
  for (let i = 1; layers <= MOST_RULED && i < layers; i++) {
    const y = Math.round((i * H) / layers) + 0.5;
    line(g, x0, y, end, y);
  }
  g.fillStyle = css("--ink");
  if (run.status === "diverged") g.fillRect(end, 0, lines.axis * 1.5, H);
  return end;
}

/** @param {number} layers @param {number} H @param {number} em @param {number[]} taken heights at which other numbers stand */
function layerWords(layers, H, em, taken) {
  /** @type {[number, string, string][]} */
  const words = [
    [0.55 * em, "", String(layers)],
    [1.75 * em, "output", ""],
    [H - 1.75 * em, "input", ""],
    [H - 0.55 * em, "", "1"],
  ];
  return words
    .filter(([top]) => taken.every((other) => Math.abs(other - top) > 1.1 * em))
    .map(([top, small, big]) => h("span", { class: "yt", style: `top:${top}px` }, h("small", {}, small), big));
}

/** @param {View} view @param {Pen} g @param {number} H */
export function paintBorder({ frame: { x0, x1, css, lines } }, g, H) {
  g.strokeStyle = css("--axis");
  g.lineWidth = lines.axis;
  g.strokeRect(x0 + 0.5, 0.5, x1 - x0 - 1, H - 1);
}

/** @param {View} view @param {Pen} g @param {number} H */
function paintReadingOn({ cursor, frame: { X, css } }, g, H) {
  if (cursor === null) return;
  /** @type {[string, number][]} */
  const strokes = [
    ["--page", 3],
    ["--ink", 1],
  ];
  for (const [name, width] of strokes) {
    g.strokeStyle = css(name);
    g.lineWidth = width;
    line(g, X(cursor), 0, X(cursor), H);
  }
}

/** The scale of the colours. @param {DeclaredPanel} panel @param {Colour} ink @param {number} H @param {number} em */
function legend(panel, ink, H, em) {
  const { low, high, log } = panel;
  const stops = Array.from({ length: 9 }, (_, i) => `rgb(${ink(1 - i / 8)}) ${12.5 * i}%`).join(",");
  const marks = log ? [high, high / 100, high / 1e4, low] : [high, (low + high) / 2, low];
  const text = (/** @type {number} */ v) =>
    log ? (v === low ? "≤ " : "") + tick(Math.round(Math.log10(v))) : String(v);
  const top = (/** @type {number} */ v) => 0.4 * em + (1 - levelIn(panel, v)) * (H - 0.8 * em);
  return h(
    "div",
    { class: "scale" },
    h("i", { style: `background:linear-gradient(${stops})` }),
    marks.map((v) => h("span", { style: `top:${top(v)}px` }, text(v))),
  );
}
