// The reader's own prediction on the chart: a yellow tag at its right end, to be dragged before anything trains.
import { line } from "./canvas.js";
import { h } from "./elements.js";
import { number } from "./words.js";

/** @import { Run } from "./runs.js" */
/** @import { View } from "./view.js" */
/** @typedef {{ loss: number, after: number }} Guess a training loss, and the newest run when it was said */

const STEP = 1.12; // by which a key moves it
const HIT = 1.1; // times too high or too low that still counts as right

/** How far a guess was off. @param {number} guess @param {number} loss */
export function gapOf(guess, loss) {
  const times = Math.max(guess, loss) / Math.min(guess, loss);
  return times < HIT ? "right" : `${+times.toPrecision(2)} × too ${loss > guess ? "low" : "high"}`;
}

/** The newest run so far: what comes after it was guessed beforehand. @param {View} view */
const newestIn = (view) => Math.max(0, ...view.runs.map((run) => run.id));

/** The tag. @param {View} view */
export function guessTag(view) {
  const tag = h("div", {
    class: "guess",
    hidden: true,
    role: "slider",
    tabindex: 0,
    "aria-label": "Your guess of the training loss",
    "aria-orientation": "vertical",
    onpointerdown: (/** @type {PointerEvent} */ event) => tag.setPointerCapture(event.pointerId),
    onpointermove: (/** @type {PointerEvent} */ event) => {
      if (!tag.hasPointerCapture(event.pointerId)) return;
      event.stopPropagation(); // the cursor stays where it is
      say(view, view.frame.scale.from(event.clientY - view.el.chart.getBoundingClientRect().top));
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const moves = {
        ArrowUp: STEP,
        ArrowRight: STEP,
        PageUp: 10,
        ArrowDown: 1 / STEP,
        ArrowLeft: 1 / STEP,
        PageDown: 0.1,
      };
      const move = moves[/** @type {keyof typeof moves} */ (event.key)];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation(); // a deck turns its slides by the same keys
      say(view, (view.link.guess?.loss ?? 1) * move);
    },
  });
  return tag;
}

/** @param {View} view @param {number} loss */
function say(view, loss) {
  const [low, high] = view.frame.scale.ends;
  view.link.guess = { loss: Math.min(high, Math.max(low, loss)), after: newestIn(view) };
  view.link.show();
}

/** Tag and line; beside the run that came of it, how far it was off. @param {View} view @param {Run[]} runs */
export function paintGuess(view, runs) {
  const { el, link, frame } = view;
  const { g, x0, x1, css, lines, Y, accuracy } = frame;
  el.guess.hidden = !el.guessing.checked || view.asking || accuracy;
  if (el.guess.hidden) return;
  link.guess ??= { loss: 1, after: newestIn(view) };
  const { loss, after } = link.guess;
  const run = runs.at(-1);
  const measured = run && run.id > after && run.status === "finished" && !run.data.playing ? run.loss : null;
  const words = `you: ${number(loss)}${measured === null ? "" : `, ${gapOf(loss, measured)}`}`;
  const y = Y(loss);
  g.save();
  g.strokeStyle = css("--ink");
  g.lineWidth = lines.reference * 1.5;
  g.setLineDash([lines.reference, 3 * lines.reference]);
  line(g, x0, y, x1, y);
  g.setLineDash([]);
  if (measured !== null) line(g, x1, y, x1, Y(measured));
  g.restore();
  el.guess.textContent = words;
  el.guess.style.top = `${y}px`;
  el.guess.setAttribute("aria-valuenow", String(+Math.log10(loss).toFixed(3)));
  el.guess.setAttribute("aria-valuetext", words);
}
