// A canvas in device pixels, and lines of any length drawn with at most four points a pixel, their extremes kept.

/** @typedef {CanvasRenderingContext2D} Pen */

/** A canvas emptied and as large as its element. @param {HTMLCanvasElement} canvas @returns {[Pen, number, number]} */
export function fresh(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = penOf(canvas);
  pen.scale(ratio, ratio);
  return [pen, width, height];
}

/** @param {HTMLCanvasElement} canvas */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no canvas");
  return pen;
}

/** @param {Pen} g @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function line(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** @param {Pen} g @param {number} x @param {number} y @param {number} radius */
export function disc(g, x, y, radius) {
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fill();
}

/**
 * A curve through `count` points.
 * @param {Pick<Pen, "beginPath" | "moveTo" | "lineTo" | "stroke">} g
 * @param {number} count
 * @param {(i: number) => number} X
 * @param {(i: number) => number} Y
 */
export function trace(g, count, X, Y) {
  g.beginPath();
  let column = NaN;
  let points = 0;
  let low = 0;
  let high = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const x = X(i);
    const y = Y(i);
    if (Math.floor(x) === column) {
      points += 1;
      low = Math.min(low, y);
      high = Math.max(high, y);
    } else {
      if (points > 1) for (const end of [low, high, last]) g.lineTo(column + 0.5, end);
      column = Math.floor(x);
      points = 1;
      low = high = y;
      if (i) g.lineTo(x, y);
      else g.moveTo(x, y);
    }
    last = y;
  }
  if (points > 1) for (const end of [low, high, last]) g.lineTo(column + 0.5, end);
  g.stroke();
}

/** How to read a variable of the stylesheet. @param {Element} root @returns {(name: string) => string} */
export const inkOf = (root) => {
  const style = getComputedStyle(root);
  return (name) => style.getPropertyValue(name).trim();
};

/** The text size of an element, in pixels. @param {Element} root */
export const emOf = (root) => parseFloat(getComputedStyle(root).fontSize);
