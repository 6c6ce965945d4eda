// SVG as text, as course/views/svg.py writes it: this runs in a worker too, where there is no document. Colours are the
// page's variables.

/** @typedef {[number, number]} Point */

const ESCAPED = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });
const escaped = (/** @type {string} */ words) => words.replace(/[&<>"]/g, (letter) => ESCAPED[letter]);

/** An element; what is null is left out. @param {string} tag @param {Record<string, string | number | null>} attributes @param {...string} inside SVG */
export function element(tag, attributes, ...inside) {
  const known = Object.entries(attributes).filter(([, value]) => value !== null);
  const written = known.map(([name, value]) => ` ${name}="${valueOf(value)}"`).join("");
  return inside.length ? `<${tag}${written}>${inside.join("")}</${tag}>` : `<${tag}${written}/>`;
}

/** @param {string | number | null} value */
const valueOf = (value) => (typeof value === "number" ? String(+value.toFixed(2)) : escaped(String(value)));

/** A path that is drawn and not filled. @param {string} d @param {string} colour @param {{ width?: number, dash?: number[], more?: Record<string, string | number> }} [how] */
export const path = (d, colour, { width = 1, dash = [], more = {} } = {}) =>
  element("path", {
    d,
    fill: "none",
    stroke: colour,
    "stroke-width": width === 1 ? null : width,
    "stroke-dasharray": dash.join(" ") || null,
    ...more,
  });

/** The `d` of a line through the points. @param {Point[]} points */
export const through = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;

const RIM = { stroke: "var(--page)", "stroke-width": 5, "stroke-linejoin": "round", "paint-order": "stroke" };

/**
 * Words with their foot at (x, y). at: which end of them is there. halo: a rim in page colour, over lines.
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {{ at?: "start" | "middle" | "end", size?: number | null, colour?: string | null, bold?: boolean,
 *   halo?: boolean, more?: Record<string, string> }} [how]
 */
export const label = (
  x,
  y,
  words,
  { at = "start", size = null, colour = null, bold = false, halo = false, more = {} } = {},
) =>
  element(
    "text",
    {
      x,
      y,
      "text-anchor": at === "start" ? null : at,
      "font-size": size,
      fill: colour,
      "font-weight": bold ? 700 : null,
      ...(halo ? RIM : {}),
      ...more,
    },
    escaped(words),
  );

/** Small words in the second ink, as beside an axis. @param {number} x @param {number} y @param {string} words @param {"start" | "middle" | "end"} at @param {boolean} [halo] */
export const note = (x, y, words, at = "start", halo = false) =>
  label(x, y, words, { at, size: 12, colour: "var(--ink2)", halo });

const HALF = 4; // of a marker, in pixels
const NARROWER = 0.9 * HALF;
const BROAD = 1.15 * HALF;
const LONGER = 1.25 * HALF;
/** @type {Record<string, (x: (by: number) => string, y: (by: number) => string) => string>} */
const MARKERS = {
  circle: (x, y) => `M${x(-HALF)} ${y(0)}a${HALF} ${HALF} 0 1 0 ${2 * HALF} 0a${HALF} ${HALF} 0 1 0 ${-2 * HALF} 0z`,
  square: (x, y) => {
    const side = (2 * NARROWER).toFixed(1);
    return `M${x(-NARROWER)} ${y(-NARROWER)}h${side}v${side}h-${side}z`;
  },
  "triangle-up": (x, y) => `M${x(-BROAD)} ${y(NARROWER)}h${(2 * BROAD).toFixed(1)}L${x(0)} ${y(-BROAD)}z`,
  "triangle-down": (x, y) => `M${x(-BROAD)} ${y(-NARROWER)}h${(2 * BROAD).toFixed(1)}L${x(0)} ${y(BROAD)}z`,
  diamond: (x, y) => `M${x(-LONGER)} ${y(0)}L${x(0)} ${y(-LONGER)}L${x(LONGER)} ${y(0)}L${x(0)} ${y(LONGER)}z`,
};

/** A marker as course/views/marks.py draws it: filled, with a rim in page colour, or hollow. @param {string} name @param {string} colour @param {Point} place */
export function markerAt(name, colour, [x, y]) {
  const form = name.replace(/-dot$/, "");
  const hollow = form.endsWith("-open");
  const d = MARKERS[form.replace(/-open$/, "")](
    (by) => (x + by).toFixed(1),
    (by) => (y + by).toFixed(1),
  );
  const rim = hollow ? { stroke: colour, "stroke-width": 0.25 + HALF / 4 } : { stroke: "var(--page)", "stroke-width": HALF / 2 - 1.5 };
  return element("path", { d, fill: hollow ? "var(--page)" : colour, ...rim });
}
