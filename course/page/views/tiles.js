// A map as SVG: the same as course/views/tiles.py draws, and a test holds the two together.
import { ticks } from "../axes.js";
import { colours } from "../colours.js";
import { BOX, acrossOf, upOf } from "./chart.js";
import { Axis, scaleIn } from "./figures.js";
import { pictureOf } from "./png.js";
import { general } from "../words.js";
import { element, label, note, path, through } from "./shapes.js";

/** @import { Place } from "./chart.js" */
/** @import { Drawn, Map_ } from "./figures.js" */
/** @import { Look } from "../protocol.js" */
/** @import { Point } from "./shapes.js" */

const ASIDE = 74; // pixels for the scale of the colours
const SQUARE = 240; // pixels at most of a square map, in a row of the usual height
const CAPTION = 20; // pixels for a line below the title
const SMALL = { left: 1, below: 10 }; // pixels beside a thumbnail: for its frame, and below it
const APART = 6; // pixels between the map and the bars of its margin
const MARGIN = { least: 60, share: 1 / 4 }; // of the longest of these bars: pixels, and what it takes of the width
const PART = 0.7; // of a row that its bar fills
const TIGHT = 130; // pixels below which a map has fewer ticks
const RING = 12; // pixels from the middle of a handle to its rim: a finger finds it
const HEAD = 7; // pixels of the mark of a row
const FOLD = 1.5; // pixels of a thin line
const TIP = 12; // pixels of an arrow's head
const CLEAR = [0, 0, 0, 0];
const HATCH = 6; // pixels between two diagonals

/** The whole map, with the scale of its colours at the right. @param {Map_} view @param {number} width @param {number} height without a caption @param {Look} look @param {"light" | "dark"} theme @returns {Drawn} */
export function drawMap(view, width, height, look, theme) {
  const { left, below } = view.small ? SMALL : BOX;
  const room = roomOfMargin(view, width);
  const wide = width - ASIDE - left - room;
  const side = Math.min(wide, widthOfSquare(height) - ASIDE - BOX.left);
  const [across, down] = view.square ? [side, side] : [wide, height - BOX.top - below];
  const top = BOX.top + (view.caption ? CAPTION : 0);
  const [right, bottom] = [left + across, top + down];
  /** @type {Place} */
  const place = { left, top, right, bottom, along: new Axis(...view.x), axis: new Axis(...view.y) };
  const box = { x: left, y: top, width: place.right - left, height: place.bottom - top };
  const ink = mapInk(view, look, theme);
  const inside = [
    label(0, 16, view.title, { bold: true }),
    ...(view.caption ? [note(0, 36, view.caption)] : []),
    ...cellsIn(view, ink, box),
    ...rulesOf(view, place),
    ...(view.small ? [] : axesOf(view, place)),
    ...contourOf(view, place),
    ...marginBars(view, place, room),
    ...headsOf(view, place),
    ...legendIn(view, place, room, ink),
    ...foldsIn(view, place),
    ...(view.points ?? [])
      .filter(([x, y]) => view.x[0] <= x && x <= view.x[1] && view.y[0] <= y && y <= view.y[1])
      .map(([x, y, kind]) => dotIn(acrossOf(place, x), upOf(place, y), kind > 0)),
    ...(view.segments ?? []).flatMap(([x0, y0, x1, y1, pointed]) =>
      segmentIn([acrossOf(place, x0), upOf(place, y0)], [acrossOf(place, x1), upOf(place, y1)], pointed),
    ),
    ...handleIn(view, place),
  ];
  return { title: view.title, width, height: bottom + below, inside };
}

/** Pixels that a square map needs to be as large as it may be in a row of this height. @param {number} height */
export const widthOfSquare = (height) => SQUARE + height - BOX.height + ASIDE + BOX.left;

/** Pixels beside the map for the bars of its margin; unless a width is given, the least. @param {Pick<Map_, "margin">} view @param {number} [width] */
export const roomOfMargin = ({ margin = [] }, width = 0) => (margin.length ? APART + Math.max(MARGIN.least, width * MARGIN.share) : 0);

/** @typedef {(share: number) => number[]} Ink the colour of a share of the scale */

/** @param {Map_} view @param {Look} look @param {"light" | "dark"} theme @returns {Ink} */
export function mapInk(view, look, theme) {
  const full = colours(look.maps[view.diverging ? "diverging" : "sequential"][theme]);
  // the middle half of the colours, so that points are seen
  return (share) => full(view.points?.length ? 0.25 + Math.min(Math.max(share, 0), 1) / 2 : share);
}

