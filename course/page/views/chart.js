// Lines as SVG: the same chart as course/views/chart.py draws, and a test holds the two together.
import { spread, ticks } from "../axes.js";
import { alongOf, axisOf } from "./figures.js";
import { general } from "../words.js";
import { element, label, markerAt, note, path, through } from "./shapes.js";

/** @import { Axis, Drawn, Line, Lines } from "./figures.js" */
/** @import { Look } from "../protocol.js" */
/** @import { Point } from "./shapes.js" */
/**
 * A view's place: edges in pixels, and the scales between them.
 * @typedef {{ left: number, top: number, right: number, bottom: number, along: Axis, axis: Axis, inset?: number }} Place
 */

/** @typedef {{ piece: Point[], filled: boolean }} Piece a piece of a line, filled down to the x axis or not */

export const BOX = { left: 58, top: 40, below: 46, height: 290, caption: 20 }; // pixels
const NEAR = 50; // pixels: a label that is farther from the end of its line has no leader
const LETTER = 0.53; // of the type size: the mean width of a letter
const BESIDE = [-11, 11, -18, 18]; // pixels from a level down to the middle of its name
const FREE = 12; // pixels from the middle of a name to the nearest line at which it is clear of it
const TYPE = 14; // of a label at the right
const ROW_BELOW = 18; // pixels between two labels among the curves
const EARLY = 0.03; // of the x axis: a line that ends so much before the last has its label among the curves
const CROSSED = 0.38; // half of a cross, of its column at most
const ABOVE_AXIS = 3; // pixels from the axis up to a cross
const PALE = { area: 0.18, edge: 0.4 }; // opacities of a band or a pale bar
const ABOVE = 8; // pixels from a peak up to its name
const MARK = 4; // half the size of a marker
const INSET = 10; // pixels at both ends of the x axis where lines stand side by side
const DODGE = 5; // pixels between two of them
const WIDEST = 28; // pixels for all of them

export const acrossOf = (/** @type {Place} */ { left, right, along, inset = 0 }, /** @type {number} */ value) =>
  left + inset + (right - left - 2 * inset) * along.share(value);
export const upOf = (/** @type {Place} */ { top, bottom, axis }, /** @type {number} */ value) =>
  bottom - (bottom - top) * axis.share(value);

/** The whole chart: title above it, labels at the right. @param {Lines} view @param {number} width @param {number} height at least @param {Look} look @returns {Drawn} */
export function drawLines(view, width, height, look) {
  const [along, axis] = [alongOf(view), axisOf(view)];
  const ends = view.lines.map((line) => endOf(line, axis));
  const shares = ends.map((end) => (end ? along.share(end[0]) : Infinity));
  const last = Math.max(...shares.filter(Number.isFinite), 0);
  const early = shares.map((share) => share < last - EARLY);
  const wide = (/** @type {Line} */ line) => LETTER * TYPE * (line.label.length + 1) + 8;
  const room = view.peaks ? 0 : Math.max(0, ...view.lines.map((line, i) => (early[i] ? 0 : wide(line))));
  const { left, below } = BOX;
  const top = BOX.top + (view.caption ? BOX.caption : 0);
  const bottom = top + Math.max(height - BOX.top - below, look.gap * view.lines.length);
  /** @type {Place} */
  const place = { left, top, right: width - 24 - room, bottom, along, axis, inset: view.dodge ? INSET : 0 };
  const pieces = view.lines.map((line, i) => piecesOf(line, place, dodgeOf(view, i)));
  const all = pieces.flatMap((found, i) => found.map((piece) => ({ piece, filled: view.lines[i].style === "bars" })));
  const inside = [
    label(0, 16, view.title, { bold: true }),
    ...(view.caption ? [note(0, 36, view.caption)] : []),
    ...gridOf(place, view.percent ?? false),
    ...footOf(place, view.ticks ?? along.ticks(5)),
    note(place.right, bottom + 38, view.x_title, "end"),
    ...view.lines.flatMap((line, i) => (line.band?.length ? [bandIn(line, place, dodgeOf(view, i), look)] : [])),
    ...view.lines.map((line, i) => curveIn(view, line, i, pieces[i], place, look)),
    ...crossesOf(place, view.out ?? []),
    ...Object.entries(view.references ?? {}).flatMap(([name, level]) => levelOf(place, all, name, level)),
    ...(view.peaks ? peaksOf(view, pieces) : labelsOf(view, place, ends, early, look)),
  ];
  return { title: view.title, width, height: bottom + below, inside };
}

