// Views side by side where there is room, as `row` of course/views/svg.py lays them out.
import { BOX, drawLines } from "./chart.js";
import { isLines } from "./figures.js";
import { drawPictures } from "./pictures.js";
import { element } from "./shapes.js";
import { drawMap, roomOfMargin, widthOfSquare } from "./tiles.js";

/** @import { Drawn, Figure } from "./figures.js" */
/** @import { Look } from "../protocol.js" */

const BETWEEN = 20; // pixels between two views
const MOST_ACROSS = 4; // views in a row: more would be too narrow to be read
const GROWN = { from: 950, to: 1050, by: 80 }; // from one width to the other a row that is alone grows by so many pixels
const NARROW = { lines: 330, map: 240, square: 360 }; // pixels below which a view is not put beside another
const FONT = "font:14px var(--font-ui);font-variant-numeric:tabular-nums lining-nums";

const narrowOf = (/** @type {Figure} */ one) =>
  isLines(one) ? NARROW.lines : one.square || one.pictures ? NARROW.square : NARROW.map + roomOfMargin(one);

const isSquare = (/** @type {Figure} */ one) => !isLines(one) && (one.square ?? false);

/** Each view as SVG. @param {Figure[]} figures @param {number} width @param {Look} look @param {"light" | "dark"} theme */
export function rowOf(figures, width, look, theme) {
  const count = figures.length;
  const least = (/** @type {number} */ n) =>
    figures.slice(0, n).reduce((sum, one) => sum + narrowOf(one) + BETWEEN, -BETWEEN);
  const even = (/** @type {number} */ n) => count % n === 0 || (n === 2 && count === 3);
  let across = Math.min(count, MOST_ACROSS);
  while (across > 1 && (!even(across) || least(across) > width)) across -= 1;
  const growth = across === count ? Math.min(Math.max((width - GROWN.from) / (GROWN.to - GROWN.from), 0), 1) : 0;
  return arranged(figures, across).flatMap((some) => {
    const height = BOX.height + GROWN.by * (some.every(isSquare) ? 1 : growth);
    const widths = widthsOf(some, width - BETWEEN * (some.length - 1), height);
    return some.map((figure, i) => {
      if (isLines(figure)) return written(drawLines(figure, widths[i], height, look));
      const draw = figure.pictures ? drawPictures : drawMap;
      return written(draw(figure, widths[i], height, look, theme));
    });
  });
}

/** By their shares; beside others a square map takes no more than it needs, and leaves them the rest. @param {Figure[]} some @param {number} room @param {number} height */
function widthsOf(some, room, height) {
  const shares = some.map(({ share = 1 }) => share);
  const sum = (/** @type {number[]} */ values) => values.reduce((all, value) => all + value, 0);
  const even = shares.map((share) => (room * share) / sum(shares));
  const taken = some.map((one, i) => (isSquare(one) ? Math.min(even[i], widthOfSquare(height)) : 0));
  const others = sum(shares.filter((_, i) => !taken[i]));
  return others ? shares.map((share, i) => taken[i] || ((room - sum(taken)) * share) / others) : even;
}

/** So many in each row, of three the last below the others; where each caption has a column, those that share it stand in that, one below the other. @param {Figure[]} figures @param {number} across */
function arranged(figures, across) {
  const captions = figures.map(({ caption = "" }) => caption);
  const down = Math.ceil(figures.length / across);
  const alike = captions.every((caption, i) => caption === captions[i - (i % down)]);
  const inColumns = alike && new Set(captions).size === across && across * down === figures.length;
  const rows = Array.from({ length: down }, (_, row) => row);
  return rows.map((row) => figures.filter((_, i) => (inColumns ? i % down : Math.floor(i / across)) === row));
}

/** @param {Drawn} drawn */
function written({ title, width, height, inside }) {
  const size = { width, height };
  const named = { role: "img", "aria-label": title };
  const viewBox = `0 0 ${+width.toPrecision(6)} ${+height.toPrecision(6)}`;
  return element("svg", { viewBox, fill: "var(--ink)", style: FONT, ...size, ...named }, ...inside);
}