/** Cells of a map, all or a square of them, in a box with a frame around it, hatched where there is no number. @param {Map_} view @param {Ink} ink @param {Record<"x" | "y" | "width" | "height", number>} box @param {{ size: number, column: number, row: number }} [part] its place, from the top left */
export function cellsIn(view, ink, box, part) {
  const { values, columns } = view;
  const scale = scaleIn(view);
  const rows = values.length / columns;
  const [wide, high] = part ? [part.size, part.size] : [columns, rows];
  const { column = 0, row = 0 } = part ?? {};
  const absent = (/** @type {number} */ value) => Number.isNaN(value) || (scale.log && value <= 0);
  const valueAt = (/** @type {number} */ x, /** @type {number} */ y) => values[(rows - 1 - row - y) * columns + column + x];
  let missing = false;
  const picture = pictureOf(wide, high, (x, y) => {
    const value = valueAt(x, y); // a picture begins at the top
    missing ||= absent(value);
    return absent(value) ? CLEAR : [...ink(scale.share(value)), 255];
  });
  return [...(missing ? [path(hatch(box), "var(--hatch)")] : []), ...framed(picture, box)];
}

/** @param {string} href @param {Record<"x" | "y" | "width" | "height", number>} box */
function framed(href, box) {
  const how = { preserveAspectRatio: "none", style: "image-rendering:pixelated" };
  return [element("image", { href, ...how, ...box }), element("rect", { fill: "none", stroke: "var(--axis)", ...box })];
}

/** @param {Map_} view @param {Place} place */
function axesOf(view, place) {
  const { left, right, top, bottom } = place;
  const ticked = view.ticks ?? few(view.x, right - left >= TIGHT ? 5 : 3).map((value) => /** @type {[number, string]} */ ([value, general(value)]));
  return [
    ...ticked.map(([value, said]) => note(acrossOf(place, value), bottom + 17, said, "middle")),
    ...few(view.y, 5).map((value) => note(left - 7, upOf(place, value) + 4.5, general(value), "end")),
    note(right, bottom + 38, view.x_title, "end"),
    note(left, top - 5, view.y_title),
  ];
}

/** @param {[number, number]} limits @param {number} most */
function few(limits, most) {
  const found = ticks(...limits, most);
  return found[0] === 0 && limits[0] === 1 ? [1, ...found.slice(1)] : found;
}

/** Hairlines that part the map, and its axis a little below it. @param {Map_} view @param {Place} place */
function rulesOf({ rules = [] }, place) {
  const d = rules.map((value) => `M${acrossOf(place, value).toFixed(1)} ${place.top}V${(place.bottom + 5).toFixed(1)}`).join("");
  return d ? [path(d, "var(--ink2)")] : [];
}

/** A straight line from (x, y) to (u, v). @param {Place} place @param {number} x @param {number} y @param {number} u @param {number} v */
const pieceIn = (place, x, y, u, v) => through([[acrossOf(place, x), upOf(place, y)], [acrossOf(place, u), upOf(place, v)]]);

/** @param {Map_} view @param {Place} place */
const foldsIn = ({ folds = [] }, place) =>
  folds.map(([x, y, u, v, strong]) =>
    path(pieceIn(place, x, y, u, v), "var(--ink)", { width: FOLD, more: { "stroke-opacity": strong } }),
  );

/** A line where values are equal, with a rim in page colour, so that it is seen on every colour of the map. @param {Map_} view @param {Place} place */
function contourOf({ contour = [] }, place) {
  const d = contour.map((ends) => pieceIn(place, ...ends)).join("");
  const drawn = (/** @type {string} */ colour, /** @type {number} */ width) => path(d, colour, { width, more: { "stroke-linecap": "round" } });
  return d ? [drawn("var(--page)", 4), drawn("var(--ink)", 2)] : [];
}

/** A bar for each row, with its title above and the end of its scale below. @param {Map_} view @param {Place} place @param {number} room */
function marginBars({ margin = [], margin_title: title = "", margin_high: high = 1 }, { right, top, bottom }, room) {
  if (!margin.length) return [];
  const [left, longest] = [right + APART, room - APART];
  const row = (bottom - top) / margin.length;
  const bars = margin.map((value, i) => {
    const long = longest * Math.min(Math.max(value / high, 0), 1);
    const [x, y, wide, tall] = [left, bottom - (i + 0.5 + PART / 2) * row, long, PART * row].map((px) => px.toFixed(1));
    return `M${x} ${y}h${wide}v${tall}h${(-long).toFixed(1)}z`;
  });
  return [
    element("path", { d: bars.join(""), fill: "var(--ink2)" }),
    path(`M${left.toFixed(1)} ${top}V${bottom.toFixed(1)}h${longest.toFixed(1)}`, "var(--axis)"),
    note(left + longest, top - 5, title, "end"),
    note(left + longest, bottom + 17, `${Math.max(...margin) > high ? "≥ " : ""}${general(high)}`, "end"),
  ];
}