/** The rightmost point that has a place on the axis. @param {Line} line @param {Axis} axis @returns {Point | null} */
function endOf({ x, y }, axis) {
  /** @type {Point | null} */
  let end = null;
  for (let i = 0; i < y.length; i++) if (axis.has(y[i]) && (!end || x[i] > end[0])) end = [x[i], y[i]];
  return end;
}

/** How far to the side a line stands. @param {Lines} view @param {number} index */
function dodgeOf({ lines, dodge }, index) {
  return dodge ? (index - (lines.length - 1) / 2) * Math.min(DODGE, WIDEST / lines.length) : 0;
}

/** The line in pixels, parted where there is nothing to draw. @param {Line} line @param {Place} place @param {number} side */
function piecesOf({ x, y }, place, side) {
  /** @type {Point[][]} */
  const found = [[]];
  for (let i = 0; i < y.length; i++)
    if (place.axis.has(y[i])) found[found.length - 1].push([acrossOf(place, x[i]) + side, upOf(place, y[i])]);
    else found.push([]);
  return found.filter((piece) => piece.length);
}

/** A line and a number at each tick of the y axis. @param {Place} place @param {boolean} percent */
function gridOf(place, percent) {
  const { low, high } = place.axis;
  const hundredths = () => ticks(100 * low, 100 * high, 6).map((value) => /** @type {[number, string]} */ ([value / 100, general(value)]));
  const marked = (percent ? hundredths() : place.axis.ticks()).map(([value, words]) => ({ y: upOf(place, value), words }));
  const rules = marked.map(({ y }) => `M${place.left} ${y.toFixed(1)}H${place.right.toFixed(1)}`).join("");
  const words = marked.map(({ y, words }) => label(place.left - 9, y + 4.5, words));
  const numbers = { "text-anchor": "end", "font-size": 12, fill: "var(--ink2)" };
  return [path(rules, "var(--grid)", { more: { class: "grid" } }), element("g", numbers, ...words)];
}

/** The x axis with its ticks; the last always has its number, others where there is room. @param {Place} place @param {[number, string][]} ticks */
function footOf(place, ticks) {
  const { bottom } = place;
  let d = `M${place.left} ${bottom}H${place.right.toFixed(1)}`;
  let [after, letters] = [Infinity, 0];
  const words = [];
  for (const [value, said] of [...ticks].reverse()) {
    const x = acrossOf(place, value);
    d += `M${x.toFixed(1)} ${bottom}v5`;
    if (after - x <= 4 * (said.length + letters) + 10) continue;
    words.push(label(x, bottom + 20, said, { more: { class: "tick", "data-x": said } }));
    [after, letters] = [x, said.length];
  }
  const numbers = { "text-anchor": "middle", "font-size": 12, fill: "var(--ink2)" };
  return [path(d, "var(--axis)"), element("g", numbers, ...words)];
}

/** A cross on the x axis for each place that is out, as large as the places allow. @param {Place} place @param {number[]} out */
function crossesOf(place, out) {
  const half = Math.min(MARK, CROSSED * Math.abs(acrossOf(place, 2) - acrossOf(place, 1)));
  const long = (2 * half).toFixed(1);
  const top = (place.bottom - ABOVE_AXIS - 2 * half).toFixed(1);
  const d = out.map((value) => `M${(acrossOf(place, value) - half).toFixed(1)} ${top}l${long} ${long}m0 -${long}l-${long} ${long}`);
  return d.length ? [path(d.join(""), "var(--ink)", { width: 1.75 })] : [];
}

/** A dotted level line, named where no curve is near. @param {Place} place @param {Piece[]} pieces @param {string} name @param {number} level */
function levelOf(place, pieces, name, level) {
  const y = upOf(place, level);
  const { left, away } = placeFor(place, pieces, LETTER * 12 * name.length, y);
  const d = `M${place.left} ${y.toFixed(1)}H${place.right.toFixed(1)}`;
  return [
    path(d, "var(--axis)", { width: 1.25, dash: [1.5, 3] }),
    note(left ? place.left + 8 : place.right - 8, y + away + 5, name, left ? "start" : "end", true),
  ];
}

/** Where a name goes: the first place that is clear of the curves, else the clearest. @param {Place} place @param {Piece[]} pieces @param {number} width @param {number} y */
function placeFor(place, pieces, width, y) {
  let [best, most] = [{ left: true, away: BESIDE[0] }, -1];
  for (const away of BESIDE.filter((away) => place.top + 6 <= y + away && y + away <= place.bottom - 6))
    for (const left of [true, false]) {
      const start = left ? place.left + 8 : place.right - 8 - width;
      const clear = Math.min(clearance(pieces, start - 6, start + width + 6, y + away), FREE);
      if (clear > most) [best, most] = [{ left, away }, clear];
    }
  return best;
}

