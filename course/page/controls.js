// The declared controls as native elements. Every one has a name, takes the keyboard and shows its focus.
import { tilesOf } from "./blocks.js";
import { chipsOf, selectOf } from "./options.js";
import { depthOf } from "./depth.js";
import { h } from "./elements.js";
import { fieldOf, sliderOf } from "./numbers.js";

/** @import { DeclaredControl, Setting, Settings } from "./protocol.js" */
/**
 * Who moves when a control does: a view of a lab or of an instant lab.
 * @typedef {object} Owner
 * @property {string} uid
 * @property {{ controls: DeclaredControl[] }} declared
 * @property {Settings} settings
 * @property {(name: string) => number | null} automatic what the course would choose, if it is known beforehand
 * @property {(name: string, value: Setting) => void} move a control is on its way
 * @property {() => void} settle it has come to rest
 * @property {boolean} [whole] whether blocks cannot be taken out, for nobody computes
 */
/** @typedef {{ control: DeclaredControl, element: HTMLElement, show: (value: Setting) => void, pressAt?: (share: number) => void }} Part what a click so far along an x axis presses */

/**
 * All controls of a lab, and how they are laid out.
 * @param {Owner} owner
 * @param {HTMLElement | null} [note] what stands beside the knobs of a kind
 */
export function controlsOf(owner, note = null) {
  const parts = owner.declared.controls.map((control) => partOf(owner, control));
  const first = parts.filter(({ control }) => control.role === "kind" || control.role === "network");
  const deep = parts.filter(({ control }) => control.role === "depth");
  const small = parts.filter(({ control }) => control.small);
  const wide = parts.filter(({ control }) => control.type === "blocks");
  const rest = parts.filter((part) => ![first, deep, small, wide].some((group) => group.includes(part)));
  const elements = [
    ...elementsOf(first),
    ...elementsOf(deep),
    h("div", { class: deep.length ? "side" : "fields" }, elementsOf(rest), note),
    ...elementsOf(wide),
    h("div", { class: "small" }, elementsOf(small)),
  ];
  return { parts, form: h("form", { class: "dl-controls", onsubmit: stay }, elements) };
}

/** @param {Part[]} parts */
const elementsOf = (parts) => parts.map((part) => part.element);
/** @param {Event} event */
const stay = (event) => event.preventDefault();

/** @param {Owner} owner @param {DeclaredControl} control @returns {Part} */
function partOf(owner, control) {
  if (control.type === "blocks") return tilesOf(owner, control);
  if (control.type === "options") return control.small ? selectOf(owner, control) : chipsOf(owner, control);
  if (control.role === "depth") return depthOf(owner, control);
  return control.small ? fieldOf(owner, control) : sliderOf(owner, control);
}