/** Arrowheads at the right, each towards its row. @param {Map_} view @param {Place} place */
function headsOf({ marked = [], values, columns }, { right, top, bottom }) {
  const row = ((bottom - top) * columns) / values.length;
  const half = Math.min((PART * row) / 2, HEAD / 2);
  const d = marked.map((i) => `M${(right + 1).toFixed(1)} ${(bottom - (i + 0.5) * row).toFixed(1)}l${HEAD} ${(-half).toFixed(1)}v${(2 * half).toFixed(1)}z`);
  return d.length ? [element("path", { d: d.join(""), fill: "var(--ink)" })] : [];
}

/** A line over the map, with a rim; an arrow if it is `pointed`. @param {Point} start @param {Point} end @param {boolean} pointed */
function segmentIn(start, end, pointed) {
  let d = through([start, end]);
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = Math.hypot(dx, dy);
  if (pointed && length) {
    const tip = (/** @type {number} */ s) =>
      /** @type {Point} */ ([end[0] - (TIP * (dx - (s * dy) / 2)) / length, end[1] - (TIP * (dy + (s * dx) / 2)) / length]);
    d += through([tip(1), end, tip(-1)]);
  }
  return [path(d, "var(--page)", { width: 5 }), path(d, "var(--ink)", { width: 2, dash: pointed ? [] : [6, 3] })];
}

/** A disc in ink or a square in page colour, by class, each with a rim in the other. @param {number} x @param {number} y @param {boolean} first */
function dotIn(x, y, first) {
  const form = first ? "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z" : "m-4 -4h8v8h-8z";
  const d = `M${x.toFixed(1)} ${y.toFixed(1)}${form}`;
  const [fill, stroke] = first ? ["var(--ink)", "var(--page)"] : ["var(--page)", "var(--ink)"];
  return element("path", { d, fill, stroke, "stroke-width": 1.5 });
}

/** A ring that tells the page which controls follow it, and where the origin is and how long a unit. @param {Map_} view @param {Place} place */
function handleIn({ handle }, place) {
  if (!handle) return [];
  const [x, y, ...names] = handle;
  const [x0, y0] = [acrossOf(place, 0), upOf(place, 0)];
  const plane = [x0, y0, acrossOf(place, 1) - x0, y0 - upOf(place, 1)].map((px) => px.toFixed(1));
  const told = { "pointer-events": "all", "data-handle": names.join(" "), "data-plane": plane.join(" ") };
  const circle = { cx: acrossOf(place, x), cy: upOf(place, y), r: RING, fill: "none" };
  const rim = element("circle", { ...circle, stroke: "var(--page)", "stroke-width": 5 });
  return [element("g", told, rim, element("circle", { ...circle, stroke: "var(--ink)", "stroke-width": 2 }))];
}

/** The colours from one end to the other, with their words. @param {Map_} view @param {Place} place @param {number} room of its margin @param {Ink} ink */
function legendIn(view, { right, top, bottom }, room, ink) {
  const scale = scaleIn(view);
  const x = right + room + 10;
  const height = bottom - top;
  const steps = 64;
  const strip = pictureOf(1, steps, (_, y) => [...ink((steps - 1 - y) / (steps - 1)), 255]);
  const { low, high } = view;
  const marked = scale.log
    ? scale.ticks()
    : [low, (low + high) / 2, high].map((value) => /** @type {[number, string]} */ ([value, general(value)]));
  const [below, above] = beyond(view, scale);
  const sign = (/** @type {number} */ i) => (i === 0 && below ? "≤ " : i === marked.length - 1 && above ? "≥ " : "");
  const words = marked.map(([value, said], i) =>
    note(x + 16, bottom - (height - 9) * scale.share(value), `${sign(i)}${said}`),
  );
  return [...framed(strip, { x, y: top, width: 11, height }), ...words];
}

/** Whether values lie below the scale of an open map, and above it. @param {Map_} view @param {Axis} scale */
function beyond({ open, values }, scale) {
  const levels = open ? Array.from(values).filter((value) => scale.has(value)).map((value) => scale.level(value)) : [];
  const hair = 1e-9 * (scale.high - scale.low); // what rounding adds to a value that lies on an end
  return [levels.some((level) => level < scale.low - hair), levels.some((level) => level > scale.high + hair)];
}

/** The `d` of diagonals that fill a box: for what has no value. @param {Record<"x" | "y" | "width" | "height", number>} box */
function hatch({ x, y, width, height }) {
  const diagonals = Array.from({ length: Math.ceil((width + height) / HATCH) - 1 }, (_, k) => (k + 1) * HATCH);
  return diagonals
    .map((along) => {
      const [left, right] = [Math.max(0, along - height), Math.min(along, width)];
      const ends = [x + left, y + along - left, x + right, y + along - right].map((place) => place.toFixed(1));
      return `M${ends[0]} ${ends[1]}L${ends[2]} ${ends[3]}`;
    })
    .join("");
}
