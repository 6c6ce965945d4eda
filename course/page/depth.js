// The depth: a slider whose scale is the network, and a field for what lies beyond it.
import { h } from "./elements.js";
import { numberInput, showIn } from "./numbers.js";

/** @import { Owner, Part } from "./controls.js" */
/** @import { DeclaredNumber } from "./protocol.js" */
/** @typedef {Part & { glyph: HTMLCanvasElement, marks: HTMLElement, reach: number }} DepthPart */

/** @param {Owner} owner @param {DeclaredNumber} control @returns {DepthPart} */
export function depthOf(owner, control) {
  const { name, label, low, high, reach = high } = control;
  const range = h("input", {
    type: "range",
    id: owner.uid + name,
    min: low,
    max: reach,
    step: 1,
    oninput: () => owner.move(name, +range.value),
    onchange: () => owner.settle(),
    "aria-label": label,
  });
  const exact = numberInput(owner, control);
  exact.setAttribute("aria-label", `${label}, any number of layers up to ${high}`);
  const glyph = h("canvas", { "aria-hidden": "true" });
  const marks = h("div", { class: "ticks", "aria-hidden": "true" });
  const read = h(
    "div",
    { class: "read" },
    h("span", { class: "lab-label", "aria-hidden": "true" }, label),
    exact,
    h("span", { class: "unit" }, "layers"),
  );
  /** @type {Part["show"]} */
  const show = (value) => {
    const depth = Number(value);
    showIn(exact, depth);
    exact.classList.toggle("four", depth > 999);
    range.value = String(Math.min(depth, reach));
    range.setAttribute("aria-valuetext", `${depth}${depth === 1 ? " layer" : " layers"}`);
  };
  const element = h("div", { class: "depth" }, read, h("div", { class: "slide" }, glyph, range), marks);
  return { control, element, show, glyph, marks, reach };
}
