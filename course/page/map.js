// A map's colours: from numbers to pixels.
import { line, penOf } from "./canvas.js";

/** @import { Pen } from "./canvas.js" */
/** @import { Colour } from "./colours.js" */
/** @import { DeclaredPanel } from "./protocol.js" */

/** Where a value lies between a panel's limits, 0 to 1. @param {DeclaredPanel} panel @param {number} value */
export function levelIn({ low, high, log }, value) {
  const scaled = log ? Math.log10 : (/** @type {number} */ v) => v;
  return (scaled(value) - scaled(low)) / (scaled(high) - scaled(low));
}

/**
 * The columns as a picture, a pixel a number, the first layer at its foot; what is not a number, or a zero that means
 * something else, stays clear.
 * @param {Float32Array[]} strips
 * @param {DeclaredPanel} panel
 * @param {Colour} ink
 */
export function mapOf(strips, panel, ink) {
  const layers = strips[0].length - 1;
  const image = new ImageData(strips.length, layers);
  strips.forEach((column, c) => {
    for (let layer = 0; layer < layers; layer++) {
      const value = column[layer + 1];
      if (!Number.isFinite(value) || (value === 0 && panel.zero)) continue;
      image.data.set([...ink(levelIn(panel, value)), 255], 4 * ((layers - 1 - layer) * strips.length + c));
    }
  });
  const small = document.createElement("canvas");
  small.width = strips.length;
  small.height = layers;
  penOf(small).putImageData(image, 0, 0);
  return small;
}

/** @param {Pen} g @param {string} colour @returns {CanvasPattern} */
export function hatching(g, colour) {
  const ratio = devicePixelRatio || 1;
  const p = Math.round(4 * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = p;
  const t = penOf(tile);
  t.strokeStyle = colour;
  t.lineWidth = ratio;
  line(t, -1, p + 1, p + 1, -1);
  line(t, -1, 1, 1, -1);
  line(t, p - 1, p + 1, p + 1, p - 1);
  return /** @type {CanvasPattern} */ (g.createPattern(tile, "repeat"));
}
