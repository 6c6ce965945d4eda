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

/** A value for each point as a map. @param {string} title @param {(x1: number, x2: number) => number} value @param {Pick<Map_, "low" | "high" | "diverging" | "points" | "segments" | "folds" | "handle">} how @returns {Map_} */
export function surface(title, value, how) {
  const axis = span(GRID);
  const values = axis.flatMap((x2) => axis.map((x1) => value(x1, x2)));
  return { title, x_title: "x₁", y_title: "x₂", values, columns: GRID, x: EDGES, y: EDGES, square: true, ...how };
}

/** Where w₁ x₁ + w₂ x₂ + b = 0 in the plane, as a segment; none where that lies outside. @param {number} w1 @param {number} w2 @param {number} b @returns {[number, number, number, number, boolean][]} */
export function zeroLine(w1, w2, b) {
  const places = [
    ...EDGES.filter(() => w1).map((e) => [-(b + w2 * e) / w1, e]),
    ...EDGES.filter(() => w2).map((e) => [e, -(b + w1 * e) / w2]),
  ];
  const inside = places.filter((place) => Math.max(...place.map(Math.abs)) <= EDGES[1]);
  const [first, ...rest] = inside.sort((a, c) => a[0] - c[0] || a[1] - c[1]);
  const last = rest.at(-1);
  return last && (first[0] !== last[0] || first[1] !== last[1]) ? [[first[0], first[1], last[0], last[1], false]] : [];
}
