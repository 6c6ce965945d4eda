// A map of pictures as SVG: the same as course/views/pictures.py draws, and a test holds the two together.
import { BOX } from "./chart.js";
import { element, label } from "./shapes.js";
import { cellsIn, mapInk } from "./tiles.js";

/** @import { Drawn, Map_ } from "./figures.js" */
/** @import { Look } from "../protocol.js" */

const ROW_NAME = 78; // pixels for the names of the rows
const PICTURE_GAP = 8; // pixels between two pictures
const FOOT = 12; // pixels below the last row
const STRIPE = 4; // pixels, in the colour of the row's kind
const EDGE = 1; // pixels at the right, for the last frame

/** Rows of pictures, pixels of a picture, and pictures in a row. @param {Map_} view */
function formOf({ pictures = [], values, columns }) {
  const rows = pictures.length;
  const size = values.length / columns / rows;
  return { rows, size, count: columns / size };
}

/** The side of a picture in so many rows. @param {number} rows @param {number} height */
const tallest = (rows, height) => (height - FOOT - BOX.top + PICTURE_GAP) / rows - PICTURE_GAP;

/** Pixels that the rows need to be as large as they may be in this height. @param {Map_} view @param {number} height */
export function widthOfPictures(view, height) {
  const { rows, count } = formOf(view);
  return ROW_NAME + count * (tallest(rows, height) + PICTURE_GAP) - PICTURE_GAP + EDGE;
}

/** All rows, as large as width and height allow. @param {Map_} view @param {number} width @param {number} height @param {Look} look @param {"light" | "dark"} theme @returns {Drawn} */
export function drawPictures(view, width, height, look, theme) {
  const { pictures = [], title } = view;
  const { rows, size, count } = formOf(view);
  const side = Math.min((width - ROW_NAME - EDGE + PICTURE_GAP) / count - PICTURE_GAP, tallest(rows, height));
  const ink = mapInk(view, look, theme);
  const inside = [label(0, 16, title, { bold: true })];
  pictures.forEach(([name, kind], row) => {
    const y = BOX.top + row * (side + PICTURE_GAP);
    const stripe = { x: ROW_NAME - PICTURE_GAP - STRIPE, y, width: STRIPE, height: side, fill: `var(--k-${look.kinds[kind]?.family})` };
    inside.push(label(0, y + side / 2 + 5, name), ...(kind ? [element("rect", stripe)] : []));
    for (let i = 0; i < count; i++) {
      const box = { x: ROW_NAME + i * (side + PICTURE_GAP), y, width: side, height: side };
      inside.push(...cellsIn(view, ink, box, { size, column: i * size, row: row * size }));
    }
  });
  return { title, width, height: BOX.top + rows * (side + PICTURE_GAP) - PICTURE_GAP + FOOT, inside };
}
