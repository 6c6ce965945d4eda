// The neuron lab: as course/labs/neuron.py.
import { decimals } from "../words.js";
import { ACTIVATIONS, EDGES, along, surface, zeroLine } from "./plane.js";

/** @import { Frames } from "./frames.js" */

const TITLE = "Output; arrow: w; dashed: where w·x + b = 0";
const RANGES = /** @type {Record<string, [number, number]>} */ ({ sigmoid: [0, 1], tanh: [-1, 1], relu: [0, 4] });

/** @type {Frames} */
export function* neuron({ activation, ...given }) {
  const [w1, w2, b] = [given.w1, given.w2, given.b].map(Number);
  const name = String(activation);
  const { g } = ACTIVATIONS[name];
  const [low, high] = RANGES[name];
  const size = Math.fround(Math.hypot(w1, w2));
  const angle = size ? (Math.atan2(w2, w1) * 180) / Math.PI : 0;
  const at = size ? `on a straight line at distance ${decimals(Math.abs(b) / size)} from the origin` : "nowhere: w is zero";
  const line = { label: name, x: along, y: along.map((x) => g(size * x + b)), kind: "plain" };
  const title = "Output along the direction of w";
  const shown = size && Math.min(1, EDGES[1] / Math.max(Math.abs(w1), Math.abs(w2))); // of the arrow, up to the edge
  const segments = zeroLine(w1, w2, b);
  if (shown) segments.push([0, 0, shown * w1, shown * w2, true]);
  /** @type {[number, number, string, string]} */
  const handle = [shown * w1, shown * w2, "w1", "w2"];
  yield () => ({
    views: [
      surface(TITLE, (x1, x2) => g(w1 * x1 + w2 * x2 + b), { low, high, diverging: name === "tanh", segments, handle }),
      { title, x_title: "signed distance from the origin", lines: [line], low, high, x: EDGES },
    ],
    summary:
      `w points in the direction ${decimals(angle, 0)}° and has length ${decimals(size)}: the larger, the steeper. ` +
      `The pre-activation is zero ${at}.`,
  });
}
