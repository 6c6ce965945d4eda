// Views side by side where there is room, as `row` of course/views/svg.py lays them out.
import { BOX, drawLines } from "./chart.js";
import { isLines } from "./figures.js";
import { drawPictures } from "./pictures.js";
import { element } from "./shapes.js";
import { drawMap } from "./tiles.js";

/** @import { Drawn, Figure } from "./figures.js" */
/** @import { Look } from "../protocol.js" */

const BETWEEN = 20; // pixels between two views
const MOST_ACROSS = 4; // views in a row: more would be too narrow to be read
const GROWN = { from: 950, to: 1050, by: 80 }; // from one width to the other a row that is alone grows by so many pixels
const NARROW = { lines: 330, map: 240, square: 360 }; // pixels below which a view is not put beside another
const FONT = "font:14px var(--font-ui);font-variant-numeric:tabular-nums lining-nums";

const narrowOf = (/** @type {Figure} */ one) =>
  isLines(one) ? NARROW.lines : one.square || one.pictures ? NARROW.square : NARROW.map;

/** Each view as SVG. @param {Figure[]} figures @param {number} width @param {Look} look @param {"light" | "dark"} theme */
export function rowOf(figures, width, look, theme) {
  const count = figures.length;
  const least = (/** @type {number} */ n) =>
    figures.slice(0, n).reduce((sum, one) => sum + narrowOf(one) + BETWEEN, -BETWEEN);
  let across = Math.min(count, MOST_ACROSS);
  while (across > 1 && (count % across || least(across) > width)) across -= 1;
  const growth = across === count ? Math.min(Math.max((width - GROWN.from) / (GROWN.to - GROWN.from), 0), 1) : 0;
  const height = BOX.height + GROWN.by * growth;
  return arranged(figures, across).flatMap((some) => {
    const room = (width - BETWEEN * (across - 1)) / some.reduce((sum, { share = 1 }) => sum + share, 0);
    return some.map((figure) => {
      const own = room * (figure.share ?? 1);
      if (isLines(figure)) return written(drawLines(figure, own, height, look));
      const draw = figure.pictures ? drawPictures : drawMap;
      return written(draw(figure, own, height, look, theme));
    });
  });
}

/** So many in each row; where each caption has a column, those that share it stand in that, one below the other. @param {Figure[]} figures @param {number} across */
function arranged(figures, across) {
  const captions = figures.map(({ caption = "" }) => caption);
  const down = figures.length / across;
  const inColumns = captions.every((caption, i) => caption === captions[i - (i % down)]) && new Set(captions).size === across;
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
