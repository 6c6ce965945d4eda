// Blocks of a network, each a tile, to be taken out and put back by hand.
import { button, h } from "./elements.js";
import { kindIn, kindsIn } from "./roles.js";

/** @import { Owner, Part } from "./controls.js" */
/** @import { DeclaredBlocks, Setting, Settings } from "./protocol.js" */

const WHOLE = "Here the network is whole: blocks are taken out where a kernel computes.";
const TAKE_ONE = "press one, or its column in a picture, to take it out";
/** @type {Record<string, (at: number, last: number) => number>} where a key leads among the tiles */
const KEYS = {
  ArrowRight: (at) => at + 1,
  ArrowDown: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** The blocks that are out. @param {Setting} value @returns {number[]} */
const outIn = (value) => (Array.isArray(value) ? value : []);

/** How many blocks the network has; none that can be taken out, where networks are whole. @param {Pick<Owner, "declared" | "settings" | "whole">} owner @param {DeclaredBlocks} control */
const countIn = ({ declared, settings, whole }, { counts, layers }) =>
  whole ? 0 : (counts[kindIn(declared.controls, settings)]?.[Number(settings[layers])] ?? 0);

/** The settings without the blocks that the network does not have. @param {Pick<Owner, "declared" | "settings" | "whole">} owner @returns {Settings} */
export function fitted(owner) {
  const settings = { ...owner.settings };
  for (const control of owner.declared.controls)
    if (control.type === "blocks") {
      const last = countIn(owner, control);
      settings[control.name] = outIn(settings[control.name]).filter((number) => number <= last);
    }
  return settings;
}

/** A tile for each block, hollow where it is out. @param {Owner} owner @param {DeclaredBlocks} control @returns {Part} */
export function tilesOf(owner, control) {
  const { name, label } = control;
  const { tiles, all, enter } = toolbarOf(label);
  const hint = h("span", { class: "hint" });
  const note = h("p", { class: "none" }, WHOLE);
  const now = () => outIn(owner.settings[name]);
  const take = (/** @type {number[]} */ out) => {
    owner.move(name, out);
    owner.settle();
  };
  const back = button("reset", "Put all back", () => {
    take([]);
    enter(0); // the button goes
  });
  const turn = (/** @type {number} */ number) => {
    const others = now().filter((other) => other !== number);
    take(others.length < now().length ? others : [...others, number].sort((a, b) => a - b));
  };
  const tileOf = (/** @type {number} */ number) => {
    const onclick = () => {
      enter(number - 1);
      turn(number);
    };
    const attributes = {
      type: "button",
      tabindex: number === 1 ? 0 : -1,
      "aria-label": `Take out block ${number}`,
      onclick,
    };
    return h("button", attributes, String(number));
  };
  /** @type {Part["show"]} */
  const show = (value) => {
    const [out, count] = [outIn(value), countIn(owner, control)];
    while (all().length > count) all().at(-1)?.remove();
    while (all().length < count) tiles.append(tileOf(all().length + 1));
    for (const [i, tile] of all().entries()) tile.setAttribute("aria-pressed", String(out.includes(i + 1)));
    if (count && all().every((tile) => tile.tabIndex < 0)) all()[0].tabIndex = 0;
    for (const part of ["k", "on"]) tiles.style.setProperty(`--${part}`, `var(--${part}-${familyOf(owner)})`);
    hint.textContent = out.length ? `${out.length} of ${count}` : TAKE_ONE;
    tiles.hidden = hint.hidden = !count;
    note.hidden = count > 0;
    back.hidden = !out.length;
  };
  const head = h("div", { class: "head" }, h("span", { class: "lab-label" }, label), hint, back);
  const pressAt = (/** @type {number} */ share) => {
    const count = countIn(owner, control);
    if (count) turn(Math.min(Math.floor(share * count), count - 1) + 1);
  };
  return { control, element: h("div", { class: "blocks" }, head, tiles, note), show, pressAt };
}

/** Turns a click on a plot into one on the tile of the block whose column it is: there the x axis has one for each. @param {Part[]} parts @param {MouseEvent} event */
export function pressColumn(parts, { target, clientX, clientY }) {
  const picture = target instanceof Element ? target.closest("svg") : null;
  const [title, grid] = ["text", ".grid"].map((part) => picture?.querySelector(part)?.getBoundingClientRect());
  if (!title || !grid || clientY < title.bottom || clientY > grid.bottom) return;
  const share = (clientX - grid.left) / grid.width;
  if (share >= 0 && share <= 1) for (const { pressAt } of parts) pressAt?.(share);
}

/** Buttons of which one has the Tab key; from it arrows lead to the others. @param {string} label */
function toolbarOf(label) {
  const tiles = h("div", { class: "tiles", role: "toolbar", "aria-label": label, onkeydown: follow });
  const all = () => /** @type {HTMLButtonElement[]} */ ([...tiles.children]);
  /** @param {number} at */
  function enter(at) {
    for (const [i, tile] of all().entries()) tile.tabIndex = i === at ? 0 : -1;
    all()[at]?.focus();
  }
  /** @param {KeyboardEvent} event */
  function follow(event) {
    const last = all().length - 1;
    const next = KEYS[event.key]?.(all().indexOf(/** @type {HTMLButtonElement} */ (event.target)), last);
    if (next === undefined) return;
    event.preventDefault();
    enter(Math.min(Math.max(next, 0), last));
  }
  return { tiles, all, enter };
}

/** Whose colour the tiles take. @param {Owner} owner */
function familyOf({ declared, settings }) {
  const kinds = kindsIn(declared.controls);
  return kinds?.families[kinds.options.indexOf(kindIn(declared.controls, settings))];
}
