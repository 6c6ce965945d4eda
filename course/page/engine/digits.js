// The digits, split and normalised as course/data/digits.py does it, from the same file.
import { Random } from "./random.js";

/**
 * Images row after row, normalised, and their classes.
 * @typedef {{ x: Float32Array, y: Uint8Array, inputs: number }} Split
 * @typedef {{ train: Split, test: Split, mean: number[], deviation: number }} Digits with what they were normalised by
 */

export const PIXELS = 64;
const TRAIN = 1437;
const SEED = 0;

/** @param {string} csv a line an image: its pixels, then its class @returns {Digits} */
export function digitsOf(csv) {
  const table = csv
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  const order = [...new Random(SEED).permutation(table.length)].map((place) => table[place]);
  const train = order.slice(0, TRAIN);
  const mean = Array.from({ length: PIXELS }, (_, i) => train.reduce((sum, row) => sum + row[i], 0) / TRAIN);
  const variance = (/** @type {number[]} */ row) => mean.reduce((sum, m, i) => sum + (row[i] - m) ** 2, 0) / PIXELS;
  const deviation = Math.sqrt(train.reduce((sum, row) => sum + variance(row), 0) / TRAIN);
  const split = (/** @type {number[][]} */ rows) => ({
    x: Float32Array.from(rows.flatMap((row) => mean.map((m, i) => (row[i] - m) / deviation))),
    y: Uint8Array.from(rows, (row) => row[PIXELS]),
    inputs: PIXELS,
  });
  return { train: split(train), test: split(order.slice(TRAIN)), mean, deviation };
}

/** So many random images of a split, as `Split.sample` in course/data/dataset.py draws them. @param {Split} split @param {number} count @returns {Split} */
export function sampled({ x, y, inputs }, count) {
  if (count >= y.length) return { x, y, inputs };
  const order = new Random(SEED).permutation(y.length).subarray(0, count);
  const rows = Array.from(order, (row) => [...x.subarray(row * inputs, (row + 1) * inputs)]);
  return { x: Float32Array.from(rows.flat()), y: Uint8Array.from(order, (row) => y[row]), inputs };
}

/** @param {string} base64 */
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The text in a gzipped file. @param {Uint8Array<ArrayBuffer>} packed */
export async function unpacked(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}
