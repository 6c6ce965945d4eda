// Elements and their small drawings.

/** @typedef {Node | string | null | undefined | false} Child what is nothing is left out */

/**
 * An element with its attributes and children; an attribute `on…` is a listener.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  if (["input", "button", "select"].includes(tag)) element.dataset.lmSuppressShortcuts = "true"; // JupyterLab looks at the focused element itself
  element.append(...present(children.flat()));
  return element;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
export const present = (children) =>
  children.filter((child) => child !== null && child !== undefined && child !== false);

const SVG = "http://www.w3.org/2000/svg";
/**
 * A drawing of one path.
 * @param {string} viewBox
 * @param {string} d
 * @param {Record<string, string | number>} [attributes] of the path
 */
export function shape(viewBox, d, attributes = {}) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", d);
  for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, String(value));
  svg.append(path);
  return svg;
}

const ICONS = {
  train: "M2 1 10 6 2 11z",
  stop: "M1.5 1.5h9v9h-9z",
  reset: "M6 1.2V0L9.2 2.2 6 4.4V3.2A3.3 3.3 0 1 0 9.3 6.5h1.7A5 5 0 1 1 6 1.2z",
};

/**
 * A button with its drawing.
 * @param {keyof typeof ICONS} icon
 * @param {string | Node} word
 * @param {() => void} onclick
 * @param {string} [key] that presses it in a hall
 */
export const button = (icon, word, onclick, key) =>
  h(
    "button",
    { type: "button", class: `btn${icon === "train" ? " primary" : ""}`, onclick },
    shape("0 0 12 12", ICONS[icon]),
    word,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );

/**
 * The numeral of a run in its colour; hollow for all but the newest.
 * @param {{ family: string, number: number }} run
 * @param {boolean} ghost
 */
export const badge = (run, ghost) =>
  h(
    "span",
    {
      class: `badge${ghost ? " ghost" : ""}`,
      style: `--c:var(--k-${run.family});--on:var(--on-${run.family})`,
      "aria-hidden": "true",
    },
    String(run.number),
  );

/** The head of a lab; in a hall with a button that fills the screen. @param {{ title: string, about: string, lecture: boolean }} declared @param {HTMLElement} [chip] at its end */
export const headOf = ({ title, about, lecture }, chip) =>
  h("div", { class: "dl-head" }, h("h2", {}, title), h("p", {}, about), chip, lecture && screenButton());

/** What to try first, if anything. @param {Child} suggestion */
export const tryFirst = (suggestion) => suggestion && h("p", { class: "dl-try" }, h("b", {}, "Try: "), suggestion);

/** Fills the screen with its lab, and gives the screen back. */
const screenButton = () =>
  h(
    "button",
    {
      type: "button",
      class: "btn full",
      hidden: !document.fullscreenEnabled,
      onclick: (/** @type {Event & { currentTarget: Element }} */ { currentTarget }) => {
        const lab = currentTarget.closest(".dl");
        if (document.fullscreenElement) document.exitFullscreen();
        else lab?.requestFullscreen();
        if (lab instanceof HTMLElement) lab.focus(); // or the space bar would press this button
      },
    },
    "Full screen",
  );

/** A name for the ids and groups of one view. @param {string} start */
export const unique = (start) => start + Math.random().toString(36).slice(2, 8);
