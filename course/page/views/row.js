// Views side by side where there is room, as `row` of course/views/svg.py lays them out.
import { drawLines } from "./chart.js";
import { isLines } from "./figures.js";
import { drawPictures } from "./pictures.js";
import { element } from "./shapes.js";
import { drawMap } from "./tiles.js";

/** @import { Drawn, Figure } from "./figures.js" */
/** @import { Look } from "../protocol.js" */

const BETWEEN = 20; // pixels between two views
const NARROW = { lines: 330, map: 240, square: 360 }; // pixels below which a view is not put beside another
const FONT = "font:14px var(--font-ui);font-variant-numeric:tabular-nums lining-nums";

const narrowOf = (/** @type {Figure} */ one) =>
  isLines(one) ? NARROW.lines : one.square || one.pictures ? NARROW.square : NARROW.map;

/** Each view as SVG. @param {Figure[]} figures @param {number} width @param {Look} look @param {"light" | "dark"} theme */
export function rowOf(figures, width, look, theme) {
  const count = figures.length;
  const least = (/** @type {number} */ n) =>
    figures.slice(0, n).reduce((sum, one) => sum + narrowOf(one) + BETWEEN, -BETWEEN);
  let across = count;
  while (across > 1 && (count % across || least(across) > width)) across -= 1;
  return figures.map((figure, i) => {
    const first = i - (i % across);
    const shares = figures.slice(first, first + across).reduce((sum, { share = 1 }) => sum + share, 0);
    const own = ((width - BETWEEN * (across - 1)) / shares) * (figure.share ?? 1);
    if (isLines(figure)) return written(drawLines(figure, own, look));
    return written(figure.pictures ? drawPictures(figure, own, look, theme) : drawMap(figure, own, look, theme));
  });
}

/** @param {Drawn} drawn */
function written({ title, width, height, inside }) {
  const size = { width, height };
  const named = { role: "img", "aria-label": title };
  const viewBox = `0 0 ${+width.toPrecision(6)} ${+height.toPrecision(6)}`;
  return element("svg", { viewBox, fill: "var(--ink)", style: FONT, ...size, ...named }, ...inside);
}
