// Figures as data, as course/views/figures.py has them: those of its fields that the page's own labs use.
import { ticks } from "../axes.js";
import { general, tick } from "../words.js";

/**
 * One curve. A point without a finite value is a hole in it.
 * @typedef {object} Line
 * @property {string} label
 * @property {ArrayLike<number>} x
 * @property {ArrayLike<number>} y
 * @property {string} kind whose colour and pattern it takes
 * @property {"line" | "bars" | "points"} [style]
 * @property {boolean} [bold] if not, bars are pale
 * @property {[number, number][]} [whiskers] lowest and highest at each point, which then has a marker
 * @property {[number, number][]} [band] lowest and highest at each point, a pale area behind all lines
 * @property {number[]} [raw] the same unsmoothed, a thin trace
 * @property {number} [slot] takes the pattern of this slot, where lines share a kind
 */
/**
 * Curves over a common axis; `low` and `high` are the limits of the y axis, with `log` their decades.
 * @typedef {object} Lines
 * @property {string} title
 * @property {string} x_title
 * @property {Line[]} lines
 * @property {boolean} [log]
 * @property {number} [low]
 * @property {number} [high]
 * @property {Record<string, number>} [references]
 * @property {[number, number]} [x]
 * @property {boolean} [percent] fractions, in per cent beside the axis
 * @property {[number, string][]} [ticks] of the x axis, value and word
 * @property {number[]} [out] at these x something is taken out: crosses on the axis
 * @property {string} [caption] how to read it
 * @property {boolean} [peaks] names stand above the highest points, not at the right
 * @property {boolean} [dodge] lines stand beside each other, for their whiskers
 * @property {number} [share] of the row's width
 */
/**
 * A value for each cell of a grid, row after row, the lowest first.
 * @typedef {object} Map_
 * @property {string} title
 * @property {string} x_title
 * @property {string} y_title
 * @property {ArrayLike<number>} values
 * @property {number} columns
 * @property {number} low
 * @property {number} high
 * @property {[number, number]} x
 * @property {[number, number]} y
 * @property {boolean} [diverging]
 * @property {boolean} [log] values above zero, by their exponents
 * @property {boolean} [open] its scale says where values lie beyond the ends
 * @property {string} [caption] how to read it
 * @property {[number, number, number][]} [points] x, y and class of data drawn on it
 * @property {[number, number, number, number, boolean][]} [segments] straight lines on it, and whether they are arrows
 * @property {[number, number, number, number][]} [contour] straight pieces of a line where values are equal
 * @property {[number, number, number, number, number][]} [folds] thin lines below the points, and how strong they are, from 0 to 1
 * @property {boolean} [square] x and y take as much room
 * @property {boolean} [small] a thumbnail without axes, which stands below the other views
 * @property {[string, string][]} [pictures] name and kind of each row of square pictures, from the top, of which the map then consists
 * @property {[number, string][]} [ticks] of the x axis
 * @property {number[]} [rules] at these x the map is parted by a hairline
 * @property {number[]} [margin] a number for each row, as a bar at the right
 * @property {string} [margin_title]
 * @property {number} [margin_high] the end of its scale, which begins at 0
 * @property {number[]} [marked] rows with an arrowhead at the right
 * @property {[number, number, string, string]} [handle] a ring to be dragged: its place, and the controls that follow it
 * @property {number} [share]
 */
/** @typedef {Lines | Map_} Figure */
/** @typedef {{ views: Figure[], summary: string }} Frame */
/** @typedef {{ title: string, width: number, height: number, inside: string[] }} Drawn */

/** @param {Figure} figure @returns {figure is Lines} */
export const isLines = (figure) => "lines" in figure;

const SMALLEST = 1e-30; // what an exact zero counts as, as in course/smoothing.py

/** From `low` to `high`, which are exponents of ten if `log`. */
export class Axis {
  /** @param {number} low @param {number} high @param {boolean} [log] */
  constructor(low, high, log = false) {
    this.low = low;
    this.high = high > low ? high : low + 1;
    this.log = log;
  }
  /** A value in the axis's own units. @param {number} value */
  level(value) {
    return this.log ? Math.log10(Math.max(value, SMALLEST)) : value;
  }
  /** Whether the value has a place on the axis, or beyond one of its ends. @param {number} value */
  has(value) {
    return Number.isFinite(value) && (value > 0 || !this.log);
  }
  /** How far along the axis the value lies, 0 to 1; what lies beyond the limits sits on them. @param {number} value */
  share(value) {
    return (Math.min(Math.max(this.level(value), this.low), this.high) - this.low) / (this.high - this.low);
  }
  /** Values with their words: decades if `log`, else round numbers. @param {number} [most] @returns {[number, string][]} */
  ticks(most = 6) {
    const { low, high } = this;
    if (!this.log) return ticks(low, high, most).map((value) => [value, general(value)]);
    const step = Math.max(1, Math.floor((high - low) / 8));
    const count = Math.floor((high - low) / step) + 1;
    return Array.from({ length: count }, (_, i) => [10 ** (low + i * step), tick(low + i * step)]);
  }
}

/** The axis of a map's colours. @param {Pick<Map_, "low" | "high" | "log">} view */
export const scaleIn = ({ low, high, log }) => (log ? new Axis(Math.log10(low), Math.log10(high), true) : new Axis(low, high));

/** The y axis, by default from the least value to the greatest. @param {Lines} view */
export function axisOf({ lines, log = false, low, high, references = {} }) {
  let [least, greatest] = [Infinity, -Infinity];
  const bands = lines.flatMap(({ band = [] }) => band);
  for (const values of [...lines.map((line) => line.y), ...bands, Object.values(references)])
    for (const value of Array.from(values))
      if (Number.isFinite(value) && (value > 0 || !log)) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
  const from = low ?? (least < Infinity ? least : Number(log));
  const to = high ?? (greatest > -Infinity ? greatest : 1);
  return log ? new Axis(Math.floor(Math.log10(from)), Math.ceil(Math.log10(to)), true) : new Axis(from, to);
}

/** The x axis, by default from the first value to the last. @param {Lines} view */
export function alongOf({ lines, x }) {
  const all = lines.flatMap((line) => Array.from(line.x));
  return x ? new Axis(...x) : new Axis(Math.min(...all), Math.max(...all));
}
