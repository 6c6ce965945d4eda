// The strip's bars as what they stand for: layers of a trained network, to be left out, put back and swapped.
import { button, h } from "./elements.js";
import { ranges } from "./words.js";

/** @import { Pen } from "./canvas.js" */
/** @import { Run } from "./runs.js" */
/** @import { View } from "./view.js" */
/** @typedef {ReturnType<typeof barsOf>} Bars */

const INVITATION = "What does a layer do? Click its bar, or choose one:";
const THIN = 5; // pixels: a bar that is left out is drawn at least so high, to be seen as hollow
const BAR_MARK = 6; // pixels at both ends of a bar that has moved

/** The tools below the strip, for keys and for fingers, and what is chosen there. @param {View} view */
export function barsOf(view) {
  const slider = h("input", {
    type: "range",
    min: 0,
    "aria-label": "Layer to touch",
    oninput: () => chooseBar(view, +slider.value),
    onfocus: () => chooseBar(view, +slider.value),
    onblur: () => view.draw(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (!["Enter", "Delete", "Backspace"].includes(event.key)) return;
      event.preventDefault();
      pressChosen(view);
    },
  });
  const plain = (/** @type {() => void} */ onclick) => h("button", { type: "button", class: "btn", onclick });
  const press = plain(() => pressChosen(view));
  const swap = plain(() => {
    const { bars } = view.el;
    bars.swapping = bars.swapping === null ? bars.at : null;
    view.draw();
  });
  const back = button("reset", "Put all back", () => {
    const run = view.selected;
    if (run) view.requests.touch("put_back", run.number, []);
    slider.focus(); // the button goes
  });
  const words = h("span");
  const tools = [slider, press, swap, back];
  return {
    element: h("div", { class: "bars", hidden: true }, words, tools),
    words,
    tools,
    slider,
    press,
    swap,
    back,
    at: 0, // the block that is chosen
    /** @type {number | null} the block that waits for another one */ swapping: null,
    /** @type {number | null} the row under the pointer */ over: null,
    /** @type {number | null} whose blocks these are */ run: null,
  };
}

/** @param {View} view @param {number} block */
function chooseBar(view, block) {
  view.el.bars.at = block;
  view.draw();
}

/** The pointer names a bar and says what a click does; the click does it. @param {View} view */
export function followBars(view) {
  const { stripPane, bars } = view.el;
  const over = (/** @type {number | null} */ row) => {
    if (row !== bars.over) view.draw();
    bars.over = row;
  };
  stripPane.addEventListener("pointermove", (event) => over(rowUnder(view, event)));
  stripPane.addEventListener("pointerleave", () => over(null));
  stripPane.addEventListener("click", (event) => {
    const run = view.selected;
    const row = rowUnder(view, event);
    if (!run || view.film) return;
    if (run.touch.refused) view.requests.refuse(run.touch.refused);
    else if (row !== null) pressRow(view, run, row);
  });
}

/** The row of the strip under the pointer, the lowest being 0. @param {View} view @param {MouseEvent} event */
function rowUnder(view, { clientX, clientY }) {
  const { x0, x1 } = view.frame;
  const { left, bottom, height } = view.el.stripPane.getBoundingClientRect();
  const rows = barsIn(view.film ? undefined : view.selected);
  if (!rows || clientX - left < x0 || clientX - left > x1) return null;
  return Math.max(0, Math.min(rows - 1, Math.floor(((bottom - clientY) / height) * rows)));
}

// ── which row is whose ──

/** @param {Run | undefined} run */
const barsIn = (run) => (run?.data.strips.length ? run.data.strips[0].length - 1 : 0);

/** Whether there is a row a block, and not one a layer. @param {Run} run */
const byBlock = (run) => barsIn(run) === run.touch.blocks.length;

/** The first and the last row of a place; a strip has a row for each layer, or one for each block. @param {Run} run @param {number} place @returns {[number, number]} */
function spanOf(run, place) {
  const { blocks } = run.touch;
  if (byBlock(run)) return [place, place];
  return [blocks[place][0] - 1, blocks[place][1] - 1];
}

