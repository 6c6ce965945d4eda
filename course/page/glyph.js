// The depth slider's scale is the network: a bar is a layer, with the arcs, gates or falling survival of its kind. What is
// deeper than the scale goes on in rows above it, as many layers in each.
import { emOf, fresh, inkOf } from "./canvas.js";
import { h } from "./elements.js";

/** @import { Pen } from "./canvas.js" */
/** @import { DepthPart } from "./depth.js" */
/**
 * What is drawn.
 * @typedef {object} Network
 * @property {string} kind
 * @property {string} family whose colour it takes
 * @property {number} depth
 * @property {number} knob the setting of its kind: of stochastic depth the survival of the last block
 * @property {number[]} recorded depths
 */
/** @typedef {{ g: Pen, em: number, foot: number, tall: number, step: number, X: (layer: number) => number }} Ground */

/** What a kind without a knob says there. @type {Record<string, string>} */
export const NOTES = {
  plain: "Plain: each layer feeds the next, nothing else to set.",
  plain_bn: "Batch norm before each ReLU, nothing else to set.",
  residual: "Residual: the input is added after every second layer, nothing else to set.",
  looks_linear: "CReLU with mirrored weights: linear at step 0.",
  crelu: "CReLU: keeps both signs, so nothing is cut away.",
  linear: "No activation: one linear map, however deep.",
  rezero: "Each block is scaled by α, and α starts at 0.",
};
const NOTE_AT = 63; // the depth at which the word on the marks stands
const ROWS = 1.5; // times as tall as one row are several
const GAP = 0.3; // of a row's height
const SKIPS = ["highway", "residual", "stochastic_depth", "rezero"];
const HALVES = ["looks_linear", "crelu"];

/** @param {HTMLElement} root @param {DepthPart} part @param {Network} network */
export function paintGlyph(root, { glyph, marks, reach }, network) {
  if (!glyph.clientWidth) return;
  const [g, width, height] = fresh(glyph);
  const em = emOf(root);
  const css = inkOf(root);
  const pad = 0.86 * em;
  const step = (width - 2 * pad) / (reach - 1);
  const X = (/** @type {number} */ layer) => pad + (layer - 1) * step;
  const ground = { g, em, foot: height * 0.86, tall: height * 0.42, step, X };
  g.fillStyle = css("--control");
  g.fillRect(X(1), ground.foot - 0.5, X(reach) - X(1), 1);
  for (const depth of network.recorded) g.fillRect(X(depth) - 0.5, ground.foot, 1, height - ground.foot);
  g.fillStyle = g.strokeStyle = css(`--k-${network.family}`);
  g.lineWidth = Math.max(1, em * 0.075);
  for (let layer = 1; layer <= network.depth; layer++) {
    const row = groundOf(ground, network.depth, reach, layer);
    paintBar(row, network, layer);
    if (layer + reach > network.depth) paintAbove(row, network, (layer - 1) % reach > 0, layer);
  }
  marks.replaceChildren(
    ...marksOf(network.recorded, ground, network.depth > reach ? { depth: network.depth, reach } : null),
  );
}

/** The ground of the row in which a layer stands; the first row is the lowest. @param {Ground} ground @param {number} depth @param {number} reach @param {number} layer @returns {Ground} */
function groundOf({ foot, tall, X, ...rest }, depth, reach, layer) {
  const rows = Math.ceil(depth / reach);
  if (rows === 1) return { foot, tall, X, ...rest };
  const index = Math.floor((layer - 1) / reach);
  const pitch = Math.max(2, Math.floor((tall * ROWS) / rows)); // whole pixels: a gap that is blurred is none
  const gap = Math.max(1, Math.round(pitch * GAP));
  return { ...rest, foot: Math.round(foot) - index * pitch, tall: pitch - gap, X: (at) => X(at - index * reach) };
}

/** @param {Ground} ground @param {Network} network @param {number} layer */
function paintBar({ g, foot, tall, step, X }, { kind, knob, depth }, layer) {
  const width = Math.max(1.4, step * 0.52);
  const x = X(layer) - width / 2;
  const inner = layer > 1;
  let height = tall;
  if (kind === "stochastic_depth" && inner) height *= 1 - ((layer - 1) / (depth - 1)) * (1 - knob);
  if (kind === "rezero" && inner) height *= 0.45;
  if (HALVES.includes(kind) && inner) {
    g.fillRect(x, foot - tall, width, tall * 0.43);
    g.fillRect(x, foot - tall * 0.43, width, tall * 0.43);
  } else g.fillRect(x, foot - height, width, height);
}

/** What its kind has above a layer, where no other row is. @param {Ground} ground @param {Network} network @param {boolean} follows whether one stands before it in its row @param {number} layer */
function paintAbove(ground, { kind }, follows, layer) {
  const { g, em, foot, tall, step, X } = ground;
  if (kind === "plain_bn") g.fillRect(X(layer) - step * 0.42, foot - tall - em * 0.2, step * 0.84, em * 0.11);
  if (SKIPS.includes(kind) && follows) paintSkip(ground, layer, kind === "highway");
}

/** @param {Ground} ground @param {number} layer @param {boolean} gated */
function paintSkip({ g, em, foot, tall, step, X }, layer, gated) {
  const y = foot - tall - em * 0.22;
  g.beginPath();
  g.moveTo(X(layer - 1), y);
  g.quadraticCurveTo((X(layer - 1) + X(layer)) / 2, y - em * 0.62, X(layer), y);
  g.stroke();
  if (!gated) return;
  g.beginPath();
  g.arc(X(layer), y, Math.max(1, step * 0.2), 0, 7);
  g.fill();
}

/** The recorded depths in figures, as far as there is room; at the end a depth that lies beyond it. @param {number[]} recorded @param {Ground} ground @param {{ depth: number, reach: number } | null} beyond */
function marksOf(recorded, { em, step, X }, beyond) {
  const noted = recorded.length > 0 && step > 4.4; // there is room for a word on what the marks are
  let right = beyond ? beyond.reach - (0.9 * em) / step : Infinity;
  const apart = [...recorded]
    .sort((a, b) => b - a)
    .filter((depth) => {
      const room = (right - depth) * step >= 1.7 * em && !(noted && Math.abs(depth - NOTE_AT) * step < 4.2 * em);
      if (room) right = depth;
      return room;
    });
  const words = apart.map((depth) => h("span", { style: `left:${X(depth)}px` }, String(depth)));
  if (beyond) words.push(h("span", { class: "beyond" }, `… ${beyond.depth}`));
  const note = beyond ? `${beyond.reach} layers a row` : "marks: recorded";
  if (noted) words.push(h("em", { style: `left:${X(NOTE_AT)}px` }, note));
  return words;
}