/** How far words at this height are from every line. @param {Piece[]} pieces @param {number} left @param {number} right @param {number} y */
function clearance(pieces, left, right, y) {
  let apart = Infinity;
  for (const { piece, filled } of pieces) {
    const [first, last] = [piece[0][0], piece[piece.length - 1][0]];
    if (first > right || last < left) continue;
    const inside = piece.filter(([x]) => x > left && x < right).map((point) => point[1]);
    const ends = [left, right].map((x) => heightAt(piece, Math.min(Math.max(x, first), last)));
    const below = [...ends, ...inside].map((height) => height - y);
    apart = Math.min(apart, Math.max(Math.min(...below), filled ? 0 : -Math.max(...below), 0));
  }
  return apart;
}

/** @param {Point[]} piece @param {number} x of the piece */
function heightAt(piece, x) {
  const next = Math.max(1, piece.findIndex((point) => point[0] >= x));
  const [[x0, y0], [x1, y1]] = [piece[next - 1], piece[next] ?? piece[next - 1]];
  return x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y0;
}

/** @param {Line} line @param {Look} look */
const strokeOf = ({ kind }, look) => `var(--k-${look.kinds[kind].family})`;

/** The pale area of a line, with an edge. @param {Line} line @param {Place} place @param {number} side @param {Look} look */
function bandIn(line, place, side, look) {
  const d = outlinesOf(line, place, side).map((outline) => `${through(outline)}z`);
  const colour = strokeOf(line, look);
  return element("g", { "data-kind": line.kind }, pale(d.join(""), colour));
}

const pale = (/** @type {string} */ d, /** @type {string} */ colour) =>
  element("path", { d, fill: colour, "fill-opacity": PALE.area, stroke: colour, "stroke-opacity": PALE.edge });

/** The outlines of a band: from left to right above, and back below; parted where one of the two is not known. @param {Line} line @param {Place} place @param {number} side */
function outlinesOf({ x, band = [] }, place, side) {
  /** @type {Point[][][]} */
  const found = [[]];
  for (const [i, [low, high]] of band.entries()) {
    const across = acrossOf(place, x[i]) + side;
    if (Number.isNaN(low) || Number.isNaN(high)) found.push([]);
    else found[found.length - 1].push([high, low].map((value) => [across, upOf(place, value)]));
  }
  const pieces = found.filter((piece) => piece.length);
  return pieces.map((piece) => [...piece.map(([above]) => above), ...piece.map(([, below]) => below).reverse()]);
}

/** @param {Lines} view @param {Line} line @param {number} index @param {Point[][]} pieces @param {Place} place @param {Look} look */
function curveIn(view, line, index, pieces, place, look) {
  const alone = view.lines.filter((other) => other.kind === line.kind).length === 1 && !line.slot;
  const { dash, marker } = alone ? look.kinds[line.kind] : look.patterns[(line.slot || index + 1) - 1];
  const more = { "stroke-linejoin": "round", class: "run" };
  const shape = SHAPES[line.style ?? "line"];
  const drawn = shape
    ? solidOf(line, shape(pieces.flat(), place), strokeOf(line, look))
    : path(pieces.map(through).join(""), strokeOf(line, look), { width: look.run, dash, more });
  const trace = line.raw?.length ? [traceOf(line, line.raw, place, look)] : [];
  if (!line.whiskers) return element("g", { "data-kind": line.kind }, ...trace, drawn);
  const whiskers = path(whiskersOf(line, place, dodgeOf(view, index)), strokeOf(line, look), { width: 1.5 });
  const marks = pieces.flat().map((point) => markerAt(marker, strokeOf(line, look), point));
  return element("g", { "data-kind": line.kind }, whiskers, drawn, ...marks);
}

/** @param {Line} line @param {string} d @param {string} colour */
function solidOf({ style, bold = true }, d, colour) {
  if (style === "bars" && !bold) return pale(d, colour);
  return element("path", { d, fill: colour, stroke: style === "points" ? "var(--page)" : null });
}

/** @param {Line} line @param {number[]} raw @param {Place} place @param {Look} look */
function traceOf(line, raw, place, look) {
  const points = raw.map((y, i) => /** @type {Point} */ ([acrossOf(place, line.x[i]), upOf(place, y)]));
  const d = through(points.filter((_, i) => Number.isFinite(raw[i])));
  return path(d, strokeOf(line, look), { width: look.raw, more: { opacity: "0.5" } });
}