/** The block that stands in a row; -1 where none can be touched. @param {Run} run @param {number} row */
function blockIn(run, row) {
  const { blocks, moved } = run.touch;
  const place = blocks.findIndex((_, i) => spanOf(run, i)[0] <= row && row <= spanOf(run, i)[1]);
  return moved.find(([moving]) => moving === place)?.[1] ?? place;
}

/** Of each bar that has moved: its first row, the one where that stands now, and how many there are. @param {Run} run @returns {[number, number, number][]} */
export const rowsMoved = (run) =>
  run.touch.moved.map(([place, block]) => {
    const [first, last] = spanOf(run, block);
    return [first, spanOf(run, place)[0], last - first + 1];
  });

/** Where a block stands now. @param {Run} run @param {number} block */
const placeNow = (run, block) => run.touch.moved.find(([, moving]) => moving === block)?.[0] ?? block;

/** @param {Run} run @param {number} block */
const numbersOf = ({ touch: { blocks } }, block) => ranges([...new Set(blocks[block])]);

/** @param {Run} run @param {number} block */
function nameOfBlock(run, block) {
  const [first, last] = run.touch.blocks[block];
  const name = `${first === last ? "layer" : "layers"} ${numbersOf(run, block)}`;
  return byBlock(run) ? `${name} (block ${block + 1})` : name;
}

// ── what a press does ──

/** @param {View} view */
function pressChosen(view) {
  const run = view.selected;
  if (run && !run.touch.refused) pressBlock(view, run, view.el.bars.at);
}

/** @param {View} view @param {Run} run @param {number} row */
function pressRow(view, run, row) {
  const block = blockIn(run, row);
  if (block < 0)
    view.requests.touch("leave_out", run.number, [row + 1]); // the answer says why not
  else pressBlock(view, run, block);
}

/** @param {View} view @param {Run} run @param {number} block */
function pressBlock(view, run, block) {
  const { bars } = view.el;
  const { blocks, out } = run.touch;
  const layers = [bars.swapping, block].flatMap((one) => (one === null ? [] : [blocks[one][0]]));
  if (layers.length < 2) view.requests.touch(out.includes(block) ? "put_back" : "leave_out", run.number, layers);
  else if (bars.swapping !== block) view.requests.touch("swap", run.number, layers);
  bars.swapping = null;
  chooseBar(view, block);
}

/** The same in words. @param {View} view @param {Run} run @param {number} block */
function wordsFor({ el: { bars } }, run, block) {
  const name = nameOfBlock(run, block);
  if (bars.swapping === block) return `${name}: choose another one to swap with`;
  if (bars.swapping !== null)
    return `Swap ${nameOfBlock(run, bars.swapping)} with ${nameOfBlock(run, block).replace(/^layers? /, "")}`;
  return run.touch.out.includes(block) ? `Put ${name} back` : `Leave out ${name}`;
}

// ── what is shown ──

/** The tools. @param {View} view */
export function paintTools(view) {
  const { bars, stripPane } = view.el;
  const run = view.film ? undefined : view.selected;
  const open = !!run && !run.touch.refused && barsIn(run) > 0;
  bars.element.hidden = !open && !run?.over;
  stripPane.classList.toggle("open", open);
  bars.words.textContent = open ? INVITATION : (run?.touch.refused ?? "");
  for (const tool of bars.tools) tool.hidden = !open;
  if (!open) return;
  if (bars.run !== run.id) Object.assign(bars, { run: run.id, at: 0, swapping: null });
  bars.slider.max = String(run.touch.blocks.length - 1);
  bars.slider.value = String(bars.at);
  bars.slider.setAttribute("aria-valuetext", nameOfBlock(run, bars.at));
  bars.press.textContent = wordsFor(view, run, bars.at);
  bars.swap.textContent = bars.swapping === null ? "Swap it with…" : "Do not swap";
  bars.swap.hidden = run.touch.blocks.length < 2;
  bars.back.hidden = !run.touch.out.length && !run.touch.moved.length;
}

