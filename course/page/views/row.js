// Views side by side where there is room, as course/views/layout.py lays them out.
import { BOX, drawLines } from "./chart.js";
import { isLines } from "./figures.js";
import { drawPictures, widthOfPictures } from "./pictures.js";
import { element } from "./shapes.js";
import { drawMap, roomOfMargin, widthOfSquare } from "./tiles.js";

/** @import { Drawn, Figure } from "./figures.js" */
/** @import { Look } from "../protocol.js" */

const BETWEEN = 20; // pixels between two views
const MOST_ACROSS = 4; // views in a row: more would be too narrow to be read
const GROWN = { from: 950, to: 1050, by: 80 }; // from one width to the other a row that is alone grows by so many pixels
const THUMBNAIL = 190; // pixels of the height of a small map
const NARROW = { lines: 330, map: 240, square: 360, small: 165 }; // pixels below which a view is not put beside another
const FONT = "font:14px var(--font-ui);font-variant-numeric:tabular-nums lining-nums";

/** @param {Figure} one */
function narrowOf(one) {
  if (isLines(one)) return NARROW.lines;
  return one.small ? NARROW.small : Math.min(NARROW.square, neededBy(one, BOX.height) || NARROW.map + roomOfMargin(one));
}

const isSquare = (/** @type {Figure} */ one) => !isLines(one) && (one.square ?? false);
const isSmall = (/** @type {Figure} */ one) => !isLines(one) && (one.small ?? false);

/** Pixels that a view needs whose form is given; 0 for one that fills what it gets. @param {Figure} one @param {number} height */
function neededBy(one, height) {
  if (!isLines(one) && one.pictures) return widthOfPictures(one, height);
  return isSquare(one) ? widthOfSquare(height) : 0;
}

/** Each view as SVG, thumbnails below all others. @param {Figure[]} figures @param {number} width @param {Look} look @param {"light" | "dark"} theme */
export function rowOf(figures, width, look, theme) {
  const groups = [figures.filter((one) => !isSmall(one)), figures.filter(isSmall)];
  return groups.flatMap((some) => (some.length ? inRows(some, width, look, theme) : []));
}

/** Views that are all large, or all small. @param {Figure[]} figures @param {number} width @param {Look} look @param {"light" | "dark"} theme */
function inRows(figures, width, look, theme) {
  const count = figures.length;
  const least = (/** @type {number} */ n) =>
    figures.slice(0, n).reduce((sum, one) => sum + narrowOf(one) + BETWEEN, -BETWEEN);
  const even = (/** @type {number} */ n) => count % n === 0 || (n === 2 && count === 3);
  let across = Math.min(count, MOST_ACROSS);
  while (across > 1 && (!even(across) || least(across) > width)) across -= 1;
  const growth = across === count ? Math.min(Math.max((width - GROWN.from) / (GROWN.to - GROWN.from), 0), 1) : 0;
  const starts = Array.from({ length: Math.ceil(count / across) }, (_, row) => row * across);
  return starts.flatMap((start) => {
    const some = figures.slice(start, start + across);
    const tall = BOX.height + GROWN.by * (some.every(isSquare) ? 1 : growth);
    const height = isSmall(some[0]) ? THUMBNAIL : tall;
    const widths = widthsOf(some, width - BETWEEN * (some.length - 1), height);
    return some.map((figure, i) => {
      if (isLines(figure)) return written(drawLines(figure, widths[i], height, look));
      const draw = figure.pictures ? drawPictures : drawMap;
      return written(draw(figure, widths[i], height, look, theme));
    });
  });
}

/** By their shares; beside others square maps and pictures take no more than they need, and leave them the rest. @param {Figure[]} some @param {number} room @param {number} height */
function widthsOf(some, room, height) {
  const shares = some.map(({ share = 1 }) => share);
  const sum = (/** @type {number[]} */ values) => values.reduce((all, value) => all + value, 0);
  const even = shares.map((share) => (room * share) / sum(shares));
  const taken = some.map((one, i) => Math.min(even[i], neededBy(one, height)));
  const others = sum(shares.filter((_, i) => !taken[i]));
  return others ? shares.map((share, i) => taken[i] || ((room - sum(taken)) * share) / others) : even;
}

/** @param {Drawn} drawn */
function written({ title, width, height, inside }) {
  const size = { width, height };
  const named = { role: "img", "aria-label": title };
  const viewBox = `0 0 ${+width.toPrecision(6)} ${+height.toPrecision(6)}`;
  return element("svg", { viewBox, fill: "var(--ink)", style: FONT, ...size, ...named }, ...inside);
}