/** The `d` of bars from the lowest to the highest at each point. @param {Line} line @param {Place} place @param {number} side */
function whiskersOf({ x, y, whiskers = [] }, place, side) {
  const bars = whiskers.map(([low, high], i) => {
    const across = acrossOf(place, x[i]) + side;
    const [at, left, foot, head] = [across, across - 4, upOf(place, low), upOf(place, high)].map((px) => px.toFixed(1));
    return Number.isFinite(y[i]) && low < high ? `M${at} ${foot}V${head}M${left} ${foot}h8M${left} ${head}h8` : "";
  });
  return bars.join("");
}

/** The `d` of the points of a line that is none. @type {Record<string, ((points: Point[], place: Place) => string) | undefined>} */
const SHAPES = {
  points: (points) =>
    points.map(([x, y]) => `M${(x - 4).toFixed(1)} ${y.toFixed(1)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`).join(""),
  bars(points, place) {
    const apart = Math.abs(acrossOf(place, 2) - acrossOf(place, 1));
    const wide = points.length > 1 ? Math.max(1, Math.min(24, 0.7 * apart)) : 24;
    const foot = (place.axis.log ? place.bottom : upOf(place, 0)).toFixed(1);
    return points.map(([x, y]) => `M${(x - wide / 2).toFixed(1)} ${foot}V${y.toFixed(1)}h${wide.toFixed(1)}V${foot}z`).join("");
  },
};

/** A name for each line above its highest point; the first and the last of them lean away from the others. @param {Lines} view @param {Point[][][]} pieces */
function peaksOf({ lines }, pieces) {
  const highest = (/** @type {Point[]} */ points) => points.reduce((best, point) => (point[1] < best[1] ? point : best));
  const tops = lines
    .map((line, i) => ({ line, points: pieces[i].flat() }))
    .filter(({ points }) => points.length)
    .map(({ line, points }) => ({ line, top: highest(points) }))
    .sort((one, other) => one.top[0] - other.top[0]);
  return tops.map(({ line, top: [x, y] }, i) => {
    const at = tops.length === 1 ? "middle" : i === 0 ? "end" : i === tops.length - 1 ? "start" : "middle";
    return element("g", { "data-kind": line.kind }, label(x, y - ABOVE, line.label, { at, bold: true, halo: true }));
  });
}

/** A name for each line: at the right, or among the curves where it ends early; pushed apart, joined to its end. @param {Lines} view @param {Place} place @param {(Point | null)[]} ends @param {boolean[]} early @param {Look} look */
function labelsOf(view, place, ends, early, look) {
  const height = place.bottom - place.top;
  const column = (/** @type {boolean} */ inside) => {
    const chosen = view.lines.map((_, i) => i).filter((i) => early[i] === inside && view.lines[i].label);
    const gap = inside ? ROW_BELOW : look.gap;
    const low = Math.max(inside ? height : height + 6, gap * chosen.length);
    const tops = chosen.map((i) => (1 - place.axis.share(ends[i]?.[1] ?? -Infinity)) * height);
    const share = inside ? Math.max(...chosen.map((i) => place.along.share(ends[i]?.[0] ?? 0))) : 1;
    const x = place.left + share * (place.right - place.left) + TYPE;
    return spread(tops, gap, 0, low).map((y, k) => labelIn(view, chosen[k], place, ends[chosen[k]], x, place.top + y, inside, look));
  };
  return [...column(false), ...column(true)];
}

/** @param {Lines} view @param {number} index @param {Place} place @param {Point | null} end @param {number} x @param {number} y @param {boolean} inside @param {Look} look */
function labelIn(view, index, place, end, x, y, inside, look) {
  const line = view.lines[index];
  const colour = strokeOf(line, look);
  const size = inside ? TYPE - 2 : TYPE;
  const drawn = [path(`M${(x - 4).toFixed(1)} ${y.toFixed(1)}h11`, colour, { width: 4 })];
  const from = end && acrossOf(place, end[0]) + dodgeOf(view, index);
  if (end && from !== null && (inside || x - from < NEAR)) {
    const start = from + MARK + 3;
    const dash = x - 4 - start > NEAR ? [1.5, 3] : [];
    drawn.push(path(through([[start, upOf(place, end[1])], [x - 4, y]]), colour, { dash, more: { class: "leader" } }));
  }
  drawn.push(label(x + 13, y + 0.35 * size, line.label, { size, halo: inside }));
  return element("g", { "data-kind": line.kind }, ...drawn);
}