/**
 * Over the map: bars that have moved, those that are left out, hollow, and the one that is pointed at. Returns their
 * numbers, for the margin, with the words at the pointer, and the heights at which those numbers stand.
 * @param {View} view
 * @param {Pen} g
 * @param {Run} run
 * @param {number} end of the map
 * @param {number} H
 */
export function paintBars(view, g, run, end, H) {
  const { css, x0, em } = view.frame;
  const { touch } = run;
  if (touch.refused) return { margin: [], words: [] };
  const rows = barsIn(run);
  const moving = touch.moved.map(([place]) => place);
  const box = (/** @type {number} */ place, least = 0) => {
    const [first, last] = spanOf(run, place);
    const height = Math.max(least, Math.round(((last - first + 1) * H) / rows));
    return { top: Math.round((1 - (first + last + 1) / 2 / rows) * H - height / 2), height };
  };
  for (const block of touch.out) {
    const { top, height } = box(placeNow(run, block), THIN);
    g.fillStyle = css("--page");
    g.fillRect(x0, top, end - x0, height);
    outlineOf(g, css("--ink"), x0, top, end, height);
  }
  g.fillStyle = css("--ink");
  for (const place of moving) {
    const { top, height } = box(place);
    for (const x of [x0, end - BAR_MARK]) g.fillRect(x, top, BAR_MARK, height);
  }
  /** @type {number[]} heights of the numbers in the margin */
  const margin = [];
  const words = [];
  for (const { place, text } of marginOf(run, [...touch.out.map((block) => placeNow(run, block)), ...moving])) {
    const y = Math.max(0.55 * em, Math.min(H - 0.55 * em, box(place).top + box(place).height / 2));
    if (margin.some((other) => Math.abs(other - y) < 1.1 * em)) continue;
    margin.push(y);
    words.push(h("span", { class: "yt", style: `top:${y}px` }, h("b", {}, text)));
  }
  return { margin, words: [...words, ...paintPointedAt(view, g, run, box, end)] };
}

/** What stands at places, from the input on: layers, or, where the strip counts them, blocks. @param {Run} run @param {number[]} places */
const marginOf = (run, places) =>
  [...new Set(places)]
    .sort((a, b) => a - b)
    .map((place) => {
      const block = run.touch.moved.find(([moving]) => moving === place)?.[1] ?? place;
      return { place, text: byBlock(run) ? String(block + 1) : numbersOf(run, block) };
    });

/** @param {View} view @param {Pen} g @param {Run} run @param {(place: number, least?: number) => { top: number, height: number }} box @param {number} end */
function paintPointedAt(view, g, run, box, end) {
  const { frame, el } = view;
  const { over, at, slider, press, swap } = el.bars;
  const root = /** @type {Document | ShadowRoot} */ (view.root.getRootNode());
  const held = [slider, press, swap].some((element) => element === root.activeElement);
  const block = over === null ? (held ? at : null) : blockIn(run, over);
  if (block === null) return [];
  if (block >= 0) {
    const { top, height } = box(placeNow(run, block), THIN);
    outlineOf(g, frame.css("--ink"), frame.x0, top, end, height, 2);
  }
  if (over === null) return []; // the tools say it
  const words = block < 0 ? `Layer ${over + 1} must stay` : wordsFor(view, run, block);
  const rows = barsIn(run);
  const y = (1 - (over + 0.5) / rows) * el.strip.clientHeight;
  const above = y > el.strip.clientHeight / 2 ? -1.3 : 1.3;
  return [h("span", { class: "dv", style: `left:${frame.x0 + frame.em}px;top:${y + above * frame.em}px` }, words)];
}

/** @param {Pen} g @param {string} colour @param {number} x0 @param {number} top @param {number} end @param {number} height */
function outlineOf(g, colour, x0, top, end, height, width = 1) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.strokeRect(x0 + width / 2, top + width / 2, end - x0 - width, height - width);
}
