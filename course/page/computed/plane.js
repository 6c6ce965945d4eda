// The plane over which small networks are drawn, and the activations of their labs: as course/labs/plane.py has them.
import { exp } from "../engine/pinned.js";

/** @import { Map_ } from "../views/figures.js" */

const GRID = 61; // points a side
/** @type {[number, number]} */
export const EDGES = [-3, 3];
const span = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, i) => EDGES[0] + ((EDGES[1] - EDGES[0]) * i) / (count - 1));

/** @type {Record<string, { g: (x: number) => number, slope: (y: number) => number }>} the slope by the output */
export const ACTIVATIONS = {
  sigmoid: { g: (x) => 1 / (1 + exp(-x)), slope: (y) => y * (1 - y) },
  tanh: { g: (x) => 2 / (1 + exp(-2 * x)) - 1, slope: (y) => 1 - y * y },
  relu: { g: (x) => Math.max(0, x), slope: (y) => Number(y > 0) },
};

/** Places along an axis of the plane. */
export const along = span(121);

/** A value for each point as a map. @param {string} title @param {(x1: number, x2: number) => number} value @param {Pick<Map_, "low" | "high" | "diverging" | "points">} how @returns {Map_} */
export function surface(title, value, how) {
  const axis = span(GRID);
  const values = axis.flatMap((x2) => axis.map((x1) => value(x1, x2)));
  return { title, x_title: "x₁", y_title: "x₂", values, columns: GRID, x: EDGES, y: EDGES, ...how };
}
